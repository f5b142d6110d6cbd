"""Exceptions whose words, names and classes fight back."""

import os


class Kind(type):
    @property
    def __name__(cls):
        raise ValueError("no name")

    @property
    def __mro__(cls):
        raise ValueError("no bases")


class Hostile(Exception, metaclass=Kind):
    def __str__(self):
        os.write(1, b"x")
        raise self

    __repr__ = __format__ = __str__

    @property
    def __class__(self):
        raise self

    @property
    def __traceback__(self):
        raise self


class Long(Exception):
    def __str__(self):
        return "\x1b[2J" * 10_000_000


class Number(Exception):
    def __str__(self):
        return 5


def mean_squared_error(y_true, y_pred):
    raise (Hostile, Long, Number)[len(y_pred) % 3]
