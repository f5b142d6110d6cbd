"""The answer key of head_and_loss."""

import re

import numpy as np

from coursekit.grading.key import Holds, Raises, Slip, check

WRITES = ["choose_head_and_loss"]
READY_MADE = []
SECONDS = 20.0


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logits(features, kernel, bias):
    return features.astype("float64") @ kernel + bias


def probabilities(task, z):
    return softmax(z) if task == "multiclass" else sigmoid(z) if task != "regression" else z


def true_losses(task, z, labels):
    """The values that a right loss may have: one for classification, several for a regression."""
    if task == "multiclass":
        return [-np.log(softmax(z)[np.arange(len(z)), labels]).mean()]
    if task in ("binary", "multilabel"):
        return [(np.logaddexp(0, z) - labels * z).mean()]
    error = z - labels
    huber = np.where(np.abs(error) <= 1, error**2 / 2, np.abs(error) - 0.5)
    log_cosh = np.logaddexp(error, -error) - np.log(2)
    return [(error**2).mean(), np.abs(error).mean(), huber.mean(), log_cosh.mean()]


def true_measures(task, z, labels):
    """The values that a right metric may have."""
    if task == "multiclass":
        return [(z.argmax(-1) == labels).mean()]
    if task == "regression":
        error, spread = z - labels, labels - labels.mean(0)
        r2 = 1 - (error**2).sum(0) / (spread**2).sum(0)
        squares = (error**2).mean()
        percent = 100 * (np.abs(error) / np.maximum(np.abs(labels), 1e-7)).mean()
        return [squares, np.sqrt(squares), r2.mean(), percent, *true_losses(task, z, labels)]
    yes = z > 0
    hits = (yes & (labels == 1)).sum()
    precision, recall = hits / max(yes.sum(), 1), hits / (labels == 1).sum()
    return [(yes == labels).mean(), precision, recall, *f1_scores(yes, labels == 1)]


def f1_scores(yes, truth):
    """The harmonic mean of precision and recall: of all answers, and averaged over the labels."""

    def f1(axis):
        return 2 * (yes & truth).sum(axis) / np.maximum(yes.sum(axis) + truth.sum(axis), 1)

    return [f1(None), f1(0).mean()]


def is_one_of(values, value):
    return bool(np.any(np.isclose(float(value), values, rtol=1e-3, atol=1e-4)))


def number(value):
    return float(np.asarray(value).mean())


def shape_fits(answer):
    return "outputs" in answer


REFUSED = "The {} cannot read these outputs and this truth: {}"
NOT_JUDGED = "This was not judged, since the layer has not the outputs that {!r} needs"


def head_is_right(task, n, features, kernel, bias, labels):
    def test(answer):
        if "shapes" not in answer:
            return "A Keras layer, a Keras loss and a Keras metric were wanted, in this order"
        if not shape_fits(answer):
            return (
                f"A layer from {kernel.shape[0]} features to {kernel.shape[1]} outputs was wanted "
                f"for {task!r}; its weights have the shapes {answer.get('shapes')}"
            )
        z = logits(features, kernel, bias)
        return is_logits(task, answer, z) or is_probabilities(task, answer, z)

    return Holds(
        test,
        "The outputs of the layer are neither logits nor the task's probabilities: give it no "
        "activation, or a softmax for one class among n, a sigmoid for yes-or-no answers",
    )


def loss_is_right(task, n, features, kernel, bias, labels):
    def test(answer):
        if not shape_fits(answer):
            return NOT_JUDGED.format(task)
        if "loss_refuses" in answer:
            return REFUSED.format("loss", answer["loss_refuses"])
        if task == "regression":
            return measures_errors([number(each) for each in answer["away"]])
        wanted = true_losses(task, logits(features, kernel, bias), labels)[0]
        found = number(answer["value"])
        if is_one_of(reduced(wanted, labels), found):
            return True
        return (
            f"With the outputs of the head in {task!r} the loss is {found:.4g}; the plain "
            f"cross-entropy is {wanted:.4g}. Take that, with nothing smoothed, focused, weighted or left "
            "out, and from_logits as the head has it"
        )

    return Holds(test, f"The loss, fed with the outputs of the head, is not that of {task!r}")


