"""The answer key of label_smoothing."""

from dataclasses import replace

import numpy as np

from coursekit.grading.key import Raises, Slip, check, near
from coursekit.grading.slips_of_losses import (
    NOT_IN_A_GRAPH,
    cut_off,
    of_many_classes,
    slopes,
    upstream_ignored,
)
from coursekit.room.upstream import upstream

WRITES = ["SmoothedCrossentropy"]
READY_MADE = ["losses"]


def log_softmax(y_pred):
    z = np.asarray(y_pred, "float64")
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def one_hot(y_true, y_pred):
    return np.eye(y_pred.shape[-1])[y_true.astype("int64")]


def towards(target, y_pred):
    return -(target * log_softmax(y_pred)).sum(-1)


def smoothed(smoothing, y_true, y_pred):
    return (1 - smoothing) * one_hot(y_true, y_pred) + smoothing / y_pred.shape[-1]


def loss(smoothing, y_true, y_pred):
    largest = np.abs(y_pred).max(-1) * y_pred.shape[-1] + 1
    return near(towards(smoothed(smoothing, y_true, y_pred), y_pred), largest)


def about(value):
    return near(value, np.abs(value).max() + 1, 2000)


def labels(rng, batch, classes):
    """Labels among which is the last class: that others may be missing has a check of its own."""
    return np.append(rng.integers(0, classes, batch - 1), classes - 1)


def variant(target):
    """The loss towards another target, a function of (smoothing, one-hot labels, classes, batch)."""

    def answer(smoothing, y_true, y_pred):
        truth = one_hot(y_true, y_pred)
        return about(towards(target(smoothing, truth, y_pred.shape[-1], len(y_pred)), y_pred))

    return answer


def smoothed_prediction(smoothing, y_true, y_pred):
    p = (1 - smoothing) * np.exp(log_softmax(y_pred)) + smoothing / y_pred.shape[-1]
    return about(-np.log((one_hot(y_true, y_pred) * p).sum(-1)))


def softmax_twice(smoothing, y_true, y_pred):
    p = np.exp(log_softmax(y_pred))
    return about(towards(smoothed(smoothing, y_true, y_pred), p))


def mean_over_classes(smoothing, y_true, y_pred):
    return about(loss(smoothing, y_true, y_pred).value / y_pred.shape[-1])


