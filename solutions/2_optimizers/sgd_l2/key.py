"""The answer key of sgd_l2."""

from dataclasses import replace

import numpy as np

from coursekit.grading.key import Holds, Slip, check, near

WRITES = ["SGDL2"]
READY_MADE = ["optimizers"]
SECONDS = 30.0


def sgd_l2(w, v, g, rate, momentum, l2):
    v = momentum * v - rate * (g + l2 * w)
    return w + v, v


def at_start(rule, w):
    """The first velocity: zeros, unless it is the mistake of the rule that it is something else."""
    return np.full(w.shape, getattr(rule, "start", 0.0))


def walked(rule, w, gradients, rates, momentum=0.0, l2=0.0, dtype="float32"):
    """Every w on the path of a rule (w, v, g, rate, momentum, l2) → (w, v)."""
    w, found = w.astype("float64"), []
    v = at_start(rule, w)
    largest = np.abs(w).max()
    for step, (g, rate) in enumerate(zip(gradients, rates)):
        w, v = rule(w, v, np.asarray(g, "float64"), float(rate), momentum, l2)
        largest = np.nanmax([largest, *np.abs(w).flat, *np.abs(v).flat])
        found.append(near(w, largest, 32 + 8 * step, dtype))
    return found


def changed(g=None, v=None, w=None, keep=None):
    """SGD with L2 with another gradient, velocity or step."""

    def rule(old_w, old_v, gradient, rate, mu, l2):
        new_g = (g or (lambda g, w, l2: g + l2 * w))(gradient, old_w, l2)
        new_v = (v or (lambda v, g, rate, mu: mu * v - rate * g))(old_v, new_g, rate, mu)
        step = {"w": old_w, "v": new_v, "old_v": old_v, "g": gradient, "rate": rate, "l2": l2}
        new_w = old_w + new_v if w is None else w(**step, mu=mu)
        return new_w, new_v if keep is None else keep(new_v)

    return rule


