"""The answer key of mse."""

import numpy as np

from coursekit.grading.key import Exactly, Near, Raises, Slip, check, either, near
from coursekit.grading.slips_of_losses import (
    NOT_IN_A_GRAPH,
    cut_off,
    negated,
    slopes,
    upstream_ignored,
)
from coursekit.room.upstream import upstream

WRITES = ["mean_squared_error"]
READY_MADE = ["losses"]


def error(y_true, y_pred):
    return np.asarray(y_pred, "float64") - np.asarray(y_true, "float64")


def mse(y_true, y_pred):
    # (ŷ − y)² may be multiplied out on the way; then ŷ² and y² are the largest quantities
    largest = np.maximum(np.abs(y_pred), np.abs(y_true.astype("float64"))) ** 2
    return near((error(y_true, y_pred) ** 2).mean(-1), largest.max(-1))


def plain_slope(y_true, y_pred):
    largest = np.maximum(np.abs(y_true), np.abs(y_pred))
    return near(2 * error(y_true, y_pred) / y_pred.shape[-1], largest)


def mse_slope(y_true, y_pred):
    plain, each = plain_slope(y_true, y_pred), upstream(y_pred.shape[:-1])[..., None]
    return Near(each * plain.value, each * plain.allowed, plain.dtype)


def wrapped(y_true, y_pred):
    """The differences in the dtype of the labels: unsigned numbers go round."""
    difference = y_true - y_pred.astype(y_true.dtype)
    return (difference.astype("float64") ** 2).mean(-1)


def wrapped_the_other_way(y_true, y_pred):
    difference = y_pred.astype(y_true.dtype) - y_true
    return (difference.astype("float64") ** 2).mean(-1)


def wrapped_square(y_true, y_pred):
    difference = y_true - y_pred.astype(y_true.dtype)
    return (difference**2).astype("float64").mean(-1)


def truncated(y_true, y_pred):
    return ((np.trunc(y_pred) - np.trunc(y_true.astype("float64"))) ** 2).mean(-1)


def square(y_true, y_pred):
    return error(y_true, y_pred) ** 2


