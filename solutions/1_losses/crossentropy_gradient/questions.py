"""The question paper of crossentropy_gradient."""

import tensorflow as tf

from coursekit.room.asking import after, in_graph


def values(student, y_true, logits):
    return student.crossentropy_gradient(y_true, logits)


def of_tensors(student, y_true, logits):
    return student.crossentropy_gradient(tf.constant(y_true), tf.constant(logits))


def graph(student, y_true, logits):
    return in_graph(student.crossentropy_gradient, y_true, logits)


def untouched(student, y_true, logits):
    return after(student.crossentropy_gradient, y_true, logits)