from_one = changed()
from_one.start = 1.0
RULES = {
    "no_l2": (
        "l2 has no effect: add λ w to the gradient.",
        changed(g=lambda g, w, l2: g),
    ),
    "l2_doubled": (
        "2 λ w is added: the penalty is λ/2 · w², and its gradient λ w.",
        changed(g=lambda g, w, l2: g + 2 * l2 * w),
    ),
    "l2_halved": (
        "Half of λ w is added: the penalty is λ/2 · w², and its gradient λ w.",
        changed(g=lambda g, w, l2: g + l2 * w / 2),
    ),
    "l2_subtracted": (
        "λ w is subtracted from the gradient, so that weights grow: add it.",
        changed(g=lambda g, w, l2: g - l2 * w),
    ),
    "l1": (
        "λ · sign(w) is added, which is L1: for L2 add λ w.",
        changed(g=lambda g, w, l2: g + l2 * np.sign(w)),
    ),
    "vectors_left_out": (
        "l2 has no effect on biases and other variables of one axis: here every variable gets λ w.",
        changed(g=lambda g, w, l2: g + l2 * w * (w.ndim > 1)),
    ),
    "l2_of_the_square": (
        "λ w² is added, in place of the penalty's gradient: add λ w.",
        changed(g=lambda g, w, l2: g + l2 * w * w),
    ),
    "decoupled": (
        "The weights shrink beside the step, as with Keras's weight_decay: add λ w to the "
        "gradient, so that it goes through the velocity.",
        changed(g=lambda g, w, l2: g, w=lambda w, v, rate, l2, **_: w + v - rate * l2 * w),
    ),
    "decoupled_after_the_step": (
        "The weights are shrunk after the step: add λ w to the gradient, before the step, so "
        "that it goes through the velocity.",
        changed(g=lambda g, w, l2: g, w=lambda w, v, rate, l2, **_: (w + v) * (1 - rate * l2)),
    ),
    "decoupled_without_rate": (
        "The weights are multiplied by 1 − λ beside the step: add λ w to the gradient, where it "
        "meets the learning rate.",
        changed(g=lambda g, w, l2: g, w=lambda w, v, l2, **_: w + v - l2 * w),
    ),
    "l2_without_rate": (
        "λ w goes into the velocity without the learning rate: add λ w to the gradient.",
        lambda w, v, g, rate, mu, l2: (
            w + mu * v - rate * g - l2 * w,
            mu * v - rate * g - l2 * w,
        ),
    ),
    "l2_with_rate_twice": (
        "λ w meets the learning rate twice: add λ w itself to the gradient, which is multiplied by η "
        "afterwards.",
        lambda w, v, g, rate, mu, l2: sgd_l2(w, v, g + rate * l2 * w, rate, mu, 0.0),
    ),
    "decay_as_well": (
        "The weights shrink beside the step as well, as with Keras's weight_decay: λ w in the "
        "gradient is enough; do not hand l2 on as weight_decay.",
        lambda w, v, g, rate, mu, l2: sgd_l2(w - rate * l2 * w, v, g, rate, mu, l2),
    ),
    "uphill": (
        "The step goes uphill: v ← μ v − η g, and v is added to w.",
        changed(v=lambda v, g, rate, mu: mu * v + rate * g),
    ),
    "rate_outside": (
        "The learning rate stands outside the velocity, as in PyTorch; here it is inside: v ← μ v "
        "− η g, and w ← w + v.",
        lambda w, v, g, rate, mu, l2: (
            w - rate * (mu * v + g + l2 * w),
            mu * v + g + l2 * w,
        ),
    ),
    "averaged": (
        "The gradient is multiplied by 1 − μ, as in a running mean; here it counts in full: v ← μ "
        "v − η g.",
        changed(v=lambda v, g, rate, mu: mu * v - (1 - mu) * rate * g),
    ),
    "no_momentum": (
        "The velocity is forgotten from step to step, and momentum has no effect: v ← μ v − η g, "
        "with the old v.",
        changed(v=lambda v, g, rate, mu: -rate * g),
    ),
    "not_from_zero": (
        'The velocity does not start at zero: self.add_optimizer_variables(variables, "velocity") makes '
        "zeros, when no initializer is given.",
        from_one,
    ),
    "never_forgets": (
        "The old velocity is kept in full: multiply it by μ.",
        changed(v=lambda v, g, rate, mu: v - rate * g),
    ),
    "old_velocity": (
        "The old velocity moves w: compute the new one first.",
        changed(w=lambda w, old_v, **_: w + old_v),
    ),
    "no_rate": (
        "The learning rate plays no part: multiply the gradient by it.",
        changed(v=lambda v, g, rate, mu: mu * v - g),
    ),
    "rate_twice": (
        "The learning rate is applied twice: it is in the velocity already.",
        changed(w=lambda w, v, rate, **_: w + rate * v),
    ),
    "nesterov": (
        "The step looks ahead, as in Nesterov's variant; here w ← w + v.",
        lambda w, v, g, rate, mu, l2: (
            w + mu * (mu * v - rate * (g + l2 * w)) - rate * (g + l2 * w),
            mu * v - rate * (g + l2 * w),
        ),
    ),
    "step_twice": (
        "The gradient moves w twice: v contains it already, so w ← w + v.",
        changed(w=lambda w, v, g, rate, l2, **_: w + v - rate * (g + l2 * w)),
    ),
    "nothing_moves": (
        "The variable does not change: assign its new value to it (assign, assign_add).",
        lambda w, v, g, rate, mu, l2: (w, v),
    ),
}


def slips_as(make, *without):
    return [
        Slip(name, says, make(rule)) for name, (says, rule) in RULES.items() if name not in without
    ]