TARGETS = [
    Slip(
        "not_smoothed",
        "That is the plain cross-entropy: the smoothing has no effect. Put it into the target.",
        variant(lambda s, truth, classes, batch: truth),
    ),
    Slip(
        "shared_among_the_others",
        "The share s goes to the other classes only, s/(C − 1) each; give every class s/C, the "
        "true one as well.",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + (1 - truth) * s / (classes - 1)),
    ),
    Slip(
        "others_only",
        "The other classes get s/C, but the true one only 1 − s: give it its own share s/C, "
        "too, or the target does not add up to 1.",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + (1 - truth) * s / classes),
    ),
    Slip(
        "not_divided_by_classes",
        "Every class gets s itself: divide it among the C classes, s/C each.",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + s),
    ),
    Slip(
        "truth_not_lowered",
        "The share is added, but the truth stays at 1: multiply it by 1 − s.",
        variant(lambda s, truth, classes, batch: truth + s / classes),
    ),
    Slip(
        "share_not_added",
        "The truth is lowered to 1 − s, and nobody gets the rest: s/C for every class is missing.",
        variant(lambda s, truth, classes, batch: (1 - s) * truth),
    ),
    Slip(
        "of_two_classes",
        "Every class gets s/2, as with two classes; with C classes it is s/C.",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + s / 2),
    ),
    Slip(
        "of_ten_classes",
        "The number of classes is fixed to 10: take y_pred.shape[-1].",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + s / 10),
    ),
    Slip(
        "batch_for_classes",
        "The share is divided by the size of the batch: divide by C, y_pred.shape[-1].",
        variant(lambda s, truth, classes, batch: (1 - s) * truth + s / batch),
    ),
    Slip(
        "smoothing_of_a_tenth",
        "The smoothing is 0.1 whatever was asked for: use the one that `__init__` was given.",
        variant(lambda s, truth, classes, batch: 0.9 * truth + 0.1 / classes),
    ),
    Slip(
        "inverted",
        "s and 1 − s are exchanged: onehot(y) is multiplied by 1 − s, not by s.",
        variant(lambda s, truth, classes, batch: s * truth + (1 - s) / classes),
    ),
    Slip(
        "labels_off_by_one",
        "The truth is one class too low: labels count from 0.",
        variant(
            lambda s, truth, classes, batch: (1 - s) * np.roll(truth, -1, axis=-1) + s / classes
        ),
    ),
    Slip(
        "smoothed_predictions",
        "The probabilities of the model are smoothed: smooth the target instead.",
        smoothed_prediction,
    ),
    Slip(
        "softmax_twice",
        "The softmax is applied twice: to the logits, and once more inside the loss. Apply it "
        "once: ops.log_softmax of the logits as they come.",
        softmax_twice,
    ),
    Slip(
        "mean_over_classes",
        "That is divided by the number of classes: a cross-entropy is the sum over them, not the "
        "mean.",
        mean_over_classes,
    ),
    *[
        Slip(
            "squared",
            "That is a squared difference of target and probabilities; wanted is the cross-entropy.",
            lambda smoothing, y_true, y_pred, over=over: about(
                over((np.exp(log_softmax(y_pred)) - smoothed(smoothing, y_true, y_pred)) ** 2, -1)
            ),
        )
        for over in (np.sum, np.mean)
    ],
    Slip(
        "negative",
        "The sign is wrong: turn it, since a cross-entropy is never negative.",
        variant(lambda s, truth, classes, batch: -((1 - s) * truth + s / classes)),
    ),
    Slip(
        "squeezed",
        "In a batch of one sample the batch is lost: a squeeze without an axis takes away every "
        "axis of size 1. Leave it out; after the sum over the classes there is nothing to "
        "squeeze.",
        lambda smoothing, y_true, y_pred: about(np.squeeze(loss(smoothing, y_true, y_pred).value)),
    ),
]
REDUCED = Slip(
    "reduced",
    "`call` gives one number for the whole batch; wanted is one for each sample, which Keras then "
    "weighs and averages. A mean in `call` makes sample weights meaningless, silently.",
    shows=lambda inputs, answer, wanted: answer.ndim == 0,
)
NOT_HANDED_ON = Slip(
    "arguments_not_handed_on",
    "`call` is right, but the reduction that was asked for has no effect: `__init__` does not hand "
    "**kwargs on, as they are, to super().__init__.",
    shows=lambda inputs, answer, wanted: answer.ndim == 0,
)
CALL_OVERRIDDEN = Slip(
    "call_overridden",
    "The sample weights and the reduction have no effect: `__call__` of the base class adds both to what "
    "`call` gives. Write no `__call__` of your own.",
    shows=lambda inputs, answer, wanted: answer.ndim == 0,
)
# what is wrong with `call` shows in `per_sample` as well, and with `__call__` in `weighted`: so that each
# explains more checks than those before it, where it is the reason
ONE_NUMBER = [NOT_HANDED_ON, CALL_OVERRIDDEN, REDUCED]


def one_number(**others):
    """The same slips, recognised in another way."""
    return [Slip(slip.name, slip.says, **others) for slip in ONE_NUMBER]


