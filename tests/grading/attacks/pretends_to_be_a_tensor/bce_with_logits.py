"""Answers with things that say they are tensors, and lie differently to each question."""

import keras
import numpy as np
import tensorflow as tf


class Tensor:
    dtype, shape, name = tf.float32, tf.TensorShape([3]), "x"

    def __init__(self, kind):
        self.kind = kind

    @property
    def __class__(self):
        return self.kind

    @property
    def value(self):
        return Tensor(tf.Tensor)

    def numpy(self):
        return np.array([lambda: True] * 3)


def binary_crossentropy(y_true, logits):
    return Tensor((tf.Tensor, tf.Variable, keras.Variable, np.ndarray)[len(logits) % 4])
