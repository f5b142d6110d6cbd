"""The answer key of bce_with_logits."""

import numpy as np

from coursekit.grading.key import Exactly, Near, Slip, check, near
from coursekit.grading.slips_of_losses import NOT_IN_A_GRAPH, negated, slopes, upstream_ignored
from coursekit.room.upstream import upstream

WRITES = ["binary_crossentropy"]
READY_MADE = ["losses"]


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, "float64")))


def softplus(z):
    return np.logaddexp(0, np.asarray(z, "float64"))


def parts(y_true, logits):
    return np.asarray(y_true, "float64"), np.asarray(logits, "float64")


def elementwise(y_true, logits):
    y, z = parts(y_true, logits)
    return y * softplus(-z) + (1 - y) * softplus(z)


def bce(y_true, logits):
    # softplus(z) − y z is right, and there |z| is the largest quantity on the way
    return near(elementwise(y_true, logits).mean(-1), np.abs(logits).max(-1) + 1)


def plain_slope(y_true, logits):
    y, z = parts(y_true, logits)
    # σ(z) may be e to the power z − softplus(z), where |z| is the largest quantity on the way
    return near((sigmoid(z) - y) / z.shape[-1], (1 + np.abs(z)) / z.shape[-1])


def weights(logits):
    """What the loss of each output counts in the sum that is differentiated, were it not for the mean."""
    return upstream(logits.shape[:-1])[..., None]


def bce_slope(y_true, logits):
    plain, each = plain_slope(y_true, logits), weights(logits)
    return Near(each * plain.value, each * plain.allowed, plain.dtype)


def about(value):
    """What another formula gives, whose own roundings nobody counts."""
    return near(value, np.abs(value).max() + 1, 2000)


def capped(value, logits):
    """A loss with a cap: beyond |z| = 20 float32 has its own idea of 1 − ε."""
    largest = np.abs(value).max(-1) + 1e-3
    return near(
        value.mean(-1), np.where(np.abs(logits).max(-1) > 20, 0.05, 1e-3) * largest / 2**-19
    )


def with_epsilon(y_true, logits):
    y, p = np.asarray(y_true, "float64"), sigmoid(logits)
    return capped(-y * np.log(p + 1e-7) - (1 - y) * np.log(1 - p + 1e-7), logits)


def clipped(epsilon):
    def loss(y_true, logits):
        y, p = np.asarray(y_true, "float64"), np.clip(sigmoid(logits), epsilon, 1 - epsilon)
        return capped(-y * np.log(p) - (1 - y) * np.log(1 - p), logits)

    return loss


def rounded(y_true, logits):
    y, p = np.asarray(y_true, "float64"), np.round(sigmoid(logits))
    value = -y * np.log(p + 1e-7) - (1 - y) * np.log(1 - p + 1e-7)
    return near(value.mean(-1), np.abs(value).max(-1) + 1, 500_000)


def of(y, z):
    """The mean over the last axis of the right formula, at other labels and logits."""
    return about((y * softplus(-z) + (1 - y) * softplus(z)).mean(-1))


def bare(y_true, logits):
    y, p = parts(y_true, logits)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return near((-y * np.log(p) - (1 - y) * np.log(1 - p)).mean(-1), 16, 500_000)


