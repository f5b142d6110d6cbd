"""The answer key of training_loop."""

import numpy as np

from coursekit.grading.key import Exactly, Holds, Slip, check, near
from coursekit.grading.slips_of_training import (
    BATCH_SIZE_FIXED,
    COUNTED_TWICE,
    IN_PARTS,
    NO_LENGTH,
    OUTSIDE_THE_TAPE,
    PENALTIES_FORGOTTEN,
)

WRITES = ["train"]
READY_MADE = ["fit"]
SECONDS = 30.0
TAKES = 5


def every_batch(batches, epochs):
    """The order in which batches are visited: pairs (epoch, batch)."""
    return [(epoch, i) for epoch in range(epochs) for i in range(batches)]


def descent(
    kernel,
    bias,
    xs,
    ys,
    epochs,
    rate,
    form=None,
    momentum=0.0,
    l2=0.0,
    *,
    visits=every_batch,
    penalty="both",  # where the penalty counts: both, loss, gradient, neither
    early=False,  # model.losses is read before the forward pass, without the penalty of the outputs
    once=False,  # and before the training: a constant
    when="before",  # the loss is measured: before, after
    times=1.0,  # of the gradient
    applied=1,
    forget="never",  # a new optimizer: never, step, epoch
    restart=False,  # the weights go back at every epoch
    pile_up=False,  # gradients are summed over batches
    summed=False,
    clip=False,
    counted=1,  # how often the optimizer counts a step
    report=None,  # of the list of losses, by epoch, what comes back
    loss="squares",  # squares, poisson, swapped (poisson with label and prediction exchanged)
):
    """The training of a linear model in float64, as it is and as it would be with a mistake."""
    del form
    xs, ys = [[np.asarray(each, "float64") for each in part] for part in (xs, ys)]
    start = np.asarray(kernel, "float64"), np.asarray(bias, "float64")
    (w, b), losses, steps, last_epoch = start, {}, 0, None
    v_w, v_b = np.zeros_like(w), np.zeros_like(b)
    sum_w, sum_b = np.zeros_like(w), np.zeros_like(b)

    def measure(x, y):
        p = x @ w + b
        if loss == "poisson":
            return (np.exp(p) - y * p).mean(), (np.exp(p) - y) / p.size
        if loss == "swapped":
            return (np.exp(y) - p * y).mean(), -y / p.size
        e = p - y
        value = (e**2).mean() * (e.size if summed else 1)
        outputs = l2 * (p**2).sum() / len(p) * (not early)
        if penalty in ("both", "loss"):
            value += l2 * sum((part**2).sum() for part in (start if once else (w, b))) + outputs
        slope = 2 * e / (1 if summed else e.size)
        if penalty in ("both", "gradient"):
            slope = slope + 2 * l2 * p / len(p) * (not early)
        return value, slope

    for epoch, i in visits(len(xs), epochs):
        if epoch != last_epoch and last_epoch is not None:
            if restart:
                w, b = start
            if forget == "epoch":
                v_w, v_b = v_w * 0, v_b * 0
        last_epoch = epoch
        if forget == "step":
            v_w, v_b = v_w * 0, v_b * 0
        value, slope = measure(xs[i], ys[i])
        g_w, g_b = xs[i].T @ slope, slope.sum(0)
        if penalty in ("both", "gradient"):
            g_w, g_b = g_w + 2 * l2 * w, g_b + 2 * l2 * b
        if clip:
            g_w, g_b = (g / max(1, np.linalg.norm(g)) for g in (g_w, g_b))
        sum_w, sum_b = (sum_w + g_w, sum_b + g_b) if pile_up else (g_w, g_b)
        for _ in range(applied):
            v_w, v_b = momentum * v_w - rate * times * sum_w, momentum * v_b - rate * times * sum_b
            w, b, steps = w + v_w, b + v_b, steps + 1
        if when == "after":
            value = measure(xs[i], ys[i])[0]
        losses.setdefault(epoch, []).append(value)
    whole = [value for part in losses.values() for value in part]
    if report is not None:
        whole = report(list(losses.values()), [len(x) for x in xs])
    size = max(np.abs(w).max(), 1)
    return {
        "losses": [near(each, max(1, abs(each)), 400, dtype=None) for each in whole],
        "weights": [near(w, size, 400), near(b, size, 400)],
        "steps": steps * counted,
    }


