"""The question paper of training_loop."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class Again:
    """Batches that can be walked again and again, and nothing more: no length, no index."""

    def __init__(self, xs, ys):
        self.pairs = [(x.copy(), y.copy()) for x, y in zip(xs, ys)]

    def __iter__(self):
        return iter(self.pairs)


class CountedTraces(keras.losses.Loss):
    """The mean squared error; keeps for each run of its Python code the graph that is written, or None."""

    def __init__(self):
        super().__init__()
        self.runs = []

    def call(self, y_true, y_pred):
        self.runs.append(tf.compat.v1.get_default_graph() if tf.inside_function() else None)
        return ops.mean(ops.square(y_pred - y_true), axis=-1)


class LogPoisson(keras.losses.Loss):
    """exp ŷ − y ŷ: a loss in which label and prediction cannot be exchanged."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.exp(y_pred) - ops.cast(y_true, y_pred.dtype) * y_pred, axis=-1)


def _batches(xs, ys, form):
    if form == "iterable":
        return Again(xs, ys)
    if form == "list":
        return list(Again(xs, ys))
    size = len(xs[0])
    whole = tf.data.Dataset.from_tensor_slices((np.concatenate(xs), np.concatenate(ys)))
    return whole.batch(size)


def _pairs(batches):
    """The arrays that are left, or None where something else stands in the list."""
    arrays = [array for pair in batches for array in pair]
    return arrays if all(isinstance(each, np.ndarray) for each in arrays) else None


def _linear(kernel, bias, l2=0.0):
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


def run(student, kernel, bias, xs, ys, epochs, rate, form, momentum=0.0, l2=0.0):
    optimizer, loss = keras.optimizers.SGD(rate, momentum), CountedTraces()
    model = _linear(kernel, bias, l2)
    batches = _batches(xs, ys, form)
    losses = student.train(model, loss, optimizer, batches, int(epochs))
    return {
        "losses": losses,
        "left": _pairs(batches) if form == "list" else [],
        "weights": model.get_weights(),
        "steps": int(optimizer.iterations),
        "list": isinstance(losses, list),
        "floats": isinstance(losses, list) and all(isinstance(each, float) for each in losses),
        "traces": len(loss.runs),
        "eager": loss.runs.count(None),
        "graphs": len({id(graph) for graph in loss.runs if graph is not None}),
    }


def another_loss(student, kernel, bias, xs, ys, epochs, rate):
    optimizer, model = keras.optimizers.SGD(rate), _linear(kernel, bias)
    losses = student.train(model, LogPoisson(), optimizer, Again(xs, ys), int(epochs))
    steps = int(optimizer.iterations)
    return {"losses": losses, "weights": model.get_weights(), "steps": steps}


def two_models(student, kernel, bias, kernel2, bias2, **rest):
    return [run(student, k, b, **rest) for k, b in ((kernel, bias), (kernel2, bias2))]


def batch_normalization(student, kernel, bias, xs, ys, epochs, rate):
    norm, dense = layers.BatchNormalization(momentum=0.5, epsilon=0.01), layers.Dense(1)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), norm, dense])
    dense.set_weights([kernel, bias])
    optimizer, loss = keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()
    losses = student.train(model, loss, optimizer, Again(xs, ys), int(epochs))
    return {"losses": losses, "norm": norm.get_weights(), "dense": dense.get_weights()}


def classes(student, kernel, images, labels, epochs, rate):
    """Images with four axes, and labels that are class numbers."""
    model = keras.Sequential([keras.Input(images[0].shape[1:]), layers.Flatten(), layers.Dense(3)])
    model.set_weights([kernel, np.zeros(3, "float32")])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    losses = student.train(
        model, loss, keras.optimizers.SGD(rate), Again(images, labels), int(epochs)
    )
    return {"losses": losses, "weights": model.get_weights()}


def frozen(student, first, kernel, bias, xs, ys, epochs, rate):
    below = layers.Dense(first.shape[1], use_bias=False, trainable=False)
    dense = layers.Dense(1)
    model = keras.Sequential([keras.Input((first.shape[0],)), below, dense])
    below.set_weights([first])
    dense.set_weights([kernel, bias])
    optimizer, loss = keras.optimizers.SGD(rate), keras.losses.MeanSquaredError()
    losses = student.train(model, loss, optimizer, Again(xs, ys), int(epochs))
    return {"losses": losses, "frozen": below.get_weights()[0], "weights": dense.get_weights()}