SLIPS = [
    Slip(
        "summed",
        "That is the sum over the outputs; the loss of a sample is their mean.",
        lambda y_true, logits: about(elementwise(y_true, logits).sum(-1)),
    ),
    Slip(
        "averaged_over_batch",
        "That is one number for the whole batch; wanted is one loss for each sample, the mean over "
        "the last axis only.",
        lambda y_true, logits: about(elementwise(y_true, logits).mean()),
    ),
    Slip(
        "summed_over_everything",
        "That is one sum over the whole batch; wanted is one loss for each sample, the mean over the "
        "last axis.",
        lambda y_true, logits: about(elementwise(y_true, logits).sum()),
    ),
    Slip(
        "not_averaged",
        "Those are the losses of the single outputs: their mean over the last axis is still "
        "missing.",
        lambda y_true, logits: about(elementwise(y_true, logits)),
    ),
    Slip(
        "first_axis",
        "That is the mean over the first axis, the batch; wanted is the mean over the last, axis=-1.",
        lambda y_true, logits: about(elementwise(y_true, logits).mean(0)),
    ),
    Slip(
        "divided_by_batch",
        "The sum over the outputs is divided by the number of samples: take the mean over the "
        "last axis.",
        lambda y_true, logits: about(elementwise(y_true, logits).sum(-1) / len(logits)),
    ),
    Slip(
        "divided_by_batch",
        "The sum of all losses is divided by the number of samples; wanted is one loss for each sample, "
        "the mean over its outputs.",
        lambda y_true, logits: about(elementwise(y_true, logits).sum() / len(logits)),
    ),
    Slip(
        "squeezed",
        "In a batch of one sample the batch is lost: a squeeze without an axis takes away every axis of "
        "size 1. Average over axis=-1 without keepdims, and there is nothing to squeeze.",
        lambda y_true, logits: about(np.squeeze(elementwise(y_true, logits).mean(-1))),
    ),
    Slip(
        "negative",
        "The sign is wrong: turn it, since −log of a probability is never negative.",
        lambda y_true, logits: about(-elementwise(y_true, logits).mean(-1)),
    ),
    Slip(
        "swapped_classes",
        "Yes and no are exchanged: y belongs to log σ(z), 1 − y to log(1 − σ(z)).",
        lambda y_true, logits: of(*(parts(1 - np.asarray(y_true, "float64"), logits))),
    ),
    Slip(
        "yes_only",
        "Outputs whose label is 0 cost nothing: the second term, (1 − y) log(1 − σ(z)), is missing.",
        lambda y_true, logits: about((y_true * softplus(-logits)).mean(-1)),
    ),
    Slip(
        "no_only",
        "Outputs whose label is 1 cost nothing: the first term, y log σ(z), is missing.",
        lambda y_true, logits: about(((1.0 - y_true) * softplus(logits)).mean(-1)),
    ),
    Slip(
        "sigmoid_twice",
        "The sigmoid is applied twice: to the logits, and once more inside the formula. Apply it "
        "once, or write ops.softplus(z) − y z, with z the logits as they come, which needs no "
        "sigmoid.",
        lambda y_true, logits: of(np.asarray(y_true, "float64"), sigmoid(logits)),
    ),
    Slip(
        "no_sigmoid",
        "The logits are read as probabilities: take ops.softplus(z) − y z, which has the sigmoid "
        "in it.",
        bare,
    ),
    Slip(
        "both_terms_of_yes",
        "Both terms have log σ(z), so that the label plays no part: 1 − y goes with log(1 − σ(z)).",
        lambda y_true, logits: about(softplus(-logits).mean(-1)),
    ),
    Slip(
        "no_minus_yz",
        "That is log(1 + e^z), the loss for y = 0, whatever the label: − y z is missing.",
        lambda y_true, logits: about(softplus(logits).mean(-1)),
    ),
    Slip(
        "plus_yz",
        "The sign of y z is wrong: the loss is log(1 + e^z) − y z.",
        lambda y_true, logits: about((softplus(logits) + y_true * parts(0, logits)[1]).mean(-1)),
    ),
    Slip(
        "no_maximum",
        "max(z, 0) is missing. Use ops.softplus(z) − y z: softplus is max(z, 0) + log(1 + "
        "e^−|z|), without a kink at 0.",
        lambda y_true, logits: about(
            (softplus(-np.abs(logits)) - y_true * parts(0, logits)[1]).mean(-1)
        ),
    ),
    Slip(
        "no_absolute",
        "Every negative logit costs |z| too much: the exponent is −z where −|z| was meant. Use "
        "ops.softplus(z) − y z instead, which needs neither the absolute value nor max(z, 0).",
        lambda y_true, logits: about(
            (np.maximum(logits, 0) + softplus(-logits) - y_true * parts(0, logits)[1]).mean(-1)
        ),
    ),
    Slip(
        "wrong_softplus",
        "That is log(1 + e^(−z)) − y z, in which two forms are mixed: log(1 + e^z) goes with − y z, and "
        "log(1 + e^(−z)) with + (1 − y) z.",
        lambda y_true, logits: about((softplus(-logits) - y_true * parts(0, logits)[1]).mean(-1)),
    ),
    Slip(
        "second_axis",
        "That is the mean over axis 1, which is the last one only where there are two: take axis=-1.",
        lambda y_true, logits: about(elementwise(y_true, logits).mean(1)),
    ),
    Slip(
        "kept_axis",
        "The numbers are right, but the averaged axis is kept with size 1: drop it (no keepdims).",
        lambda y_true, logits: about(elementwise(y_true, logits).mean(-1, keepdims=True)),
    ),
    Slip(
        "base_two",
        "The logarithm is that to base 2: take the natural one.",
        lambda y_true, logits: about(elementwise(y_true, logits).mean(-1) / np.log(2)),
    ),
    Slip(
        "base_ten",
        "The logarithm is that to base 10: take the natural one.",
        lambda y_true, logits: about(elementwise(y_true, logits).mean(-1) / np.log(10)),
    ),
    Slip(
        "signs_as_labels",
        "That formula is for labels −1 and +1. Here they are 0 and 1, and every y = 0 costs log 2, "
        "whatever the logit: use ops.softplus(z) − y z.",
        lambda y_true, logits: about(softplus(-y_true * parts(0, logits)[1]).mean(-1)),
    ),
    Slip(
        "signs_of_labels",
        "softplus((1 − 2 y) z) is the loss for labels 0 and 1 only. For those between as well, use "
        "ops.softplus(z) − y z.",
        lambda y_true, logits: about(softplus((1 - 2.0 * y_true) * parts(0, logits)[1]).mean(-1)),
    ),
    Slip(
        "squared",
        "That is the squared difference of label and probability; wanted is the cross-entropy.",
        lambda y_true, logits: about(((y_true - sigmoid(logits)) ** 2).mean(-1)),
    ),
    Slip(
        "hard_labels",
        "Labels between 0 and 1 are taken for a plain yes or no: add both terms, weighted with "
        "y and 1 − y.",
        lambda y_true, logits: of(
            (np.asarray(y_true, "float64") >= 0.5).astype("float64"), parts(0, logits)[1]
        ),
    ),
    Slip(
        "hard_labels",
        "Labels between 0 and 1 are taken for a plain yes or no: add both terms, weighted with "
        "y and 1 − y.",
        lambda y_true, logits: of(
            (np.asarray(y_true, "float64") == 1).astype("float64"), parts(0, logits)[1]
        ),
    ),
    Slip(
        "rounded",
        "The probabilities are rounded to 0 and 1 first; that counts errors, and a count has no "
        "slope. Use the probabilities as they are.",
        rounded,
    ),
]