ZERO_REPLACED = Slip(
    "zero_replaced",
    "A smoothing of 0 becomes 0.1 (as in `smoothing or 0.1`: 0 counts as false): keep it as it is.",
    lambda smoothing, y_true, y_pred: about(loss(smoothing or 0.1, y_true, y_pred).value),
)
ZERO_REFUSED = Slip(
    "zero_refused",
    "A smoothing of 0 is refused: accept it, it gives the plain cross-entropy.",
    error=r"ValueError",
)
ERRORS = [
    Slip(
        "labels_arrive_as_floats",
        "When a loss object is called, Keras casts the labels to float32 first: cast them back to "
        "int32 before they choose a class.",
        error=r"list of allowed values|but is an? \w+ tensor|integer|'float' object",
    ),
    Slip(
        "arguments_not_handed_on",
        "`__init__` does not take what every Keras loss takes (name, reduction): take **kwargs "
        "and hand them on to super().__init__.",
        error=r"__init__\(\) (?:got an unexpected keyword|takes)",
    ),
    Slip(
        "base_not_made",
        "The object lacks what every Keras loss has: `__init__` has to call super().__init__(**kwargs).",
        error=r"'(?!list|tuple|dict|int|float|bool|str|ndarray|NoneType)\w+' object has no attribute "
        r"'(?:name|reduction|_?dtype|_dtype_policy)'",
    ),
]


def overflowed(inputs, answer, wanted):
    return answer.shape == wanted.value.shape and not np.isfinite(answer).all()


def draw(rng, batch, classes, smoothing):
    return {
        "smoothing": smoothing,
        "y_true": labels(rng, batch, classes),
        "y_pred": rng.uniform(-3, 3, (batch, classes)).astype("float32"),
    }


def truth_disliked(inputs):
    """The same, with predictions that like the truth least: there smoothing makes the most of a difference."""
    y_pred = inputs["y_pred"].copy()
    y_pred[np.arange(len(y_pred)), inputs["y_true"]] = -3
    return inputs | {"y_pred": y_pred}


@check(
    "gives from `call` one loss per sample: −Σ over the classes of y log softmax(z), y smoothed",
    wanted=loss,
    slips=[
        *TARGETS,
        REDUCED,
        *[
            Slip(
                "smoothing_capped",
                "A large smoothing is made smaller: use every one in [0, 1) as it is.",
                lambda smoothing, y_true, y_pred, cap=cap: about(
                    loss(min(smoothing, cap), y_true, y_pred).value
                ),
            )
            for cap in (0.9, 0.5)
        ],
        *ERRORS,
    ],
)
def per_sample(rng):
    for batch, classes, smoothing in [(1, 4, 0.3), (2, 3, 0.3), (5, 4, 0.2), (3, 7, 0.6)]:
        yield draw(rng, batch, classes, smoothing)
    yield truth_disliked(draw(rng, 3, 5, 0.97))


@check(
    "takes batches in which the last classes are missing",
    wanted=loss,
    slips=[
        *TARGETS,
        *ONE_NUMBER,
        *ERRORS,
        Slip(
            "too_few_classes",
            "The number of classes is read off the labels (their largest + 1), which need not "
            "contain the last class: take y_pred.shape[-1].",
            error="",
        ),
    ],
    question="called",
)
def missing_classes(rng):
    yield draw(rng, 4, 5, 0.2) | {"y_true": np.asarray([2, 0, 1, 2])}


@check(
    "takes some hundreds of classes",
    wanted=lambda **inputs: near(loss(**inputs).value, 10, 256),
    slips=[
        *TARGETS,
        REDUCED,
        *ERRORS,
        *of_many_classes(
            lambda smoothing, y_true, y_pred: about(
                loss(smoothing, y_true.astype("uint8"), y_pred).value
            ),
            "y_pred",
        ),
    ],
    question="per_sample",
)
def many_classes(rng):
    z = rng.uniform(-1, 1, (2, 300)).astype("float32")
    z[:, [12, 43, 299]] = [-1, 1, -1]
    yield {"smoothing": 0.6, "y_true": np.asarray([12, 299]), "y_pred": z}


@check(
    "gives the same when it is called as a Keras loss with reduction=None",
    wanted=loss,
    slips=[*TARGETS, *ONE_NUMBER, *ERRORS],
)
def called(rng):
    for batch, classes, smoothing in [(2, 3, 0.3), (5, 4, 0.2)]:
        yield draw(rng, batch, classes, smoothing)


