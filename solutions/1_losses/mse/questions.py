"""The question paper of mse."""

import tensorflow as tf

from coursekit.room.asking import after, in_graph, slope


def values(student, y_true, y_pred):
    return student.mean_squared_error(y_true, y_pred)


def of_tensors(student, y_true, y_pred):
    return student.mean_squared_error(tf.constant(y_true), tf.constant(y_pred))


def gradient(student, y_true, y_pred):
    return slope(lambda y_pred: student.mean_squared_error(y_true, y_pred), y_pred)


def graph(student, y_true, y_pred):
    return in_graph(student.mean_squared_error, y_true, y_pred)


def one_column(student, in_a_graph, y_true, y_pred):
    if not in_a_graph:
        return student.mean_squared_error(y_true, y_pred)
    try:
        return graph(student, y_true, y_pred)
    except Exception:  # noqa: BLE001 - AutoGraph makes another of it; which one it is was seen outside
        return "refused"


def untouched(student, y_true, y_pred):
    return after(student.mean_squared_error, y_true, y_pred)
