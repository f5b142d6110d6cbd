"""The answer key of learning_rate_finder."""

import math

import numpy as np

from coursekit.grading.key import Exactly, Holds, Slip, check, near
from coursekit.grading.slips_of_training import (
    BATCH_SIZE_FIXED,
    NO_LENGTH,
    OUTSIDE_THE_TAPE,
    PENALTIES_FORGOTTEN,
)

WRITES = ["learning_rate_range_test"]
READY_MADE = []
SECONDS = 40.0


def geometric(lowest, highest, n):
    return list(np.geomspace(lowest, highest, n)) if n > 1 else [lowest]


def search(
    kernel,
    bias,
    xs,
    ys,
    form=None,
    rate=None,
    momentum=0.0,
    lowest=1e-5,
    highest=1.0,
    l2=0.0,
    *,
    penalty="both",  # where the penalty counts: both, loss, gradient, neither
    rates=geometric,
    first_rate=None,  # the rate is set after the step: the first batch uses the old one
    when="before",
    trains=True,
    summed=False,
    uphill=False,
):
    """The rates, the losses and the place where it stops, for a linear model in float64."""
    del form, rate
    w, b = kernel.astype("float64"), bias.astype("float64")
    v_w, v_b = np.zeros_like(w), np.zeros_like(b)
    tried, losses, used = rates(lowest, highest, len(xs)), [], first_rate
    for i, (x, y) in enumerate(zip(xs, ys)):
        eta = tried[i] if first_rate is None else used
        used = tried[i]
        e = x.astype("float64") @ w + b - y
        loss, slope = (e**2).mean() * (e.size if summed else 1), 2 * e / (1 if summed else e.size)
        eta = -eta if uphill else eta
        loss += l2 * (w**2).sum() * (penalty in ("both", "loss"))
        g_w = x.T @ slope + 2 * l2 * w * (penalty in ("both", "gradient"))
        v_w, v_b = momentum * v_w - eta * g_w, momentum * v_b - eta * slope.sum(0)
        if trains:
            w, b = w + v_w, b + v_b
        if when == "after":
            loss = ((x @ w + b - y) ** 2).mean() + l2 * (w**2).sum()
        losses.append(float(loss))
        if not math.isfinite(loss) or loss > 4 * min(losses):
            break
    return list(tried), losses


def whole(rates, losses, w, b, rate):
    """The answer in which nothing stopped early."""
    return {
        "rates": [near(each, each, 1e-4 / 2**-23, dtype=None) for each in rates],
        "losses": [near(each, max(1, each), 1000, dtype=None) for each in losses],
        "weights": [Exactly(w), Exactly(b)],
        "rate": near(rate, rate, 4, dtype=None),
    }


def answer_by(report=None, left=None, **settings):
    """The answer of a search with other settings, losses reported, or traces left."""

    def answer(kernel, bias, xs, ys, rate=0.07, **rest):
        tried, losses = search(kernel, bias, xs, ys, rate=rate, **rest, **settings)
        shown = losses if report is None else report(losses)
        return whole(tried[: len(shown)], shown, kernel, bias, left or rate)

    return answer


def running_mean(losses):
    return [float(np.mean(losses[: i + 1])) for i in range(len(losses))]


def smoothed(losses, corrected, beta):
    found, mean = [], 0.0
    for i, loss in enumerate(losses, 1):
        mean = beta * mean + (1 - beta) * loss
        found.append(mean / (1 - beta**i) if corrected else mean)
    return found


def steps_of_n(lowest, highest, n):
    return [lowest * (highest / lowest) ** (i / n) for i in range(n)]


def one_ahead(lowest, highest, n):
    return [lowest * (highest / lowest) ** ((i + 1) / n) for i in range(n)]