NOT_BUILT = Slip(
    "base_not_built",
    "Keras does not know the variables: `build` has to call super().build(variables), before it makes the "
    "velocities.",
)
ERRORS = [
    replace(NOT_BUILT, error="Unknown variable"),
    Slip(
        "value_is_a_method",
        "A method stands where a number is wanted: `update_step` gets a tf.Variable, whose `.value` is a "
        "method: use the variable itself.",
        error=r"bound method \w+\.value of|(?:and|:) 'method'",
    ),
    Slip(
        "another_dtype",
        "Numbers of another dtype meet the variable: cast the gradient and the learning rate to "
        "its dtype.",
        error=r"^(?!.*bound method).*(must have the same dtype|Tensor conversion requested|"
        r"expected to be a \w+ tensor|dtype=|half|float16|double|float64|has type float32)",
        checks=["half_precision", "double_precision"],
    ),
    Slip(
        "sparse_refused",
        "The gradient of an Embedding comes as rows (IndexedSlices), which not every operation "
        "takes: import tensorflow as tf, and tf.convert_to_tensor(gradient) makes an array of it.",
        error=r"IndexedSlices",
    ),
    Slip(
        "arguments_not_handed_on",
        "`__init__` does not take what every Keras optimizer takes (clipnorm, clipvalue, …): "
        "take **kwargs and hand them on to super().__init__.",
        error="unexpected keyword argument",
    ),
    Slip(
        "no_velocities",
        "There are no velocities to be found: make them in `build`, one for each variable, with "
        'self.add_optimizer_variables(variables, "velocity"), and keep them under the name that '
        "`update_step` reads.",
        error=r"'SGDL2' object has no attribute '_?(velocit\w*|momentums|slots|v)'",
    ),
    Slip(
        "shared_velocity",
        "A velocity has the shape of another variable. Each variable has its own, found by "
        "self._get_variable_index(variable); and each optimizer has a list of its own, made in `build` "
        "and not in the class.",
        error=r"(?i)cannot assign value to variable.*shape mismatch",
    ),
    Slip(
        "velocity_by_name",
        "The velocity of a variable is looked up in a way that does not find it: its number among "
        "the velocities is self._get_variable_index(variable).",
        error=r"KeyError|has no attribute 'path'|not in list|unhashable|has no attribute '_?name'",
    ),
]


def random_gradients(rng, steps, shape):
    g = rng.normal(size=(steps, *shape)) * 10.0 ** rng.uniform(-2, 0.5, (steps, 1))
    return g.astype("float32")


def flat(steps, rate=0.1):
    return np.full(steps, rate, "float32")


def path_by(rule, fixed_rate=None):
    def path(w, gradients, rates, momentum=0.0, l2=0.0):
        rates = rates if fixed_rate is None else flat(len(rates), fixed_rate)
        return walked(rule, w, gradients, rates, momentum, l2)

    return path


OWN_RATE = Slip(
    "own_learning_rate",
    "A learning rate that is assigned to the optimizer, or a schedule, has no effect: use what "
    "`update_step` gets as its third argument, not a copy kept in `__init__`.",
    path_by(sgd_l2, fixed_rate=0.01),
)
OWN_RATE_SCHEDULED = replace(
    OWN_RATE, wanted=None, error=r"^(?!.*float\(\)).*(PiecewiseConstantDecay|LearningRateSchedule)"
)
SCHEDULE_REFUSED = Slip(
    "schedule_refused",
    "A learning rate that is a schedule is refused: hand it on to super().__init__ as it is, "
    "without float() and without a comparison.",
    error=r"float\(\)|not supported between|real number",
)
FROZEN = Slip(
    "frozen_in_the_graph",
    "Inside a tf.function, and so in fit, the velocity stands still: it has to be an optimizer "
    "variable that is made in `build` and assigned to.",
)
IN_A_GRAPH = [
    replace(FROZEN, error=r"out of scope|singleton|non-first|FuncGraph|different graph"),
    Slip(
        "no_values_in_a_graph",
        "Inside a tf.function, and so in fit, tensors have no values: no float(), int(), .numpy(), and no "
        "`if` on them. Stay with tensors, as in ops.cast(learning_rate, variable.dtype).",
        error=r"float\(\)|int\(\)|real number|numpy|[Ss]ymbolic",
    ),
]
OTHER_DEFAULTS = Slip(
    "other_defaults",
    "Where nothing is given, or 0, another value is used: keep the stub's line of `def`, and "
    "store what is given unchanged, 0 too.",
)
NO_MOMENTUM = RULES["no_momentum"][1]


def frozen(make):
    return replace(FROZEN, wanted=make(NO_MOMENTUM))


@check(
    "adds λ w to the gradient, without momentum",
    wanted=path_by(sgd_l2),
    slips=[
        OWN_RATE,
        *slips_as(path_by),
        replace(
            OTHER_DEFAULTS,
            wanted=lambda w, gradients, rates, l2: walked(sgd_l2, w, gradients, rates, 0.9, l2),
        ),
        *ERRORS,
    ],
    question="walk",
)
def without_momentum(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 5, (3,)),
        "rates": flat(5),
        "l2": 0.5,
    }


