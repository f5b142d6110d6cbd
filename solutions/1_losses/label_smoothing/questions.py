"""The question paper of label_smoothing."""

import keras
import numpy as np
import tensorflow as tf

from coursekit.room.asking import in_graph, slope


def per_sample(student, smoothing, y_true, y_pred):
    loss = student.SmoothedCrossentropy(smoothing)
    return loss.call(y_true, tf.constant(y_pred))


def called(student, smoothing, y_true, y_pred):
    return student.SmoothedCrossentropy(smoothing=smoothing, reduction=None)(y_true, y_pred)


def by_default(student, y_true, y_pred):
    return student.SmoothedCrossentropy(reduction=None)(y_true, y_pred)


def two_losses(student, smoothing, other, fewer, y_true, y_pred):
    first = student.SmoothedCrossentropy(smoothing, reduction=None)
    second = student.SmoothedCrossentropy(other, reduction=None)
    return {
        "second": second(y_true, y_pred),
        "first": first(y_true, y_pred),
        "of_fewer_classes": first(np.minimum(y_true, fewer - 1), y_pred[:, :fewer]),
    }


def weighted(student, smoothing, y_true, y_pred, sample_weight):
    loss = student.SmoothedCrossentropy(smoothing)
    return loss(y_true, y_pred, sample_weight=sample_weight)


def gradient(student, smoothing, y_true, y_pred):
    loss = student.SmoothedCrossentropy(smoothing, reduction=None)
    return slope(lambda y_pred: loss(y_true, y_pred), y_pred)


def graph(student, smoothing, y_true, y_pred):
    return in_graph(student.SmoothedCrossentropy(smoothing, reduction=None), y_true, y_pred)


def makes(student, smoothing):
    student.SmoothedCrossentropy(smoothing=smoothing)
    return "made"


def again(student, smoothing, y_true, y_pred):
    kind = student.SmoothedCrossentropy
    loss = kind(smoothing=smoothing, name="mine", reduction="sum")
    saved = keras.saving.serialize_keras_object(loss)
    scope = {kind.__name__: kind, f"Custom>{kind.__name__}": kind}
    loss = keras.saving.deserialize_keras_object(saved, custom_objects=scope)
    return {"name": loss.name, "loss": loss(y_true, np.asarray(y_pred))}
