"""The answer key of rmsprop."""

import numpy as np

from coursekit.grading.key import Exactly, Slip, check, near
from coursekit.grading.slips_of_optimizers import NOT_IN_A_GRAPH

WRITES = ["rmsprop_step"]
READY_MADE = ["optimizers"]


def gradients(rng, steps, shape):
    """Unequal steps: of every size from 0.01 to 10, and one exactly zero."""
    g = rng.normal(size=(steps, *shape)) * 10.0 ** rng.uniform(-2, 1, (steps, *([1] * len(shape))))
    g[steps // 2] = 0
    return g.astype("float32")


def path_of(rule, **fixed):
    """The path that a rule (w, s, g, rate, rho, epsilon) → (w, s) walks; settings may be fixed."""

    def path(w, gradients, rates=None, rho=0.9, epsilon=1e-7):
        rates = np.full(len(gradients), 0.001) if rates is None else rates
        rho, epsilon = fixed.get("rho", rho), fixed.get("epsilon", epsilon)
        w, s, found = w.astype("float64"), np.zeros(w.shape), {"w": [], "s": []}
        largest = np.abs(w).max()
        for step, (g, rate) in enumerate(zip(gradients.astype("float64"), rates.astype("float64"))):
            before = w
            w, s = rule(w, s, g, fixed.get("rate", rate), rho, epsilon)
            largest = np.nanmax([largest, *np.abs(w).flat, *np.abs(w - before).flat])
            found["w"].append(near(w, largest, 16 + 8 * step))
            found["s"].append(near(s, np.abs(s).max(), 16 + 4 * step))
        return found

    return path


def mean(s, g, rho):
    return rho * s + (1 - rho) * g**2


def rmsprop(w, s, g, rate, rho, epsilon):
    s = mean(s, g, rho)
    return w - rate * g / np.sqrt(s + epsilon), s


def moved_by(step, square=mean):
    """A rule with another step, of (g, new mean square, old mean square, rate, rho, epsilon)."""

    def rule(w, s, g, rate, rho, epsilon):
        new = square(s, g, rho)
        return w - step(g, new, s, rate, rho, epsilon), new

    return rule


def usual(g, s, old, rate, rho, epsilon):
    return rate * g / np.sqrt(s + epsilon)


RULES = {
    "epsilon_outside": (
        "ε stands outside the root, as in PyTorch: η g / (√s + ε). Here it is inside: √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / (np.sqrt(s) + epsilon)),
    ),
    "no_epsilon": (
        "ε is missing: add it under the root, √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.sqrt(s)),
    ),
    "epsilon_squared": (
        "ε is squared under the root: take ε itself, √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.sqrt(s + epsilon**2)),
    ),
    "epsilon_twice": (
        "ε is added twice, inside the root and outside it: inside is enough.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / (np.sqrt(s + epsilon) + epsilon)),
    ),
    "epsilon_root_outside": (
        "√ε is added to √s, as a second root: add ε to s, and take one root, √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / (np.sqrt(s) + np.sqrt(epsilon))),
    ),
    "epsilon_subtracted": (
        "ε is subtracted under the root: add it.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.sqrt(np.abs(s - epsilon))),
    ),
    "epsilon_in_the_mean": (
        "ε is added to the mean square that is kept: it belongs under the root only.",
        lambda w, s, g, rate, rho, epsilon: (
            w - rate * g / np.sqrt(mean(s, g, rho) + epsilon),
            mean(s, g, rho) + epsilon,
        ),
    ),
    "epsilon_in_the_square": (
        "ε is added to g², so that the mean square that is kept has it too: it belongs under the root only.",
        lambda w, s, g, rate, rho, epsilon: (
            w - rate * g / np.sqrt(rho * s + (1 - rho) * (g**2 + epsilon)),
            rho * s + (1 - rho) * (g**2 + epsilon),
        ),
    ),
    "no_root": (
        "The gradient is divided by the mean square itself: the root is missing.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / (s + epsilon)),
    ),
    "old_mean_square": (
        "The old mean square divides the gradient: compute the new one first, or the first step is "
        "divided by √ε.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.sqrt(old + epsilon)),
    ),
    "old_mean_square_epsilon_outside": (
        "The old mean square divides the gradient, and ε stands outside the root: compute the new one first, "
        "and divide by √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / (np.sqrt(old) + epsilon)),
    ),
    "uphill": (
        "The step goes uphill: subtract it from w.",
        moved_by(lambda g, s, old, rate, rho, epsilon: -rate * g / np.sqrt(s + epsilon)),
    ),
    "epsilon_as_a_bound": (
        "The larger of s and ε is taken, or ε is a fixed number: add the ε that is given to s "
        "under the root, √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.sqrt(np.maximum(s, epsilon))),
    ),
    "epsilon_as_a_bound_of_the_root": (
        "The larger of √s and ε is taken, or ε is a fixed number: add the ε that is given to s "
        "under the root, √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g / np.maximum(np.sqrt(s), epsilon)),
    ),
    "no_rate": (
        "The learning rate plays no part: multiply the step by it.",
        moved_by(lambda g, s, old, rate, rho, epsilon: g / np.sqrt(s + epsilon)),
    ),
    "sign_only": (
        "Every step has the length η: the gradient is divided by its own size. Divide it by √(s + "
        "ε), with s the running mean of squares.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * np.sign(g)),
    ),
    "not_divided": (
        "The gradient is not divided, which is plain gradient descent: divide it by √(s + ε).",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g),
    ),
    "multiplied": (
        "The gradient is multiplied by the root: divide it by the root.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g * np.sqrt(s + epsilon)),
    ),
    "squared_gradient": (
        "The square of the gradient moves w: take the gradient itself, with its sign.",
        moved_by(lambda g, s, old, rate, rho, epsilon: rate * g**2 / np.sqrt(s + epsilon)),
    ),
    "not_squared": (
        "The running mean is that of the gradient: take that of its square.",
        moved_by(usual, lambda s, g, rho: rho * s + (1 - rho) * g),
    ),
    "absolute": (
        "The running mean is that of the gradient's size: take that of its square.",
        moved_by(usual, lambda s, g, rho: rho * s + (1 - rho) * np.abs(g)),
    ),
    "rho_swapped": (
        "ρ and 1 − ρ are exchanged: ρ belongs to the old mean.",
        moved_by(usual, lambda s, g, rho: (1 - rho) * s + rho * g**2),
    ),
    "summed": (
        "The squares are summed up, as in Adagrad; here old ones fade: s ← ρ s + (1 − ρ) g².",
        moved_by(usual, lambda s, g, rho: s + g**2),
    ),
    "not_weighted": (
        "The new square is added in full: multiply it by 1 − ρ.",
        moved_by(usual, lambda s, g, rho: rho * s + g**2),
    ),
    "old_not_faded": (
        "The old mean is kept in full: multiply it by ρ.",
        moved_by(usual, lambda s, g, rho: s + (1 - rho) * g**2),
    ),
    "no_memory": (
        "The old mean plays no part: add ρ s.",
        moved_by(usual, lambda s, g, rho: (1 - rho) * g**2),
    ),
    "one_mean_for_all": (
        "The squares are averaged over the weights: keep a mean square for every weight.",
        moved_by(usual, lambda s, g, rho: rho * s + (1 - rho) * (g**2).mean()),
    ),
    "mean_square_not_kept": (
        "The first step is right, but the old mean square comes back, so that nothing is remembered: "
        "return the new one.",
        lambda w, s, g, rate, rho, epsilon: (
            w - rate * g / np.sqrt(mean(s, g, rho) + epsilon),
            s,
        ),
    ),
    "root_with_epsilon_kept": (
        "The root with its ε comes back in place of the mean square: return the mean square itself.",
        lambda w, s, g, rate, rho, epsilon: (
            w - rate * g / np.sqrt(mean(s, g, rho) + epsilon),
            np.sqrt(mean(s, g, rho) + epsilon),
        ),
    ),
    "root_kept": (
        "The root comes back in place of the mean square: return the mean square itself.",
        lambda w, s, g, rate, rho, epsilon: (
            w - rate * g / np.sqrt(mean(s, g, rho) + epsilon),
            np.sqrt(mean(s, g, rho)),
        ),
    ),
    "bias_corrected": (
        "The mean square is corrected for its start from zero; that is Adam's idea: leave it out.",
        moved_by(
            lambda g, s, old, rate, rho, epsilon: (
                rate * g / np.sqrt(np.where(old == 0, s / (1 - rho), s) + epsilon)
            )
        ),
    ),
    "centred": (
        "The squared mean of the gradient is subtracted under the root; that is the centred "
        "variant: leave it out.",
        moved_by(
            lambda g, s, old, rate, rho, epsilon: (
                rate * g / np.sqrt(np.maximum(s - ((1 - rho) * g) ** 2, 0) + epsilon)
            )
        ),
    ),
}


