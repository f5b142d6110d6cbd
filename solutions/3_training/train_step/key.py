"""The answer key of train_step."""

import numpy as np

from coursekit.grading.key import Exactly, Slip, check, near
from coursekit.grading.slips_of_training import COUNTED_TWICE, IN_PARTS, PENALTIES_FORGOTTEN

WRITES = ["train_step"]
READY_MADE = ["fit"]
SECONDS = 30.0


def float64(*parts):
    return [[np.asarray(each, "float64") for each in part] for part in parts]


def squares(prediction, y):
    """The mean squared error and its derivative by the predictions."""
    e = prediction - y
    return (e**2).mean(), 2 * e / e.size


def poisson(prediction, y):
    return (np.exp(prediction) - y * prediction).mean(), (np.exp(prediction) - y) / y.size


def poisson_swapped(prediction, y):
    """Label and prediction exchanged: exp y − ŷ y."""
    return (np.exp(y) - prediction * y).mean(), -y / y.size


def descent(
    kernel,
    bias,
    xs,
    ys,
    rate,
    momentum=0.0,
    l2=0.0,
    *,
    measure=squares,
    penalty="both",  # where the penalties count: both, loss, gradient, neither, or late (after the step)
    combine=sum,
    early=False,  # model.losses is read before the forward pass: of activities it holds the last ones
    times=1.0,  # of the gradient
    summed=False,
    when="before",  # the loss is measured: before, after
    stale=False,  # the gradient of the batch before is applied
    clip=None,
    forget=False,  # a new optimizer for each step
    applied=1,
    bias_moves=True,
    kernel_moves=True,
    counted=1,  # how often the optimizer counts a step
):
    """A linear model's steps in float64, as they are and as they would be with a mistake."""
    (xs, ys), (w, b) = float64(xs, ys), float64([kernel, bias])[0]
    w, b, losses, last = w.copy(), b.copy(), [], None
    v_w, v_b = np.zeros_like(w), np.zeros_like(b)

    activity = [0.0]

    def measured(x, y):
        p = x @ w + b
        value, slope = measure(p, y)
        value = value * (y.size if summed else 1)
        of_weights, of_outputs = (
            [l2 * (part**2).sum() for part in (w, b)],
            l2 * (p**2).sum() / len(p),
        )
        penalties = [*of_weights, activity[-1] if early else of_outputs]
        activity.append(of_outputs)
        return value + combine(penalties) * (penalty in ("both", "loss")), slope, p

    for x, y in zip(xs, ys):
        value, slope, p = measured(x, y)
        slope = slope * (y.size if summed else 1)
        share = combine([1, 1, 1]) / 3 * (penalty in ("both", "gradient"))
        slope = slope + share * 2 * l2 * p / len(p) * (not early)
        g_w, g_b = x.T @ slope, slope.sum(0)
        g_w, g_b = g_w + share * 2 * l2 * w, g_b + share * 2 * l2 * b
        if clip:
            g_w, g_b = clip(g_w), clip(g_b)
        used, last = (last if stale else (g_w, g_b)), (g_w, g_b)
        for _ in range(applied):
            if used is not None:
                v_w = (0 if forget else momentum) * v_w - rate * times * used[0]
                v_b = (0 if forget else momentum) * v_b - rate * times * used[1]
                w = w + v_w * kernel_moves
                b = b + v_b * bias_moves
        if when == "after":
            value = measured(x, y)[0]
        if penalty == "late":  # those of the outputs are still the ones of the forward pass
            value += l2 * ((w**2).sum() + (b**2).sum()) + activity[-1]
        losses.append(near(value, max(1, abs(value)), 64 + 16 * len(losses), dtype=None))
    size = max(np.abs(w).max(), 1)
    return {
        "losses": losses,
        "weights": [near(w, size, 200), near(b, size, 200)],
        "steps": len(xs) * applied * counted,
    }


def unit_norm(g):
    return g / max(1.0, np.linalg.norm(g))


def within_one(g):
    return np.clip(g, -1, 1)


