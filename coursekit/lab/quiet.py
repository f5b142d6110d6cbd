"""TensorFlow's chatter at its import, kept off the terminal."""

import contextlib
import os
import sys


@contextlib.contextmanager
def stderr_closed():
    """Sends what libraries write to the error stream into nothing.

    TensorFlow 2.21 greets from C++ before any of its settings is read, so the file descriptor
    itself is turned away. Errors that are raised come through.
    """
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