def running_mean(by_epoch, sizes):
    """What Keras shows: the mean of the epoch so far, every sample counted once."""
    found = []
    for part in by_epoch:
        found += [np.average(part[: i + 1], weights=sizes[: i + 1]) for i in range(len(part))]
    return found


def mean_of_all(by_epoch, sizes):
    every = [value for part in by_epoch for value in part]
    return list(np.cumsum(every) / np.arange(1, len(every) + 1))


REPORTS = {
    "running_mean": (
        "The losses are means over the batches so far, as Keras's progress bar shows them; each "
        "batch's own is wanted.",
        running_mean,
    ),
    "running_mean_of_batches": (
        "The losses are means over the batches so far; each batch's own is wanted.",
        lambda by_epoch, sizes: [
            float(np.mean(part[: i + 1])) for part in by_epoch for i in range(len(part))
        ],
    ),
    "mean_of_all_so_far": (
        "The losses are means over everything so far; each batch's own is wanted.",
        mean_of_all,
    ),
    "running_sum": (
        "The losses add up from batch to batch; each batch's own is wanted.",
        lambda by_epoch, sizes: [
            float(np.sum(part[: i + 1])) for part in by_epoch for i in range(len(part))
        ],
    ),
    "one_per_epoch": (
        "There is one loss for each epoch, a mean; wanted is one for each batch.",
        lambda by_epoch, sizes: [float(np.mean(part)) for part in by_epoch],
    ),
    "one_per_epoch_weighted": (
        "There is one loss for each epoch, a mean; wanted is one for each batch.",
        lambda by_epoch, sizes: [float(np.average(part, weights=sizes)) for part in by_epoch],
    ),
    "last_of_each_epoch": (
        "There is one loss for each epoch, that of its last batch; wanted is one for each batch.",
        lambda by_epoch, sizes: [part[-1] for part in by_epoch],
    ),
    "first_of_each_epoch": (
        "There is one loss for each epoch, that of its first batch; wanted is one for each batch.",
        lambda by_epoch, sizes: [part[0] for part in by_epoch],
    ),
    "last_epoch_only": (
        "Only the losses of the last epoch come back: make the list once, before the loop over "
        "epochs.",
        lambda by_epoch, sizes: by_epoch[-1],
    ),
    "reversed": (
        "The losses come back in reverse order: put that of the first batch first.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part][::-1],
    ),
    "first_missing": (
        "The first loss is missing: return one for every batch.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part][1:],
    ),
    "last_missing": (
        "The last loss is missing: return one for every batch.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part][:-1],
    ),
    "by_epoch": (
        "The losses come back as a list for each epoch; wanted is one long list.",
        None,
    ),
}
VARIANTS = {
    "short_batch_left_out": (
        "The last batch, which is shorter, is left out: train on it too.",
        {"visits": lambda n, epochs: [(e, i) for e in range(epochs) for i in range(n - 1)]},
    ),
    "first_batch_only": (
        "Only the first batch of each epoch is used: a `break` or `return` stands inside the loop.",
        {"visits": lambda n, epochs: [(e, 0) for e in range(epochs)]},
    ),
    "returns_at_once": (
        "Training ends after the very first batch: `return` stands inside the loop.",
        {"visits": lambda n, epochs: [(0, 0)]},
    ),
    "one_epoch": (
        "Only one epoch is trained: the loop over epochs is missing or runs once, `return` "
        "stands inside it, or one iterator is made for all epochs and is used up after the "
        "first.",
        {"visits": lambda n, epochs: every_batch(n, 1)},
    ),
    "one_epoch_too_few": (
        "There is one epoch too few: go through all batches `epochs` times.",
        {"visits": lambda n, epochs: every_batch(n, epochs - 1)},
    ),
    "one_epoch_too_many": (
        "There is one epoch too many: go through all batches `epochs` times.",
        {"visits": lambda n, epochs: every_batch(n, epochs + 1)},
    ),
    "warm_up_step": (
        "There is one step too many, on the first batch before the training (to build the graph, "
        "perhaps); its loss is not in the list. Leave it out: the first step of the training "
        "builds the graph.",
        {
            "visits": lambda n, epochs: [(0, 0), *every_batch(n, epochs)],
            "report": lambda by_epoch, sizes: [value for part in by_epoch for value in part][1:],
        },
    ),
    "loops_exchanged": (
        "Each batch is repeated before the next one comes: make the loop over epochs the outer "
        "one.",
        {"visits": lambda n, epochs: [(0, i) for i in range(n) for _ in range(epochs)]},
    ),
    "backwards": (
        "The batches are taken in reverse order: take them as they come.",
        {"visits": lambda n, epochs: [(e, i) for e in range(epochs) for i in range(n)[::-1]]},
    ),
    "loss_after_the_step": (
        "Each loss is measured after its step: keep the one from before it, which was "
        "differentiated.",
        {"when": "after"},
    ),
    "applied_one_by_one": (
        COUNTED_TWICE,
        {"counted": 2},
    ),
    "penalties_forgotten": (
        PENALTIES_FORGOTTEN,
        {"penalty": "neither"},
    ),
    "penalties_not_differentiated": (
        "The penalties are in the losses that are returned, but not in what is differentiated: add "
        "them inside the tape.",
        {"penalty": "loss"},
    ),
    "penalties_not_returned": (
        "The penalties are differentiated, but missing from the losses that are returned: return "
        "the sum.",
        {"penalty": "gradient"},
    ),
    "penalties_before_the_forward_pass": (
        "model.losses is read before the forward pass, when penalties on the outputs of layers "
        "are not there yet. Read it afterwards, inside the tape.",
        {"early": True},
    ),
    "penalties_before_the_training": (
        "model.losses is read once, before the training: the penalties stay those of the first weights, "
        "and are not differentiated. Read it in every step, after the forward pass, inside the tape.",
        {"once": True, "early": True, "penalty": "loss"},
    ),
    "not_trained": (
        "The weights stand still: apply the gradients with the optimizer.",
        {"applied": 0},
    ),
    "uphill": (
        "The weights move uphill: the optimizer subtracts by itself, so give it the gradient as "
        "it is.",
        {"times": -1.0},
    ),
    "applied_twice": ("Every gradient is applied twice: once is enough.", {"applied": 2}),
    "summed": (
        "Loss and gradient are multiplied by the number of samples or outputs: leave that out, "
        "the loss is a mean already.",
        {"summed": True},
    ),
    "clipped": (
        "The gradients are clipped: leave that out; whoever wants it gives the optimizer clipnorm.",
        {"clip": True},
    ),
    "gradients_pile_up": (
        "The gradients add up from batch to batch: apply only this batch's own.",
        {"pile_up": True},
    ),
    "weights_restart": (
        "The weights go back to their start at every epoch: let the training go on.",
        {"restart": True},
    ),
    "new_optimizer_each_step": (
        "The optimizer forgets from step to step: use the one that is given, and do not reset "
        "its variables.",
        {"forget": "step"},
    ),
    "new_optimizer_each_epoch": (
        "The optimizer forgets from epoch to epoch: use the one that is given, and do not "
        "reset its variables.",
        {"forget": "epoch"},
    ),
}