PATHS = {
    "linear": (
        "The rates grow by the same amount at each step: let them grow by the same factor.",
        {"rates": lambda lowest, highest, n: list(np.linspace(lowest, highest, n))},
    ),
    "highest_not_reached": (
        "The last rate is not `highest`: from the first of n batches to the last there are n − 1 "
        "steps, so divide by n − 1.",
        {"rates": steps_of_n},
    ),
    "lowest_left_out": (
        "The first rate is not `lowest`, since it has grown before the first batch: let it grow "
        "after each step.",
        {"rates": one_ahead},
    ),
    "backwards": (
        "The rates fall from `highest` to `lowest`: let them grow.",
        {"rates": lambda lowest, highest, n: geometric(highest, lowest, n)},
    ),
    "limits_ignored": (
        "The rates go from 1e-5 to 1, whatever is given: use `lowest` and `highest`.",
        {"rates": lambda lowest, highest, n: geometric(1e-5, 1.0, n)},
    ),
    "constant": (
        "The rate is `lowest` for every batch: multiply it by one factor at each step.",
        {"rates": lambda lowest, highest, n: [lowest] * n},
    ),
    "rate_one_behind": (
        "The rate is set after the step, so that each batch uses the one before: set it before "
        "the step, or the losses stand beside the wrong rates.",
        {"first_rate": 0.07},
    ),
    "loss_after_the_step": (
        "Each loss is measured after its step: keep the one from before it, which was "
        "differentiated.",
        {"when": "after"},
    ),
    "not_trained": (
        "Nothing is trained: every loss is that of the first weights. Apply the gradients once per batch.",
        {"trains": False},
    ),
    "summed": (
        "Loss and gradient are multiplied by the number of samples: leave that out, the loss is a "
        "mean already.",
        {"summed": True},
    ),
    "uphill": (
        "The weights move uphill: the optimizer subtracts by itself, so give it the gradient as "
        "it is.",
        {"uphill": True},
    ),
    "penalties_forgotten": (
        PENALTIES_FORGOTTEN,
        {"penalty": "neither"},
    ),
    "penalties_not_differentiated": (
        "The penalties are in the losses that are listed, but not in what is differentiated: add "
        "them inside the tape.",
        {"penalty": "loss"},
    ),
    "penalties_not_listed": (
        "The penalties are differentiated, but missing from the losses that are listed: list the sum.",
        {"penalty": "gradient"},
    ),
}
REPORTS = {
    "running_mean": (
        "Those are the means over all batches so far; each batch's own loss is wanted.",
        running_mean,
    ),
    "smoothed": (
        "The losses are smoothed; each batch's own is wanted. Smooth in the plot, if at all.",
        lambda losses: smoothed(losses, True, 0.9),
    ),
    "smoothed_without_correction": (
        "The losses are smoothed, and begin far too low; each batch's own is wanted.",
        lambda losses: smoothed(losses, False, 0.9),
    ),
    "lowest_so_far": (
        "The losses never rise: those are the lowest so far; each batch's own is wanted.",
        lambda losses: list(np.minimum.accumulate(losses)),
    ),
}


def smoothed_from_the_first(inputs, answer, wanted):
    """Whether each loss is between the one before it in the list and its own, always at one share."""
    own, true = answer["losses"], [each.value for each in wanted["losses"]]
    if len(own) != len(true) or len(own) < 3 or not np.isclose(own[0], true[0], rtol=1e-3):
        return False
    own, true = np.float64(own), np.float64(true)
    gap = true[1:] - own[:-1]
    share = np.median(np.diff(own) / gap)
    return 0.01 < share < 0.99 and np.allclose(
        np.diff(own), share * gap, rtol=1e-2, atol=1e-4 * true[0]
    )


FROM_THE_FIRST = Slip("smoothed", REPORTS["smoothed"][0], shows=smoothed_from_the_first)


def growth_of_another_number(inputs, answer, wanted):
    """Whether the rates begin at `lowest` and grow by one factor, and do not end at `highest`."""
    rates = np.float64(answer["rates"])
    if len(rates) != len(inputs["xs"]):
        return False
    growth = rates[1:] / rates[:-1]
    return (
        np.isclose(rates[0], inputs.get("lowest", 1e-5), rtol=1e-3)
        and growth.min() > 1
        and np.allclose(growth, growth[0], rtol=1e-3)
        and not np.isclose(rates[-1], inputs.get("highest", 1.0), rtol=1e-3)
    )


