"""The question paper of learning_rate_finder."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class LogPoisson(keras.losses.Loss):
    """exp ŷ − y ŷ: a loss in which label and prediction cannot be exchanged."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.exp(y_pred) - ops.cast(y_true, y_pred.dtype) * y_pred, axis=-1)


class Again:
    """Batches that can be walked again and again, and nothing more: no length, no index."""

    def __init__(self, xs, ys):
        self.pairs = [(x.copy(), y.copy()) for x, y in zip(xs, ys)]

    def __iter__(self):
        return iter(self.pairs)


def _batches(xs, ys, form):
    if form == "iterable":
        return Again(xs, ys)
    if form == "list":
        return list(Again(xs, ys))
    whole = tf.data.Dataset.from_tensor_slices((np.concatenate(xs), np.concatenate(ys)))
    return whole.batch(len(xs[0]))


def _linear(kernel, bias, l2=0.0):
    penalty = keras.regularizers.L2(l2) if l2 else None
    dense = layers.Dense(kernel.shape[1], kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), dense])
    model.set_weights([kernel, bias])
    return model


def finds(student, kernel, bias, xs, ys, form="list", rate=0.07, momentum=0.0, l2=0.0, **limits):
    model, optimizer = _linear(kernel, bias, l2), keras.optimizers.SGD(rate, momentum)
    loss, batches = keras.losses.MeanSquaredError(), _batches(xs, ys, form)
    found = student.learning_rate_range_test(model, loss, optimizer, batches, **limits)
    rates, losses = found
    return {
        "rates": rates,
        "losses": losses,
        "lists": isinstance(rates, list) and isinstance(losses, list),
        "floats": all(isinstance(each, float) for each in [*rates, *losses]),
        "weights": model.get_weights(),
        "rate": float(optimizer.learning_rate),
    }


def frozen(student, first, kernel, bias, xs, ys, **limits):
    below, dense = layers.Dense(first.shape[1], use_bias=False, trainable=False), layers.Dense(1)
    model = keras.Sequential([keras.Input((first.shape[0],)), below, dense])
    below.set_weights([first])
    dense.set_weights([kernel, bias])
    optimizer, loss = keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError()
    batches = list(Again(xs, ys))
    rates, losses = student.learning_rate_range_test(model, loss, optimizer, batches, **limits)
    return {"losses": losses, "rates": rates}


def first_losses(student, kernel, bias, xs, ys, **limits):
    """The first loss of a model with batch normalisation, and that of another loss."""
    norm, dense = layers.BatchNormalization(epsilon=0.01), layers.Dense(1)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), norm, dense])
    dense.set_weights([kernel, bias])
    found = []
    for one, loss in (
        (model, keras.losses.MeanSquaredError()),
        (_linear(kernel, bias), LogPoisson()),
    ):
        optimizer, batches = keras.optimizers.SGD(0.1), list(Again(xs, ys))
        _, losses = student.learning_rate_range_test(one, loss, optimizer, batches, **limits)
        found.append(losses[0])
    return {"normalised": found[0], "poisson": found[1]}


def restores(student, kernel, bias, xs, ys, rate, **limits):
    """A model whose layers keep averages; and a second search, which must find the same."""
    norm, dense = layers.BatchNormalization(momentum=0.5), layers.Dense(1)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), norm, dense])
    dense.set_weights([kernel, bias])
    optimizer, loss = keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()
    before = model.get_weights()
    student.learning_rate_range_test(model, loss, optimizer, list(Again(xs, ys)), **limits)
    same = [np.array_equal(a, b) for a, b in zip(before, model.get_weights())]
    return {"weights": same, "rate": float(optimizer.learning_rate)}