@check(
    "is plain momentum with l2=0",
    wanted=path_by(sgd_l2),
    slips=[OWN_RATE, *slips_as(path_by), *ERRORS],
    question="walk",
)
def without_l2(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 6, (3,)),
        "rates": flat(6),
        "momentum": 0.8,
    }


@check(
    "sends λ w through the velocity, and is right when the learning rate changes",
    wanted=path_by(sgd_l2),
    slips=[OWN_RATE, *slips_as(path_by), *ERRORS],
    question="walk",
)
def with_both(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 9, (3,)),
        "rates": np.float32([0.1] * 3 + [0.4] * 3 + [0.02] * 3),
        "momentum": 0.7,
        "l2": 0.3,
    }


def defaults_by(rule, rate=0.01, momentum=0.0, l2=0.0):
    return lambda w, gradients: walked(rule, w, gradients, flat(len(gradients), rate), momentum, l2)


@check(
    "has the defaults η = 0.01, no momentum, no L2",
    wanted=defaults_by(sgd_l2),
    slips=[
        *[
            replace(OTHER_DEFAULTS, wanted=defaults_by(sgd_l2, **fixed))
            for fixed in ({"rate": 0.001}, {"rate": 0.1}, {"momentum": 0.9}, {"l2": 0.01})
        ],
        *slips_as(defaults_by),
        *ERRORS,
    ],
)
def by_default(rng):
    yield {"w": np.float32([1, -2, 3]), "gradients": random_gradients(rng, 5, (3,))}


def as_scheduled(rates, boundaries, steps, ahead=0):
    return [rates[np.searchsorted(boundaries, step + ahead)] for step in range(steps)]


def scheduled_by(rule, ahead=0, fixed=None):
    """With the rates of the schedule, those of later steps, or a fixed one: the first, or a number."""

    def path(w, gradients, rates, boundaries, momentum, l2):
        used = as_scheduled(rates, boundaries, len(gradients), ahead)
        if fixed is not None:
            used = flat(len(gradients), used[0] if fixed == "first" else fixed)
        return walked(rule, w, gradients, used, momentum, l2)

    return path


AHEAD = Slip(
    "schedule_ahead",
    "The learning rate of a schedule is that of the next step: take the one that `update_step` gets as "
    "its third argument.",
)


@check(
    "follows a learning rate schedule",
    wanted=scheduled_by(sgd_l2),
    slips=[
        *slips_as(scheduled_by),
        *ERRORS,
        *[replace(OWN_RATE, wanted=scheduled_by(sgd_l2, fixed=fixed)) for fixed in ("first", 0.01)],
        replace(AHEAD, wanted=scheduled_by(sgd_l2, ahead=1)),
        SCHEDULE_REFUSED,
        OWN_RATE_SCHEDULED,
    ],
)
def schedule(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 6, (3,)),
        "rates": np.float32([0.2, 0.05, 0.4]),
        "boundaries": np.asarray([1, 3]),
        "momentum": 0.6,
        "l2": 0.2,
    }


def several_by(rule):
    def ends(first, second, third, gradients, learning_rate, momentum, l2):
        found, places = [], np.cumsum([0, first.size, second.size, third.size])
        for w, start, end in zip((first, second, third), places, places[1:]):
            g = gradients[:, start:end].reshape(-1, *w.shape)
            rates = flat(len(g), learning_rate)
            found.append(walked(rule, w, g, rates, momentum, l2)[-1])
        return found

    return ends


SHAPES_MEET = Slip(
    "shared_velocity",
    "What belongs to one variable meets another: its velocity, or whatever else is kept for it, is found by "
    "self._get_variable_index(variable), in a list that each optimizer makes for itself in `build`.",
    error=r"(?i)shape mismatch|incompatible shapes|broadcastable|must match",
)


def shared(by_order):
    """One velocity for each shape, or taken in the order in which the variables come in a step."""

    def ends(first, second, third, gradients, learning_rate, momentum, l2):
        w = [each.astype("float64") for each in (first, second, third)]
        v = [np.zeros(each.shape) for each in w]
        for step, row in enumerate(gradients.astype("float64")):
            g = np.split(row, np.cumsum([each.size for each in w])[:-1])
            for n in reversed(range(3)) if step % 2 else range(3):
                slot = 2 if n == 2 else (n + step) % 2 if by_order else 0
                w[n], v[slot] = sgd_l2(
                    w[n], v[slot], g[n].reshape(w[n].shape), learning_rate, momentum, l2
                )
        return [near(each, 10, 64) for each in w]

    return ends