def reduced(value, labels):
    """A mean over the batch, and what it is where the loss adds up over the batch."""
    return [value, value * len(labels)]


def measures_errors(values):
    """True where a loss is 0 at the labels and grows away from them, above and below; else what it is."""
    start, above, below = values[0], [values[0], *values[1:4]], [values[0], *values[4:]]
    if abs(start) > 1e-5:
        return f"Where every output equals its label, the loss is {start:.4g} instead of 0"
    for side, found in (("above", above), ("below", below)):
        if np.diff(found).min() <= 1e-3:
            return (
                f"With outputs 0, 0.5, 1 and 3 {side} their labels the loss is "
                + ", ".join(f"{each:.4g}" for each in found)
                + "; it should grow"
            )
    return True


def metric_is_right(task, n, features, kernel, bias, labels):
    def test(answer):
        if not shape_fits(answer):
            return NOT_JUDGED.format(task)
        if "metric_refuses" in answer:
            return REFUSED.format("metric", answer["metric_refuses"])
        z = logits(features, kernel, bias)
        if "AUC" in answer["metric"]:  # a curve has no threshold, but it reads probabilities
            return is_logits(task, answer, z) == answer["metric_takes_logits"]
        return is_one_of(true_measures(task, z, labels), number(answer["measured"]))

    return Holds(
        test,
        f"The metric does not count what the outputs mean in {task!r}: take one that counts right "
        "answers (for a regression an error), and for yes-or-no answers cuts at a probability of one half",
    )


def is_logits(task, answer, z):
    gap = answer["outputs"].astype("float64") - z
    if task == "multiclass":  # a softmax does not see what all logits of a row have in common
        gap -= gap.mean(-1, keepdims=True)
    return bool(np.allclose(gap, 0, atol=1e-4))


def is_probabilities(task, answer, z):
    return bool(np.allclose(answer["outputs"], probabilities(task, z), atol=1e-4))


def answered(test):
    """A sign that asks for an answer with outputs, in terms of inputs, logits and the answer."""

    def shows(inputs, answer, wanted):
        z = logits(inputs["features"], inputs["kernel"], inputs["bias"])
        return shape_fits(answer) and test(inputs, z, answer)

    return shows


def with_task(task, *kinds):
    return lambda inputs, answer, wanted: (
        inputs["task"] == task and any(kind in answer["loss"] for kind in kinds)
    )


def loss_near(value, fits):
    """The loss has the value of a known mistake, with outputs that fit it."""
    return answered(
        lambda inputs, z, answer: (
            fits(inputs["task"], answer, z)
            and np.isclose(
                number(answer["value"]),
                reduced(
                    value(inputs["task"], answer["outputs"], inputs["labels"]), inputs["labels"]
                ),
                rtol=1e-2,
                atol=1e-3,
            ).any()
        )
    )


def twice(task, outputs, labels):
    return true_losses(task, outputs.astype("float64"), labels)[0]


def clipped(p):
    return np.clip(p, 1e-7, 1 - 1e-7)


def never(task, outputs, labels):
    if task == "regression":
        return np.nan
    p = clipped(outputs.astype("float64"))
    if task == "multiclass":
        p /= p.sum(-1, keepdims=True)
        return -np.log(p[np.arange(len(p)), labels]).mean()
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p)).mean()


