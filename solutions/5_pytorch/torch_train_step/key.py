"""The answer key of torch_train_step."""

import numpy as np

from coursekit.grading.key import Slip, check, near

WRITES = ["train_step"]
READY_MADE = []
NEEDS = ["torch"]
SECONDS = 30.0


def squares(p, y):
    return ((p - y) ** 2).mean(), 2 * (p - y) / y.size


def surprise(p, y, twice=False):
    def softmax(z):
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    truth = np.eye(p.shape[1])[y] if y.ndim == 1 else y
    if not twice:
        q = softmax(p)
        value = -(np.log(q) * truth).sum(-1).mean()
        return value, (q * truth.sum(-1, keepdims=True) - truth) / len(y)
    inner = softmax(p)
    outer = (softmax(inner) - truth) / len(y)
    back = inner * (outer - (outer * inner).sum(-1, keepdims=True))
    return -np.log((softmax(inner) * truth).sum(-1)).mean(), back


def descent(
    kernel,
    bias,
    xs,
    ys,
    rate,
    momentum=0.0,
    *,
    measure=squares,
    pile_up=False,
    stale=False,
    applied=1,
    repeats=1,
    after=False,
    summed=False,
    left=0.0,
    said=False,
    forget=False,
    times=1.0,
    clip=lambda g_w, g_b: (g_w, g_b),
):
    """PyTorch's momentum (b ← μ b + g, w ← w − η b) on a linear model, in float64."""
    w, b = kernel.astype("float64"), bias.astype("float64")
    v_w, v_b, g_w, g_b, losses = 0 * w, 0 * b, 0 * w, 0 * b, []
    for x, y in (pair for pair in zip(xs, ys) for _ in range(repeats)):
        x = x.astype("float64")
        value, slope = measure(x @ w + b, y)
        slope = slope * (len(x) if summed else 1)
        new = x.T @ slope + left * x.sum(0)[:, None], slope.sum(0) + left * len(x)
        if stale:
            used = g_w, g_b
            g_w, g_b = new
        else:
            g_w, g_b = (g_w + new[0], g_b + new[1]) if pile_up else new
            used = g_w, g_b
        used = clip(*used)
        for _ in range(applied):
            v_w = (0 if forget else momentum) * v_w + times * used[0]
            v_b = (0 if forget else momentum) * v_b + times * used[1]
            w, b = w - rate * v_w, b - rate * v_b
        if after:
            value = measure(x @ w + b, y)[0]
        losses.append(
            near(value * (len(x) if summed or said else 1), max(1, abs(value)), 2000, dtype=None)
        )
    size = max(1, np.abs(w).max())
    return {
        "losses": losses[repeats - 1 :: repeats],
        "weights": [near(w, size, 2000), near(b, size, 2000)],
    }


def unit_norm(g_w, g_b):
    """As clip_grad_norm_ does it: one norm for all parameters together."""
    factor = min(1, 1 / (np.sqrt((g_w**2).sum() + (g_b**2).sum()) + 1e-6))
    return factor * g_w, factor * g_b


def within_one(g_w, g_b):
    return np.clip(g_w, -1, 1), np.clip(g_b, -1, 1)