def corrected(w, gradients, rates=None, rho=0.9, epsilon=1e-7):
    """With Adam's correction for the start from zero."""
    rates = np.full(len(gradients), 0.001) if rates is None else rates
    w, s, found = w.astype("float64"), np.zeros(w.shape), {"w": [], "s": []}
    for step, (g, rate) in enumerate(zip(gradients.astype("float64"), rates), 1):
        s = mean(s, g, rho)
        w = w - rate * g / np.sqrt(s / (1 - rho**step) + epsilon)
        found["w"].append(near(w, roundings=500))
        found["s"].append(near(s, roundings=500))
    return found


FIXED_RHO = "ρ is fixed to 0.9 inside the function: use the one that is given."
FIXED_EPSILON = "ε is fixed inside the function: use the one that is given."
FIXED_RATE = "The learning rate is fixed inside the function: use the one that is given."
SLIPS = [Slip(name, says, path_of(rule)) for name, (says, rule) in RULES.items()] + [
    Slip(
        "fixed_rho",
        FIXED_RHO,
        path_of(rmsprop, rho=0.9),
    ),
    Slip(
        "fixed_epsilon",
        FIXED_EPSILON,
        path_of(rmsprop, epsilon=1e-7),
    ),
    Slip(
        "fixed_rate",
        FIXED_RATE,
        path_of(rmsprop, rate=0.001),
    ),
    Slip(
        "bias_corrected",
        "The mean square is corrected for its start from zero; that is Adam's idea: leave it out.",
        corrected,
    ),
]


