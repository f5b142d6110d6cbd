"""The answer key of softmax_crossentropy."""

import numpy as np

from coursekit.grading.key import Exactly, Near, Slip, check, near
from coursekit.grading.slips_of_losses import (
    NOT_IN_A_GRAPH,
    UNCAST,
    cut_off,
    of_many_classes,
    of_many_samples,
    shifted_too_far,
    slopes,
    upstream_ignored,
)
from coursekit.room.upstream import upstream

WRITES = ["sparse_categorical_crossentropy"]
READY_MADE = ["losses"]


def log_softmax(logits, axis=-1):
    z = np.asarray(logits, "float64")
    z = z - z.max(axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis, keepdims=True))


def one_hot(y_true, logits):
    return np.eye(logits.shape[-1])[y_true.astype("int64")]


def per_sample(y_true, logits):
    return -(one_hot(y_true, logits) * log_softmax(logits)).sum(-1)


def crossentropy(y_true, logits):
    return near(per_sample(y_true, logits), np.abs(logits).max(-1) + 1)


def roughly(y_true, logits):
    """For checks of something else than of small probabilities."""
    return near(per_sample(y_true, logits), np.abs(logits).max(-1) + 1, 2000)


def plain_slope(y_true, logits):
    # e to the power z − log Σ exp z is right, and there |z| is the largest quantity on the way
    largest = 1 + np.abs(logits).max(-1, keepdims=True)
    return near(np.exp(log_softmax(logits)) - one_hot(y_true, logits), largest)


def weights(logits):
    """What the loss of each sample counts in the sum that is differentiated."""
    return upstream(logits.shape[:-1])[..., None]


def crossentropy_slope(y_true, logits):
    plain, each = plain_slope(y_true, logits), weights(logits)
    return Near(each * plain.value, each * plain.allowed, plain.dtype)


def rough_slope(y_true, logits):
    return near(crossentropy_slope(y_true, logits).value, 1, 1000)


def labels(rng, batch, classes):
    """Labels among which is the last class: that others may be missing has a check of its own."""
    return np.append(rng.integers(0, classes, batch - 1), classes - 1)


def case(y_true, logits):
    """A batch in whose last row the label is what the model likes least."""
    logits[-1, int(y_true[-1])] = logits[-1].min()
    return {"y_true": y_true, "logits": logits}


def about(value):
    """What another formula gives, whose own roundings nobody counts."""
    return near(value, np.abs(value).max() + 1, 2000)


def normaliser(logits):
    return np.logaddexp.reduce(np.asarray(logits, "float64"), axis=-1)


def at(y_true, table):
    """The entry of each row that its label names."""
    return (one_hot(y_true, table) * table).sum(-1)


def capped(value):
    return near(value, np.where(value > 16, 0.05 * value, 1e-4 * np.abs(value) + 1e-4) / 2**-19)


def with_epsilon(epsilon):
    def loss(y_true, logits):
        return capped(-np.log(at(y_true, np.exp(log_softmax(logits))) + epsilon))

    return loss


def clipped(epsilon):
    def loss(y_true, logits):
        p = np.clip(np.exp(log_softmax(logits)), epsilon, 1 - epsilon)
        return capped(-np.log(at(y_true, p)))

    return loss


def bare(y_true, logits):
    p = np.asarray(logits, "float64")
    p = np.clip(p / p.sum(-1, keepdims=True), 1e-7, 1 - 1e-7)
    return capped(-np.log(at(y_true, p)))


def sigmoid_losses(y_true, logits):
    z = np.asarray(logits, "float64")
    return np.logaddexp(0, z) - one_hot(y_true, logits) * z


def with_other_classes(y_true, logits):
    p = np.exp(log_softmax(logits))
    others = np.log1p(-np.minimum(p, 1 - 1e-12)) * (1 - one_hot(y_true, logits))
    return per_sample(y_true, logits) - others.sum(-1)


