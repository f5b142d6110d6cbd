"""The question paper of bce_with_logits."""

import tensorflow as tf

from coursekit.room.asking import after, in_graph, slope


def values(student, y_true, logits):
    return student.binary_crossentropy(y_true, logits)


def of_tensors(student, y_true, logits):
    return student.binary_crossentropy(tf.constant(y_true), tf.constant(logits))


def gradient(student, y_true, logits):
    return slope(lambda logits: student.binary_crossentropy(y_true, logits), logits)


def graph(student, y_true, logits):
    return in_graph(student.binary_crossentropy, y_true, logits)


def untouched(student, y_true, logits):
    return after(student.binary_crossentropy, y_true, logits)