def overflows(inputs, answer, wanted):
    return answer.shape == wanted.value.shape and not np.isfinite(answer).all()


CAPPED_LOSSES = [
    Slip(
        "epsilon_in_the_logarithm",
        "A small ε in the logarithm caps the loss at −log ε, about 16 for ε = 1e-7, however large "
        "the logit. Rewrite the formula so that no logarithm meets a zero: ops.softplus(z) is a "
        "log(1 + e^z) that does not overflow.",
        with_epsilon,
    )
] + [
    Slip(
        "clipped_probability",
        "The probability is clipped, which caps the loss and stops the gradient. Rewrite the "
        "formula so that no logarithm meets a zero: ops.softplus(z) is a log(1 + e^z) that "
        "does not overflow.",
        clipped(epsilon),
    )
    for epsilon in (1e-7, 1e-6, 1e-5, 1e-8)
]
CAPPED = Slip(
    "clipped_probability",
    "The loss stops growing with the logit: the probability or the logit is clipped, or has an "
    "ε added. Leave that out, and use ops.softplus of the logits as they are.",
    shows=lambda inputs, answer, wanted: (
        np.isfinite(answer).all()
        and (answer <= wanted.value + wanted.allowed).all()
        and answer.max() < min(120, wanted.value.max() - 0.01)  # however large the logit
    ),
)
OVERFLOW = Slip(
    "overflow",
    "inf or nan for large logits: e^z overflows (in float32 for z above 88), or σ(z) is "
    "exactly 1 (in float32 above 17, in float64 above 37). Write the loss with ops.softplus.",
    shows=overflows,
)
WITHOUT_LOGARITHM = Slip(
    "without_the_logarithm",
    "Where one logit is large, the small ones lose their log(1 + e^−|z|): choose the formula for "
    "each element, not for the whole batch, or use ops.softplus, which needs no choice.",
    lambda y_true, logits: about(
        (np.maximum(logits, 0) - y_true * parts(0, logits)[1]).mean(-1)
        if np.abs(logits).max() > 20
        else elementwise(y_true, logits).mean(-1)
    ),
)
NO_GRADIENT = Slip(
    "no_gradient",
    "The gradient does not reach the logits: something cuts it off (stop_gradient, .numpy(), "
    "float(), a NumPy function, rounding), or a clip makes it 0. Leave that out, and use "
    "keras.ops.",
    shows=lambda inputs, answer, wanted: (
        answer is None or np.abs(wanted.value).min() > 0 and not answer.any()
    ),
)
UNCAST = Slip(
    "uncast",
    "TensorFlow does not multiply whole numbers with float32: cast the labels to the dtype of the "
    "logits first.",
    error=r"but is an? \w+ tensor|Tensor conversion requested|of dtype|got dtype|cast ufunc",
)
NEGATED = negated("logits")
HALF_GRADIENTS = [
    Slip(
        "normaliser_not_differentiated",
        "Only y z is differentiated: log(1 + e^z) depends on the logits, too. Leave out what "
        "cuts it off (stop_gradient, .numpy(), a NumPy function).",
        lambda y_true, logits: near(-weights(logits) * y_true / logits.shape[-1], 1, 1000),
    ),
    Slip(
        "truth_not_differentiated",
        "Only log(1 + e^z) is differentiated: y z depends on the logits, too. Leave out what "
        "cuts it off (stop_gradient, .numpy(), a NumPy function).",
        lambda y_true, logits: near(weights(logits) * sigmoid(logits) / logits.shape[-1], 1, 1000),
    ),
]
UPSTREAM_IGNORED = upstream_ignored(plain_slope)
DEAD_BRANCH = Slip(
    "dead_branch",
    "The loss is right and its gradient is nan: in ops.where the branch that is not taken is "
    "differentiated all the same, and there e^z overflows. Use ops.softplus, which needs no "
    "branches.",
    shows=lambda inputs, answer, wanted: (
        answer.shape == wanted.value.shape and np.isnan(answer).any()
    ),
)