SLIPS = [
    Slip(
        "averaged_over_batch",
        "That is one number, the mean over the batch; wanted is one loss for each sample.",
        lambda y_true, logits: about(per_sample(y_true, logits).mean()),
    ),
    Slip(
        "summed_over_batch",
        "That is one number, the sum over the batch; wanted is one loss for each sample.",
        lambda y_true, logits: about(per_sample(y_true, logits).sum()),
    ),
    Slip(
        "mean_over_classes",
        "That is divided by the number of classes: the one-hot label picks one class, so sum over "
        "them instead of averaging.",
        lambda y_true, logits: about(per_sample(y_true, logits) / logits.shape[-1]),
    ),
    Slip(
        "mean_over_everything",
        "That is one number, a mean over samples and classes; wanted is one loss for each sample, a "
        "sum over the classes.",
        lambda y_true, logits: about(per_sample(y_true, logits).mean() / logits.shape[-1]),
    ),
    Slip(
        "divided_by_batch",
        "Every loss is divided by the number of samples: leave that out, the mean over the batch "
        "is not asked for.",
        lambda y_true, logits: about(per_sample(y_true, logits) / len(logits)),
    ),
    Slip(
        "kept_axis",
        "The numbers are right, but they stand in a column: the axis of the classes is kept "
        "with size 1. Squeeze it away, with axis=-1.",
        lambda y_true, logits: about(per_sample(y_true, logits)[:, None]),
    ),
    Slip(
        "squeezed",
        "In a batch of one sample the batch is lost: a squeeze without an axis takes away every "
        "axis of size 1. Say which one (axis=-1) where there is a column; a value of shape "
        "(batch,) needs no squeeze.",
        lambda y_true, logits: about(np.squeeze(per_sample(y_true, logits))),
    ),
    Slip(
        "broadcast",
        "A column of shape (batch, 1) meets a row of shape (batch,), which makes a table of batch "
        "× batch: squeeze the column first, with axis=-1.",
        lambda y_true, logits: about(normaliser(logits) - at(y_true, logits)[:, None]),
    ),
    Slip(
        "broadcast",
        "A column of shape (batch, 1) meets a row of shape (batch,), which makes a table of batch "
        "× batch: squeeze the column first, with axis=-1.",
        lambda y_true, logits: about(normaliser(logits)[:, None] - at(y_true, logits)),
    ),
    Slip(
        "not_summed",
        "There is one number for each class: the sum over the classes is missing.",
        lambda y_true, logits: about(-one_hot(y_true, logits) * log_softmax(logits)),
    ),
    Slip(
        "not_chosen",
        "There is one number for each class, −log softmax of all of them: take only that of the "
        "true class.",
        lambda y_true, logits: about(-log_softmax(logits)),
    ),
    Slip(
        "negative",
        "The sign is wrong: turn it, since −log of a probability is never negative.",
        lambda y_true, logits: about(-per_sample(y_true, logits)),
    ),
    Slip(
        "softmax_twice",
        "The softmax is applied twice: to the logits, and once more inside the loss. Apply it "
        "once: ops.log_softmax of the logits as they come.",
        lambda y_true, logits: about(per_sample(y_true, np.exp(log_softmax(logits)))),
    ),
    Slip(
        "no_softmax",
        "The logits are read as probabilities: take ops.log_softmax of them.",
        bare,
    ),
    Slip(
        "no_logarithm",
        "That is minus the probability itself: the logarithm is missing. Take ops.log_softmax of "
        "the logits.",
        lambda y_true, logits: about(-at(y_true, np.exp(log_softmax(logits)))),
    ),
    Slip(
        "labels_off_by_one",
        "The loss is that of the class before the true one: labels count from 0.",
        lambda y_true, logits: about(-at(y_true.astype("int64") - 1, log_softmax(logits))),
    ),
    Slip(
        "wrong_axis",
        "The softmax goes over the batch (axis 0), so that samples compete with each other: "
        "let it go over the classes, axis=-1.",
        lambda y_true, logits: about(-at(y_true, log_softmax(logits, axis=0))),
    ),
    Slip(
        "over_everything",
        "The softmax goes over all numbers of the batch at once: an axis is missing, axis=-1.",
        lambda y_true, logits: about(-at(y_true, log_softmax(logits, axis=(0, 1)))),
    ),
    Slip(
        "largest_not_added_back",
        "The largest logit is subtracted inside log Σ exp and not added back: add it, or subtract "
        "it from z[y] too.",
        lambda y_true, logits: about(per_sample(y_true, logits) - logits.max(-1)),
    ),
    Slip(
        "base_two",
        "The logarithm is that to base 2: take the natural one.",
        lambda y_true, logits: about(per_sample(y_true, logits) / np.log(2)),
    ),
    Slip(
        "base_ten",
        "The logarithm is that to base 10: take the natural one.",
        lambda y_true, logits: about(per_sample(y_true, logits) / np.log(10)),
    ),
    Slip(
        "sigmoid",
        "That is the binary cross-entropy of every class, with a sigmoid; exactly one class is "
        "true here, so use a softmax.",
        lambda y_true, logits: about(sigmoid_losses(y_true, logits).sum(-1)),
    ),
    Slip(
        "sigmoid",
        "That is the binary cross-entropy of every class, with a sigmoid; exactly one class is "
        "true here, so use a softmax.",
        lambda y_true, logits: about(sigmoid_losses(y_true, logits).mean(-1)),
    ),
    Slip(
        "other_classes_too",
        "The other classes are counted as well, with log(1 − p): only the probability of the true "
        "class matters.",
        with_other_classes,
    ),
    Slip(
        "prediction_as_label",
        "That is the loss of the class with the largest logit, whatever the label says: take the "
        "class of the label.",
        lambda y_true, logits: about(-log_softmax(logits).max(-1)),
    ),
    Slip(
        "only_the_normaliser",
        "That is log Σ exp z alone: subtract the logit of the true class.",
        lambda y_true, logits: about(per_sample(y_true, logits) + at(y_true, logits)),
    ),
    Slip(
        "squared",
        "That is a squared difference of one-hot label and probabilities; wanted is the cross-entropy.",
        lambda y_true, logits: about(
            ((np.exp(log_softmax(logits)) - one_hot(y_true, logits)) ** 2).sum(-1)
        ),
    ),
    Slip(
        "half_precision",
        "The loss has only the three digits of float16: leave the logits in float32.",
        shows=lambda inputs, answer, wanted: (
            answer.shape == wanted.value.shape
            and (answer == answer.astype("float16")).all()
            and np.allclose(answer, wanted.value, rtol=2e-3, atol=0.02)
        ),
    ),
]
CAPPED_LOSSES = [
    Slip(
        "epsilon_in_the_logarithm",
        "A small ε in the logarithm caps the loss: a confident mistake costs −log ε at most, "
        "about 16 for ε = 1e-7, however large the logits. Take the logarithm on paper: "
        "ops.logsumexp(z, axis=-1) − z[y].",
        with_epsilon(epsilon),
    )
    for epsilon in (1e-7, 1e-8, 1e-10, 1e-12)
] + [
    Slip(
        "clipped_probability",
        "The probability is clipped, which caps the loss and stops the gradient. Take the "
        "logarithm on paper: ops.logsumexp(z, axis=-1) − z[y].",
        clipped(epsilon),
    )
    for epsilon in (1e-7, 1e-6, 1e-5, 1e-8, 1e-10, 1e-12)
]
CLIPPED_LOGITS = [
    Slip(
        "clipped_logits",
        "The logits are clipped, so that beyond the clip all of them are equal and get no "
        "gradient: leave out the clip, ops.logsumexp needs none.",
        lambda y_true, logits, size=size: about(per_sample(y_true, np.clip(logits, -size, size))),
    )
    for size in (10, 20, 30, 50, 80, 88, 100, 500)
]


