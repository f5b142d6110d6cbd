"""Writes file after file of the allowed size into the scratch folder."""

import os


def mean_squared_error(y_true, y_pred):
    piece = os.urandom(2**20)
    for number in range(100):
        with open(f"file{number}", "wb", buffering=0) as file:
            for _ in range(60):  # noqa: FURB122
                file.write(piece)
    print("SUCCEEDED")
    return y_pred[..., 0] * 0
