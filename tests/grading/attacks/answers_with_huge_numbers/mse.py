"""Answers with whole numbers of thousands of digits, and floats at the ends of their range."""

import numpy as np


def mean_squared_error(y_true, y_pred):
    huge = (10**5000, 2**63 - 1, -(2**63), True, 1e308, "9" * 10_000, np.float16(65504), b"x")
    return huge[len(y_pred) % 8]