ANOTHER_NUMBER = Slip(
    "growth_of_another_number",
    "The rates begin at `lowest` and grow by one factor, but the last is not `highest`: the factor follows "
    "from the number of batches that are given, n: (highest / lowest)^(1 / (n − 1)).",
    shows=growth_of_another_number,
)
BAKED_SAYS = (
    "The rates are listed, but every step is made with the first. Assign the batch's own rate to "
    "optimizer.learning_rate before each step, outside of any tf.function; inside one, a Python "
    "number stays that of the first call."
)


def first_rate_only(**inputs):
    """The rates as they should be, beside the losses of steps that are all made with the first."""
    fixed = answer_by(rates=PATHS["constant"][1]["rates"])(**inputs)
    return {**answer_by()(**inputs), "losses": fixed["losses"]}


FIXED_RATE = Slip(
    "optimizer_rate_not_set",
    "The rates are listed, but the optimizer keeps its own: assign to optimizer.learning_rate before "
    "each step.",
    shows=lambda inputs, answer, wanted: _fixed_rate(inputs, answer),
)


def _fixed_rate(inputs, answer):
    rate = inputs.get("rate", 0.07)
    _, losses = search(**{**inputs, "rate": None}, rates=lambda low, high, n: [rate] * n)
    n = min(len(losses), len(answer["losses"]))
    return n > 1 and np.allclose(answer["losses"][:n], losses[:n], rtol=1e-3)


LEFT = [
    Slip(
        "weights_not_restored",
        "The model is left with the weights of the search: keep model.get_weights() before, and put "
        "them back.",
        shows=lambda inputs, answer, wanted: (
            not np.allclose(answer["weights"][0], inputs["kernel"], rtol=1e-6, atol=0)
        ),
    ),
    Slip(
        "rate_not_restored",
        "The optimizer is left with another learning rate than before: keep "
        "float(optimizer.learning_rate) at the start (the variable itself changes along), and put "
        "it back at the end.",
        shows=lambda inputs, answer, wanted: abs(answer["rate"] - inputs.get("rate", 0.07)) > 1e-6,
    ),
]


def short_left_out(xs, ys, **inputs):
    return answer_by()(xs=xs[:-1], ys=ys[:-1], **inputs)


def short_not_used(**inputs):
    """It has its place among the rates, and no step."""
    found = answer_by()(**inputs)
    return {**found, "rates": found["rates"][:-1], "losses": found["losses"][:-1]}


def are_exchanged(inputs, answer, wanted):
    """Whether the rates stand in the place of the losses."""
    limits = inputs.get("lowest", 1e-5), inputs.get("highest", 1.0)
    n = len(answer["losses"])
    return n > 0 and np.allclose(
        answer["losses"], geometric(*limits, len(inputs["xs"]))[:n], rtol=1e-3
    )


EXCHANGED = Slip(
    "lists_exchanged",
    "The two lists are exchanged: return first the learning rates, then the losses.",
    shows=are_exchanged,
)
SHORT_SAYS = "The last batch, which is shorter, is left out: make a step on it, too."
SHORT = [
    Slip("short_batch_left_out", SHORT_SAYS, answer) for answer in (short_left_out, short_not_used)
]
SHORT_RATES = [
    Slip(
        "short_batch_left_out",
        SHORT_SAYS,
        lambda of=each.wanted, **inputs: {"rates": of(**inputs)["rates"]},
    )
    for each in SHORT
]
MISSING_SAYS = (
    "Some batches are missing. No loss is above 4 times the lowest here, so that a step on every batch is "
    "wanted, the short last one too."
)
SLIPS = (
    [Slip(name, says, answer_by(**settings)) for name, (says, settings) in PATHS.items()]
    + [Slip(name, says, answer_by(report)) for name, (says, report) in REPORTS.items()]
    + [
        FIXED_RATE,
        FROM_THE_FIRST,
        *SHORT,
        Slip("rate_read_in_the_graph", BAKED_SAYS, first_rate_only),
        ANOTHER_NUMBER,
    ]
)
ERRORS = [
    EXCHANGED,
    BATCH_SIZE_FIXED,
    NO_LENGTH,
    Slip(
        "not_two_lists",
        "Two lists were wanted, the learning rates and the losses; something else came back.",
        error=r"unpack|not iterable",
    ),
    OUTSIDE_THE_TAPE,
]