SLIPS = [
    Slip(
        "summed",
        "That is the sum over the outputs; the loss of a sample is their mean.",
        lambda y_true, y_pred: square(y_true, y_pred).sum(-1),
    ),
    Slip(
        "halved",
        "That is half of the loss: leave out the ½, which some textbooks put in front.",
        lambda y_true, y_pred: square(y_true, y_pred).mean(-1) / 2,
    ),
    Slip(
        "absolute",
        "That is the mean absolute error: square the differences instead.",
        lambda y_true, y_pred: np.abs(error(y_true, y_pred)).mean(-1),
    ),
    Slip(
        "signed",
        "The differences are averaged with their signs, so that misses to both sides cancel; square "
        "them first.",
        lambda y_true, y_pred: error(y_true, y_pred).mean(-1),
    ),
    Slip(
        "rooted",
        "That is the root of the mean squared error: leave out the root.",
        lambda y_true, y_pred: np.sqrt(square(y_true, y_pred).mean(-1)),
    ),
    Slip(
        "square_of_mean",
        "That is the square of the mean difference: square each difference first, then average.",
        lambda y_true, y_pred: error(y_true, y_pred).mean(-1) ** 2,
    ),
    Slip(
        "averaged_over_batch",
        "That is one number for the whole batch; wanted is one loss for each sample: mean over the "
        "last axis only.",
        lambda y_true, y_pred: square(y_true, y_pred).mean(),
    ),
    Slip(
        "summed_over_everything",
        "That is the sum of all squares in the batch; wanted is the mean over the last axis, one "
        "number for each sample.",
        lambda y_true, y_pred: square(y_true, y_pred).sum(),
    ),
    Slip(
        "divided_by_batch",
        "The sum of all squares is divided by the number of samples; wanted is one loss for each "
        "sample, the mean over its outputs.",
        lambda y_true, y_pred: square(y_true, y_pred).sum() / len(y_pred),
    ),
    Slip(
        "divided_by_batch",
        "The sum over the outputs is divided by the number of samples: take the mean over the "
        "last axis.",
        lambda y_true, y_pred: square(y_true, y_pred).sum(-1) / len(y_pred),
    ),
    Slip(
        "not_averaged",
        "Those are the squares themselves: their mean over the last axis is still missing.",
        square,
    ),
    Slip(
        "first_axis",
        "That is the mean over the first axis, the batch; wanted is the mean over the last, axis=-1.",
        lambda y_true, y_pred: square(y_true, y_pred).mean(0),
    ),
    Slip(
        "second_axis",
        "That is the mean over axis 1, which is the last one only where there are two: take "
        "axis=-1.",
        lambda y_true, y_pred: square(y_true, y_pred).mean(min(1, y_pred.ndim - 1)),
    ),
    Slip(
        "all_but_the_first",
        "That is the mean over all axes but the first: where a sample has several rows, wanted is "
        "one loss for each row, the mean over the last axis only.",
        lambda y_true, y_pred: square(y_true, y_pred).mean(tuple(range(1, y_pred.ndim))),
    ),
    Slip(
        "one_too_few",
        "The sum of the squares is divided by one less than the number of outputs, as in a sample "
        "variance; divide by their number.",
        lambda y_true, y_pred: square(y_true, y_pred).sum(-1) / (y_pred.shape[-1] - 1),
    ),
    Slip(
        "kept_axis",
        "The numbers are right, but the averaged axis is kept with size 1: drop it (no keepdims).",
        lambda y_true, y_pred: square(y_true, y_pred).mean(-1, keepdims=True),
    ),
    Slip(
        "squeezed",
        "In a batch of one sample the batch is lost: a squeeze without an axis takes away every axis of "
        "size 1. Average over axis=-1 without keepdims, and there is nothing to squeeze.",
        lambda y_true, y_pred: np.squeeze(square(y_true, y_pred).mean(-1)),
    ),
    Slip(
        "squeezed",
        "With one output, a squeeze without an axis takes away a batch of one sample as well. "
        "Average over axis=-1 whatever its size, and there is nothing to squeeze.",
        lambda y_true, y_pred: (
            np.squeeze(square(y_true, y_pred))
            if y_pred.shape[-1] == 1
            else square(y_true, y_pred).mean(-1)
        ),
    ),
    Slip(
        "relative",
        "The error is divided by the label: leave that division out.",
        lambda y_true, y_pred: ((error(y_true, y_pred) / y_true) ** 2).mean(-1),
    ),
    Slip(
        "one_sided",
        "Predictions that are too small cost nothing: errors of one sign are cut off. Square them "
        "all.",
        lambda y_true, y_pred: (np.maximum(error(y_true, y_pred), 0) ** 2).mean(-1),
    ),
    Slip(
        "other_side",
        "Predictions that are too large cost nothing: errors of one sign are cut off. Square them "
        "all.",
        lambda y_true, y_pred: (np.minimum(error(y_true, y_pred), 0) ** 2).mean(-1),
    ),
    Slip(
        "divided_by_two",
        "The sum of the squares is divided by 2, whatever the number of outputs: divide by their "
        "number.",
        lambda y_true, y_pred: square(y_true, y_pred).sum(-1) / 2,
    ),
    Slip(
        "fourth_power",
        "The differences are squared twice: once is enough.",
        lambda y_true, y_pred: (square(y_true, y_pred) ** 2).mean(-1),
    ),
    Slip(
        "largest",
        "That is the largest of the squares: take their mean.",
        lambda y_true, y_pred: square(y_true, y_pred).max(-1),
    ),
    Slip(
        "added",
        "Label and prediction are added: subtract one from the other.",
        lambda y_true, y_pred: (
            (np.asarray(y_pred, "float64") + np.asarray(y_true, "float64")) ** 2
        ).mean(-1),
    ),
    Slip(
        "labels_ignored",
        "The labels play no part: square ŷ − y, not ŷ alone.",
        lambda y_true, y_pred: (np.asarray(y_pred, "float64") ** 2).mean(-1),
    ),
    Slip(
        "negative",
        "The sign is wrong: turn it, since a squared error is never negative.",
        lambda y_true, y_pred: -square(y_true, y_pred).mean(-1),
    ),
    Slip(
        "labels_cut",
        "The labels are cut to whole numbers, so that 0.9 counts as 0: cast them straight to "
        "the dtype of the predictions.",
        lambda y_true, y_pred: ((y_pred - np.trunc(y_true.astype("float64"))) ** 2).mean(-1),
    ),
    Slip(
        "whole_numbers",
        "Predictions and labels are cut to whole numbers, so that 0.9 counts as 0: leave the "
        "predictions as they are, and cast the labels to their dtype.",
        truncated,
    ),
]
NO_ASTYPE = Slip(
    "no_astype",
    "A tensor lacks methods of NumPy arrays such as .astype: use ops.cast(y_true, y_pred.dtype); "
    "the functions of keras.ops take both.",
    error=r"(?:'astype'|enable_numpy_behavior)",
)
UNCAST = Slip(
    "uncast",
    "TensorFlow does not subtract whole numbers and float32 from each other: cast the labels to "
    "the dtype of the predictions first.",
    error=r"but is an? \w+ tensor|Tensor conversion requested|of dtype|got dtype|cast ufunc",
)
NEGATED = negated("predictions")
UNSIGNED = [
    Slip(
        "unsigned",
        "The difference is taken in the labels' own dtype, where fractions are cut off and "
        "unsigned numbers wrap around (in uint8 3 − 5 is 254): cast the labels to the dtype of "
        "the predictions first.",
        wrapped,
    ),
    Slip(
        "unsigned",
        "The difference is taken in the labels' own dtype, where fractions are cut off and "
        "unsigned numbers wrap around (in uint8 3 − 5 is 254): cast the labels to the dtype of "
        "the predictions first.",
        wrapped_the_other_way,
    ),
    Slip(
        "unsigned",
        "The difference is taken in the labels' own dtype, where fractions are cut off and "
        "unsigned numbers wrap around (in uint8 3 − 5 is 254): cast the labels to the dtype of "
        "the predictions first.",
        wrapped_square,
    ),
    Slip(
        "unsigned",
        "Labels above 127 come out wrong: they are cast to int8 on the way, where 200 is −56. "
        "Cast them straight to the dtype of the predictions.",
        lambda y_true, y_pred: ((y_pred - y_true.astype("int8").astype("float64")) ** 2).mean(-1),
    ),
]