@check(
    "gives one loss per sample, the mean over the last axis of −y log σ(z) − (1 − y) log(1 − σ(z))",
    wanted=bce,
    slips=SLIPS,
)
def values(rng):
    for shape in [(1, 2), (2, 3), (5, 3), (3, 2, 4), (7, 1)]:
        z = rng.uniform(-3, 3, shape).astype("float32")
        y = rng.integers(0, 2, shape).astype("float32")
        yield {"y_true": y, "logits": z}
    z = np.float32([[3, -3, 2, -2], [-3, 2, 3, -2]])  # both labels on both sides
    yield {"y_true": np.float32([[0, 1, 1, 0], [1, 0, 0, 1]]), "logits": z}


@check(
    "takes labels between 0 and 1",
    wanted=bce,
    slips=SLIPS,
    question="values",
)
def soft_labels(rng):
    for shape in [(1, 2), (4, 3)]:
        z = rng.uniform(-3, 3, shape).astype("float32")
        yield {"y_true": rng.uniform(0.1, 0.9, shape).astype("float32"), "logits": z}


@check(
    "takes labels that are whole numbers",
    wanted=bce,
    slips=[*SLIPS, UNCAST, NEGATED],
    question="values",
)
def integer_labels(rng):
    for dtype in ("uint8", "int32", "int64"):
        z = rng.uniform(-3, 3, (4, 3)).astype("float32")
        y = np.asarray([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]]).astype(dtype)
        yield {"y_true": y, "logits": z}


@check(
    "takes labels that are integer tensors",
    wanted=bce,
    slips=[*SLIPS, UNCAST, NEGATED],
    question="of_tensors",
)
def integer_tensors(rng):
    for dtype in ("uint8", "int32", "int64"):
        z = rng.uniform(-3, 3, (4, 3)).astype("float32")
        y = np.asarray([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]]).astype(dtype)
        yield {"y_true": y, "logits": z}


