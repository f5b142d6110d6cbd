"""Labels that do not fit the loss: their shape, their range."""

import numpy as np

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis


def labels_of_wrong_shape(y, outputs_shape, loss):
    """Names labels whose shape the loss refuses or, worse, stretches to fit.

    Args:
        y: the labels, an array of any shape.
        outputs_shape: shape of the model's outputs for them.
        loss: `LossFacts`.
    """
    classes = outputs_shape[-1]
    rows = tuple(outputs_shape[:-1])
    if loss.family == "sparse":
        if y.shape in (rows, (*rows, 1)):
            return None
        if y.shape == tuple(outputs_shape):
            return Diagnosis(
                "labels_of_wrong_shape",
                f"Labels of shape {y.shape} are one-hot rows, but a sparse cross-entropy wants one "
                "whole number per sample, the class.",
                "CategoricalCrossentropy, or y.argmax(-1) as labels.",
            )
        wanted = f"{rows}, one class per sample"
    elif loss.family == "one-hot":
        if y.shape == tuple(outputs_shape):
            return None
        if y.shape in (rows, (*rows, 1)):
            return Diagnosis(
                "labels_of_wrong_shape",
                f"Labels of shape {y.shape} are classes as numbers, but a categorical cross-entropy "
                f"wants one-hot rows of {classes}.",
                "SparseCategoricalCrossentropy, or keras.utils.to_categorical(y) as labels.",
            )
        wanted = f"{tuple(outputs_shape)}, one row per sample"
    elif loss.family in ("binary", "squared"):
        # Keras adds or drops a last axis of 1; anything else is stretched over the outputs.
        if y.shape == tuple(outputs_shape) or (classes == 1 and y.shape == rows):
            return None
        wanted = f"{tuple(outputs_shape)}, one number per output"
    else:
        return None
    return Diagnosis(
        "labels_of_wrong_shape",
        f"Labels of shape {y.shape} do not fit outputs of shape {tuple(outputs_shape)}: the loss "
        f"wants {wanted}.",
        "reshape the labels, or give the last layer as many units as there are labels per sample.",
    )


def labels_out_of_range(y, outputs_shape, loss):
    """Names labels that are no class, no probability or no number at all.

    Args:
        y: the labels, of a shape that fits.
        outputs_shape: shape of the model's outputs for them.
        loss: `LossFacts`.
    """
    if y.dtype.kind not in "biuf" or not y.size:
        return None
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        return _out_of_range("not all finite numbers", "remove the samples without a label.")
    if loss.family == "sparse":
        classes = outputs_shape[-1]
        y = y[y != loss.ignore_class] if loss.ignore_class is not None else y
        if not y.size:
            return None
        low, high = y.min(), y.max()
        if low < 0 or high >= classes:
            return _out_of_range(
                f"classes from {low:g} to {high:g}, but with {classes} outputs the classes are 0 to "
                f"{classes - 1}",
                f"labels that start at 0 (y - {low:g}), or {high + 1:g} units in the last layer."
                if low >= 0
                else "labels that start at 0; ignore_class= for a label that marks a gap.",
            )
        if (y != np.round(y)).any():
            return _out_of_range(
                f"not whole numbers (from {low:g} to {high:g})",
                "a regression loss such as MeanSquaredError if they are quantities, whole numbers "
                "if they are classes.",
            )
    elif loss.family in ("binary", "one-hot"):
        low, high = y.min(), y.max()
        if low < 0 or high > 1:
            return _out_of_range(
                f"numbers from {low:g} to {high:g}, but this loss wants probabilities, from 0 to 1",
                "(y + 1) / 2 as labels."
                if (low, high) == (-1, 1)
                else "labels 0 and 1; SparseCategoricalCrossentropy for more than two classes.",
            )
        if loss.family == "one-hot" and np.abs(y.sum(-1) - 1).max() > 1e-3:
            return _out_of_range(
                "rows that do not sum to 1, but a categorical cross-entropy wants exactly one class "
                "per sample",
                "BinaryCrossentropy if a sample may have several classes or none.",
            )
    return None


def _out_of_range(what, try_):
    return Diagnosis("labels_out_of_range", f"The labels are {what}.", try_)