def not_finite(inputs, answer, wanted):
    return answer.shape == wanted.value.shape and not np.isfinite(answer).all()


OVERFLOW = Slip(
    "overflow",
    "inf or nan for large logits: in float32 e^z is too large for z above 88, and a softmax "
    "can be 0, whose logarithm is −inf. Use ops.logsumexp or ops.log_softmax.",
    shows=not_finite,
)


def other_rows_only(inputs, answer, wanted):
    """Not finite only in rows that lie far below the largest logit of the batch."""
    largest = inputs["logits"].max(-1)
    bad = ~np.isfinite(answer)
    return bad.any() and (largest[bad] < largest.max() - 80).all()


def low_rows_only(inputs, answer, wanted):
    """Not finite only in rows whose largest |z| is much more than their largest z."""
    z = inputs["logits"]
    bad = ~np.isfinite(answer)
    return bad.any() and (np.abs(z)[bad].max(-1) - z[bad].max(-1) > 80).all()


SHIFTED_TOO_FAR = shifted_too_far(low_rows_only, other_rows_only)
NO_GRADIENT = cut_off("logits")
HALF_GRADIENTS = [
    Slip(
        "normaliser_not_differentiated",
        "Only z[y] is differentiated: log Σ exp z depends on the logits, too. Leave out what "
        "cuts it off (stop_gradient, .numpy(), a NumPy function).",
        lambda y_true, logits: near(-weights(logits) * one_hot(y_true, logits), 1, 1000),
    ),
    Slip(
        "truth_not_differentiated",
        "Only log Σ exp z is differentiated: z[y] depends on the logits, too. Leave out what "
        "cuts it off (stop_gradient, .numpy(), a NumPy function).",
        lambda y_true, logits: near(weights(logits) * np.exp(log_softmax(logits)), 1, 1000),
    ),
]