@check(
    "gives one loss per sample, the mean of (ŷ − y)² over the last axis",
    wanted=mse,
    slips=SLIPS,
)
def values(rng):
    for shape in [(1, 3), (2, 4), (5, 3), (4, 2, 3), (7, 1), (1, 1)]:
        y_true, y_pred = rng.normal(size=(2, *shape)).astype("float32")
        yield {"y_true": y_true, "y_pred": y_pred}


@check(
    "counts large errors in full",
    wanted=mse,
    slips=[
        *SLIPS,
        Slip(
            "clipped",
            "Large errors are cut off or flattened: leave that out, and count every error with "
            "its full square.",
            shows=lambda inputs, answer, wanted: (
                answer.shape == wanted.value.shape and (answer < wanted.value).all()
            ),
        ),
    ],
    question="values",
)
def large(rng):
    for shape in [(1, 2), (3, 5)]:
        y_true, y_pred = (rng.normal(size=(2, *shape)) * [[[900]], [[4000]]]).astype("float32")
        yield {"y_true": y_true, "y_pred": y_pred}


@check(
    "takes labels that are whole numbers, unsigned ones too",
    wanted=mse,
    slips=[*SLIPS, *UNSIGNED, NO_ASTYPE, UNCAST, NEGATED],
    question="values",
)
def integer_labels(rng):
    for dtype in ("uint8", "int32", "int64"):
        y_true = rng.integers(1, 6, (4, 3)).astype(dtype)
        y_true[:2] = [1, 5, 2], [200, 130, 4]
        y_pred = np.abs(y_true + rng.uniform(-3, 3, (4, 3))).astype("float32")
        yield {"y_true": y_true, "y_pred": y_pred}


@check(
    "takes labels that are integer tensors",
    wanted=mse,
    slips=[*SLIPS, *UNSIGNED, NO_ASTYPE, UNCAST, NEGATED],
    question="of_tensors",
)
def integer_tensors(rng):
    for dtype in ("uint8", "int32", "int64"):
        y_true = rng.integers(1, 6, (4, 3)).astype(dtype)
        y_true[:2] = [1, 5, 2], [200, 130, 4]
        y_pred = np.abs(y_true + rng.uniform(-3, 3, (4, 3))).astype("float32")
        yield {"y_true": y_true, "y_pred": y_pred}


