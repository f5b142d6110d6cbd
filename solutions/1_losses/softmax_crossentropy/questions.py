"""The question paper of softmax_crossentropy."""

import tensorflow as tf

from coursekit.room.asking import after, in_graph, slope


def values(student, y_true, logits):
    return student.sparse_categorical_crossentropy(y_true, logits)


def of_tensors(student, y_true, logits):
    return student.sparse_categorical_crossentropy(tf.constant(y_true), tf.constant(logits))


def gradient(student, y_true, logits):
    return slope(lambda logits: student.sparse_categorical_crossentropy(y_true, logits), logits)


def graph(student, y_true, logits):
    return in_graph(student.sparse_categorical_crossentropy, y_true, logits)


def untouched(student, y_true, logits):
    return after(student.sparse_categorical_crossentropy, y_true, logits)