def draw(rng, batches=8, size=4, **rest):
    """A search whose losses waver before the last one, but stay below 4 times their lowest.

    The last batch is shorter than the others.
    """
    sizes = [size] * (batches - 1) + [size - 1]
    while True:
        kernel, bias = rng.normal(size=(3, 1)), rng.normal(size=1)
        inputs = {
            "kernel": kernel.astype("float32"),
            "bias": bias.astype("float32"),
            "xs": [rng.normal(size=(n, 3)).astype("float32") for n in sizes],
            "ys": [(6 + rng.normal(size=(n, 1))).astype("float32") for n in sizes],
            **rest,
        }
        _, losses = search(**inputs)
        above = [loss / min(losses[: i + 1]) for i, loss in enumerate(losses)]
        if len(losses) == batches and max(above) < 2 and max(above[:-1]) > 1.01:
            return inputs


@check(
    "tries rates that grow by one factor, from `lowest` at the first to `highest` at the last batch",
    wanted=lambda **inputs: {"rates": answer_by()(**inputs)["rates"]},
    slips=[
        *[
            Slip(
                name,
                says,
                lambda s=settings, **inputs: {"rates": answer_by(**s)(**inputs)["rates"]},
            )
            for name, (says, settings) in PATHS.items()
            if "rates" in settings
        ],
        *SHORT_RATES,
        Slip(
            "rates_one_too_many",
            "There is one rate more than there are batches: list only rates that were used.",
            shows=lambda inputs, answer, wanted: len(answer["rates"]) == len(inputs["xs"]) + 1,
        ),
        Slip(
            "stops_too_early",
            MISSING_SAYS,
            shows=lambda inputs, answer, wanted: len(answer["rates"]) < len(inputs["xs"]),
        ),
        ANOTHER_NUMBER,
        *ERRORS,
    ],
    question="finds",
)
def rates(rng):
    yield draw(rng, lowest=1e-3, highest=0.05)
    yield draw(rng, batches=5, lowest=1e-4, highest=0.02)


@check(
    "lists each batch's own loss, before its step at the rate beside it",
    wanted=answer_by(),
    slips=[
        *SLIPS,
        *LEFT,
        Slip(
            "stops_too_early",
            MISSING_SAYS,
            shows=lambda inputs, answer, wanted: len(answer["losses"]) < len(inputs["xs"]),
        ),
        *ERRORS,
    ],
    question="finds",
)
def losses(rng):
    yield draw(rng, lowest=5e-3, highest=0.05)


def first_of_both(kernel, bias, xs, ys, training=True, swapped=False, squares=False, **limits):
    x, y, w, b = (np.asarray(part, "float64") for part in (xs[0], ys[0], kernel, bias))
    x_hat = (x - x.mean(0)) / np.sqrt(x.var(0) + 0.01) if training else x / np.sqrt(1.01)
    normalised, p = ((x_hat @ w + b - y) ** 2).mean(), x @ w + b
    poisson = (np.exp(y) - p * y).mean() if swapped else (np.exp(p) - y * p).mean()
    poisson = ((p - y) ** 2).mean() if squares else poisson
    return {
        "normalised": near(normalised, max(1, normalised), 1000, dtype=None),
        "poisson": near(poisson, max(1, abs(poisson)), 1000, dtype=None),
    }


@check(
    "runs the model in training mode, and gives the loss first the labels, then the predictions",
    wanted=first_of_both,
    slips=[
        Slip(
            "training_mode_off",
            "The model does not know that it is being trained: call model(images, training=True).",
            lambda **inputs: first_of_both(**inputs, training=False),
        ),
        Slip(
            "arguments_of_the_loss_swapped",
            "The loss gets the predictions first: call loss_fn(labels, predictions).",
            lambda **inputs: first_of_both(**inputs, swapped=True),
        ),
        Slip(
            "own_loss",
            "The mean squared error is computed, whatever loss is given: call loss_fn.",
            lambda **inputs: first_of_both(**inputs, squares=True),
        ),
        *ERRORS,
    ],
)
def first_losses(rng):
    inputs = draw(rng, batches=3, lowest=1e-9, highest=1e-8)
    inputs["xs"] = [2 * x + 1 for x in inputs["xs"]]
    yield {**inputs, "kernel": inputs["kernel"] * 0.3, "ys": [y / 5 for y in inputs["ys"]]}


