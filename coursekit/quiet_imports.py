"""Importing TensorFlow without its chatter, and faster."""

import contextlib
import gc
import os
import sys


@contextlib.contextmanager
def quiet_imports():
    """Imports under it write nothing to the error stream, and are not searched for garbage.

    TensorFlow 2.21 greets from C++ before any of its settings is read, so the file descriptor
    itself is turned away. Errors that are raised come through. What an import makes stays, and Python
    would look through all of it again and again: without that, TensorFlow and Keras take a fifth less
    time. It is for one thread at a time.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    kept, nothing, collects = os.dup(2), os.open(os.devnull, os.O_WRONLY), gc.isenabled()
    gc.disable()
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        if collects:
            gc.enable()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
