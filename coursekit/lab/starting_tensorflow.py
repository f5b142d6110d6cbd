"""TensorFlow is started: said, because it takes seconds, and done without its chatter."""

import contextlib
import os

import click

from coursekit.quiet_imports import quiet_imports


@contextlib.contextmanager
def starting_tensorflow():
    """What is imported under it, TensorFlow first, is waited for with a word and then stays quiet."""
    click.echo("Starting TensorFlow …", err=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet_imports():
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")  # it warns of every loop that is traced anew
        yield
