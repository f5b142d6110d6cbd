"""The answer key of momentum."""

import numpy as np

from coursekit.grading.key import Exactly, Slip, check, near
from coursekit.grading.slips_of_optimizers import NOT_IN_A_GRAPH

WRITES = ["sgd_step", "momentum_step"]
READY_MADE = ["optimizers"]


def gradients(rng, steps, shape):
    """Unequal steps: of every size from 0.01 to 10, and some exactly zero."""
    g = rng.normal(size=(steps, *shape)) * 10.0 ** rng.uniform(-2, 1, (steps, *([1] * len(shape))))
    g[steps // 2] = 0
    return g.astype("float32")


def plain_path(rule):
    def path(w, gradients, rates):
        w, largest, found = w.astype("float64"), np.abs(w).max(), []
        for g, rate in zip(gradients.astype("float64"), rates.astype("float64")):
            w = rule(w, g, rate)
            largest = max(largest, np.abs(w).max(), np.abs(rate * g).max())
            found.append(near(w, largest, 16 + 4 * len(found)))
        return found

    return path


def path_of(rule, mu=None):
    """The path that a rule (w, v, g, rate, mu) → (w, v) walks; mu may be fixed."""

    def path(w, gradients, rates, momentum=0.9, nesterov=False):
        del nesterov
        w, v, found = w.astype("float64"), np.zeros(w.shape), {"w": [], "v": []}
        used = momentum if mu is None else mu
        largest = np.abs(w).max()
        for step, (g, rate) in enumerate(zip(gradients.astype("float64"), rates.astype("float64"))):
            w, v = rule(w, v, g, rate, used)
            largest = np.nanmax([largest, *np.abs(w).flat, *np.abs(v).flat, *np.abs(rate * g).flat])
            found["w"].append(near(w, largest, 16 + 4 * step))
            found["v"].append(near(v, largest, 16 + 4 * step))
        return found

    return path


def heavy_ball(w, v, g, rate, mu):
    v = mu * v - rate * g
    return w + v, v


def nesterov(w, v, g, rate, mu):
    v = mu * v - rate * g
    return w + mu * v - rate * g, v


def downhill_nesterov(w, v, g, rate, mu):
    v = mu * v - g
    return w + rate * (mu * v - g), v


def torch_nesterov(w, v, g, rate, mu):
    v = mu * v + g
    return w - rate * (g + mu * v), v


PLAIN = [
    Slip(
        "uphill",
        "The step goes uphill: subtract η g from w.",
        plain_path(lambda w, g, r: w + r * g),
    ),
    Slip(
        "no_rate",
        "The learning rate plays no part: multiply the gradient by it.",
        plain_path(lambda w, g, r: w - g),
    ),
    Slip(
        "rate_twice",
        "The learning rate is applied twice: once is enough.",
        plain_path(lambda w, g, r: w - r * r * g),
    ),
    Slip(
        "step_alone",
        "That is the step alone, without w: the new w is w − η g.",
        plain_path(lambda w, g, r: -r * g),
    ),
    Slip(
        "fixed_rate",
        "The learning rate is fixed inside the function: use the one that is given.",
        plain_path(lambda w, g, r: w - 0.01 * g),
    ),
    Slip(
        "sign_only",
        "Only the sign of the gradient is used: use the gradient itself, with its size.",
        plain_path(lambda w, g, r: w - r * np.sign(g)),
    ),
    Slip(
        "decayed",
        "The weight itself is shrunk as well: subtract only the step from it, w − η g.",
        plain_path(lambda w, g, r: (1 - r) * w - r * g),
    ),
    Slip(
        "divided",
        "The gradient is divided by the learning rate: multiply it by the rate.",
        plain_path(lambda w, g, r: w - g / r),
    ),
]
RULES = {
    "rate_outside": (
        "The learning rate stands outside the velocity, as in PyTorch. Here it is inside: v ← μ v "
        "− η g, and w ← w + v. The two part when the learning rate changes.",
        lambda w, v, g, r, mu: (w - r * (mu * v + g), mu * v + g),
    ),
    "rate_outside_downhill": (
        "The learning rate stands outside the velocity, in w ← w + η v. Here it is inside: v ← μ v "
        "− η g, and w ← w + v. The two part when the learning rate changes.",
        lambda w, v, g, r, mu: (w + r * (mu * v - g), mu * v - g),
    ),
    "velocity_positive": (
        "The velocity comes back with the other sign: v ← μ v − η g, and v is added to w.",
        lambda w, v, g, r, mu: (w - (mu * v + r * g), mu * v + r * g),
    ),
    "uphill": (
        "The step goes uphill: v ← μ v − η g, with a minus.",
        lambda w, v, g, r, mu: (w + mu * v + r * g, mu * v + r * g),
    ),
    "velocity_subtracted": (
        "The velocity is subtracted from w; it points downhill already: add it.",
        lambda w, v, g, r, mu: (w - (mu * v - r * g), mu * v - r * g),
    ),
    "no_rate": (
        "The learning rate plays no part: v ← μ v − η g.",
        lambda w, v, g, r, mu: (w + mu * v - g, mu * v - g),
    ),
    "rate_twice": (
        "The learning rate is applied twice: it is in the velocity already.",
        lambda w, v, g, r, mu: (w + r * (mu * v - r * g), mu * v - r * g),
    ),
    "rate_on_both": (
        "The learning rate multiplies the old velocity as well: multiply only the new gradient by "
        "it.",
        lambda w, v, g, r, mu: (w + r * (mu * v - g), r * (mu * v - g)),
    ),
    "averaged": (
        "The gradient is multiplied by 1 − μ, as in a running mean; here it counts in full: v ← μ "
        "v − η g.",
        lambda w, v, g, r, mu: (
            w + mu * v - (1 - mu) * r * g,
            mu * v - (1 - mu) * r * g,
        ),
    ),
    "running_mean": (
        "The velocity is a running mean of gradients, μ v + (1 − μ) g: make it v ← μ v − η g, "
        "and add v itself to w.",
        lambda w, v, g, r, mu: (w - r * (mu * v + (1 - mu) * g), mu * v + (1 - mu) * g),
    ),
    "old_velocity": (
        "The old velocity moves w: compute the new one first.",
        lambda w, v, g, r, mu: (w + v, mu * v - r * g),
    ),
    "momentum_on_the_gradient": (
        "μ multiplies the gradient instead of the old velocity: v ← μ v − η g.",
        lambda w, v, g, r, mu: (w + v - mu * r * g, v - mu * r * g),
    ),
    "momentum_on_both": (
        "μ multiplies everything, the new gradient as well: v ← μ v − η g.",
        lambda w, v, g, r, mu: (w + mu * (v - r * g), mu * (v - r * g)),
    ),
    "never_forgets": (
        "The old velocity is kept in full: multiply it by μ.",
        lambda w, v, g, r, mu: (w + v - r * g, v - r * g),
    ),
    "forgets_everything": (
        "The old velocity plays no part, which is plain gradient descent: add μ v.",
        lambda w, v, g, r, mu: (w - r * g, -r * g),
    ),
    "velocity_not_kept": (
        "The first step is right, but the old velocity comes back, so that nothing is remembered: return "
        "the new one.",
        lambda w, v, g, r, mu: (w + mu * v - r * g, v),
    ),
    "step_twice": (
        "The gradient moves w twice: v contains it already, so w ← w + v.",
        lambda w, v, g, r, mu: (w + mu * v - 2 * r * g, mu * v - r * g),
    ),
    "ball_first": (
        "The velocity that comes back has been multiplied by μ once more: return the one that "
        "moved w.",
        lambda w, v, g, r, mu: (w + mu * v - r * g, mu * (mu * v - r * g)),
    ),
    "squared_momentum": (
        "μ is applied twice to the old velocity: once is enough.",
        lambda w, v, g, r, mu: (w + mu * mu * v - r * g, mu * mu * v - r * g),
    ),
}
MOMENTUM = [Slip(name, says, path_of(rule)) for name, (says, rule) in RULES.items()] + [
    Slip(
        "fixed_momentum",
        "The momentum is fixed to 0.9 inside the function: use the one that is given.",
        path_of(heavy_ball, mu=0.9),
    ),
    Slip(
        "fixed_rate",
        "The learning rate is fixed inside the function: use the one that is given.",
        path_of(lambda w, v, g, r, mu: (w + mu * v - 0.01 * g, mu * v - 0.01 * g)),
    ),
    Slip(
        "nesterov_always",
        "That is Nesterov's step, although nesterov=False was asked for: then w ← w + v.",
        path_of(nesterov),
    ),
    Slip(
        "nesterov_always",
        "That is Nesterov's step, although nesterov=False was asked for: then w ← w + v.",
        path_of(torch_nesterov),
    ),
]
NESTEROV = [
    Slip(
        "nesterov_never",
        "That is the plain momentum step, although nesterov=True was asked for: then w ← w + μ v "
        "− η g with the NEW v; with the old one it is the plain step again.",
        path_of(heavy_ball),
    ),
    Slip(
        "nesterov_without_the_gradient",
        "Nesterov's step lacks the gradient: w + μ v − η g, not w + μ v.",
        path_of(lambda w, v, g, r, mu: (w + mu * (mu * v - r * g), mu * v - r * g)),
    ),
    Slip(
        "nesterov_without_rate",
        "In Nesterov's step the gradient lacks the learning rate: w + μ v − η g.",
        path_of(lambda w, v, g, r, mu: (w + mu * (mu * v - r * g) - g, mu * v - r * g)),
    ),
    Slip(
        "nesterov_too_far",
        "With nesterov=True your step is w + (1 + μ) v: make it w + μ v − η g.",
        path_of(lambda w, v, g, r, mu: (w + (1 + mu) * (mu * v - r * g), mu * v - r * g)),
    ),
    Slip(
        "nesterov_adds_velocity",
        "With nesterov=True your step is w + v − η g: multiply v by μ, w + μ v − η g.",
        path_of(lambda w, v, g, r, mu: (w + (mu * v - r * g) - r * g, mu * v - r * g)),
    ),
    Slip(
        "nesterov_uphill",
        "In Nesterov's step the gradient has the wrong sign: w + μ v − η g.",
        path_of(lambda w, v, g, r, mu: (w + mu * (mu * v - r * g) + r * g, mu * v - r * g)),
    ),
    Slip(
        "nesterov_kept",
        "The velocity that comes back looks ahead already: return v itself; μ v − η g only moves "
        "w.",
        path_of(
            lambda w, v, g, r, mu: (
                w + mu * (mu * v - r * g) - r * g,
                mu * (mu * v - r * g) - r * g,
            )
        ),
    ),
    *[
        Slip(name, RULES[name][0], path_of(rule))
        for name, rule in {
            "rate_outside": torch_nesterov,
            "rate_outside_downhill": downhill_nesterov,
            "velocity_positive": lambda w, v, g, r, mu: (
                w - mu * (mu * v + r * g) - r * g,
                mu * v + r * g,
            ),
            "averaged": lambda w, v, g, r, mu: (
                w + mu * (mu * v - (1 - mu) * r * g) - r * g,
                mu * v - (1 - mu) * r * g,
            ),
            "velocity_not_kept": lambda w, v, g, r, mu: (w + mu * (mu * v - r * g) - r * g, v),
        }.items()
    ],
    *[slip for slip in MOMENTUM if slip.name in ("fixed_momentum", "fixed_rate")],
    Slip(
        "fixed_momentum",
        "The momentum is fixed to 0.9 inside the function: use the one that is given.",
        path_of(nesterov, mu=0.9),
    ),
    *[Slip(name, says, path_of(rule)) for name, (says, rule) in RULES.items()],
]


def rate_of_the_first_step(rule):
    def path(w, gradients, rates, **rest):
        return path_of(rule)(w, gradients, np.full_like(rates, rates[0]), **rest)

    return Slip(
        "hidden_state",
        "The learning rate of the first step is used in the later ones, too: use the one that comes in, each "
        "time; fix none inside the function, and remember none.",
        path,
    )


def alike(found, value):
    return np.allclose(found, value, rtol=1e-3, atol=1e-3 * np.abs(value).max())


FORM = [
    Slip(
        "swapped",
        "Velocity and w come back in the wrong order: return w, velocity.",
        shows=lambda inputs, answer, wanted: (
            isinstance(answer, dict)
            and alike(answer["w"][0], wanted["v"][0].value)
            and alike(answer["v"][0], wanted["w"][0].value)
        ),
    ),
    Slip(
        "one_thing_returned",
        "Two things were wanted, w and the velocity, in this order; something else came back.",
        error=r"unpack|Iterating over a symbolic",
    ),
]


@check(
    "takes a plain step: w − η g",
    wanted=plain_path(lambda w, g, r: w - r * g),
    slips=PLAIN,
)
def plain(rng):
    for shape in [(2,), (3, 2)]:
        rates = np.float32([0.5, 0.1, 0.1, 0.02, 0.2, 0.01])
        yield {
            "w": rng.normal(size=shape).astype("float32"),
            "gradients": gradients(rng, 6, shape),
            "rates": rates,
        }


def cut_off(inputs, answer, wanted):
    """In the first velocity that is wrong there are zeros in place of small numbers."""
    for found, part in zip(answer["v"], wanted["v"]):
        wrong = np.abs(found - part.value) > part.allowed
        if wrong.any():
            return not found[wrong].any() and np.abs(part.value[wrong]).max() < 1e-3
    return False


@check(
    "rolls: v ← μ v − η g, w ← w + v, over many steps",
    wanted=path_of(heavy_ball),
    slips=[
        *MOMENTUM,
        *FORM,
        Slip(
            "zero_as_nothing",
            "A momentum of 0 becomes 0.9: `momentum or 0.9` takes 0 for not given. Use what is given; the "
            "default stands in the line of `def`.",
            path_of(lambda w, v, g, r, mu: heavy_ball(w, v, g, r, mu or 0.9)),
        ),
        Slip(
            "small_ones_cut_off",
            "Small velocities are made 0: leave them as they are, v ← μ v − η g.",
            shows=cut_off,
        ),
    ],
    question="walk",
)
def rolls(rng):
    for shape, mu, size in [
        ((3,), 0.9, 1),
        ((3,), 0.5, 1),
        ((3, 2), 0.8, 1),
        ((4,), 0.9, 1e-6),
        ((3,), 0.0, 1),
    ]:
        yield {
            "w": (size * rng.normal(size=shape)).astype("float32"),
            "gradients": (size * gradients(rng, 8, shape)).astype("float32"),
            "rates": np.full(8, 0.1, "float32"),
            "momentum": mu,
        }


@check(
    "is right when the learning rate changes between steps",
    wanted=path_of(heavy_ball),
    slips=[*MOMENTUM, rate_of_the_first_step(heavy_ball), *FORM],
    question="walk",
)
def changing_rate(rng):
    yield {
        "w": rng.normal(size=3).astype("float32"),
        "gradients": gradients(rng, 9, (3,)),
        "rates": np.float32([0.1] * 3 + [0.5] * 3 + [0.01] * 3),
        "momentum": 0.7,
    }


@check(
    "has a momentum of 0.9 when nothing else is said",
    wanted=path_of(heavy_ball),
    slips=[
        *[
            Slip(
                "another_default",
                "Another momentum than 0.9 is used when none is given: keep momentum=0.9, as "
                "in the stub's line of `def`.",
                path_of(heavy_ball, mu=mu),
            )
            for mu in (0.0, 0.5, 0.8, 0.95, 0.99, 0.999)
        ],
        *[slip for slip in MOMENTUM if slip.name != "fixed_momentum"],
        *FORM,
    ],
    question="walk",
)
def by_default(rng):
    yield {
        "w": rng.normal(size=3).astype("float32"),
        "gradients": gradients(rng, 6, (3,)),
        "rates": np.full(6, 0.1, "float32"),
    }


@check(
    "looks ahead with nesterov=True: w ← w + μ v − η g with the new v",
    wanted=path_of(nesterov),
    slips=[*NESTEROV, rate_of_the_first_step(nesterov), *FORM],
    question="walk",
)
def looks_ahead(rng):
    for shape, mu in [((3,), 0.5), ((3, 2), 0.8)]:
        yield {
            "w": rng.normal(size=shape).astype("float32"),
            "gradients": gradients(rng, 8, shape),
            "rates": np.float32([0.1] * 4 + [0.3] * 4),
            "momentum": mu,
            "nesterov": True,
        }


def both_by(rule, mu=None):
    def path(w, w2, gradients, gradients2, rates, momentum):
        one = path_of(rule, mu)(w, gradients, rates, momentum)
        two = path_of(rule, mu)(w2, gradients2, rates, momentum)
        return {"w": one["w"], "w2": two["w"], "again": one["w"][0]}

    return path


@check(
    "keeps two variables apart",
    wanted=both_by(heavy_ball),
    slips=[
        *[Slip(name, says, both_by(rule)) for name, (says, rule) in RULES.items()],
        *FORM[1:],
        Slip("fixed_momentum", MOMENTUM[-4].says, both_by(heavy_ball, mu=0.9)),
        Slip(
            "nesterov_always",
            MOMENTUM[-1].says,
            both_by(nesterov),
        ),
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
    yield {
        "w": rng.normal(size=3).astype("float32"),
        "w2": rng.normal(size=3).astype("float32"),
        "gradients": gradients(rng, 6, (3,)),
        "gradients2": gradients(rng, 6, (3,)),
        "rates": np.full(6, 0.1, "float32"),
        "momentum": 0.6,
    }


IN_A_GRAPH = [
    Slip(
        "hidden_state",
        "The function remembers a tensor of an earlier call. Use only what comes in, and return everything "
        "that is new.",
        error=r"out of scope|different graph",
    ),
    NOT_IN_A_GRAPH,
]


def in_a_graph(w, gradients, rates, momentum):
    plain = w.astype("float64") - float(rates[0]) * gradients[0].astype("float64")
    return {
        "plain": near(plain, np.abs(w).max() + np.abs(gradients[0]).max()),
        **path_of(heavy_ball)(w, gradients, rates, momentum),
    }


@check(
    "works inside a tf.function, with a learning rate that is a tensor",
    wanted=in_a_graph,
    slips=[
        *MOMENTUM,
        *FORM,
        *IN_A_GRAPH,
    ],
)
def graph(rng):
    yield {
        "w": rng.normal(size=3).astype("float32"),
        "gradients": gradients(rng, 4, (3,)),
        "rates": np.float32([0.1, 0.2, 0.05, 0.1]),
        "momentum": 0.75,
    }


@check(
    "looks ahead inside a tf.function, too",
    wanted=path_of(nesterov),
    slips=[
        *NESTEROV,
        *FORM,
        *IN_A_GRAPH,
    ],
)
def graph_looks_ahead(rng):
    yield {
        "w": rng.normal(size=3).astype("float32"),
        "gradients": gradients(rng, 3, (3,)),
        "rates": np.float32([0.1, 0.2, 0.05]),
        "momentum": 0.75,
        "nesterov": True,
    }


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda w, velocity, gradient: [Exactly(w), Exactly(velocity), Exactly(gradient)],
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
    w, velocity, gradient = rng.normal(size=(3, 4)).astype("float32")
    yield {"w": w, "velocity": velocity, "gradient": gradient}