SHARED = Slip(
    "shared_objects",
    "The same layer, loss or metric (or a name in place of one) comes back each time, and "
    "two models would share it: make all three objects inside the function.",
    shows=lambda inputs, answer, wanted: True in answer["same"],
)
HEADS = [
    Slip(
        SHARED.name,
        SHARED.says,
        shows=lambda inputs, answer, wanted: answer["shared"] and not shape_fits(answer),
    ),
    Slip(
        "activation_on_regression",
        "The head of a regression squashes or cuts its numbers; what is measured can have any value: "
        "no activation.",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] == "regression" and not is_logits("regression", answer, z)
            )
        ),
    ),
    Slip(
        "softmax_for_multilabel",
        "A softmax lets the labels compete: its outputs add up to 1. Several labels can be true at "
        "once, so every output has its own sigmoid (or is a logit).",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] == "multilabel"
                and np.allclose(answer["outputs"], softmax(z), atol=1e-4)
            )
        ),
    ),
    Slip(
        "sigmoid_for_multiclass",
        "A sigmoid for each class lets several be true at once, but exactly one is: take a "
        "softmax (or logits).",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] == "multiclass"
                and np.allclose(answer["outputs"], sigmoid(z), atol=1e-4)
            )
        ),
    ),
    Slip(
        "softmax_on_one_output",
        "A softmax over a single output is always 1: for one yes-or-no answer take a sigmoid, "
        "or no activation (a logit).",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] == "binary" and np.allclose(answer["outputs"], 1)
            )
        ),
    ),
    Slip(
        "relu_head",
        "The head has a ReLU, which takes away all negative logits: give it no activation.",
        shows=answered(
            lambda inputs, z, answer: np.allclose(answer["outputs"], np.maximum(z, 0), atol=1e-4)
        ),
    ),
    Slip(
        "two_outputs_for_binary",
        "The head for one yes-or-no question has more than one output: one is enough.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] == "binary" and not shape_fits(answer) and [2] in answer["shapes"]
        ),
    ),
    Slip(
        "one_output",
        'The head has one output, whatever n is: only "binary" has one, the others need n.',
        shows=lambda inputs, answer, wanted: (
            inputs["task"] != "binary" and not shape_fits(answer) and [1] in answer["shapes"]
        ),
    ),
    Slip(
        "other_number_of_outputs",
        "The head has another number of outputs than the task asks for: give it n, or one for "
        '"binary". Loss and metric are judged after that.',
        shows=lambda inputs, answer, wanted: (
            not shape_fits(answer)
            and [len(each) for each in answer["shapes"]] in ([2], [2, 1])
            and answer["shapes"][0][1] not in ((2,) if inputs["task"] == "binary" else (1,))
        ),
    ),
]
LOSSES = [
    Slip(
        "squashed_twice",
        "The head makes probabilities, and the loss, with from_logits=True, applies a softmax "
        "or sigmoid once more: leave it to one of the two.",
        shows=loss_near(twice, is_probabilities),
    ),
    Slip(
        "never_squashed",
        "The head gives logits (the outputs of a log_softmax are logits, too), and the loss takes "
        "them for probabilities: say from_logits=True.",
        shows=loss_near(never, is_logits),
    ),
    Slip(
        "squared_error_for_classes",
        "That is a squared or absolute error on a classification: use a cross-entropy.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] != "regression"
            and bool({"MeanSquaredError", "MeanAbsoluteError", "Huber"} & set(answer["loss"]))
        ),
    ),
    Slip(
        "crossentropy_for_regression",
        "A cross-entropy is for probabilities; for measured numbers take a squared error.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] == "regression" and any("rossentropy" in kind for kind in answer["loss"])
        ),
    ),
    Slip(
        "only_positive_numbers",
        "That loss takes logarithms, and tells apart only numbers above 0; what is measured can have any "
        "value: take a squared error.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] == "regression" and "MeanSquaredLogarithmicError" in answer["loss"]
        ),
    ),
    Slip(
        "softmax_loss_for_multilabel",
        "The categorical cross-entropy lets exactly one class be true; where several can be, take "
        "the binary one.",
        shows=with_task("multilabel", "CategoricalCrossentropy"),
    ),
]
ANOTHER_FORM = (
    "The loss or the metric wants the truth in another form than the task gives it: class "
    "numbers go with losses and metrics named Sparse…, rows of zeros and ones with those "
    "named Binary…."
)