def variant(**settings):
    return lambda **inputs: descent(**inputs, **settings)


def of_reports(which):
    says, report = REPORTS[which]
    return Slip(which, says, variant(report=report))


SLIPS = (
    [Slip(name, says, variant(**settings)) for name, (says, settings) in VARIANTS.items()]
    + [of_reports(name) for name in REPORTS if name != "by_epoch"]
    + [
        Slip(
            "by_epoch",
            REPORTS["by_epoch"][0],
            shows=lambda inputs, answer, wanted: (
                isinstance(answer["losses"], list)
                and len(answer["losses"]) == inputs["epochs"]
                and all(isinstance(each, list) for each in answer["losses"])
            ),
        ),
    ]
)


def in_another_order(**settings):
    """Whether the losses are right for some other order of the batches in every epoch."""

    def shows(inputs, answer, wanted):
        n, visits = len(inputs["xs"]), []
        if len(answer["losses"]) != n * inputs["epochs"]:
            return False
        for number, loss in enumerate(answer["losses"]):
            for i in range(n):
                tried = [*visits, (number // n, i)]
                path = descent(**inputs, visits=lambda n, epochs, tried=tried: tried, **settings)
                last = path["losses"][-1]
                if tried[-1] not in visits and abs(float(loss) - last.value) <= 4 * last.allowed:
                    break
            else:
                return False
            visits = tried
        return visits != every_batch(n, inputs["epochs"])

    return shows


SHUFFLED_SAYS = (
    "The batches are taken in another order: take them as they come, and shuffle nothing."
)
SLIPS.append(Slip("shuffled", SHUFFLED_SAYS, shows=in_another_order()))


def of_another_model(answer, kernel, wanted):
    """Whether the given model stands still, and the losses are not its own from the first on."""
    weights = answer["dense"] if "dense" in answer else answer["weights"]
    first, *_ = losses = np.asarray(answer["losses"])
    return (
        answer.get("steps", 0) == 0
        and np.array_equal(weights[0], kernel)
        and not np.isclose(first, wanted["losses"][0].value, rtol=1e-3)
        # a model that nobody trains has the same losses in every epoch
        and not np.isclose(losses[1:], first).any()
    )


def made_by_hand(answer, kernel):
    """Whether the weights moved, and the given optimizer made no step."""
    return answer["steps"] == 0 and not np.array_equal(answer["weights"][0], kernel)


def are_right(losses, wanted):
    return len(losses) == len(wanted) and np.allclose(
        losses, [each.value for each in wanted], rtol=1e-4
    )


def is_copied(answer, kernel, wanted):
    """Whether all steps were made, and the given model stands still."""
    return answer["steps"] == wanted["steps"] and np.array_equal(answer["weights"][0], kernel)


def ends_rightly(answer, wanted):
    return all(
        np.allclose(own, true.value, rtol=1e-3, atol=1e-3)
        for own, true in zip(answer["weights"], wanted["weights"])
    )


def is_put_back(answer, kernel, wanted):
    """Whether the losses are right, and the weights moved, but are not the last."""
    moved = not np.array_equal(answer["weights"][0], kernel)
    return (
        moved and are_right(answer["losses"], wanted["losses"]) and not ends_rightly(answer, wanted)
    )


def is_miscounted(answer, kernel, wanted):
    """Whether all is right but the optimizer's count of steps, which is no multiple of what it should be."""
    return (
        answer["steps"] % wanted["steps"] > 0
        and are_right(answer["losses"], wanted["losses"])
        and ends_rightly(answer, wanted)
    )


def of_both(shows):
    """The same for two trainings."""
    return lambda inputs, answer, wanted: all(
        shows(own, inputs[kernel], true)
        for own, kernel, true in zip(answer, ("kernel", "kernel2"), wanted)
    )


HIDDEN_SAYS = (
    "The losses are not those of the model that is given: something is kept from call to call (a model, "
    "an optimizer, a traced function), or another model is trained. Use only what comes in."
)
HIDDEN = Slip(
    "hidden_state",
    HIDDEN_SAYS,
    shows=lambda inputs, answer, wanted: of_another_model(answer, inputs["kernel"], wanted),
)
NOT_USED_SAYS = (
    "The optimizer that is given is not used: the steps are made by hand, or by another optimizer that "
    "your code makes. Call apply_gradients of the given one."
)
PUT_BACK_SAYS = (
    "All losses are right, but the weights afterwards are not those after the last step: is that "
    "left out, or are others put back at the end?"
)
MISCOUNTED_SAYS = (
    "Losses and weights are right, but the optimizer has counted another number of steps than "
    "there were batches, and schedules and Adam's correction go by its count: call apply_gradients "
    "only once for each batch. To make the optimizer's variables, use its build."
)
ANOTHER_SAYS = (
    "The model that was given has not changed: another one was trained, a copy perhaps. Train the one that "
    "is given."
)
RERUNS = [
    HIDDEN,
    Slip(
        "optimizer_not_used",
        NOT_USED_SAYS,
        shows=lambda inputs, answer, wanted: made_by_hand(answer, inputs["kernel"]),
    ),
    Slip(
        "weights_put_back",
        PUT_BACK_SAYS,
        shows=lambda inputs, answer, wanted: is_put_back(answer, inputs["kernel"], wanted),
    ),
    Slip(
        "another_model_trained",
        ANOTHER_SAYS,
        shows=lambda inputs, answer, wanted: is_copied(answer, inputs["kernel"], wanted),
    ),
    Slip(
        "steps_miscounted",
        MISCOUNTED_SAYS,
        shows=lambda inputs, answer, wanted: is_miscounted(answer, inputs["kernel"], wanted),
    ),
]
OF_A_SECOND_MODEL = Slip(
    "hidden_state",
    "With a second model it breaks: something is kept from call to call (a model, an "
    "optimizer, a traced function). Use only what comes in.",
    error=r"Unknown variable|not recognized|was not built",
)
ERRORS = [
    BATCH_SIZE_FIXED,
    NO_LENGTH,
    OUTSIDE_THE_TAPE,
    Slip(
        "variables_made_in_the_graph",
        "Variables are made inside the tf.function: make them once, outside, and use the optimizer "
        "that is given. Its first step makes variables too, so make the tf.function inside "
        "`train`, one for each call.",
        error=r"singleton tf\.Variable|reat\w+ variables on (?:a )?non-first",
    ),
    OF_A_SECOND_MODEL,
    IN_PARTS,
    Slip(
        "value_inside_the_graph",
        "A value is asked for inside the tf.function, where tensors have none yet: return the loss, "
        "and make a float of it outside.",
        error=r"numpy|[Ss]ymbolic|float\(\)|out of scope|Python bool",
    ),
]


def draw(rng, sizes=(4, 4, 4, 3), epochs=2, **rest):
    return {
        "kernel": rng.normal(size=(3, 1)).astype("float32"),
        "bias": rng.normal(size=1).astype("float32"),
        "xs": [rng.normal(size=(n, 3)).astype("float32") for n in sizes],
        "ys": [(3 * rng.normal(size=(n, 1))).astype("float32") for n in sizes],
        "epochs": epochs,
        "rate": 0.1,
        "form": "list",
        **rest,
    }


@check(
    "trains on every batch of every epoch, in order, the short last one too",
    wanted=descent,
    slips=[*SLIPS, *RERUNS, *(each for each in ERRORS if each is not OF_A_SECOND_MODEL)],
    question="run",
)
def every(rng):
    yield draw(rng, epochs=3)


@check(
    "takes a tf.data.Dataset, and anything else that can be walked again and again",
    wanted=descent,
    slips=[*SLIPS, *RERUNS, *ERRORS],
    question="run",
)
def forms(rng):
    yield draw(rng, form="dataset")
    yield draw(rng, form="iterable")


@check(
    "adds the penalties of regularizers, to the gradient and to what it returns",
    wanted=descent,
    slips=[
        Slip(
            "penalties_before_the_forward_pass",
            "model.losses is read before the forward pass, or outside of the tf.function that makes it: "
            "the penalties are not there. Read it after the forward pass, in the same function, inside the "
            "tape.",
            error=r"out of scope",
        ),
        *SLIPS,
        *RERUNS,
        *ERRORS,
    ],
    question="run",
)
def penalties(rng):
    yield draw(rng, l2=0.2)


@check(
    "uses the optimizer that it is given, and its momentum through all epochs",
    wanted=descent,
    slips=[*SLIPS, *RERUNS, *ERRORS],
    question="run",
)
def momentum(rng):
    yield draw(rng, momentum=0.8, rate=0.05)


def stops_too_early(inputs, answer, wanted):
    """Whether the losses are right and rise, and the last ones are missing."""
    own, true = answer["losses"], [each.value for each in wanted["losses"]]
    return len(own) < len(true) and np.allclose(own, true[: len(own)]) and true[-1] > 4 * true[0]


@check(
    "goes on to the last epoch, whether the losses fall or rise",
    wanted=descent,
    slips=[
        Slip(
            "stops_too_early",
            "The losses are right as far as they go, but the last ones are missing: go through all "
            "batches `epochs` times. Neither losses that rise nor a number that is fixed in your "
            "code may end it earlier.",
            shows=stops_too_early,
        ),
        *SLIPS,
        *RERUNS,
        *ERRORS,
    ],
    question="run",
)
def rising(rng):
    while True:  # until the losses rise from each epoch to the next, the rate being far too large
        inputs = draw(rng, sizes=(4, 4, 3), epochs=4, rate=0.8)
        losses = np.array([each.value for each in descent(**inputs)["losses"]])
        # a loss far below the last ones would be less exact in float32
        steady = losses > 0.3 * np.maximum.accumulate(losses)
        if steady.all() and (losses[3:] > 2 * losses[:-3]).all() and losses[8] > 1e4:
            break
    yield inputs


def poisson(**settings):
    return variant(loss="poisson", **settings)


@check(
    "uses the loss that it is given: first the labels, then the predictions",
    wanted=poisson(),
    slips=[
        Slip(
            "arguments_of_the_loss_swapped",
            "The loss gets the predictions first: call loss_fn(labels, predictions).",
            variant(loss="swapped"),
        ),
        Slip(
            "own_loss",
            "The mean squared error is computed, whatever loss is given: call the one that is "
            "given, loss_fn.",
            variant(),
        ),
        *[
            Slip(name, says, poisson(**settings))
            for name, (says, settings) in VARIANTS.items()
            if name != "summed"
        ],
        *[
            Slip(name, says, poisson(report=report))
            for name, (says, report) in REPORTS.items()
            if report
        ],
        Slip("shuffled", SHUFFLED_SAYS, shows=in_another_order(loss="poisson")),
        *RERUNS,
        *ERRORS,
    ],
)
def another_loss(rng):
    inputs = draw(rng, sizes=(4, 3), rate=0.05)
    del inputs["form"]
    inputs["kernel"] *= 0.3
    yield {**inputs, "ys": [np.abs(each) + 2 for each in inputs["ys"]]}


def left_as_they_were(xs, ys, **inputs):
    return {"left": [Exactly(array) for pair in zip(xs, ys) for array in pair]}


@check(
    "leaves the batches as they are",
    wanted=left_as_they_were,
    slips=[
        Slip(
            "batches_changed",
            "The list of batches, or an array in it, is another one after the training; it belongs to whoever "
            "called. Only walk over it, and compute new values.",
            shows=lambda inputs, answer, wanted: "left" in answer,
        ),
        *ERRORS,
    ],
    shares=every,
)
def untouched():
    """The list afterwards."""


@check(
    "returns a list of Python floats",
    wanted=lambda **inputs: {"list": True, "floats": True},
    slips=[
        Slip(
            "not_a_list",
            "What comes back is not a list: return one.",
            shows=lambda inputs, answer, wanted: not answer["list"],
        ),
        Slip(
            "not_floats",
            "The list holds something other than Python floats (tensors, arrays, lists): "
            "append float(loss) of each batch to one list.",
            shows=lambda inputs, answer, wanted: answer["list"] and not answer["floats"],
        ),
        *ERRORS,
    ],
    shares=every,
)
def floats():
    """The list itself."""


@check(
    "compiles the step with tf.function, traced at most twice in a call",
    wanted=lambda **inputs: {
        "traces": Holds(
            lambda traces: (
                1 <= traces <= 2
                or (
                    f"the step was traced {traces} times in one call"
                    if traces
                    else "loss_fn is never called"
                )
            )
        )
    },
    slips=[
        Slip(
            "not_compiled",
            "The step runs in Python for every batch: put all of it into a tf.function (and do not "
            "switch on run_functions_eagerly, which undoes that).",
            shows=lambda inputs, answer, wanted: (
                answer["eager"] >= len(inputs["xs"]) * inputs["epochs"] and not answer["graphs"]
            ),
        ),
        Slip(
            "loss_outside_the_graph",
            "The loss of every batch is computed once more in Python, outside of the tf.function: return it "
            "from the step, which has it already.",
            shows=lambda inputs, answer, wanted: (
                answer["eager"] >= len(inputs["xs"]) * inputs["epochs"] and answer["graphs"]
            ),
        ),
        Slip(
            "loops_unrolled",
            "A Python loop over the batches stands inside the tf.function, so that the step is written "
            "down once for every batch: put one step into the tf.function, and the loops outside.",
            shows=lambda inputs, answer, wanted: (
                answer["eager"] == 0 < answer["graphs"] * len(inputs["xs"]) <= answer["traces"]
            ),
        ),
        Slip(
            "traced_each_batch",
            "The step is traced anew for every batch, which is slower than no graph at all. Either the "
            "tf.function is made inside the loop: make it once, before the loops. Or it gets a Python "
            "number that changes, such as a counter: give it tensors only.",
            shows=lambda inputs, answer, wanted: (
                answer["graphs"] >= len(inputs["xs"]) * inputs["epochs"]
            ),
        ),
        Slip(
            "traced_each_epoch",
            "The step is traced anew in every epoch: make the tf.function once, before the loop over "
            "epochs, and do not give it the epoch as a Python number. (Or the loss is computed more than "
            "once in a step.)",
            shows=lambda inputs, answer, wanted: (
                answer["traces"] in (inputs["epochs"], 2 * inputs["epochs"])
            ),
        ),
        Slip(
            "python_numbers",
            "The step is traced anew for every new value of a Python number, the number of the "
            "batch perhaps: give it tensors only. (Or the loss is computed more than once in a "
            "step.)",
            shows=lambda inputs, answer, wanted: answer["traces"] > 2,
        ),
        *ERRORS,
    ],
    shares=every,
)
def traces():
    """How often the step's Python code ran."""


def both(kernel, bias, kernel2, bias2, **rest):
    return [descent(kernel, bias, **rest), descent(kernel2, bias2, **rest)]


def both_with(settings):
    def path(kernel, bias, kernel2, bias2, **rest):
        one = descent(kernel, bias, **rest, **settings)
        return [one, descent(kernel2, bias2, **rest, **settings)]

    return path


@check(
    "remembers nothing of an earlier training",
    wanted=both,
    slips=[
        *[Slip(name, says, both_with(settings)) for name, (says, settings) in VARIANTS.items()],
        *[
            Slip(name, says, both_with({"report": report}))
            for name, (says, report) in REPORTS.items()
            if report
        ],
        Slip(
            "optimizer_not_used",
            NOT_USED_SAYS,
            shows=of_both(lambda answer, kernel, wanted: made_by_hand(answer, kernel)),
        ),
        Slip(
            "hidden_state",
            HIDDEN_SAYS,
            shows=of_both(of_another_model),
        ),
        Slip(
            "losses_of_before",
            "The losses of the first training stand before those of the second: make the list inside "
            "the function, not as a default argument or outside.",
            shows=lambda inputs, answer, wanted: (
                len(answer[1]["losses"]) > len(wanted[1]["losses"])
            ),
        ),
        Slip(
            "hidden_state",
            "The second model is not trained like the first: something is kept from call to "
            "call (a model, an optimizer, a traced function), or another model is trained than "
            "the one that is given. Use only what comes in.",
            shows=lambda inputs, answer, wanted: (
                are_right(answer[0]["losses"], wanted[0]["losses"])
                and not are_right(answer[1]["losses"], wanted[1]["losses"])
            ),
        ),
        Slip("weights_put_back", PUT_BACK_SAYS, shows=of_both(is_put_back)),
        Slip("another_model_trained", ANOTHER_SAYS, shows=of_both(is_copied)),
        Slip("steps_miscounted", MISCOUNTED_SAYS, shows=of_both(is_miscounted)),
        *ERRORS,
    ],
)
def two_models(rng):
    second = draw(rng)
    yield {**draw(rng), "kernel2": second["kernel"], "bias2": second["bias"]}


def warmed_up(path):
    """The slip of a step before the training, on this path."""
    says, settings = VARIANTS["warm_up_step"]

    def wanted(**inputs):
        found = path(**inputs, visits=settings["visits"])
        return {**found, "losses": found["losses"][1:]}

    return Slip("warm_up_step", says, wanted)


def normalised(kernel, bias, xs, ys, epochs, rate, training=True, visits=every_batch):
    """BatchNormalization (momentum ½, ε 0.01), then a dense layer, in float64."""
    xs, ys = [[np.asarray(each, "float64") for each in part] for part in (xs, ys)]
    w, b = kernel.astype("float64"), bias.astype("float64")
    d = len(w)
    gamma, beta, mean, variance = np.ones(d), np.zeros(d), np.zeros(d), np.ones(d)
    losses = []
    for _, i in visits(len(xs), epochs):
        x, y = xs[i], ys[i]
        m, s = (x.mean(0), x.var(0)) if training else (mean, variance)
        if training:
            mean, variance = (mean + m) / 2, (variance + s) / 2
        x_hat = (x - m) / np.sqrt(s + 0.01)
        e = (x_hat * gamma + beta) @ w + b - y
        slope = 2 * e / e.size
        back = slope @ w.T
        g = (x_hat * gamma + beta).T @ slope, slope.sum(0), (back * x_hat).sum(0), back.sum(0)
        w, b = w - rate * g[0], b - rate * g[1]
        gamma, beta = gamma - rate * g[2], beta - rate * g[3]
        losses.append(near((e**2).mean(), max(2, (e**2).mean()), 2000, dtype=None))
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
        warmed_up(normalised),
        HIDDEN,
        *ERRORS,
    ],
)
def batch_normalization(rng):
    inputs = draw(rng, sizes=(6, 5), rate=0.02)  # without training mode 0.05 would diverge
    del inputs["form"]
    yield inputs | {"xs": [(2 + 3 * rng.normal(size=(n, 3))).astype("float32") for n in (6, 5)]}