@check(
    "uses the optimizer that it is given, and so its momentum",
    wanted=answer_by(),
    slips=[
        Slip(
            "optimizer_not_used",
            "The optimizer that is given is not used: the steps are made by hand, or by another "
            "optimizer that your code makes. Set the learning rate of the given one and call "
            "its apply_gradients.",
            shows=lambda inputs, answer, wanted: np.allclose(
                answer["losses"],
                search(**{**inputs, "momentum": 0.0, "rate": None})[1],
                rtol=1e-3,
            ),
        ),
        *SLIPS,
        *LEFT,
        *ERRORS,
    ],
    question="finds",
)
def momentum(rng):
    yield draw(rng, lowest=2e-2, highest=0.05, momentum=0.7)


@check(
    "adds the penalties of regularizers to the loss, as every training step does",
    wanted=answer_by(),
    slips=[*SLIPS, *LEFT, *ERRORS],
    question="finds",
)
def penalties(rng):
    yield draw(rng, lowest=1e-2, highest=0.05, l2=0.3)


@check(
    "takes a tf.data.Dataset, and anything else that can be walked again and again",
    wanted=answer_by(),
    slips=[*SLIPS, *LEFT, *ERRORS],
    question="finds",
)
def forms(rng):
    yield draw(rng, lowest=5e-3, highest=0.05, form="dataset")
    yield draw(rng, lowest=5e-3, highest=0.05, form="iterable")


@check(
    "goes from 1e-5 to 1 when nothing else is said",
    wanted=lambda **inputs: {"rates": Holds(lambda rates: np.isclose(rates[0], 1e-5, rtol=1e-3)
                                            and np.isclose(rates[1], 10**-2.5, rtol=1e-3))},
    slips=[
        *[
            Slip(name, says, lambda s=settings, **inputs: {"rates": answer_by(**s)(**inputs)["rates"]})
            for name, (says, settings) in PATHS.items()
            if "rates" in settings
        ],
        SHORT_RATES[0],
        *ERRORS,
        Slip(
            "other_defaults",
            "Other limits are used when none are given: keep the stub's line of `def`.",
            shows=lambda inputs, answer, wanted: isinstance(answer, dict),
        ),
        ANOTHER_NUMBER,
    ],
    question="finds",
)  # fmt: skip
def by_default(rng):
    yield draw(rng, batches=3)


def explosive(rng, **rest):
    """A search that explodes on its way: the losses pass 4 times their lowest, then grow on."""
    return {
        "kernel": rng.normal(size=(3, 1)).astype("float32"),
        "bias": np.zeros(1, "float32"),
        "xs": [(2 + rng.normal(size=(4, 3))).astype("float32") for _ in range(20)],
        "ys": [(20 + rng.normal(size=(4, 1))).astype("float32") for _ in range(20)],
        "lowest": 1e-4,
        "highest": 10.0,
        **rest,
    }


def listed_as_another(own, found):
    """Whether the losses are right but for the last one, which ended the search."""
    return (
        len(own) == len(found)
        and np.allclose(own[:-1], found[:-1], rtol=1e-2)
        and not np.isclose(own[-1], found[-1], rtol=0.1)
    )


def stopped(kernel, bias, xs, ys, **rest):
    """The last loss, which stopped it, may be listed or left out."""
    _, found = search(kernel, bias, xs, ys, **rest)

    def test(answer):
        own = answer["losses"]
        n = len(own)
        if len(answer["rates"]) != n:
            return f"two lists of one length were wanted, {len(answer['rates'])} and {n} items came"
        exploded = [i for i in range(n) if not own[i] <= 4 * min(own[: i + 1])]
        if listed_as_another(own, found):
            return f"the loss that stopped it is {found[-1]:.4g}, and {own[-1]:.4g} is listed"
        if exploded and exploded[0] != n - 1:
            return f"loss number {exploded[0] + 1} is above 4 times the lowest; {n} are listed"
        both = min(n, len(found))
        usual = np.allclose(own[:both], found[:both], rtol=1e-2)
        if not exploded and usual and n != len(found) - 1:
            return f"no loss was above 4 times the lowest up to number {n}, the last one listed"
        return True  # that the losses are the right ones is asked by other checks

    return Holds(test)


