"""What is looked at before a training starts, so that a mistake is named where it was made."""

import math
from numbers import Integral

import keras

from coursekit.training.data_checks import check_data, check_pair


def check(model, loss, optimizer, batches, epochs, validation_data=None):
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
    if loss.reduction in (None, "none"):
        raise ValueError(
            "A training step goes down one number per batch, and a loss with reduction=None gives "
            'one per sample. Make it with reduction="sum_over_batch_size", the mean.'
        )
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(
            f"optimizer is an object such as keras.optimizers.Adam(1e-3); got {optimizer!r}."
        )
    # A schedule may well begin at 0, to warm up.
    if isinstance(optimizer.learning_rate, keras.Variable):
        check_rate(float(keras.ops.convert_to_numpy(optimizer.learning_rate)))
    check_counts(batches, epochs)
    check_data(batches, epochs)
    if batches.arrays:
        check_pair(model, loss, *batches.data)
    if isinstance(validation_data, (tuple, list)):
        _check_validation(validation_data)
        check_pair(model, loss, *validation_data[:2], name="validation_data: ")


def _check_validation(data):
    if len(data) not in (2, 3) or not all(hasattr(part, "shape") for part in data[:2]):
        kinds = ", ".join(type(part).__name__ for part in data)
        raise TypeError(
            "validation_data is arrays (x, y) or (x, y, sample_weight), or a data set of batches; "
            f"got a {type(data).__name__} of {len(data)}: {kinds}."
        )


def as_list(metrics):
    """Metrics as `compile` wants them: a single one in a list, None as none, a dict as it is."""
    if isinstance(metrics, str) or callable(metrics):
        return [metrics]
    return metrics if isinstance(metrics, dict) else list(metrics or ())


def check_rate(rate):
    """Refuses a learning rate that is no step down the slope."""
    if not 0 < rate < math.inf:
        raise ValueError(
            "The learning rate is the size of a step down the slope, a finite number above 0; "
            f"got {rate:g}. Try 0.01 for SGD, 0.001 for Adam and RMSprop."
        )


def check_counts(batches, epochs):
    """Refuses numbers of epochs and samples, and seeds, that are none."""
    for name, number in (("epochs", epochs), ("batch_size", batches.batch_size)):
        if not isinstance(number, Integral) or number < 1:
            raise ValueError(f"{name} is a whole number of at least 1; got {number!r}.")
    if not isinstance(batches.seed, Integral) or batches.seed < 0:
        raise ValueError(f"seed is a whole number of at least 0, or None; got {batches.seed!r}.")