@check(
    "smooths by 0.1 when nothing else is said",
    wanted=lambda y_true, y_pred: loss(0.1, y_true, y_pred),
    slips=[
        Slip(slip.name, slip.says, lambda y_true, y_pred, f=slip.wanted: f(0.1, y_true, y_pred))
        for slip in TARGETS
    ]
    + [*ONE_NUMBER, *ERRORS],
)
def by_default(rng):
    inputs = draw(rng, 3, 5, 0.1)
    del inputs["smoothing"]
    yield inputs


@check(
    "is the plain cross-entropy with smoothing=0",
    wanted=loss,
    slips=[ZERO_REPLACED, *TARGETS, *ONE_NUMBER, ZERO_REFUSED, *ERRORS],
    question="called",
)
def not_smoothed(rng):
    yield draw(rng, 4, 3, 0.0)


def batch_mean(smoothing, y_true, y_pred, sample_weight):
    each = loss(smoothing, y_true, y_pred)
    return near((each.value * sample_weight).mean(), np.abs(each.value).max() * 3 + 20)


@check(
    "lets Keras weigh the samples and take the mean",
    wanted=batch_mean,
    slips=[
        Slip(
            slip.name,
            slip.says,
            lambda smoothing, y_true, y_pred, sample_weight, f=slip.wanted: about(
                (f(smoothing, y_true, y_pred).value * sample_weight).mean()
            ),
        )
        for slip in TARGETS
    ]
    + [
        Slip(
            "reduced",
            REDUCED.says,
            lambda smoothing, y_true, y_pred, sample_weight: about(
                loss(smoothing, y_true, y_pred).value.mean() * sample_weight.mean()
            ),
        ),
        Slip(
            "call_overridden",
            CALL_OVERRIDDEN.says,
            lambda smoothing, y_true, y_pred, sample_weight: about(
                loss(smoothing, y_true, y_pred).value.mean()
            ),
        ),
        *ERRORS,
    ],
)
def weighted(rng):
    for batch, classes in [(3, 4), (5, 3)]:
        inputs = draw(rng, batch, classes, 0.2)
        inputs["sample_weight"] = rng.uniform(0, 3, batch).astype("float32")
        yield inputs


@check(
    "stays exact for logits up to ±10,000",
    wanted=loss,
    slips=[
        ZERO_REPLACED,
        *TARGETS,
        *ONE_NUMBER,
        Slip(
            "overflow",
            "inf or nan for large logits: e^z is too large for float32 above 88, and the logarithm of "
            "a softmax meets zeros. Use ops.log_softmax.",
            shows=overflowed,
        ),
        Slip(
            "clipped_probability",
            "The loss stops growing with the logits: the probability is clipped, has an ε or a "
            "share added, or went through a softmax twice. Take ops.log_softmax of the logits.",
            shows=lambda inputs, answer, wanted: (answer <= wanted.value + wanted.allowed).all(),
        ),
        ZERO_REFUSED,
        *ERRORS,
    ],
    question="called",
)
def large_logits(rng):
    for size in (200, 1000, 10_000):
        z = np.float32([[size, 0, -size], [-size, 0, size]])
        yield {"smoothing": 0.3, "y_true": np.asarray([2, 1]), "y_pred": z}
        yield {"smoothing": 0.0, "y_true": np.asarray([2, 1]), "y_pred": z}


def plain_slope(smoothing, y_true, y_pred):
    return np.exp(log_softmax(y_pred)) - smoothed(smoothing, y_true, y_pred)


def loss_slope(smoothing, y_true, y_pred):
    each = upstream(y_pred.shape[:-1])[..., None]
    return near(each * plain_slope(smoothing, y_true, y_pred), 1, 64)


def sum_slope(smoothing, y_true, y_pred):
    return near(upstream(()) * plain_slope(smoothing, y_true, y_pred), 1, 200)