@check(
    "gives −log softmax(z)[y], one loss for each sample",
    wanted=crossentropy,
    slips=[*CAPPED_LOSSES, *SLIPS],
)
def values(rng):
    for batch, classes in [(1, 3), (2, 4), (5, 3), (3, 7), (6, 2), (4, 4)]:
        z = rng.uniform(-3, 3, (batch, classes)).astype("float32")
        yield case(labels(rng, batch, classes), z)
    z = np.float32([[2, 0, -1], [0, 3, 1], [-2, 0, 1], [6, 0, -6]])  # the last: p = 6e-6
    yield {"y_true": np.asarray([0, 2, 0, 2]), "logits": z}


@check(
    "takes labels of any integer dtype",
    wanted=roughly,
    slips=[*SLIPS, UNCAST],
    question="values",
)
def label_dtypes(rng):
    for dtype in ("int32", "uint8", "int16", "int64"):
        z = rng.uniform(-3, 3, (4, 5)).astype("float32")
        yield case(np.asarray([4, 0, 1, 4]).astype(dtype), z)


@check(
    "takes labels that are integer tensors",
    wanted=roughly,
    slips=[*SLIPS, UNCAST],
    question="of_tensors",
)
def integer_tensors(rng):
    for dtype in ("int32", "uint8", "int16", "int64"):
        z = rng.uniform(-3, 3, (4, 5)).astype("float32")
        yield case(np.asarray([4, 0, 1, 4]).astype(dtype), z)