def compares_with_the_last(inputs, answer):
    """It stopped where a loss was above 4 times the one before, or went on where none was."""
    own, n = answer["losses"], len(answer["losses"])
    jumps = [i for i in range(1, n) if not own[i] <= 4 * own[i - 1]]
    return jumps == [n - 1] or not jumps and n == len(inputs["xs"])


def longer_by(inputs, answer):
    _, found = search(**{**inputs, "rate": None})
    return len(answer["losses"]) - len(found)


@check(
    "stops once a loss is above 4 times the lowest seen",
    wanted=stopped,
    slips=[
        Slip(
            "compared_with_the_last",
            "Each loss is compared with the one before it, or with the last few, so that a slow explosion "
            "is never noticed: compare with the lowest of all that were seen.",
            shows=lambda inputs, answer, wanted: compares_with_the_last(inputs, answer),
        ),
        Slip(
            "never_stops",
            "It goes on to the last batch although the losses have exploded: stop once one is "
            "above 4 times the lowest so far.",
            shows=lambda inputs, answer, wanted: (
                len(answer["losses"]) == len(inputs["xs"])
                or max(answer["losses"]) > 100 * min(answer["losses"])
            ),
        ),
        Slip(
            "stopping_loss_made_up",
            "In the place of the loss that ended the search another number is listed: list it as it is, or "
            "leave it out.",
            shows=lambda inputs, answer, wanted: listed_as_another(
                answer["losses"], search(**{**inputs, "rate": None})[1]
            ),
        ),
        Slip(
            "lists_of_different_length",
            "The two lists have different lengths: append a rate and a loss together, or leave "
            "out both.",
            shows=lambda inputs, answer, wanted: len(answer["rates"]) != len(answer["losses"]),
        ),
        Slip(
            "stops_too_late",
            "It stops, but too late: compare with the LOWEST loss so far, not with the last or the "
            "first, and after every batch, the first ones too.",
            shows=lambda inputs, answer, wanted: longer_by(inputs, answer) > 0,
        ),
        Slip(
            "stops_too_early",
            "It stops too early: no loss was above 4 times the lowest.",
            shows=lambda inputs, answer, wanted: longer_by(inputs, answer) < -1,
        ),
        *ERRORS,
    ],
    question="finds",
)
def explosion(rng):
    # one explosion for all times: whether a list that was smoothed shows it depends on the draw
    yield explosive(np.random.default_rng(7))
    # the rates are next to nothing: these losses are what the labels make of them, and grow slowly
    planned = np.sqrt([2, *1.2 ** np.arange(14)])
    yield {
        "kernel": np.zeros((3, 1), "float32"),
        "bias": np.zeros(1, "float32"),
        "xs": [rng.normal(size=(4, 3)).astype("float32") for _ in planned],
        "ys": [np.full((4, 1), y, "float32") for y in planned],
        "lowest": 1e-9,
        "highest": 1e-8,
    }


def finite_ones(ys):
    """How many batches come before the first whose loss is not finite."""
    return [bool(np.isfinite(each).all()) for each in ys].index(False)


def ends_in_time(ys):
    n = finite_ones(ys)
    return Holds(
        lambda losses: (
            len(losses) in (n, n + 1)
            and bool(np.isfinite(losses[:n]).all())
            and not np.isfinite(losses[n:]).any()
        ),
        f"loss number {n + 1} is not finite; {n} or {n + 1} losses were wanted, each as it is",
    )


@check(
    "stops once a loss is not finite, and puts everything back even then",
    wanted=lambda kernel, bias, xs, ys, rate, **rest: {
        "losses": ends_in_time(ys),
        "weights": [Exactly(kernel), Exactly(bias)],
        "rate": near(rate, rate, 4, dtype=None),
    },
    slips=[
        *LEFT,
        Slip(
            "nan_not_noticed",
            "It goes on after a loss of nan or inf: <, >, <= and >= are all false with nan, and inf is not "
            "above 4 times inf, so ask math.isfinite as well.",
            shows=lambda inputs, answer, wanted: (
                len(answer["losses"]) > finite_ones(inputs["ys"]) + 1
            ),
        ),
        Slip(
            "stopping_loss_made_up",
            "In the place of the loss that was nan or inf another number is listed: list it as it is, or "
            "leave it out.",
            shows=lambda inputs, answer, wanted: (
                len(answer["losses"]) == finite_ones(inputs["ys"]) + 1
                and bool(np.isfinite(answer["losses"]).all())
            ),
        ),
        *ERRORS,
    ],
    question="finds",
)
def not_finite(rng):
    for bad, at in ((np.nan, 2), (np.inf, 2), (np.inf, 0)):
        inputs = draw(rng, batches=6, lowest=1e-4, highest=1e-2)
        inputs["ys"][at] = np.full((4, 1), bad, "float32")
        yield {**inputs, "rate": 0.07}