VARIANTS = {
    "penalties_forgotten": (
        PENALTIES_FORGOTTEN,
        {"penalty": "neither"},
    ),
    "penalties_not_differentiated": (
        "The penalties are in the loss that is returned, but not in what is differentiated: add them "
        "inside the tape.",
        {"penalty": "loss"},
    ),
    "penalties_not_returned": (
        "The penalties are differentiated, but missing from the loss that is returned: return the "
        "sum.",
        {"penalty": "gradient"},
    ),
    "penalties_before_the_forward_pass": (
        "model.losses is read before the forward pass, so that penalties on the outputs of layers "
        "are those of the batch before, or missing: read it afterwards, inside the tape.",
        {"early": True},
    ),
    "penalties_averaged": (
        "The mean of the penalties is added: add their sum.",
        {"combine": lambda parts: sum(parts) / len(parts)},
    ),
    "penalties_twice": (
        "The penalties count twice: add sum(model.losses) once, as it is.",
        {"combine": lambda parts: 2 * sum(parts)},
    ),
    "penalties_after_the_step": (
        "The penalties are read after the step, from the new weights, and not differentiated: add them to "
        "the loss inside the tape.",
        {"penalty": "late"},
    ),
    "loss_after_the_step": (
        "The loss is measured after the step: return the one from before it, which was "
        "differentiated.",
        {"when": "after"},
    ),
    "uphill": (
        "The weights move uphill: the optimizer subtracts by itself, so give it the gradient as "
        "it is.",
        {"times": -1.0},
    ),
    "summed": (
        "Loss and gradient are multiplied by the number of samples (or outputs): leave that out, "
        "the loss is a mean already.",
        {"summed": True},
    ),
    "applied_twice": (
        "The gradient is applied twice: once is enough.",
        {"applied": 2},
    ),
    "applied_one_by_one": (
        COUNTED_TWICE,
        {"counted": 2},
    ),
    "not_applied": (
        "The weights stand still: apply the gradients with the optimizer.",
        {"applied": 0},
    ),
    "stale_gradient": (
        "The gradient of the batch before is applied: apply that of this batch.",
        {"stale": True},
    ),
    "clipped_by_norm": (
        "The gradients are clipped to a norm of 1: leave that out; whoever wants it gives the "
        "optimizer clipnorm.",
        {"clip": unit_norm},
    ),
    "clipped": (
        "The gradients are clipped to [−1, 1]: leave that out; whoever wants it gives the "
        "optimizer clipvalue.",
        {"clip": within_one},
    ),
    "new_optimizer": (
        "The optimizer forgets from step to step: a new one is made each time, it is not used "
        "at all, or its variables are reset. Use the one that is given, and keep its state.",
        {"forget": True},
    ),
    "halved": ("The gradient is halved: give the optimizer the gradient as it is.", {"times": 0.5}),
    "doubled": (
        "The gradient is doubled: give the optimizer the gradient as it is.",
        {"times": 2.0},
    ),
    "kernels_only": (
        "Only one of the variables moves: use all of model.trainable_variables.",
        {"bias_moves": False},
    ),
    "biases_only": (
        "Only one of the variables moves: use all of model.trainable_variables.",
        {"kernel_moves": False},
    ),
}


def variant(**settings):
    return lambda **inputs: descent(**inputs, **settings)


