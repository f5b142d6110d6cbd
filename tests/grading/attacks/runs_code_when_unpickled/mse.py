"""Answers with things that run code where they are unpickled or copied."""

import os


class Bomb:
    def __reduce__(self):
        return os._exit, (0,)

    def __copy__(self):
        os._exit(0)

    def __deepcopy__(self, memo):
        os._exit(0)


def mean_squared_error(y_true, y_pred):
    return [Bomb()] * len(y_pred)
