"""What is looked at in the data before a training starts: its form, its shapes, its labels."""

from collections.abc import Iterator

import numpy as np

from coursekit.training.batches import is_array


def check_data(batches, epochs, name=""):
    """Refuses data that is neither two arrays nor batches to be walked in every epoch.

    `name` stands in front of the sentence.
    """
    data = batches.data
    wanted = f"{name}data is a pair of arrays (x, y), or an iterable of batches (x, y)"
    if is_array(data) or not hasattr(data, "__iter__"):
        raise TypeError(f"{wanted}; got one {type(data).__name__}. Give samples and labels.")
    if batches.arrays:
        _check_sizes(*data, name)
        return
    if isinstance(data, (tuple, list)) and not all(_is_pair(batch) for batch in data):
        raise TypeError(f"{wanted}; got a {type(data).__name__} of something else.")
    spec = getattr(data, "element_spec", None)
    if spec is not None and not (isinstance(spec, tuple) and len(spec) == 2):
        raise TypeError(f"{wanted}; got a data set whose elements are no pairs: {spec}.")
    if epochs > 1 and isinstance(data, Iterator):
        raise ValueError(
            f"{name}A {type(data).__name__} can be walked once, and {epochs} epochs walk the data "
            f"{epochs} times. Give a list of batches or a tf.data.Dataset."
        )
    _check_length(data, name)


def _is_pair(batch):
    return isinstance(batch, (tuple, list)) and len(batch) == 2 and all(map(is_array, batch))


def _check_length(data, name):
    if getattr(data, "cardinality", lambda: None)() == -1:  # tf.data.INFINITE_CARDINALITY
        raise ValueError(
            f"{name}An epoch walks the data to its end, and this data set has none. Leave out "
            "repeat(), or say how much an epoch is with take()."
        )
    try:
        length = len(data)
    except TypeError:  # nobody knows
        return
    if not length:
        raise ValueError(
            f"{name}There is nothing to learn from: the data has no batches. Give some."
        )


def refuse_empty_epoch(batches, epoch):
    """Raises a ValueError if an epoch, counted from 0, had no batches."""
    if not batches:
        raise ValueError(
            f"There is nothing to learn from: epoch {epoch + 1} had no batches. Give data that can "
            "be walked once per epoch."
        )


def check_pair(model, loss, x, y, name=""):
    """Refuses samples and labels that do not belong together, to the model, or to the loss.

    Args:
        model, loss: what they are meant for.
        x, y: arrays of samples and labels.
        name: stands in front of the sentence.

    Raises:
        ValueError: numbers of samples, shapes, or labels out of the range of the loss.
    """
    x, y = np.asarray(x), np.asarray(y)
    _check_sizes(x, y, name)
    for part, array in (("Samples", x), ("Labels", y)):
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name}{part} are numbers; got an array of {array.dtype}.")
    _check_samples(model, x, name)
    _check_labels(model, loss, y, name)


def _check_sizes(x, y, name=""):
    if len(x) != len(y):
        raise ValueError(
            f"{name}Every sample needs a label of its own; got {len(x)} samples and {len(y)} "
            "labels."
        )
    if not len(x):
        raise ValueError(
            f"{name}There is nothing to learn from: the data has no samples. Give some."
        )


def _check_samples(model, x, name):
    wanted = _one_shape(model, "input_shape")
    if wanted is None or not all(side is None or side > 0 for side in wanted):
        return
    if not _agree(x.shape[1:], wanted[1:]):
        raise ValueError(
            f"{name}The model takes samples of shape {wanted[1:]}; got {x.shape[1:]}. Reshape the "
            "data (grey images need a last axis for their one channel), or build the model for it."
        )


def _check_labels(model, loss, y, name):
    outputs = _one_shape(model, "output_shape")
    if outputs is None or None in outputs[1:] or getattr(loss, "axis", -1) != -1:
        return
    # By name, for Keras's own classes and those of the chapter are two families.
    family = {each.__name__ for each in type(loss).__mro__}
    if "SparseCategoricalCrossentropy" in family:
        _check_classes(outputs, y, getattr(loss, "ignore_class", None), name)
    elif family & {"MeanSquaredError", "BinaryCrossentropy", "CategoricalCrossentropy"}:
        if not any(_agree(a, b) for a in _forms(y.shape[1:]) for b in _forms(outputs[1:])):
            raise ValueError(
                f"{name}The loss compares each label with the model's output of shape "
                f"{outputs[1:]}; got labels of shape {y.shape[1:]}. Give each sample a label of "
                "that shape; class numbers belong to SparseCategoricalCrossentropy."
            )
        if "MeanSquaredError" not in family and not ((y >= 0) & (y <= 1)).all():
            raise ValueError(
                f"{name}For {type(loss).__name__} a label is a probability from 0 to 1; got "
                f"{y[~((y >= 0) & (y <= 1))][0]:g}. Name the two classes 0 and 1."
            )


def _check_classes(outputs, y, ignored, name):
    if not any(_agree(form, outputs[1:-1]) for form in _forms(y.shape[1:])):
        raise ValueError(
            f"{name}SparseCategoricalCrossentropy takes one class number per sample; got labels of "
            f"shape {y.shape[1:]}. One-hot labels belong to CategoricalCrossentropy."
        )
    classes = outputs[-1]
    kept = y if ignored is None else y[y != ignored]
    wrong = kept[~((kept >= 0) & (kept < classes) & (kept == np.floor(kept)))]
    if wrong.size:
        raise ValueError(
            f"{name}The model has {classes} outputs, one per class, so labels are whole numbers "
            f"from 0 to {classes - 1}; got {wrong.flat[0]}. Count classes from 0, or give the last "
            "layer more outputs."
        )


def _one_shape(model, name):
    """The model's input or output shape; None if there are several, or none yet."""
    shape = getattr(model, name, None)
    sides = isinstance(shape, tuple) and all(
        side is None or isinstance(side, int) for side in shape
    )
    return shape if sides else None


def _forms(shape):
    """The shape, and the shape without a last axis of 1, which Keras adds or takes away."""
    return [shape, shape[:-1]] if shape[-1:] == (1,) else [shape]


def _agree(shape, wanted):
    return len(shape) == len(wanted) and all(a in (None, b) for a, b in zip(wanted, shape))
