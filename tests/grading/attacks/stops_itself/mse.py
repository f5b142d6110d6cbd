"""Stops its own process, which then neither ends nor answers."""

import os
import signal


def mean_squared_error(y_true, y_pred):
    os.kill(os.getpid(), signal.SIGSTOP)
    return y_pred[..., 0] * 0