NOT_USED_SAYS = (
    "The step is θ − η g, made by hand, or by an optimizer that you make anew; the one that is given may do "
    "more than that (momentum, a schedule): call its apply_gradients."
)
SLIPS = [Slip(name, says, variant(**settings)) for name, (says, settings) in VARIANTS.items()] + [
    Slip(
        "optimizer_not_used",
        NOT_USED_SAYS,
        variant(forget=True, counted=0),
    ),
    Slip(
        "optimizer_not_used",
        NOT_USED_SAYS,
        variant(counted=0),
    ),
]
NO_GRADIENT = Slip(
    "forward_pass_outside_the_tape",
    "There is no gradient: compute the forward pass and the loss inside the tape, and take no "
    "value out of it (.numpy(), float()) before it has differentiated. (Or gradients are asked "
    "of weights that have none: use model.trainable_variables.)",
    error=r"No gradients provided|None values not supported|NoneType|Attempt to convert a value"
    r"|does not have a gradient|float\(\)",
)
PAIRS = Slip(
    "pairs_swapped",
    "Gradients and variables are exchanged: apply_gradients takes pairs (gradient, variable).",
    error=r"Tensor' object has no attribute '(?!numpy)|too many values to unpack|'ResourceVariable'|"
    r"not enough values to unpack \((?!expected 2, got 0)",
)
NO_PAIRS = Slip(
    "no_variables",
    "apply_gradients gets no pair at all: nothing trainable is left (is `trainable` changed somewhere?), a "
    "filter found no variable, or a zip was used up before. Hand it the gradient of every variable in "
    "model.trainable_variables.",
    error=r"not enough values to unpack \(expected 2, got 0\)",
)
HIDDEN = Slip(
    "hidden_state",
    "With a second model it breaks: something is kept from call to call (a model, an optimizer, a "
    "traced function). Use only what comes in.",
    error=r"Unknown variable|was not built|reat\w+ variables on a? ?non-first",
)
KEPT = Slip(
    "variables_kept",
    "For this model there is no gradient, though for the first there was: are the variables of the first "
    "kept from call to call? Use only what comes in, and compute the forward pass and the loss inside the "
    "tape.",
    error=r"No gradients provided",
)
NOT_A_SCALAR = Slip(
    "not_a_scalar",
    "One number was wanted, the loss of the batch; a list, an array or something else came back. "
    "If it was None, a `return` is missing.",
    shows=lambda inputs, answer, wanted: any(
        not isinstance(each, (float, np.ndarray)) or np.ndim(each)
        for part in (answer if isinstance(answer, list) else [answer])
        for each in part["losses"]
    ),
)
ERRORS = [HIDDEN, IN_PARTS, KEPT, NO_GRADIENT, PAIRS, NO_PAIRS]


def linear(rng, inputs, outputs):
    return {
        "kernel": rng.normal(size=(inputs, outputs)).astype("float32"),
        "bias": rng.normal(size=outputs).astype("float32"),
    }


def batches(rng, sizes, inputs, outputs):
    return {
        "xs": [rng.normal(size=(n, inputs)).astype("float32") for n in sizes],
        "ys": [(3 * rng.normal(size=(n, outputs))).astype("float32") for n in sizes],
    }


@check(
    "makes one step of gradient descent and returns the loss before it",
    wanted=descent,
    # With the first model nothing can have been kept
    slips=[*SLIPS, IN_PARTS, NO_GRADIENT, PAIRS, NO_PAIRS, NOT_A_SCALAR],
)
def steps(rng):
    yield {**linear(rng, 3, 2), **batches(rng, (6, 4, 5, 6, 3), 3, 2), "rate": 0.1}


@check(
    "adds the penalties of regularizers to the loss",
    wanted=descent,
    slips=[*SLIPS, *ERRORS, NOT_A_SCALAR],
    question="steps",
)
def penalties(rng):
    yield {**linear(rng, 3, 2), **batches(rng, (6, 4, 5), 3, 2), "rate": 0.1, "l2": 0.2}


@check(
    "uses the optimizer that it is given, and so its momentum",
    wanted=descent,
    slips=[*SLIPS, *ERRORS, NOT_A_SCALAR],
    question="steps",
)
def momentum(rng):
    inputs = {**linear(rng, 3, 2), **batches(rng, (6, 4, 5, 6), 3, 2)}
    yield {**inputs, "rate": 0.05, "momentum": 0.8}


