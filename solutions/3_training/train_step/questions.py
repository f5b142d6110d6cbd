"""The question paper of train_step."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class LogPoisson(keras.losses.Loss):
    """exp ŷ − y ŷ: a loss in which label and prediction cannot be exchanged."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.exp(y_pred) - ops.cast(y_true, y_pred.dtype) * y_pred, axis=-1)


def _linear(kernel, bias, l2=0.0):
    """With three penalties: of the kernel, of the bias, of what the layer puts out."""
    penalty = keras.regularizers.L2(l2) if l2 else None
    dense = layers.Dense(
        kernel.shape[1],
        kernel_regularizer=penalty,
        bias_regularizer=penalty,
        activity_regularizer=penalty,
    )
    model = keras.Sequential([keras.Input((kernel.shape[0],)), dense])
    model.set_weights([kernel, bias])
    return model


def _walk(step, model, loss, optimizer, xs, ys):
    losses = [step(model, loss, optimizer, x.copy(), y.copy()) for x, y in zip(xs, ys)]
    return {
        "losses": losses,
        "weights": model.get_weights(),
        "steps": int(optimizer.iterations),
    }


def steps(student, kernel, bias, xs, ys, rate, momentum=0.0, l2=0.0):
    optimizer = keras.optimizers.SGD(rate, momentum)
    model, loss = _linear(kernel, bias, l2), keras.losses.MeanSquaredError()
    return _walk(student.train_step, model, loss, optimizer, xs, ys)


def order_of_arguments(student, kernel, bias, xs, ys, rate):
    optimizer = keras.optimizers.SGD(rate)
    return _walk(student.train_step, _linear(kernel, bias), LogPoisson(), optimizer, xs, ys)


def two_models(student, kernel, bias, kernel2, bias2, xs, ys, rate, momentum):
    """Steps of two models, one after the other: nothing may be left of the first."""
    found = []
    for one in ((kernel, bias), (kernel2, bias2)):
        optimizer = keras.optimizers.SGD(rate, momentum)
        loss = keras.losses.MeanSquaredError()
        found.append(_walk(student.train_step, _linear(*one), loss, optimizer, xs, ys))
    return found


def _normalised(kernel, bias):
    norm, dense = layers.BatchNormalization(momentum=0.5, epsilon=0.01), layers.Dense(1)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), norm, dense])
    dense.set_weights([kernel, bias])
    return model, norm, dense


def batch_normalization(student, kernel, bias, xs, ys, rate):
    model, norm, dense = _normalised(kernel, bias)
    optimizer, loss = keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()
    losses = [student.train_step(model, loss, optimizer, x, y) for x, y in zip(xs, ys)]
    return {"losses": losses, "norm": norm.get_weights(), "dense": dense.get_weights()}


def frozen(student, first, kernel, bias, xs, ys, rate):
    below = layers.Dense(first.shape[1], use_bias=False, trainable=False)
    dense = layers.Dense(1)
    model = keras.Sequential([keras.Input((first.shape[0],)), below, dense])
    below.set_weights([first])
    dense.set_weights([kernel, bias])
    optimizer, loss = keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()
    losses = [student.train_step(model, loss, optimizer, x, y) for x, y in zip(xs, ys)]
    return {
        "losses": losses,
        "frozen": below.get_weights()[0],
        "weights": dense.get_weights(),
        "thawed": below.trainable,
    }


def graph(student, kernel, bias, xs, ys, rate, l2):
    optimizer = keras.optimizers.SGD(rate)
    model, loss = _linear(kernel, bias, l2), keras.losses.MeanSquaredError()
    signature = [tf.TensorSpec([None, part.shape[1]], "float32") for part in (xs[0], ys[0])]

    @tf.function(input_signature=signature)
    def step(x, y):
        return student.train_step(model, loss, optimizer, x, y)

    return _walk(lambda *a: step(*map(tf.constant, a[3:])), model, loss, optimizer, xs, ys)


def untouched(student, kernel, bias, x, y):
    optimizer, loss = keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError()
    student.train_step(_linear(kernel, bias), loss, optimizer, x, y)
    return [x, np.asarray(y)]
