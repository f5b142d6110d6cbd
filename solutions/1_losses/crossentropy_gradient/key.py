"""The answer key of crossentropy_gradient."""

import numpy as np

from coursekit.grading.key import Exactly, Slip, check, near
from coursekit.grading.slips_of_losses import (
    NOT_IN_A_GRAPH,
    UNCAST,
    of_many_classes,
    of_many_samples,
    shifted_too_far,
)

WRITES = ["crossentropy_gradient"]
READY_MADE = ["losses", "gradients"]


def softmax(logits, axis=-1):
    z = np.asarray(logits, "float64")
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def one_hot(y_true, logits):
    return np.eye(logits.shape[-1])[y_true.astype("int64")]


def difference(y_true, logits):
    return softmax(logits) - one_hot(y_true, logits)


def gradient(y_true, logits):
    # e to the power z − log Σ exp z is right, and there |z| is the largest quantity on the way
    largest = (1 + np.abs(logits).max(-1, keepdims=True)) / len(logits)
    return near(difference(y_true, logits) / len(logits), largest)


def about(value):
    """What another formula gives, whose own roundings nobody counts."""
    return near(value, 1, 200)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, "float64")))


def log_softmax(z):
    z = np.asarray(z, "float64") - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def labels(rng, batch, classes):
    """Labels among which is the last class: that others may be missing has a check of its own."""
    return np.append(rng.integers(0, classes, batch - 1), classes - 1)


def case(y_true, logits):
    """A batch in whose last row the label is what the model likes least."""
    logits[-1, int(y_true[-1])] = logits[-1].min()
    return {"y_true": y_true, "logits": logits}


def losses(y_true, logits):
    return -(one_hot(y_true, logits) * log_softmax(logits)).sum(-1)