@check(
    "keeps a velocity for every variable, even for two of the same shape and name",
    wanted=several_by(sgd_l2),
    slips=[
        *slips_as(several_by),
        *ERRORS,
        *[
            Slip(
                "shared_velocity",
                "Variables disturb each other: one moves by the velocity of another. Each has its "
                "own, found by self._get_variable_index(variable), not by name, shape or order.",
                shared(by_order),
            )
            for by_order in (False, True)
        ],
        SHAPES_MEET,
    ],
)
def several(rng):
    yield {
        "first": rng.normal(size=3).astype("float32"),
        "second": rng.normal(size=3).astype("float32"),
        "third": rng.normal(size=(2, 2)).astype("float32"),
        "gradients": random_gradients(rng, 5, (10,)),
        "learning_rate": 0.1,
        "momentum": 0.8,
        "l2": 0.2,
    }


def clip_gradient(g, clip, size):
    if clip == "clipvalue":
        return np.clip(g, -size, size)
    return g * min(1, size / np.linalg.norm(g))


def clipped_by(rule):
    def path(w, gradients, clip, size, learning_rate, momentum, l2):
        g = [clip_gradient(each.astype("float64"), clip, size) for each in gradients]
        return walked(rule, w, g, flat(len(g), learning_rate), momentum, l2)

    return path


def clipped_after(w, gradients, clip, size, learning_rate, momentum, l2):
    def rule(w, v, g, rate, mu, l2):
        v = mu * v - rate * clip_gradient(g + l2 * w, clip, size)
        return w + v, v

    return walked(rule, w, gradients, flat(len(gradients), learning_rate), momentum, l2)


def never_clipped(w, gradients, clip, size, learning_rate, momentum, l2):
    return walked(sgd_l2, w, gradients, flat(len(gradients), learning_rate), momentum, l2)


NOT_CLIPPED = Slip(
    "not_clipped",
    "Clipping, or one kind of it, has no effect: hand all of **kwargs on to super().__init__, and leave "
    "`apply` to Keras.",
    shows=lambda inputs, answer, wanted: all(
        np.allclose(came, part.value, rtol=1e-3, atol=1e-4)
        for came, part in zip(answer, never_clipped(**inputs), strict=True)
    ),
)


@check(
    "lets Keras clip the gradient of the loss, before λ w is added",
    wanted=clipped_by(sgd_l2),
    slips=[
        *slips_as(clipped_by),
        Slip(
            "clipped_with_l2",
            "λ w is clipped together with the gradient: add it in `update_step`, which comes "
            "after the clipping.",
            clipped_after,
        ),
        NOT_CLIPPED,
        *ERRORS,
    ],
)
def clipped(rng):
    for clip, size in (("clipnorm", 0.5), ("global_clipnorm", 0.5), ("clipvalue", 0.3)):
        yield {
            "w": np.float32([3, -4, 5]),
            "gradients": (rng.normal(size=(4, 3)) * 3 + np.sign(rng.normal(size=(4, 3)))).astype(
                "float32"
            ),
            "clip": clip,
            "size": size,
            "learning_rate": 0.1,
            "momentum": 0.6,
            "l2": 0.4,
        }


def dense(table, rows, values):
    whole = np.zeros((len(rows), *table.shape))
    for step, (indices, each) in enumerate(zip(rows, values)):
        np.add.at(whole[step], indices, each)
    return whole


def sparse_by(rule):
    def path(table, rows, values, learning_rate, momentum, l2):
        rates = flat(len(rows), learning_rate)
        return walked(rule, table, dense(table, rows, values), rates, momentum, l2)

    return path


def last_of_each_row(table, rows, values, learning_rate, momentum, l2):
    whole = np.zeros((len(rows), *table.shape))
    for step, (indices, each) in enumerate(zip(rows, values)):
        whole[step][indices] = each
    return walked(sgd_l2, table, whole, flat(len(rows), learning_rate), momentum, l2)


def only_rows(most):
    """λ w for the rows that have a gradient, as often as they come, at most so often."""

    def path(table, rows, values, learning_rate, momentum, l2):
        w, v, found = table.astype("float64"), np.zeros(table.shape), []
        for g, indices in zip(dense(table, rows, values), rows):
            seen = np.minimum(np.bincount(indices, minlength=len(table)), most)[:, None]
            w, v = sgd_l2(w, v, g + l2 * w * seen, learning_rate, momentum, 0.0)
            found.append(near(w, 10, 64))
        return found

    return path