def above_frozen(first, kernel, bias, xs, ys, epochs, rate, move=False, visits=every_batch):
    below, w, b = (np.asarray(each, "float64") for each in (first, kernel, bias))
    losses = []
    for _, i in visits(len(xs), epochs):
        x, y = xs[i].astype("float64"), ys[i].astype("float64")
        e = x @ below @ w + b - y
        slope = 2 * e / e.size
        g_below, g_w, g_b = x.T @ (slope @ w.T), (x @ below).T @ slope, slope.sum(0)
        w, b, below = w - rate * g_w, b - rate * g_b, below - rate * g_below * move
        losses.append(near((e**2).mean(), max(1, (e**2).mean()), 400, dtype=None))
    size = max(1, np.abs(w).max())
    return {
        "losses": losses,
        "frozen": near(below, 5, 400) if move else Exactly(first),
        "weights": [near(w, size, 400), near(b, size, 400)],
    }


@check(
    "leaves frozen layers as they are",
    wanted=above_frozen,
    slips=[
        Slip(
            "frozen_layer_moved",
            "A frozen layer moved: use model.trainable_variables, not model.weights or "
            "model.variables.",
            lambda **inputs: above_frozen(**inputs, move=True),
        ),
        warmed_up(above_frozen),
        HIDDEN,
        *ERRORS,
    ],
)
def frozen(rng):
    inputs = draw(rng, sizes=(5, 4), rate=0.05)
    del inputs["form"]
    inputs["kernel"] = rng.normal(size=(2, 1)).astype("float32")
    yield {**inputs, "first": rng.normal(size=(3, 2)).astype("float32")}