@check(
    "hands the loss the labels first, then the predictions",
    wanted=lambda **inputs: descent(**inputs, measure=poisson),
    slips=[
        *[
            Slip(name, says, variant(measure=poisson, **settings))
            for name, (says, settings) in VARIANTS.items()
        ],
        Slip(
            "arguments_of_the_loss_swapped",
            "The loss gets the predictions first: call loss_fn(labels, predictions).",
            variant(measure=poisson_swapped),
        ),
        Slip(
            "arguments_of_the_loss_swapped",
            "The loss gets the predictions first: call loss_fn(labels, predictions).",
            variant(measure=poisson_swapped, penalty="neither"),
        ),
        Slip(
            "own_loss",
            "The mean squared error is computed, whatever loss is given: call the one that is "
            "given, loss_fn.",
            variant(measure=squares),
        ),
        Slip(
            "optimizer_not_used",
            NOT_USED_SAYS,
            variant(measure=poisson, counted=0),
        ),
        *ERRORS,
        NOT_A_SCALAR,
    ],
)
def order_of_arguments(rng):
    inputs = {**linear(rng, 2, 1), **batches(rng, (4, 3), 2, 1), "rate": 0.05}
    inputs.update(kernel=inputs["kernel"] * 0.3, bias=inputs["bias"] * 0.3)
    # far above exp ŷ, so that a clipped gradient shows
    inputs["ys"] = [np.abs(each) + 3 for each in inputs["ys"]]
    yield inputs


def both(kernel, bias, kernel2, bias2, **rest):
    one, two = descent(kernel, bias, **rest), descent(kernel2, bias2, **rest)
    return [one, two]


def both_with(settings):
    def path(kernel, bias, kernel2, bias2, **rest):
        one = descent(kernel, bias, **rest, **settings)
        return [one, descent(kernel2, bias2, **rest, **settings)]

    return path


@check(
    "remembers nothing of another model",
    wanted=both,
    slips=[
        *[Slip(name, says, both_with(settings)) for name, (says, settings) in VARIANTS.items()],
        Slip("optimizer_not_used", NOT_USED_SAYS, both_with({"forget": True, "counted": 0})),
        Slip("optimizer_not_used", NOT_USED_SAYS, both_with({"counted": 0})),
        Slip(
            "hidden_state",
            "The second model is not trained like the first: something is kept from call to call "
            "(a model, an optimizer, a traced function). Use only what comes in.",
            shows=lambda inputs, answer, wanted: np.allclose(
                answer[0]["losses"], [each.value for each in wanted[0]["losses"]], rtol=1e-3
            ),
        ),
        *ERRORS,
        NOT_A_SCALAR,
    ],
)
def two_models(rng):
    second = linear(rng, 3, 2)
    inputs = {**linear(rng, 3, 2), **batches(rng, (5, 4), 3, 2), "rate": 0.05, "momentum": 0.5}
    yield {**inputs, "kernel2": second["kernel"], "bias2": second["bias"]}


def normalised(kernel, bias, xs, ys, rate, training=True, moves=1):
    """BatchNormalization (momentum ½, ε 0.01), then a dense layer, in float64."""
    (xs, ys), (w, b) = float64(xs, ys), float64([kernel, bias])[0]
    d = len(w)
    gamma, beta, mean, variance = np.ones(d), np.zeros(d), np.zeros(d), np.ones(d)
    losses = []
    for x, y in zip(xs, ys):
        m, s = (x.mean(0), x.var(0)) if training else (mean, variance)
        for _ in range(moves * training):
            mean, variance = (mean + x.mean(0)) / 2, (variance + x.var(0)) / 2
        x_hat = (x - m) / np.sqrt(s + 0.01)
        value, slope = squares((x_hat * gamma + beta) @ w + b, y)
        back = slope @ w.T
        g = (x_hat * gamma + beta).T @ slope, slope.sum(0), (back * x_hat).sum(0), back.sum(0)
        w, b = w - rate * g[0], b - rate * g[1]
        gamma, beta = gamma - rate * g[2], beta - rate * g[3]
        losses.append(near(value, max(2, abs(value)), 2000, dtype=None))
    size = max(2, np.abs(w).max(), np.abs(gamma).max(), variance.max())
    return {
        "losses": losses,
        "norm": [near(part, size, 2000) for part in (gamma, beta, mean, variance)],
        "dense": [near(w, size, 2000), near(b, size, 2000)],
    }