VARIANTS = {
    "gradients_pile_up": (
        "The gradients of earlier batches are still there: set them to zero, optimizer.zero_grad(), "
        "before each backward.",
        {"pile_up": True},
    ),
    "step_before_backward": (
        "The step is made with the gradient of the batch before: backward comes first, then step.",
        {"stale": True},
    ),
    "no_step": (
        "The weights stand still: backward or step is missing, step comes before backward, or the "
        "gradients are set to zero between the two.",
        {"applied": 0},
    ),
    "two_steps": ("Each gradient is applied twice: one step() for one backward.", {"applied": 2}),
    "step_repeated": (
        "More than one step is made with one batch: zero_grad, forward, backward and step come once each, "
        "without a loop.",
        {"repeats": 2},
    ),
    "gradient_doubled": (
        "The gradient counts twice: backward is called twice, and adds to what is there "
        "already. Call it once.",
        {"times": 2.0},
    ),
    "loss_times_samples": (
        "The loss that comes back is multiplied by the number of samples; return it as the criterion "
        "gives it.",
        {"said": True},
    ),
    "loss_after_the_step": (
        "The loss is measured after the step: return that from before it.",
        {"after": True},
    ),
    "uphill": (
        "The weights move uphill, since the optimizer subtracts by itself: differentiate "
        "the loss as it is.",
        {"times": -1.0},
    ),
    "summed": (
        "Loss and gradient are multiplied by the number of samples: leave that out, the criterion "
        "averages already.",
        {"summed": True},
    ),
    "optimizer_not_used": (
        "The step is made by hand, or with another optimizer that your code makes: call step() "
        "of the one that is given, which knows momentum.",
        {"forget": True},
    ),
    "clipped_by_norm": (
        "The gradients are clipped to a norm of 1, which is no part of the step: leave "
        "clip_grad_norm_ out.",
        {"clip": unit_norm},
    ),
    "clipped": (
        "The gradients are clipped to [−1, 1], which is no part of the step: leave the clipping "
        "out.",
        {"clip": within_one},
    ),
}


LEFT = 0.5  # times the sum of the outputs: what was differentiated before


def variant(**settings):
    return lambda **inputs: descent(**inputs, **settings)


OWN = (
    "own_criterion",
    "Your code computes a loss of its own, not that of the given criterion: call "
    "criterion(predictions, labels).",
)
RETURNED = [
    Slip(
        "nothing_returned",
        "None came back: return the loss, loss.item().",
        shows=lambda inputs, answer, wanted: set(answer["kinds"]) == {"NoneType"},
    ),
    Slip(
        "method_returned",
        "A method came back in place of a number: call it, with parentheses, loss.item().",
        shows=lambda inputs, answer, wanted: (
            set(answer["kinds"]) <= {"builtin_function_or_method", "method"}
        ),
    ),
    Slip(
        "more_than_the_loss",
        "More than the loss came back; return the loss alone, loss.item().",
        shows=lambda inputs, answer, wanted: set(answer["kinds"]) <= {"tuple", "list", "dict"},
    ),
]
REPEATED = ("step_repeated", VARIANTS["step_repeated"][0])
SLIPS = [
    *[Slip(name, says, variant(**settings)) for name, (says, settings) in VARIANTS.items()],
    *[Slip(*REPEATED, variant(repeats=times)) for times in (3, 5, 10)],
    Slip(*OWN, variant(measure=surprise)),
    *RETURNED,
]
ERRORS = [
    Slip(
        "step_before_backward",
        "The step is made before backward, and changes the weights that backward still needs: "
        "backward comes first, then step.",
        error=r"modified by an inplace operation",
    ),
    Slip(
        "no_backward",
        "There is no gradient to step with: loss.backward() is missing, or the loss was taken out of "
        "PyTorch's memory (detach, item, no_grad, NumPy) before.",
        error=r"does not require grad|no attribute 'backward'",
    ),
    Slip(
        "labels_turned_into_floats",
        "The labels are turned into floats; CrossEntropyLoss wants the class numbers as they are given.",
        error=r"expected (?:scalar type|target dtype to be) Long",
        checks=["classes"],
    ),
    Slip(
        "arguments_of_the_criterion_swapped",
        "The criterion gets the labels first; in PyTorch it is criterion(predictions, labels).",
        error=r"not implemented for|size mismatch|must match|same batch",
        checks=["classes"],
    ),
    Slip(
        "not_the_outputs",
        "What goes to the criterion is not what the model gives: no argmax, no other shape, the outputs "
        "as they are.",
        error=r"size of tensor|size mismatch|must match|does not require grad|not implemented for|"
        r"[Ee]xpected floating|expected scalar type",
    ),
]


def draw(rng, sizes=(5, 4, 6), outputs=2):
    return {
        "kernel": rng.normal(size=(3, outputs)).astype("float32"),
        "bias": rng.normal(size=outputs).astype("float32"),
        "xs": [rng.normal(size=(n, 3)).astype("float32") for n in sizes],
        "ys": [(2 * rng.normal(size=(n, outputs))).astype("float32") for n in sizes],
        "rate": 0.1,
    }