LOSS_INSTEAD = "That is the loss itself; wanted is its gradient, of the shape of the logits."
SLIPS = [
    Slip(
        "not_divided",
        "That is the gradient of the SUM over the batch; the loss is the mean: divide by the number "
        "of samples.",
        lambda y_true, logits: about(difference(y_true, logits)),
    ),
    Slip(
        "divided_by_classes",
        "That is divided by the number of classes; the loss is a mean over the samples: divide by "
        "their number.",
        lambda y_true, logits: about(difference(y_true, logits) / logits.shape[-1]),
    ),
    Slip(
        "divided_by_everything",
        "That is divided by samples times classes; the loss is a mean over the samples only: "
        "divide by their number.",
        lambda y_true, logits: about(difference(y_true, logits) / logits.size),
    ),
    Slip(
        "divided_twice",
        "That is divided by the number of samples twice: once is enough.",
        lambda y_true, logits: about(difference(y_true, logits) / len(logits) ** 2),
    ),
    Slip(
        "negative",
        "The sign is wrong: prediction minus truth, so that a step against the gradient raises the "
        "true class.",
        lambda y_true, logits: about(-difference(y_true, logits) / len(logits)),
    ),
    Slip(
        "truth_not_subtracted",
        "That is the softmax alone: 1 is still to be subtracted at the true class.",
        lambda y_true, logits: about(softmax(logits) / len(logits)),
    ),
    Slip(
        "truth_divided_alone",
        "Only the truth is divided by the number of samples: put the whole difference in "
        "parentheses.",
        lambda y_true, logits: about(softmax(logits) - one_hot(y_true, logits) / len(logits)),
    ),
    Slip(
        "softmax_divided_alone",
        "Only the softmax is divided by the number of samples: put the whole difference in parentheses.",
        lambda y_true, logits: about(softmax(logits) / len(logits) - one_hot(y_true, logits)),
    ),
    Slip(
        "whole_number_division",
        "Everything is 0 as soon as there are two samples: 1 // n is cut to 0. Cast n to the dtype "
        "of the logits, and divide by it with /.",
        lambda y_true, logits: about(difference(y_true, logits) * (1 // len(logits))),
    ),
    Slip(
        "no_softmax",
        "That is logits minus truth: the softmax is missing.",
        lambda y_true, logits: near(
            (logits - one_hot(y_true, logits)) / len(logits), np.abs(logits).max(), 200
        ),
    ),
    Slip(
        "sigmoid",
        "That is σ(z) − truth, the gradient of a binary cross-entropy: use a softmax.",
        lambda y_true, logits: about((sigmoid(logits) - one_hot(y_true, logits)) / len(logits)),
    ),
    Slip(
        "logarithm",
        "That is log softmax minus truth; differentiating takes the logarithm away: use the "
        "softmax itself.",
        lambda y_true, logits: near(
            (log_softmax(logits) - one_hot(y_true, logits)) / len(logits),
            np.abs(logits).max() + 5,
            200,
        ),
    ),
    Slip(
        "only_the_true_class",
        "All classes but the true one get 0: give them their probability, which pushes them down.",
        lambda y_true, logits: about(
            one_hot(y_true, logits) * difference(y_true, logits) / len(logits)
        ),
    ),
    Slip(
        "only_the_other_classes",
        "The true class gets 0: there the gradient is its probability minus 1, which is what "
        "raises it.",
        lambda y_true, logits: about((1 - one_hot(y_true, logits)) * softmax(logits) / len(logits)),
    ),
    Slip(
        "by_probabilities",
        "That is −1/p at the true class: the derivative with respect to the probabilities. Go "
        "on through the softmax to the logits.",
        lambda y_true, logits: near(
            -one_hot(y_true, logits) / softmax(logits) / len(logits),
            (1 / softmax(logits)).max(),
            2000,
        ),
    ),
    Slip(
        "squared_error",
        "The difference is multiplied by p (1 − p) as well, as in a squared error through a "
        "sigmoid. Leave that factor out: (softmax(z) − truth) / batch is all.",
        lambda y_true, logits: about(
            difference(y_true, logits) * softmax(logits) * (1 - softmax(logits)) / len(logits)
        ),
    ),
    Slip(
        "absolute",
        "The signs are lost: the true class has a negative gradient. Leave out the absolute value.",
        lambda y_true, logits: about(np.abs(difference(y_true, logits)) / len(logits)),
    ),
    Slip(
        "doubled",
        "That is twice the gradient: leave out the 2, there is no square in this loss.",
        lambda y_true, logits: about(2 * difference(y_true, logits) / len(logits)),
    ),
    Slip(
        "labels_off_by_one",
        "The truth is one class too low: labels count from 0.",
        lambda y_true, logits: about(difference(y_true - np.int64(1), logits) / len(logits)),
    ),
    Slip(
        "wrong_axis",
        "The softmax goes over the batch (axis 0): let it go over the classes, axis=-1.",
        lambda y_true, logits: about(
            (softmax(logits, axis=0) - one_hot(y_true, logits)) / len(logits)
        ),
    ),
    Slip(
        "over_everything",
        "The softmax goes over all numbers of the batch at once: an axis is missing, axis=-1.",
        lambda y_true, logits: about(
            (softmax(logits, axis=(0, 1)) - one_hot(y_true, logits)) / len(logits)
        ),
    ),
    Slip(
        "averaged_over_batch",
        "One row came back, a mean over the samples: return one row for each, divided by the "
        "number of samples.",
        lambda y_true, logits: about(difference(y_true, logits).mean(0)),
    ),
    Slip(
        "squeezed",
        "In a batch of one sample the batch is lost: a squeeze without an axis takes away every axis of "
        "size 1. Leave it out; the gradient has the shape of the logits.",
        lambda y_true, logits: about(np.squeeze(difference(y_true, logits) / len(logits))),
    ),
    Slip(
        "prediction_as_truth",
        "The truth is taken from the largest logit: take it from the labels.",
        lambda y_true, logits: about(difference(logits.argmax(-1), logits) / len(logits)),
    ),
    Slip(
        "loss_instead",
        LOSS_INSTEAD,
        lambda y_true, logits: near(losses(y_true, logits), np.abs(logits).max() + 5, 200),
    ),
    Slip(
        "loss_instead",
        LOSS_INSTEAD,
        lambda y_true, logits: near(
            losses(y_true, logits) / len(logits), np.abs(logits).max() + 5, 200
        ),
    ),
    Slip(
        "loss_instead",
        LOSS_INSTEAD,
        lambda y_true, logits: near(losses(y_true, logits).mean(), np.abs(logits).max() + 5, 200),
    ),
]


def rows_off(answer, wanted):
    return ~(np.abs(answer - wanted.value) <= wanted.allowed).all(-1)


def without_probabilities(inputs, answer, rows):
    """Whether all probabilities of these rows are 0, or 0/0."""
    p = (answer * len(answer) + one_hot(**inputs))[rows]
    return (np.isnan(p) | (np.abs(p) < 1e-6)).all()


def low_rows_only(inputs, answer, wanted):
    """Off only where the largest |z| of a row is much more than its largest z."""
    z, off = inputs["logits"], rows_off(answer, wanted)
    low = np.abs(z).max(-1) - z.max(-1) > 80
    return off.any() and not off[~low].any() and without_probabilities(inputs, answer, off)


def rows_below_only(inputs, answer, wanted):
    """Off where a row lies far below the largest logit of the batch, and there only."""
    largest, off = inputs["logits"].max(-1), rows_off(answer, wanted)
    below = largest < largest.max() - 80
    return (off == below).all() and without_probabilities(inputs, answer, off)


def clipped(inputs, answer, wanted):
    """Right where the logits are small, and else pulled towards other probabilities."""
    off, small = rows_off(answer, wanted), np.abs(inputs["logits"]).max(-1) < 10
    at_the_truth = (one_hot(**inputs) * answer).sum(-1)
    within = (np.abs(answer) <= 1 / len(answer) + 1e-6).all()
    return not off[small].any() and within and (at_the_truth < 0).all()


LARGE = [
    *shifted_too_far(low_rows_only, rows_below_only),
    Slip(
        "overflow",
        "inf or nan for large logits: in float32 e^z is too large for z above 88, or something "
        "is divided by a probability that is 0. Use ops.softmax, and divide by no probability.",
        shows=lambda inputs, answer, wanted: (
            answer.shape == wanted.value.shape and not np.isfinite(answer).all()
        ),
    ),
    Slip(
        "clipped",
        "The logits or the probabilities are clipped, which changes the gradient of large logits: "
        "ops.softmax needs no clipping.",
        shows=clipped,
    ),
]


@check(
    "gives softmax(z), minus 1 at the true class, divided by the size of the batch",
    wanted=gradient,
    slips=SLIPS,
)
def values(rng):
    for batch, classes in [(5, 2), (1, 3), (5, 3), (2, 7), (6, 2), (6, 6)]:
        z = rng.uniform(-2, 2, (batch, classes)).astype("float32")
        yield case(labels(rng, batch, classes), z)
    z = np.float32([[2, 0, -1], [0, 3, 1], [-2, 0, 1], [1, 2, -3], [0.5, -1, 0]])
    yield {"y_true": np.asarray([0, 2, 0, 2, 2]), "logits": z}


@check(
    "takes labels of any integer dtype",
    wanted=gradient,
    slips=[*SLIPS, UNCAST],
    question="values",
)
def label_dtypes(rng):
    for dtype in ("int32", "uint8", "int16", "int64"):
        z = rng.uniform(-2, 2, (7, 6)).astype("float32")
        yield case(np.asarray([5, 0, 1, 5, 2, 3, 4]).astype(dtype), z)


@check(
    "takes labels that are integer tensors",
    wanted=gradient,
    slips=[*SLIPS, UNCAST],
    question="of_tensors",
)
def integer_tensors(rng):
    for dtype in ("int32", "uint8", "int16", "int64"):
        z = rng.uniform(-2, 2, (7, 6)).astype("float32")
        yield case(np.asarray([5, 0, 1, 5, 2, 3, 4]).astype(dtype), z)


@check(
    "takes batches in which the last classes are missing",
    wanted=gradient,
    slips=[
        *SLIPS,
        Slip(
            "too_few_classes",
            "The number of classes is read off the labels (their largest + 1), which need not "
            "contain the last class: take logits.shape[-1].",
            error="",
        ),
    ],
    question="values",
)
def missing_classes(rng):
    z = rng.uniform(-2, 2, (7, 6)).astype("float32")
    yield case(np.asarray([2, 0, 1, 2, 4, 3, 2]), z)


@check(
    "takes some hundreds of classes",
    wanted=gradient,
    slips=[
        *SLIPS,
        *of_many_classes(
            lambda y_true, logits: about(difference(y_true.astype("uint8"), logits) / len(logits)),
            "logits",
        ),
    ],
    question="values",
)
def many_classes(rng):
    z = rng.uniform(-2, 2, (7, 300)).astype("float32")
    yield {"y_true": np.asarray([12, 299, 43, 12, 299, 12, 43]), "logits": z}


def with_truth_at(y_true, logits, places):
    truth = np.zeros(logits.size)
    np.add.at(truth, places, 1)
    return about((softmax(logits) - truth.reshape(logits.shape)) / len(logits))


@check(
    "takes some hundreds of samples with labels in uint8",
    wanted=gradient,
    slips=[
        *SLIPS,
        *of_many_samples(with_truth_at),
        UNCAST,
    ],
    question="of_tensors",
)
def many_samples(rng):
    z = rng.uniform(-2, 2, (301, 7)).astype("float32")
    yield case(labels(rng, 301, 7).astype("uint8"), z)


@check(
    "stays exact for logits up to ±10,000, in rows of different size",
    wanted=gradient,
    slips=[*SLIPS, *LARGE],
    question="values",
)
def large_logits(rng):
    for size in (300, 1000, 10_000):
        z = [[size, 0, 1], [-size, 1 - size, 2 - size], [size, size, 0], [0, 1, 2], [2, 0, 1]]
        z = np.float32([[*row, *row] for row in z])  # 6 classes of 5 samples
        yield {"y_true": np.asarray([1, 0, 5, 1, 1]), "logits": z}


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=gradient,
    slips=[
        *SLIPS,
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    z = rng.uniform(-2, 2, (7, 6)).astype("float32")
    yield case(labels(rng, 7, 6), z)


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda y_true, logits: [Exactly(y_true), Exactly(logits)],
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
    z = rng.uniform(-2, 2, (4, 3)).astype("float32")
    yield case(labels(rng, 4, 3), z)
