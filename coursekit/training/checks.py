"""What is looked at before a training starts, so that a mistake is named where it was made."""

import math
from numbers import Integral

import keras

from coursekit.training.batches import Batches


def check(model, loss, optimizer, batches, epochs):
    """Raises one sentence for what cannot be trained: arguments, data, labels, learning rate."""
    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            "The loops of coursekit.training are written with tf.GradientTape and want the "
            f"TensorFlow backend; Keras runs on {keras.backend.backend()}. Set "
            "KERAS_BACKEND=tensorflow before Keras is imported."
        )
    if not isinstance(loss, keras.losses.Loss):
        raise TypeError(
            "loss is an object such as keras.losses.MeanSquaredError(), which says how it is "
            f"averaged; got {loss!r}."
        )
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(
            f"optimizer is an object such as keras.optimizers.Adam(1e-3); got {optimizer!r}."
        )
    check_rate(optimizer)
    check_counts(batches, epochs)
    if batches.arrays:
        _check_shapes(model, *batches.data)
        _check_labels(model, loss, batches.data[1])


def check_rate(optimizer):
    """Refuses a learning rate that is no step down the slope; schedules are left alone."""
    rate = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
    if not 0 < rate < math.inf:
        raise ValueError(
            "The learning rate is the size of a step down the slope, a finite number above 0; "
            f"got {rate:g}. Try 0.01 for SGD, 0.001 for Adam and RMSprop."
        )


def check_counts(batches: Batches, epochs):
    """Refuses numbers of epochs and samples that make no training."""
    for name, number in (("epochs", epochs), ("batch_size", batches.batch_size)):
        if not isinstance(number, Integral) or number < 1:
            raise ValueError(f"{name} is a whole number of at least 1; got {number!r}.")
    if not batches.arrays:
        return
    x, y = batches.data
    if len(x) != len(y):
        raise ValueError(
            f"Every sample needs a label of its own; got {len(x)} samples and {len(y)} labels."
        )
    if not len(x):
        raise ValueError("There is nothing to learn from: the data has no samples. Give some.")


def _check_shapes(model, x, y):
    wanted = getattr(model, "input_shape", None)
    if not isinstance(wanted, tuple) or not all(side is None or side > 0 for side in wanted):
        return  # several inputs, or not yet built
    fits = len(wanted) == x.ndim and all(a in (None, b) for a, b in zip(wanted[1:], x.shape[1:]))
    if not fits:
        raise ValueError(
            f"The model takes samples of shape {wanted[1:]}; got {x.shape[1:]}. Reshape the data "
            "(grey images need a last axis for their one channel), or build the model for it."
        )


def _check_labels(model, loss, y):
    outputs = getattr(model, "output_shape", None)
    if "sparse" not in loss.name or not isinstance(outputs, tuple) or outputs[-1] is None:
        return
    kept = y[y != loss.ignore_class] if getattr(loss, "ignore_class", None) is not None else y
    classes = outputs[-1]
    wrong = kept[(kept < 0) | (kept >= classes)]
    if wrong.size:
        raise ValueError(
            f"The model has {classes} outputs, one per class, so labels are whole numbers from 0 to "
            f"{classes - 1}; got {wrong.flat[0]}. Count classes from 0, or give the last layer more "
            "outputs."
        )