def refuses(thing):
    """The slip of a loss or a metric that ends in an exception which speaks of shapes or labels."""
    words = re.compile(
        r"(?:ValueError|InvalidArgument).*(?:shape|rank|label|Incompatible|logits)", re.DOTALL
    )
    return Slip(
        "labels_of_another_form",
        ANOTHER_FORM,
        shows=lambda inputs, answer, wanted: bool(words.search(answer[f"{thing}_refuses"])),
    )


METRICS = [
    Slip(
        "plain_accuracy",
        "`Accuracy` asks whether output and label are equal, and outputs are logits or "
        "probabilities: take BinaryAccuracy, with threshold=0 for logits (for class numbers "
        "SparseCategoricalAccuracy).",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] != "regression" and answer["metric"][0] == "Accuracy"
        ),
    ),
    Slip(
        "curve_of_logits",
        "The AUC reads probabilities, but the head gives logits, or the other way round: say "
        "from_logits=True for logits, and only for them.",
        shows=answered(lambda inputs, z, answer: "AUC" in answer["metric"]),
    ),
    Slip(
        "labels_of_another_form",
        ANOTHER_FORM,
        shows=lambda inputs, answer, wanted: (
            inputs["task"] == "multiclass" and answer["metric"][0] == "CategoricalAccuracy"
        ),
    ),
    Slip(
        "threshold_at_one_half",
        "The metric cuts logits at 0.5, so that it takes probabilities between 0.5 and 0.62 for a no: "
        "a logit of 0 is a probability of one half, threshold=0.",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] != "regression"
                and is_logits(inputs["task"], answer, z)
                and np.isclose(number(answer["measured"]), ((z > 0.5) == inputs["labels"]).mean())
            )
        ),
    ),
    Slip(
        "threshold_at_zero",
        "The metric cuts probabilities at 0, so that everything is a yes: for probabilities the "
        "threshold is 0.5.",
        shows=answered(
            lambda inputs, z, answer: (
                inputs["task"] != "regression"
                and not is_logits(inputs["task"], answer, z)
                and np.isclose(number(answer["measured"]), (inputs["labels"] == 1).mean())
            )
        ),
    ),
    Slip(
        "accuracy_of_a_regression",
        "An accuracy asks for exact equality, which measured numbers never reach: take an error, "
        "such as MeanAbsoluteError.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] == "regression" and any("Accuracy" in kind for kind in answer["metric"])
        ),
    ),
    Slip(
        "categorical_accuracy_of_labels",
        "The categorical accuracy asks which output is the largest; of yes-or-no answers each one "
        "counts: take BinaryAccuracy.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] in ("binary", "multilabel")
            and any("CategoricalAccuracy" in kind for kind in answer["metric"])
        ),
    ),
    Slip(
        "error_of_a_classification",
        "That measures an error of numbers: take an accuracy, which counts right answers.",
        shows=lambda inputs, answer, wanted: (
            inputs["task"] != "regression"
            and bool({"MeanAbsoluteError", "MeanSquaredError"} & set(answer["metric"]))
        ),
    ),
]
NOT_THREE = Slip(
    "not_three_things",
    "Three objects were wanted, in this order: a Keras layer, a Keras loss, a Keras metric. A "
    "name in quotes or a class without parentheses is not one.",
    shows=lambda inputs, answer, wanted: answer in ({"three": False}, "not three"),
)


def case(rng, task, n):
    batch, features = 41, 8
    outputs = 1 if task == "binary" else n
    kernel = (rng.normal(size=(features, outputs))).astype("float32")
    bias = (0.3 * rng.normal(size=outputs)).astype("float32")
    x = rng.normal(size=(batch, features)).astype("float32")
    if task in ("binary", "multilabel"):
        # the first output of four samples is moved to a logit of 0.25: a probability of 0.56
        x[:4] += np.outer(0.25 - logits(x[:4], kernel, bias)[:, 0], kernel[:, 0]) / (
            kernel[:, 0] @ kernel[:, 0]
        )
        labels = (logits(x, kernel, bias) > 0).astype("float32")
        labels[10:18] = 1 - labels[10:18]  # a model is not always right
    elif task == "multiclass":
        bias -= 3  # many samples have no positive logit: a ReLU would leave nothing of them
        labels = logits(x, kernel, bias).argmax(-1)
        labels[:2] = (labels[:2] + 1) % n
    else:
        labels = rng.normal(size=(batch, outputs)).astype("float32") * 2
    return {"task": task, "n": n, "features": x, "kernel": kernel, "bias": bias, "labels": labels}