@check(
    "returns two lists of Python floats",
    wanted=lambda **inputs: {"lists": True, "floats": True},
    slips=[
        Slip(
            "not_lists",
            "Two lists were wanted, not tuples or arrays: list(…) or .tolist() makes them.",
            shows=lambda inputs, answer, wanted: not answer["lists"],
        ),
        Slip(
            "not_floats",
            "The lists hold tensors or arrays: make a Python float of each number.",
            shows=lambda inputs, answer, wanted: answer["lists"] and not answer["floats"],
        ),
        *ERRORS,
    ],
    shares=losses,
)
def floats():
    """The lists themselves."""


@check(
    "leaves weights, averages of batch normalisation and learning rate as they were",
    wanted=lambda rate, **inputs: {
        "weights": [True] * 6,
        "rate": near(rate, rate, 4, dtype=None),
    },
    slips=[
        Slip(
            "averages_not_restored",
            "The averages of batch normalisation are not put back: keep model.get_weights(), "
            "which has them; model.trainable_variables has not.",
            shows=lambda inputs, answer, wanted: (
                all(answer["weights"][:2])
                and not all(answer["weights"][2:4])
                and all(answer["weights"][4:])
            ),
        ),
        Slip(
            "weights_not_restored",
            LEFT[0].says,
            shows=lambda inputs, answer, wanted: not all(answer["weights"]),
        ),
        LEFT[1],
        *ERRORS,
    ],
)
def restores(rng):
    inputs = draw(rng, batches=5, lowest=1e-3, highest=0.05)
    yield {**inputs, "rate": 0.03}


def above_frozen(first, kernel, bias, xs, ys, lowest, highest, move=False, rates=geometric):
    below, w, b = (each.astype("float64") for each in (first, kernel, bias))
    losses = []
    for x, y, rate in zip(xs, ys, rates(lowest, highest, len(xs))):
        x = x.astype("float64")
        e = x @ below @ w + b - y
        slope = 2 * e / e.size
        g_below, g_w, g_b = x.T @ (slope @ w.T), (x @ below).T @ slope, slope.sum(0)
        w, b, below = w - rate * g_w, b - rate * g_b, below - rate * g_below * move
        losses.append((e**2).mean())
    return {"losses": [near(each, max(1, each), 1000, dtype=None) for each in losses]}


@check(
    "leaves frozen layers alone on its way",
    wanted=above_frozen,
    slips=[
        Slip(
            "frozen_layer_moved",
            "A frozen layer is trained: use model.trainable_variables, not model.weights or "
            "model.variables.",
            lambda **inputs: above_frozen(**inputs, move=True),
        ),
        FROM_THE_FIRST,
        Slip(
            "rate_read_in_the_graph",
            BAKED_SAYS,
            lambda **inputs: {
                **above_frozen(**inputs, rates=PATHS["constant"][1]["rates"]),
                "rates": [
                    near(each, each, 1e-4 / 2**-23, dtype=None)
                    for each in geometric(inputs["lowest"], inputs["highest"], len(inputs["xs"]))
                ],
            },
            checks=["frozen"],
        ),
        *ERRORS,
    ],
)
def frozen(rng):
    inputs = draw(rng, batches=3, lowest=5e-3, highest=2e-2)
    # One batch three times: its loss falls at every step, so that nobody has a reason to stop
    inputs.update(xs=inputs["xs"][:1] * 3, ys=inputs["ys"][:1] * 3)
    yield {**inputs, "first": (np.eye(3) + 0.1 * rng.normal(size=(3, 3))).astype("float32")}