@check(
    "stays exact for large logits, up to ±10,000",
    wanted=bce,
    slips=[*CAPPED_LOSSES, *SLIPS, OVERFLOW, WITHOUT_LOGARITHM, CAPPED],
    question="values",
)
def large_logits(rng):
    yield {"y_true": np.ones((3, 1), "float32"), "logits": np.float32([[-9], [-12], [-14]])}
    # in one case: some formulas lose digits long before they overflow
    z = np.outer([30, 100, 1000, 10_000], [1, -1, 1, -1]).astype("float32")
    yield {"y_true": np.float32([[0], [1], [1], [0]] * 4), "logits": z.reshape(-1, 1)}
    z = (rng.normal(size=(4, 3)) * 3000).astype("float32")
    yield {"y_true": rng.uniform(0, 1, z.shape).astype("float32"), "logits": z}
    # beside large logits small ones count as they always do
    z = np.float32([[1000, 0.5], [-0.25, -1000], [0.75, 0.1]])
    yield {"y_true": np.float32([[1, 0], [1, 0], [0, 1]]), "logits": z}


@check(
    "has the gradient (σ(z) − y) / outputs",
    wanted=bce_slope,
    slips=[*HALF_GRADIENTS, *slopes(SLIPS, of="logits"), NO_GRADIENT, UPSTREAM_IGNORED],
)
def gradient(rng):
    for shape in [(4, 3), (5, 2, 4)]:
        z = rng.uniform(-2, 2, shape).astype("float32")
        yield {"y_true": rng.uniform(0, 1, shape).astype("float32"), "logits": z}


@check(
    "has the right gradient at exactly z = 0",
    wanted=bce_slope,
    slips=[
        Slip(
            "kink_at_zero",
            "The gradient at exactly z = 0 is off by a half: max(z, 0) and |z|, of which "
            "ops.logaddexp is made, have a kink there. Use ops.softplus, which has none.",
            shows=lambda inputs, answer, wanted: np.allclose(
                np.abs(answer - wanted.value) * answer.shape[-1], 0.5 * weights(answer), atol=1e-4
            ),
        ),
        *HALF_GRADIENTS,
        *slopes(SLIPS, of="logits"),
        NO_GRADIENT,
        UPSTREAM_IGNORED,
    ],
    question="gradient",
)
def gradient_at_zero(rng):
    y = np.float32([[0, 1, 0.25]])
    yield {"y_true": y, "logits": np.zeros((1, 3), "float32")}


@check(
    "has the right gradient for logits up to ±10,000",
    wanted=bce_slope,
    slips=[
        NO_GRADIENT,
        *HALF_GRADIENTS,
        UPSTREAM_IGNORED,
        DEAD_BRANCH,
        OVERFLOW,
        Slip(
            "clipped_gradient",
            "Where the model is confidently wrong the gradient is 0: clipping, or an ε in the "
            "logarithm, has cut it off, and the model would never learn of its mistake. Use "
            "softplus, unclipped.",
            shows=lambda inputs, answer, wanted: (
                answer is not None
                and answer.shape == wanted.value.shape
                and (np.abs(answer) <= np.abs(wanted.value) + 1e-5).all()
                and (np.abs(answer) < 1e-3 * np.abs(wanted.value).max())[
                    np.abs(wanted.value) > 1e-3 * np.abs(wanted.value).max()
                ].any()
            ),
        ),
        *slopes(SLIPS, of="logits"),
    ],
    question="gradient",
)
def gradient_of_large_logits(rng):
    for size in (40, 120, 10_000):
        z = np.float32([[size, -size, size, -size]])
        yield {"y_true": np.float32([[0, 1, 1, 0]]), "logits": z}
    z = np.float32([[1000, 0.5, -0.25, -1000]])
    yield {"y_true": np.float32([[0, 1, 0, 1]]), "logits": z}


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=bce,
    slips=[
        *SLIPS,
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    z = rng.uniform(-3, 3, (4, 3)).astype("float32")
    yield {"y_true": rng.integers(0, 2, z.shape).astype("float32"), "logits": z}


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda y_true, logits: [Exactly(y_true), Exactly(logits)],
    slips=[
        Slip(
            "changed_in_place",
            "An array of the caller has changed: `*=` and its like write into NumPy arrays. "
            "Compute new values.",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        )
    ],
)
def untouched(rng):
    z = rng.uniform(-3, 3, (4, 3)).astype("float32")
    yield {"y_true": rng.integers(0, 2, z.shape).astype("float32"), "logits": z}