def mean_slope(smoothing, y_true, y_pred):
    return near(upstream(()) * plain_slope(smoothing, y_true, y_pred) / len(y_pred), 1, 200)


@check(
    "has the gradient softmax(z) − y",
    wanted=loss_slope,
    slips=[
        cut_off("predictions"),
        *slopes(TARGETS, of="y_pred"),
        *one_number(wanted=mean_slope),
        *one_number(wanted=sum_slope),
        upstream_ignored(lambda **inputs: near(plain_slope(**inputs), 1, 200)),
        *ERRORS,
    ],
)
def gradient(rng):
    for batch, classes in [(2, 3), (3, 5)]:
        yield draw(rng, batch, classes, 0.4)


def exact_slope(smoothing, y_true, y_pred):
    # e to the power z − log Σ exp z is right, and there |z| is the largest quantity on the way
    largest = 1 + np.abs(y_pred).max(-1, keepdims=True)
    return near(loss_slope(smoothing, y_true, y_pred).value, largest)


@check(
    "has the right gradient for logits up to ±10,000",
    wanted=exact_slope,
    slips=[
        *gradient.slips,
        Slip(
            "overflow",
            "The gradient of large logits is nan: e^z overflows, or a logarithm meets 0 (in "
            "ops.where even in the branch that is not taken). Use ops.log_softmax.",
            shows=overflowed,
        ),
        Slip(
            "clipped_probability",
            "Where the model is confidently wrong the gradient is too small: the probability "
            "is clipped, has an ε or a share added, or went through a softmax twice. Take "
            "ops.log_softmax of the logits.",
            shows=lambda inputs, answer, wanted: (
                np.abs(answer) <= np.abs(wanted.value) + wanted.allowed
            ).all(),
        ),
    ],
    question="gradient",
)
def gradient_of_large_logits(rng):
    for size in (40, 200, 10_000):
        z = np.float32([[size, 0, -size], [0, -size, size]])
        yield {"smoothing": 0.3, "y_true": np.asarray([2, 1]), "y_pred": z}


def in_all(formula):
    """What the question two_losses would get if the losses were those of a formula."""

    def answers(smoothing, other, fewer, y_true, y_pred):
        return {
            "second": formula(other, y_true, y_pred),
            "first": formula(smoothing, y_true, y_pred),
            "of_fewer_classes": formula(
                smoothing, np.minimum(y_true, fewer - 1), y_pred[:, :fewer]
            ),
        }

    return answers


def with_other_smoothing(smoothing, other, **inputs):
    return in_all(loss)(other, other, **inputs)


def with_other_classes(fewer, y_true, y_pred, smoothing, **inputs):
    right = in_all(loss)(fewer=fewer, y_true=y_true, y_pred=y_pred, smoothing=smoothing, **inputs)
    y_true, few = np.minimum(y_true, fewer - 1), y_pred[:, :fewer]
    target = (1 - smoothing) * one_hot(y_true, few) + smoothing / y_pred.shape[-1]
    return right | {"of_fewer_classes": about(towards(target, few))}


@check(
    "keeps the smoothings of two losses apart, and takes another number of classes with each call",
    wanted=in_all(loss),
    slips=[
        *[Slip(slip.name, slip.says, in_all(slip.wanted)) for slip in TARGETS],
        Slip(
            "shared_smoothing",
            "A second loss changes the first: the smoothing is kept outside of the object. Keep it in "
            "`self`.",
            with_other_smoothing,
        ),
        Slip(
            "classes_remembered",
            "The number of classes is kept from the first call: take y_pred.shape[-1] anew in "
            "every call.",
            with_other_classes,
        ),
        *one_number(shows=lambda inputs, answer, wanted: answer["first"].ndim == 0),
        *ERRORS,
    ],
)
def two_losses(rng):
    yield draw(rng, 3, 4, 0.2) | {"other": 0.5, "fewer": 3}


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=loss,
    slips=[
        *TARGETS,
        *ONE_NUMBER,
        replace(
            NOT_IN_A_GRAPH,
            error="NoneType|a symbolic|SymbolicTensor' object (?!has no)|numpy|iterat|Python bool|"
            "object is not callable|len",
        ),
        *ERRORS,
    ],
)
def graph(rng):
    yield draw(rng, 4, 3, 0.25)