@check(
    "takes batches in which the last classes are missing",
    wanted=roughly,
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
    z = rng.uniform(-3, 3, (4, 5)).astype("float32")
    yield case(np.asarray([2, 0, 1, 2]), z)


@check(
    "takes some hundreds of classes",
    wanted=roughly,
    slips=[
        *SLIPS,
        *of_many_classes(
            lambda y_true, logits: about(-at(y_true.astype("uint8"), log_softmax(logits))),
            "logits",
        ),
    ],
    question="values",
)
def many_classes(rng):
    z = rng.uniform(-1, 1, (2, 300)).astype("float32")
    z[0, 12] = -1  # the model believes in others
    z[1, [43, 299]] = [-1, 1]  # 299 is 43 in uint8
    yield {"y_true": np.asarray([12, 299]), "logits": z}


def with_truth_at(y_true, logits, places):
    return about(normaliser(logits) - logits.ravel()[places])


@check(
    "takes some hundreds of samples with labels in uint8",
    wanted=roughly,
    slips=[*SLIPS, *of_many_samples(with_truth_at), UNCAST],
    question="of_tensors",
)
def many_samples(rng):
    z = rng.uniform(-3, 3, (301, 7)).astype("float32")
    yield case(labels(rng, 301, 7).astype("uint8"), z)


@check(
    "stays exact for logits up to ±10,000",
    wanted=crossentropy,
    slips=[*CAPPED_LOSSES, *CLIPPED_LOGITS, *SLIPS, *SHIFTED_TOO_FAR, OVERFLOW],
    question="values",
)
def large_logits(rng):
    for size in (13, 300, 1000, 10_000):
        z = np.float32([[size, 0, 1], [-size, 0, 1], [size, size, 0], [-size, 1 - size, 2 - size]])
        yield {"y_true": np.asarray([1, 0, 2, 1]), "logits": z}
    z = (rng.normal(size=(4, 5)) * 3000).astype("float32")
    yield case(labels(rng, 4, 5), z)


@check(
    "stays exact where one row is large and another small",
    wanted=crossentropy,
    slips=[
        *CAPPED_LOSSES,
        *CLIPPED_LOGITS,
        *SLIPS,
        *SHIFTED_TOO_FAR,
        OVERFLOW,
    ],
    question="values",
)
def rows_of_different_size(rng):
    z = rng.uniform(-2, 2, (2, 4)).astype("float32")
    z[0, 3] = 1.5  # so probable that no small ε shows
    z[1] += 500
    yield case(np.asarray([3, 1]), z)


@check(
    "gives the same loss when a constant is added to a row",
    wanted=crossentropy,
    slips=[*CAPPED_LOSSES, *CLIPPED_LOGITS, *SLIPS, *SHIFTED_TOO_FAR, OVERFLOW],
    question="values",
)
def shifted(rng):
    z = rng.uniform(-2, 2, (3, 4)).astype("float32")
    z[2] /= 4  # where nothing is so improbable that a small ε would show
    z += np.float32([[100], [-120], [0]])
    yield case(labels(rng, 3, 4), z)


@check(
    "has the gradient softmax(z), minus 1 at the true class",
    wanted=rough_slope,
    slips=[
        NO_GRADIENT,
        *HALF_GRADIENTS,
        *slopes(SLIPS, of="logits"),
        upstream_ignored(lambda **inputs: near(plain_slope(**inputs).value, 1, 1000)),
    ],
)
def gradient(rng):
    for batch, classes in [(2, 3), (4, 5)]:
        z = rng.uniform(-2, 2, (batch, classes)).astype("float32")
        yield case(labels(rng, batch, classes), z)


@check(
    "has the right gradient for logits up to ±10,000",
    wanted=crossentropy_slope,
    slips=[
        NO_GRADIENT,
        *HALF_GRADIENTS,
        upstream_ignored(plain_slope),
        Slip(
            "overflow",
            OVERFLOW.says,
            shows=lambda inputs, answer, wanted: (
                answer.shape == wanted.value.shape and np.isnan(answer).any()
            ),
        ),
        Slip(
            "clipped_gradient",
            "Where the model is confidently wrong, the gradient is too small, and the model would "
            "hardly learn: leave out clips and added ε, and use ops.logsumexp(z, axis=-1) − z[y].",
            shows=lambda inputs, answer, wanted: (
                answer.shape == wanted.value.shape
                and (np.abs(answer) <= np.abs(wanted.value) + 1e-5).all()
            ),
        ),
        *slopes(SLIPS, of="logits"),
    ],
    question="gradient",
)
def gradient_of_large_logits(rng):
    for size in (40, 200, 10_000):
        z = np.float32([[size, 0, -size], [0, -size, size]])
        yield {"y_true": np.asarray([2, 1]), "logits": z}


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=roughly,
    slips=[
        *SLIPS,
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    z = rng.uniform(-3, 3, (4, 3)).astype("float32")
    yield case(labels(rng, 4, 3), z)


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
    z = rng.uniform(-3, 3, (4, 3)).astype("float32")
    yield case(labels(rng, 4, 3), z)