@check(
    "makes steps of gradient descent, each with its own gradient, and returns the loss before",
    wanted=descent,
    slips=[*SLIPS, *ERRORS],
)
def steps(rng):
    yield draw(rng, sizes=(5, 4, 6, 5) * 5)


@check(
    "uses the optimizer that it is given, and so its momentum",
    wanted=descent,
    slips=[*SLIPS, *ERRORS],
    question="steps",
)
def momentum(rng):
    inputs = draw(rng)
    yield {**inputs, "ys": [5 * y for y in inputs["ys"]], "momentum": 0.8}


@check(
    "hands logits to a criterion that wants logits, predictions first",
    wanted=lambda **inputs: descent(**inputs, measure=surprise),
    slips=[
        Slip(
            "softmax_before_the_criterion",
            "There is a softmax before the criterion: CrossEntropyLoss applies it, hand over the model's "
            "logits.",
            variant(measure=lambda p, y: surprise(p, y, twice=True)),
        ),
        *[
            Slip(name, says, variant(measure=surprise, **settings))
            for name, (says, settings) in VARIANTS.items()
        ],
        Slip(*OWN, error=r"size of tensor|broadcast"),
        *RETURNED,
        *ERRORS,
    ],
)
def classes(rng):
    inputs = draw(rng, outputs=3)
    # large enough that clipped gradients show
    inputs["xs"] = [6 * x for x in inputs["xs"]]
    yield {**inputs, "ys": [rng.integers(0, 3, len(x)) for x in inputs["xs"]]}


@check(
    "uses the gradient of its own batch alone, whatever was in grad before",
    wanted=descent,
    slips=[
        Slip(
            "zeroed_too_late",
            "What was in grad before your step is added to its gradient: the gradients are set to "
            "zero only after the step. Call zero_grad before backward.",
            variant(left=LEFT),
        ),
        Slip("gradients_pile_up", VARIANTS["gradients_pile_up"][0], variant(left=LEFT)),
        *SLIPS,
        *ERRORS,
    ],
)
def leftover(rng):
    yield draw(rng, sizes=(5,))


@check(
    "returns Python floats",
    wanted=lambda **inputs: {"kinds": ["float"] * len(inputs["xs"])},
    slips=[
        *RETURNED,
        Slip(
            "not_a_float",
            "What came back is no Python float but a tensor, which may keep the whole memory of how it was "
            "made, or an array: loss.item().",
            shows=lambda inputs, answer, wanted: set(answer["kinds"]) != {"float"},
        ),
        *ERRORS,
    ],
    shares=steps,
)
def floats():
    """The losses themselves."""


MODE = (
    "mode_changed",
    "The mode of the model, or of one of its parts, is changed: train() and eval() are the "
    "business of whoever calls.",
)


@check(
    "leaves the model in training or in evaluation mode, as it was",
    wanted=lambda **inputs: {"kept": [True, True]},
    slips=[
        Slip(*MODE, shows=lambda inputs, answer, wanted: isinstance(answer, dict)),
        *ERRORS,
    ],
)
def mode(rng):
    yield draw(rng)


def runs_again(inputs, answer, wanted):
    return answer["passes"] > wanted["passes"]


@check(
    "runs a model in training once in a step, and in training, so that the averages of a batch "
    "normalisation move once",
    wanted=lambda **inputs: {"passes": len(inputs["xs"])},
    slips=[
        Slip(
            "second_forward_pass",
            "The model runs more than once in a step, which moves the averages of a batch normalisation "
            "again and draws dropout anew: one forward pass is enough; return the loss that was "
            "differentiated.",
            shows=runs_again,
        ),
        Slip(
            *REPEATED,
            shows=runs_again,
        ),
        Slip(
            *MODE,
            shows=lambda inputs, answer, wanted: answer["passes"] < wanted["passes"],
        ),
        *ERRORS,
    ],
    shares=mode,
)
def passes():
    """How often a batch normalisation has counted."""