@check(
    "runs the model in training mode: batch normalisation uses the batch and keeps its averages",
    wanted=normalised,
    slips=[
        Slip(
            "training_mode_off",
            "The model does not know that it is being trained: call model(images, training=True). "
            "Without it batch normalisation uses old averages, and dropout drops nothing.",
            lambda **inputs: normalised(**inputs, training=False),
        ),
        Slip(
            "second_forward_pass",
            "The model runs twice in one step, so that the averages of batch normalisation "
            "move twice: call it once, inside the tape, and return the loss from there.",
            lambda **inputs: normalised(**inputs, moves=2),
        ),
        Slip(
            "all_weights",
            "Gradients with respect to model.weights are asked for; the averages of batch "
            "normalisation among them have none: use model.trainable_variables.",
            error=r"None|NoneType",
        ),
        *ERRORS,
        NOT_A_SCALAR,
    ],
)
def batch_normalization(rng):
    yield {**linear(rng, 3, 1), **batches(rng, (6, 5, 7), 3, 1), "rate": 0.05} | {
        "xs": [(2 + 3 * rng.normal(size=(n, 3))).astype("float32") for n in (6, 5, 7)]
    }


def above_frozen(first, kernel, bias, xs, ys, rate, move=False):
    below, w, b = float64([first, kernel, bias])[0]
    (xs, ys), losses = float64(xs, ys), []
    for x, y in zip(xs, ys):
        value, slope = squares(x @ below @ w + b, y)
        g_below = x.T @ (slope @ w.T)
        g_w, g_b = (x @ below).T @ slope, slope.sum(0)
        w, b = w - rate * g_w, b - rate * g_b
        below = below - rate * g_below * move
        losses.append(near(value, max(1, abs(value)), 200, dtype=None))
    size = max(1, np.abs(w).max())
    return {
        "losses": losses,
        "frozen": near(below, 5, 200) if move else Exactly(first),
        "weights": [near(w, size, 200), near(b, size, 200)],
    }


@check(
    "leaves frozen layers as they are",
    wanted=above_frozen,
    slips=[
        Slip(
            "frozen_layer_thawed",
            "A frozen layer is trainable afterwards: change no layer's `trainable`, and use "
            "model.trainable_variables as they are.",
            shows=lambda inputs, answer, wanted: answer["thawed"],
        ),
        Slip(
            "frozen_layer_thawed",
            "The optimizer gets a variable of a frozen layer, which it did not have before: change no "
            "layer's `trainable`, and use model.trainable_variables.",
            error=r"Unknown variable",
        ),
        Slip(
            "frozen_layer_moved",
            "A frozen layer moved: use model.trainable_variables, not model.weights or "
            "model.variables.",
            lambda **inputs: above_frozen(**inputs, move=True),
        ),
        *ERRORS,
        NOT_A_SCALAR,
    ],
)
def frozen(rng):
    yield {
        "first": rng.normal(size=(3, 2)).astype("float32"),
        **linear(rng, 2, 1),
        **batches(rng, (5, 4, 5), 3, 1),
        "rate": 0.05,
    }


@check(
    "works inside a tf.function that does not know the batch size",
    wanted=descent,
    slips=[
        *SLIPS,
        PAIRS,
        Slip(
            "not_in_a_graph",
            "Inside a tf.function tensors have no values: no .numpy(), float(), or NumPy functions; "
            "return the loss as a tensor.",
            error=r"numpy|[Ss]ymbolic|float\(\)|NotImplementedError|Python bool|out of scope|constant",
        ),
        Slip(
            "optimizer_not_used",  # one that is made anew asks for values
            NOT_USED_SAYS,
            error=r"numpy|[Ss]ymbolic|singleton tf\.Variable|non-first",
        ),
        *ERRORS,
        NOT_A_SCALAR,
    ],
)
def graph(rng):
    yield {**linear(rng, 3, 2), **batches(rng, (6, 4, 6), 3, 2), "rate": 0.1, "l2": 0.1}


@check(
    "leaves images and labels as they are",
    wanted=lambda kernel, bias, x, y: [Exactly(x), Exactly(y)],
    slips=[
        Slip(
            "changed_in_place",
            "The images or labels of the caller have changed: `/=` and its like write into NumPy "
            "arrays. Compute new values.",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        ),
        *ERRORS,
    ],
)
def untouched(rng):
    one = batches(rng, (4,), 3, 2)
    yield {**linear(rng, 3, 2), "x": one["xs"][0], "y": one["ys"][0]}