def classified(kernel, images, labels, epochs, rate, visits=every_batch):
    """A linear classifier of flattened images, in float64."""
    w, b, losses = kernel.astype("float64"), np.zeros(3), []
    for _, i in visits(len(images), epochs):
        x, y = images[i].reshape(len(images[i]), -1).astype("float64"), labels[i]
        z = x @ w + b
        p = np.exp(z - z.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        value = -np.log(p[np.arange(len(y)), y]).mean()
        losses.append(near(value, max(1, value), 400, dtype=None))
        slope = (p - np.eye(3)[y]) / len(y)
        w, b = w - rate * x.T @ slope, b - rate * slope.sum(0)
    size = max(np.abs(w).max(), 1)
    return {"losses": losses, "weights": [near(w, size, 400), near(b, size, 400)]}


@check(
    "takes images with several axes, and labels that are class numbers",
    wanted=classified,
    slips=[
        Slip(
            "fixed_signature",
            "Batches of another form fail. The number of axes or the dtype of images and "
            "labels is fixed, in an input_signature perhaps: take them as they come. Or the "
            "loss is not called as loss_fn(labels, predictions), or a function that was traced "
            "for another model is kept from an earlier call.",
            error="",
        ),
        warmed_up(classified),
        *ERRORS,
    ],
)
def classes(rng):
    kernel = rng.normal(size=(8, 3)).astype("float32")
    images = [(2 * rng.normal(size=(n, 2, 4, 1))).astype("float32") for n in (5, 3)]
    yield {
        "kernel": kernel,
        "images": images,
        "labels": [np.argmin(x.reshape(len(x), -1) @ kernel, axis=-1) for x in images],
        "epochs": 2,
        "rate": 0.1,
    }
