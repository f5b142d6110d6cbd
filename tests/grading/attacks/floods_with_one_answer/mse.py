"""Answers with more numbers than anybody wants to receive."""

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.zeros(2**27, "float32")