def cases(rng, *tasks):
    for task in tasks:
        for n in (1,) if task == "binary" else (3, 5):
            yield case(rng, task, n)


TASKS = ("multiclass", "binary", "multilabel", "regression")


@check(
    "gives for every task a layer with as many outputs as it needs, of logits or of probabilities",
    wanted=head_is_right,
    slips=[*HEADS, NOT_THREE],
    question="triple",
)
def head(rng):
    yield from cases(rng, *TASKS)


@check(
    "gives for one class among n a loss that reads the head's outputs as they are meant",
    wanted=loss_is_right,
    slips=[*HEADS, *LOSSES, refuses("loss"), NOT_THREE],
    question="triple",
)
def loss_of_multiclass(rng):
    yield from cases(rng, "multiclass")


@check(
    "gives for yes-or-no answers a loss that reads the head's outputs as they are meant",
    wanted=loss_is_right,
    slips=[*HEADS, *LOSSES, refuses("loss"), NOT_THREE],
    question="triple",
)
def loss_of_labels(rng):
    yield from cases(rng, "binary", "multilabel")


@check(
    "gives for a regression a loss that measures errors",
    wanted=loss_is_right,
    slips=[*HEADS, *LOSSES, refuses("loss"), NOT_THREE],
    question="triple",
)
def loss_of_regression(rng):
    yield from cases(rng, "regression")


@check(
    "gives for one class among n a metric that counts right classes",
    wanted=metric_is_right,
    slips=[*HEADS, *METRICS, refuses("metric"), NOT_THREE],
    question="triple",
)
def metric_of_multiclass(rng):
    yield from cases(rng, "multiclass")


@check(
    "gives for yes-or-no answers a metric that cuts at a probability of one half",
    wanted=metric_is_right,
    slips=[*HEADS, *METRICS, refuses("metric"), NOT_THREE],
    question="triple",
)
def metric_of_labels(rng):
    yield from cases(rng, "binary", "multilabel")


@check(
    "gives for a regression a metric that measures errors",
    wanted=metric_is_right,
    slips=[*HEADS, *METRICS, refuses("metric"), NOT_THREE],
    question="triple",
)
def metric_of_regression(rng):
    yield from cases(rng, "regression")


@check(
    "refuses an unknown task with a ValueError",
    wanted=lambda task, n: Raises("ValueError"),
    slips=[
        Slip(
            "unknown_task_accepted",
            "An unknown task is accepted: raise a ValueError.",
            shows=lambda inputs, answer, wanted: isinstance(answer, str),
        ),
        Slip(
            "another_exception",
            "An unknown task ends in another exception: raise a ValueError.",
            error="",
        ),
    ],
)
def unknown(rng):
    for task in ("guessing", "Multiclass", "binary choice", ""):
        yield {"task": task, "n": 3}


@check(
    "makes new objects each time it is called",
    wanted=lambda task, n: {"same": [False, False, False]},
    slips=[
        Slip(
            "loss_function",
            "The loss is a function; a loss object was wanted: take the class, with parentheses, as "
            "in keras.losses.MeanSquaredError().",
            shows=lambda inputs, answer, wanted: (
                answer["same"] == [False, True, False] and not answer["loss_is_object"]
            ),
        ),
        SHARED,
        NOT_THREE,
    ],
)
def fresh(rng):
    for task in TASKS:
        yield {"task": task, "n": 3 if task != "binary" else 1}