@check(
    "takes the gradient of an Embedding, rows that may come more than once",
    wanted=sparse_by(sgd_l2),
    slips=[
        *slips_as(sparse_by),
        *[
            Slip(
                "only_the_rows_decay",
                "Only rows that have a gradient get λ w; L2 pulls at every row, in every step: add it to "
                "the whole array.",
                only_rows(most),
            )
            for most in (1, 3)
        ],
        Slip(
            "rows_overwritten",
            "A row that comes twice counts once: tf.convert_to_tensor(gradient) adds such rows up.",
            last_of_each_row,
        ),
        *ERRORS,
        Slip(
            "sparse_refused",
            "The gradient of an Embedding comes as rows (IndexedSlices), which not every operation "
            "takes: import tensorflow as tf, and tf.convert_to_tensor(gradient) makes an array of "
            "it.",
            error="",
        ),
        SHAPES_MEET,
    ],
)
def sparse(rng):
    yield {
        "table": rng.normal(size=(5, 2)).astype("float32"),
        "rows": np.asarray([[0, 3, 3], [4, 0, 1], [3, 3, 3]]),
        "values": rng.normal(size=(3, 3, 2)).astype("float32"),
        "learning_rate": 0.1,
        "momentum": 0.7,
        "l2": 0.2,
    }


def typed_by(rule):
    def path(w, gradients, learning_rate, momentum, l2):
        rates = flat(len(gradients), learning_rate)
        if w.dtype == "float64":
            rates = rates.astype("float64")
            rates[:] = learning_rate
        found = walked(rule, w, gradients, rates, momentum, l2, w.dtype.name)
        return found

    return path


IMPRECISE = Slip(
    "single_precision",
    "A float64 variable is updated with the precision of float32: somewhere a number was cast "
    "to float32 on the way. Cast to the dtype of the variable.",
    shows=lambda inputs, answer, wanted: (
        isinstance(answer, list)
        and all(np.allclose(one, part.value, rtol=1e-5) for one, part in zip(answer, wanted))
    ),
)


@check(
    "updates float16 variables in float16",
    wanted=typed_by(sgd_l2),
    slips=[  # none by its numbers: in float16 too many mistakes are alike
        *ERRORS,
        Slip(
            "another_dtype",
            "Numbers of another dtype meet the variable: cast the gradient and the learning rate "
            "to its dtype.",
            error="",
        ),
    ],
    question="dtypes",
)
def half_precision(rng):
    yield {
        "w": np.float16([1, -2, 3]),
        "gradients": (2 + rng.normal(size=(4, 3))).astype("float16"),
        "learning_rate": 0.125,
        "momentum": 0.75,
        "l2": 0.25,
    }


def loosely(rule):
    """In float64 but for the learning rate, which Keras holds in float32."""

    def path(w, gradients, learning_rate, momentum, l2):
        found = walked(
            rule, w, gradients, [learning_rate] * len(gradients), momentum, l2, "float64"
        )
        return [near(each.value, 10, 2000, "float64") for each in found]

    return path


@check(
    "updates float64 variables in float64",
    wanted=loosely(sgd_l2),
    slips=[
        IMPRECISE,
        *slips_as(typed_by),
        *ERRORS,
        Slip(
            "another_dtype",
            "Numbers of another dtype meet the variable: cast the gradient and the learning rate "
            "to its dtype.",
            error="",
        ),
    ],
    question="dtypes",
)
def double_precision(rng):
    yield {
        "w": rng.normal(size=3) + 2,
        "gradients": rng.normal(size=(4, 3)),
        "learning_rate": 0.125,
        "momentum": 0.75,  # exact in float32 as well, where Keras's own optimizers keep it
        "l2": 0.25,
    }


def graph_by(rule):
    def path(w, gradients, learning_rate, momentum, l2):
        return walked(rule, w, gradients, flat(len(gradients), learning_rate), momentum, l2)

    return path


@check(
    "works inside a tf.function",
    wanted=graph_by(sgd_l2),
    slips=[
        frozen(graph_by),
        *slips_as(graph_by),
        *ERRORS,
        *IN_A_GRAPH,
    ],
)
def graph(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 5, (3,)),
        "learning_rate": 0.1,
        "momentum": 0.8,
        "l2": 0.2,
    }