@check(
    "refuses a smoothing outside [0, 1), nan included, with a ValueError",
    wanted=lambda smoothing: Raises("ValueError"),
    slips=[
        Slip(
            "nan_accepted",
            "nan is accepted, since <, >, <= and >= are all false with nan: ask whether "
            "smoothing lies inside the range and refuse it if not, instead of asking whether it "
            "lies outside.",
            shows=lambda inputs, answer, wanted: answer == "made" and np.isnan(inputs["smoothing"]),
        ),
        Slip(
            "one_accepted",
            "A smoothing of exactly 1 is accepted, which leaves nothing of the truth: refuse 1 "
            "itself, too.",
            shows=lambda inputs, answer, wanted: answer == "made" and inputs["smoothing"] == 1,
        ),
        Slip(
            "not_refused",
            "A smoothing outside [0, 1) is accepted: raise a ValueError.",
            shows=lambda inputs, answer, wanted: answer == "made",
        ),
        Slip(
            "another_exception",
            "A smoothing outside [0, 1) ends in an exception other than ValueError: raise a ValueError "
            "(an assert raises an AssertionError).",
            error="",
        ),
    ],
    question="makes",
)
def range_of_smoothing(rng):
    for smoothing in (-0.1, 1.0, 1.5, float("nan"), float("inf")):
        yield {"smoothing": smoothing}


@check(
    "accepts every smoothing in [0, 1)",
    wanted=lambda smoothing: "made",
    slips=[
        ZERO_REFUSED,
        *ERRORS,
    ],
    question="makes",
)
def accepted(rng):
    for smoothing in (0.0, 0, 0.5, 0.999):
        yield {"smoothing": smoothing}


@check(
    "is the same loss after saving and loading: smoothing, name and reduction",
    wanted=lambda smoothing, y_true, y_pred: {
        "name": "mine",
        "loss": near(loss(smoothing, y_true, y_pred).value.sum(), 200),
    },
    slips=[
        Slip(
            "config_without_smoothing",
            "The smoothing is lost when the loss is saved: `get_config` has to return it, along "
            "with what super().get_config() gives.",
            lambda smoothing, y_true, y_pred: {
                "name": "mine",
                "loss": about(loss(0.1, y_true, y_pred).value.sum()),
            },
        ),
        Slip(
            "smoothing_rounded",
            "The smoothing comes back rounded: `get_config` has to return it as it is.",
            lambda smoothing, y_true, y_pred: {
                "name": "mine",
                "loss": about(loss(round(smoothing, 2), y_true, y_pred).value.sum()),
            },
        ),
        Slip(
            "config_of_another_name",
            "The loss cannot be made again from its config: `get_config` has to give each argument "
            "of `__init__` under its own name, and a number as a number, not as a text.",
            error="could not be deserialized",
        ),
        Slip(
            "config_without_the_rest",
            "Name and reduction are lost when the loss is saved: `get_config` has to return what "
            "super().get_config() gives, too.",
            shows=lambda inputs, answer, wanted: (
                isinstance(answer, dict) and answer["name"] != "mine"
            ),
        ),
        *[
            Slip(
                slip.name,
                slip.says,
                lambda smoothing, y_true, y_pred, f=slip.wanted: {
                    "name": "mine",
                    "loss": about(f(smoothing, y_true, y_pred).value.sum()),
                },
            )
            for slip in TARGETS
        ],
        *one_number(
            shows=lambda inputs, answer, wanted: np.allclose(
                answer["loss"], loss(**inputs).value.mean(), rtol=1e-4
            )
        ),
        *ERRORS,
    ],
)
def again(rng):
    yield truth_disliked(draw(rng, 3, 4, 0.346))