@check(
    "lets the gradient 2 (ŷ − y) / outputs through to the predictions",
    wanted=mse_slope,
    slips=[
        Slip(
            "half_differentiated",
            "That is half of the gradient: one factor of the square is cut off from it "
            "(stop_gradient, .numpy()). Differentiate both: ops.square.",
            lambda y_true, y_pred: near(
                mse_slope(y_true, y_pred).value / 2, np.maximum(np.abs(y_true), np.abs(y_pred))
            ),
        ),
        *slopes(SLIPS, of="y_pred"),
        NO_ASTYPE,
        upstream_ignored(plain_slope),
        cut_off(
            "predictions",
            shows=lambda inputs, answer, wanted: answer is None or not answer.any(),
        ),
    ],
)
def gradient(rng):
    for shape in [(4, 3), (5, 2, 4)]:
        y_true, y_pred = rng.normal(size=(2, *shape)).astype("float32")
        yield {"y_true": y_true, "y_pred": y_pred}
    y_true, y_pred = rng.normal(size=(2, 2, 3)).astype("float32")
    y_pred[0] = y_true[0]  # an error of exactly 0 has a slope of exactly 0
    yield {"y_true": y_true, "y_pred": y_pred}


def columns(in_a_graph, y_true, y_pred):
    """Labels and predictions, both of the shape (batch, 1)."""
    return y_true[:, None], y_pred


def is_like(answer, value):
    return answer.shape == np.shape(value) and np.allclose(answer, value, rtol=1e-4, atol=1e-5)


def of_table(inputs, answer, wanted):
    """Whether this is made of the differences of every prediction and every label, with a mistake or without."""
    y_true, y_pred = np.broadcast_arrays(inputs["y_true"], inputs["y_pred"])
    formulas = [lambda y_true, y_pred: square(y_true, y_pred).mean(-1)]
    formulas += [slip.wanted for slip in SLIPS]
    return answer.ndim > 0 and any(is_like(answer, f(y_true, y_pred)) for f in formulas)


@check(
    "raises a ValueError or gives (batch,) when labels (batch,) meet predictions (batch, 1)",
    wanted=lambda in_a_graph, y_true, y_pred: either(
        "refused" if in_a_graph else Raises("ValueError"),
        near(error(y_true, y_pred[:, 0]) ** 2, np.abs(y_pred[:, 0]) + 5, 64),
    ),
    slips=[
        Slip(
            "broadcast_in_a_graph",
            "Inside a tf.function the batch size is not known, and labels (batch,) and predictions "
            "(batch, 1) make a table of batch × batch: compare the numbers of axes, not sizes, and "
            "raise a ValueError or bring the labels to (batch, 1).",
            shows=lambda inputs, answer, wanted: (
                inputs["in_a_graph"] and of_table(inputs, answer, wanted)
            ),
        ),
        Slip(
            "broadcast",
            "Labels (batch,) and predictions (batch, 1) make a table of batch × batch differences: "
            "compare the numbers of axes first, and raise a ValueError or bring the labels to "
            "(batch, 1).",
            shows=of_table,
        ),
        Slip(
            "column",
            "The numbers are right, but they stand in a column (batch, 1): take the mean over the last "
            "axis, without keepdims.",
            shows=lambda inputs, answer, wanted: is_like(answer, square(*columns(**inputs))),
        ),
        Slip(
            "one_number",
            "One number comes for the whole batch, a mean or a sum over the samples; wanted is one loss "
            "for each. Bring the labels to (batch, 1) as well, or raise a ValueError.",
            shows=lambda inputs, answer, wanted: answer.ndim == 0,
        ),
        *[
            Slip(
                slip.name,
                slip.says,
                shows=lambda inputs, answer, wanted, f=slip.wanted: is_like(
                    answer, f(*columns(**inputs))
                ),
            )
            for slip in SLIPS
        ],
        Slip(
            "another_exception",
            "For labels (batch,) your code raises another exception: raise a ValueError (an assert "
            "raises an AssertionError).",
            error="",
        ),
    ],
)
def one_column(rng):
    for batch, in_a_graph in [(3, False), (5, False), (4, True)]:
        y_pred = rng.normal(size=(batch, 1)).astype("float32")
        y_true = rng.normal(size=batch).astype("float32")
        yield {"in_a_graph": in_a_graph, "y_true": y_true, "y_pred": y_pred}


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=mse,
    slips=[
        *SLIPS,
        NO_ASTYPE,
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    y_true, y_pred = rng.normal(size=(2, 4, 3)).astype("float32")
    yield {"y_true": y_true, "y_pred": y_pred}


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda y_true, y_pred: [Exactly(y_true), Exactly(y_pred)],
    slips=[
        Slip(
            "changed_in_place",
            "An array of the caller has changed: `-=` and its like write into NumPy arrays. "
            "Compute new values.",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        )
    ],
)
def untouched(rng):
    y_true, y_pred = rng.normal(size=(2, 4, 3)).astype("float32")
    yield {"y_true": y_true, "y_pred": y_pred}