def right_slots(first, second, momentum):
    shapes = [list(first.shape), list(second.shape)]
    return {"shapes": Holds(lambda found: sorted(found) == sorted(shapes))}


def made_twice(inputs, answer, wanted):
    return len(answer["shapes"]) == 4


@check(
    "makes in `build` one velocity per variable, once, as optimizer variables",
    wanted=right_slots,
    slips=[
        Slip(
            "made_twice",
            "A second call of `build` makes the velocities again, and Keras may call it twice: "
            "begin with `if self.built: return`.",
            shows=made_twice,
        ),
        replace(NOT_BUILT, shows=made_twice),
        Slip(
            "not_optimizer_variables",
            "After `build` the velocities are not among the optimizer's variables, so they are lost when a "
            "model is saved: make them there, and not later, with "
            'self.add_optimizer_variables(variables, "velocity").',
            shows=lambda inputs, answer, wanted: len(answer["shapes"]) < 2,
        ),
        *ERRORS,
    ],
)
def slots(rng):
    yield {
        "first": rng.normal(size=3).astype("float32"),
        "second": rng.normal(size=(2, 4)).astype("float32"),
        "momentum": 0.9,
    }


def fitted(rule, restart=None):
    """Six full-batch steps of a linear regression; after three, `restart` changes the velocity."""

    def end(weights, x, y, learning_rate, momentum, l2):
        w, v = weights.astype("float64"), at_start(rule, weights)
        used = {"mu": momentum, "l2": l2}
        for step in range(6):
            if step == 3 and restart is not None:
                v, used = restart(v, used)
            g = 2 * x.T.astype("float64") @ (x @ w - y) / len(x)
            w, v = rule(w, v, g, learning_rate, used["mu"], used["l2"])
        return near(w, max(np.abs(w).max(), 2), 400)

    return end


def regression(rng):
    x = rng.normal(size=(12, 3)).astype("float32")
    return {
        "weights": np.float32([[1], [-2], [3]]),
        "x": x,
        "y": (x @ np.float32([[2], [1], [-1]])).astype("float32"),
        "learning_rate": 0.05,
        "momentum": 0.7,
        "l2": 0.3,
    }


@check(
    "trains a model with compile and fit",
    wanted=fitted(sgd_l2),
    slips=[
        frozen(fitted),
        *slips_as(fitted),
        *ERRORS,
        *IN_A_GRAPH,
    ],
)
def fits(rng):
    yield regression(rng)


@check(
    "goes on exactly where it was when a model is saved and loaded",
    wanted=fitted(sgd_l2),
    slips=[
        frozen(fitted),
        *slips_as(fitted),
        Slip(
            "velocity_lost",
            "After loading, the velocity is gone: make it in `build` with "
            "self.add_optimizer_variables, so that it is among the optimizer's variables, and "
            "let nothing set it back when loading.",
            fitted(sgd_l2, lambda v, used: (np.zeros_like(v), used)),
        ),
        Slip(
            "config_incomplete",
            "After loading, momentum or l2 is back at its default: `get_config` has to return "
            "both, along with what super().get_config() gives.",
            fitted(sgd_l2, lambda v, used: (v, {**used, "l2": 0.0})),
        ),
        Slip(
            "config_incomplete",
            "After loading, momentum or l2 is back at its default: `get_config` has to return "
            "both, along with what super().get_config() gives.",
            fitted(sgd_l2, lambda v, used: (v, {**used, "mu": 0.0})),
        ),
        Slip(
            "config_incomplete",
            "After loading, momentum or l2 is back at its default: `get_config` has to return "
            "both, along with what super().get_config() gives.",
            fitted(sgd_l2, lambda v, used: (v, {"mu": 0.0, "l2": 0.0})),
        ),
        *ERRORS,
    ],
)
def saved(rng):
    yield regression(rng)


REST_LOST = Slip(
    "config_without_the_rest",
    "Learning rate, name or clipping is lost on the way: `get_config` has to return what "
    "super().get_config() gives, too.",
)


INCOMPLETE = Slip(
    "config_incomplete",
    "Momentum or l2 is lost on the way: `get_config` has to return both, along with what "
    "super().get_config() gives.",
)