FORM = [
    Slip(
        "swapped",
        "Mean square and w come back in the wrong order: return w, mean_square.",
        shows=lambda inputs, answer, wanted: (
            isinstance(answer, dict)
            and np.allclose(answer["w"][0], wanted["s"][0].value, rtol=1e-3, atol=1e-5)
            and np.allclose(answer["s"][0], wanted["w"][0].value, rtol=1e-3, atol=1e-5)
        ),
    ),
    Slip(
        "one_thing_returned",
        "Two things were wanted, w and the mean square, in this order; something else came back.",
        error=r"unpack|Iterating over a symbolic",
    ),
]


def draw(rng, steps, shape, **settings):
    return {
        "w": rng.normal(size=shape).astype("float32"),
        "gradients": gradients(rng, steps, shape),
        "rates": np.full(steps, 0.05, "float32"),
        **settings,
    }


@check(
    "walks the path of s ← ρ s + (1 − ρ) g², w ← w − η g / √(s + ε)",
    wanted=path_of(rmsprop),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def path(rng):
    yield draw(rng, 4, (3,), rho=0.6, epsilon=1e-2)
    yield draw(rng, 8, (4, 2), rho=0.8, epsilon=1e-2)


@check(
    "has ε under the root, where it matters for small gradients",
    wanted=path_of(rmsprop),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def small_gradients(rng):
    g = (rng.normal(size=(6, 3)) * 1e-4).astype("float32")
    for epsilon in (1e-7, 1e-4):
        yield {
            "w": np.zeros(3, "float32"),
            "gradients": g,
            "rates": np.full(6, 0.01, "float32"),
            "rho": 0.9,
            "epsilon": epsilon,
        }


@check(
    "is right when the learning rate changes between steps",
    wanted=path_of(rmsprop),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def changing_rate(rng):
    rates = np.float32([0.1] * 3 + [0.5] * 3 + [0.01] * 3)
    yield draw(rng, 9, (3,), rho=0.7, epsilon=1e-2) | {"rates": rates}


@check(
    "has the defaults η = 0.001, ρ = 0.9, ε = 1e-7",
    wanted=path_of(rmsprop),
    slips=[
        *[slip for slip in SLIPS if not slip.name.startswith("fixed_")],
        *FORM,
        *[
            Slip(
                "other_defaults",
                "With nothing given, other numbers than the task's are used: keep the stub's "
                "line of `def`, and fix none of them inside the function.",
                path_of(rmsprop, **fixed),
            )
            for fixed in (
                {"rho": 0.99},
                {"rho": 0.95},
                {"rho": 0.999},
                {"rate": 0.01},
                {"epsilon": 1e-8},
                {"epsilon": 1e-6},
                {"epsilon": 1e-3},
                {"rate": 0.01, "rho": 0.99, "epsilon": 1e-8},
            )
        ],
    ],
)
def by_default(rng):
    g = (rng.normal(size=(6, 3)) * [[1e-3], [3e-4], [1e-3], [1e-4], [3e-3], [1e-3]]).astype(
        "float32"
    )
    yield {"w": np.zeros(3, "float32"), "gradients": g}


def both_by(rule, **fixed):
    def path(w, w2, gradients, gradients2, **rest):
        one, two = (
            path_of(rule, **fixed)(w, gradients, **rest),
            path_of(rule, **fixed)(w2, gradients2, **rest),
        )
        return {"w": one["w"], "w2": two["w"], "again": one["w"][0]}

    return path


@check(
    "keeps two variables apart",
    wanted=both_by(rmsprop),
    slips=[
        *[Slip(name, says, both_by(rule)) for name, (says, rule) in RULES.items()],
        Slip("fixed_rho", FIXED_RHO, both_by(rmsprop, rho=0.9)),
        Slip("fixed_epsilon", FIXED_EPSILON, both_by(rmsprop, epsilon=1e-7)),
        Slip("fixed_rate", FIXED_RATE, both_by(rmsprop, rate=0.001)),
        *FORM[1:],
        Slip(
            "hidden_state",
            "Two variables disturb each other: the function remembers something from call to "
            "call. Use only what comes in, and return everything that is new.",
            shows=lambda inputs, answer, wanted: (
                not np.allclose(answer["w"][0], answer["again"], atol=1e-5)
            ),
        ),
    ],
)
def two_variables(rng):
    inputs = draw(rng, 6, (3,), rho=0.6, epsilon=1e-2)
    inputs["w2"] = rng.normal(size=3).astype("float32")
    inputs["gradients2"] = gradients(rng, 6, (3,))
    yield inputs


@check(
    "works inside a tf.function, with a learning rate that is a tensor",
    wanted=path_of(rmsprop),
    slips=[
        *SLIPS,
        *FORM,
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    yield draw(rng, 4, (3,), rho=0.75, epsilon=1e-2) | {"rates": np.float32([0.1, 0.2, 0.05, 0.1])}


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda w, mean_square, gradient: [
        Exactly(w),
        Exactly(mean_square),
        Exactly(gradient),
    ],
    slips=[
        Slip(
            "changed_in_place",
            "An array of the caller has changed: `*=`, `-=` and `+=` write into NumPy arrays. Compute "
            "new values.",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        ),
        *FORM[1:],
    ],
)
def untouched(rng):
    w, gradient = rng.normal(size=(2, 4)).astype("float32")
    yield {"w": w, "mean_square": rng.uniform(1, 2, 4).astype("float32"), "gradient": gradient}