def same_weights(answer, wanted):
    return (np.abs(answer["w"] - wanted["w"].value) <= wanted["w"].allowed).all()


def again_by(rule, used_rate=None, used_l2=None, used_momentum=None):
    def result(w, gradients, learning_rate, momentum, l2, name):
        rates = flat(len(gradients), learning_rate if used_rate is None else used_rate)
        momentum = momentum if used_momentum is None else used_momentum
        l2 = l2 if used_l2 is None else used_l2
        return {"name": name, "w": walked(rule, w, gradients, rates, momentum, l2)[-1]}

    return result


@check(
    "is the same optimizer after from_config(get_config())",
    wanted=again_by(sgd_l2),
    slips=[
        *[
            replace(INCOMPLETE, wanted=again_by(sgd_l2, **lost))
            for lost in (
                {"used_l2": 0.0},
                {"used_momentum": 0.0},
                {"used_l2": 0.0, "used_momentum": 0.0},
            )
        ],
        *slips_as(again_by),
        replace(REST_LOST, wanted=again_by(sgd_l2, used_rate=0.01)),
        replace(
            REST_LOST,
            shows=lambda inputs, answer, wanted: (
                answer["name"] != inputs["name"] and not same_weights(answer, wanted)
            ),
        ),
        Slip(
            "name_lost",
            "The name is lost on the way: hand it on, super().__init__(…, name=name, **kwargs), and let "
            "`get_config` return what super().get_config() gives, too.",
            shows=lambda inputs, answer, wanted: (
                answer["name"] != inputs["name"] and same_weights(answer, wanted)
            ),
        ),
        *ERRORS,
    ],
)
def again(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": random_gradients(rng, 4, (3,)),
        "learning_rate": 0.05,
        "momentum": 0.6,
        "l2": 0.2,
        "name": "mine",
    }


def again_clipped_by(rule, clips=True, fixed=None, ahead=0):
    def path(w, gradients, rates, boundaries, clipnorm, momentum, l2):
        used = as_scheduled(rates, boundaries, len(gradients), ahead)
        if fixed is not None:
            used = flat(len(gradients), used[0] if fixed == "first" else fixed)
        g = [each.astype("float64") for each in gradients]
        if clips:
            g = [clip_gradient(each, "clipnorm", clipnorm) for each in g]
        return walked(rule, w, g, used, momentum, l2)

    return path


@check(
    "keeps its schedule and its clipping in the config, too",
    wanted=again_clipped_by(sgd_l2),
    slips=[
        *[
            replace(
                INCOMPLETE,
                wanted=lambda momentum, l2, lost=lost, **rest: again_clipped_by(sgd_l2)(
                    **rest, **{"momentum": momentum, "l2": l2, **lost}
                ),
            )
            for lost in ({"l2": 0.0}, {"momentum": 0.0}, {"l2": 0.0, "momentum": 0.0})
        ],
        *slips_as(again_clipped_by),
        *[
            replace(REST_LOST, wanted=again_clipped_by(sgd_l2, **lost))
            for lost in (
                {"clips": False},
                {"fixed": "first"},
                {"fixed": "first", "clips": False},
                {"fixed": 0.01},
                {"fixed": 0.01, "clips": False},
            )
        ],
        replace(NOT_CLIPPED, shows=None, wanted=again_clipped_by(sgd_l2, clips=False)),
        *[
            replace(OWN_RATE, wanted=again_clipped_by(sgd_l2, fixed=fixed))
            for fixed in ("first", 0.01)
        ],
        OWN_RATE_SCHEDULED,
        replace(AHEAD, wanted=again_clipped_by(sgd_l2, ahead=1)),
        Slip(
            "config_without_the_rest",
            "The learning rate is a schedule, and it is made a number on the way: leave the entry "
            "that super().get_config() has for it as it is.",
            error=r"float\(\)|real number",
        ),
        SCHEDULE_REFUSED,
        *ERRORS,
    ],
)
def again_clipped(rng):
    yield {
        "w": np.float32([1, -2, 3]),
        "gradients": (3 * rng.normal(size=(4, 3)) + 1).astype("float32"),
        "rates": np.float32([0.2, 0.05, 0.4]),
        "boundaries": np.asarray([0, 1]),
        "clipnorm": 0.5,
        "momentum": 0.6,
        "l2": 0.2,
    }
