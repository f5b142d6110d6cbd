"""The answer key of adam."""

import numpy as np

from coursekit.grading.key import Exactly, Slip, check, near
from coursekit.grading.slips_of_optimizers import NOT_IN_A_GRAPH

WRITES = ["adam_step"]
READY_MADE = ["optimizers"]


def gradients(rng, steps, shape):
    """Unequal steps: of every size from 0.01 to 10, and one exactly zero."""
    g = rng.normal(size=(steps, *shape)) * 10.0 ** rng.uniform(-2, 1, (steps, *([1] * len(shape))))
    g[steps // 2] = 0
    return g.astype("float32")


def adam(w, m, v, t, g, rate, beta_1, beta_2, epsilon):
    """Algorithm 1 of the paper."""
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def path_of(rule, **fixed):
    """The path that a rule like `adam` walks; settings may be fixed."""

    def path(w, gradients, rates=None, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        rates = np.full(len(gradients), 0.001) if rates is None else rates.astype("float64")
        used = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon, **fixed}
        set_rate = used.pop("rate", None)
        w, found = w.astype("float64"), {"w": [], "m": [], "v": []}
        m = v = np.zeros(w.shape)
        largest = np.abs(w).max()
        for t, (g, rate) in enumerate(zip(gradients.astype("float64"), rates), 1):
            before, used_rate = w, rate if set_rate is None else set_rate
            w, m, v = rule(w, m, v, t, g, used_rate, **used)
            largest = np.nanmax([largest, *np.abs(w).flat, *np.abs(w - before).flat])
            # 1 − β₂ᵗ is the difference of two numbers near 1: its roundings count 1/(1 − β₂) times
            roundings = 32 + 8 * t + 2 / (1 - min(beta_2, 0.999))
            found["w"].append(near(w, largest, roundings))
            found["m"].append(near(m, np.nanmax([*np.abs(m).flat, np.abs(g).max()]), roundings))
            found["v"].append(near(v, np.nanmax([*np.abs(v).flat, 1e-20]), roundings))
        return found

    return path


def varied(m=None, v=None, step=None, keep=None):
    """Adam with another mean, mean square, step, or with something else kept."""

    def rule(w, old_m, old_v, t, g, rate, beta_1, beta_2, epsilon):
        new_m = (m or (lambda m, g, b: b * m + (1 - b) * g))(old_m, g, beta_1)
        new_v = (v or (lambda v, g, b, m: b * v + (1 - b) * g**2))(old_v, g, beta_2, new_m)
        m_hat, v_hat = new_m / (1 - beta_1**t), new_v / (1 - beta_2**t)
        if step is None:
            moved = rate * m_hat / (np.sqrt(v_hat) + epsilon)
        else:
            moved = step(
                g=g, m=new_m, v=new_v, m_hat=m_hat, v_hat=v_hat, t=t, rate=rate, old_m=old_m,
                old_v=old_v, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon,
            )  # fmt: skip
        kept = (new_m, new_v) if keep is None else keep(old_m, old_v, new_m, new_v, m_hat, v_hat)
        return w - moved, *kept

    return rule


def swapped_betas(w, m, v, t, g, rate, beta_1, beta_2, epsilon):
    return adam(w, m, v, t, g, rate, beta_2, beta_1, epsilon)


def weight_of_the_other(w, m, v, t, g, rate, beta_1, beta_2, epsilon):
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_1) * g**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def rate_in_the_mean(w, m, v, t, g, rate, beta_1, beta_2, epsilon):
    m, v = beta_1 * m + (1 - beta_1) * rate * g, beta_2 * v + (1 - beta_2) * g**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - m_hat / (np.sqrt(v_hat) + epsilon), m, v


def shifted(by):
    def rule(w, m, v, t, g, rate, **settings):
        return adam(w, m, v, t + by, g, rate, **settings)

    return rule


def always_first(w, m, v, t, g, rate, **settings):
    return adam(w, m, v, 1, g, rate, **settings)


RULES = {
    "not_corrected": (
        "The correction for the start from zero is missing: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).",
        varied(step=lambda rate, m, v, epsilon, **_: rate * m / (np.sqrt(v) + epsilon)),
    ),
    "only_m_corrected": (
        "m is corrected for its start from zero, v is not: v̂ = v / (1 − β₂ᵗ).",
        varied(step=lambda rate, m_hat, v, epsilon, **_: rate * m_hat / (np.sqrt(v) + epsilon)),
    ),
    "only_v_corrected": (
        "v is corrected for its start from zero, m is not: m̂ = m / (1 − β₁ᵗ).",
        varied(step=lambda rate, m, v_hat, epsilon, **_: rate * m / (np.sqrt(v_hat) + epsilon)),
    ),
    "correction_multiplied": (
        "m and v are multiplied by 1 − βᵗ: divide them by it, since they are too small at first.",
        varied(
            step=lambda rate, m, v, t, beta_1, beta_2, epsilon, **_: (
                rate * m * (1 - beta_1**t) / (np.sqrt(v * (1 - beta_2**t)) + epsilon)
            )
        ),
    ),
    "largest_kept": (
        "v never falls: the larger of the old and the new one is kept, as in AMSGrad. Return "
        "the mean square itself, which falls when the gradients do.",
        varied(v=lambda v, g, b, m: np.maximum(v, b * v + (1 - b) * g**2)),
    ),
    "correction_of_the_first_step": (
        "The correction is 1 − β in every step: take 1 − βᵗ, so that it fades as t grows.",
        always_first,
    ),
    "corrected_once": (
        "Only the first step is corrected for the start from zero: divide by 1 − βᵗ in every step, it "
        "fades by itself.",
        varied(
            step=lambda rate, m, v, m_hat, v_hat, t, epsilon, **_: (
                rate * m_hat / (np.sqrt(v_hat) + epsilon)
                if t == 1
                else rate * m / (np.sqrt(v) + epsilon)
            )
        ),
    ),
    "correction_outside_the_root": (
        "√v is divided by 1 − β₂ᵗ: divide v by it, and take the root afterwards, √v̂ = √(v / (1 − β₂ᵗ)).",
        varied(
            step=lambda rate, m_hat, v, t, beta_2, epsilon, **_: (
                rate * m_hat / (np.sqrt(v) / (1 - beta_2**t) + epsilon)
            )
        ),
    ),
    "correction_times_t": (
        "The correction has β times t: take β to the power t.",
        varied(
            step=lambda rate, m, v, t, beta_1, beta_2, epsilon, **_: (
                rate * (m / (1 - beta_1 * t)) / (np.sqrt(v / (1 - beta_2 * t)) + epsilon)
            )
        ),
    ),
    "correction_over_t": (
        "The correction has β divided by t: take β to the power t.",
        varied(
            step=lambda rate, m, v, t, beta_1, beta_2, epsilon, **_: (
                rate * (m / (1 - beta_1 / t)) / (np.sqrt(v / (1 - beta_2 / t)) + epsilon)
            )
        ),
    ),
    "fixed_betas_in_the_correction": (
        "β₁ and β₂ are fixed numbers in the correction: take those that are given, 1 − β₁ᵗ and 1 − β₂ᵗ.",
        varied(
            step=lambda rate, m, v, t, epsilon, **_: (
                rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + epsilon)
            )
        ),
    ),
    "one_beta_for_both": (
        "Both corrections use β₁: take β₂ in that of v.",
        varied(
            step=lambda rate, m_hat, v, t, beta_1, epsilon, **_: (
                rate * m_hat / (np.sqrt(v / (1 - beta_1**t)) + epsilon)
            )
        ),
    ),
    "power_before_the_difference": (
        "A pair of parentheses is missing: m is divided by 1, and β₁ᵗ subtracted afterwards. "
        "Write m / (1 − β₁ᵗ), and v / (1 − β₂ᵗ).",
        varied(
            step=lambda rate, m, v, t, beta_1, beta_2, epsilon, **_: (
                rate * (m - beta_1**t) / (np.sqrt(v - beta_2**t) + epsilon)
            )
        ),
    ),
    "weight_of_the_other": (
        "The new square in v is weighted by 1 − β₁: use 1 − β₂.",
        weight_of_the_other,
    ),
    "counted_from_zero": (
        "The correction is that of the step before: `step` counts from 1 already, subtract "
        "nothing.",
        shifted(-1),
    ),
    "counted_from_two": (
        "The correction is that of the step after: `step` counts from 1 already, add nothing.",
        shifted(1),
    ),
    "epsilon_inside": (
        "ε stands inside the root: add it outside, √v̂ + ε.",
        varied(
            step=lambda rate, m_hat, v_hat, epsilon, **_: rate * m_hat / np.sqrt(v_hat + epsilon)
        ),
    ),
    "epsilon_twice": (
        "ε is added twice, inside the root and outside it: outside is enough, √v̂ + ε.",
        varied(
            step=lambda rate, m_hat, v_hat, epsilon, **_: (
                rate * m_hat / (np.sqrt(v_hat + epsilon) + epsilon)
            )
        ),
    ),
    "epsilon_squared": (
        "ε² stands inside the root: add ε itself, outside of it, √v̂ + ε.",
        varied(
            step=lambda rate, m_hat, v_hat, epsilon, **_: rate * m_hat / np.sqrt(v_hat + epsilon**2)
        ),
    ),
    "epsilon_before_the_correction": (
        "ε is added to √v before the correction, as Keras does it (“epsilon hat”); Algorithm 1 of the "
        "paper adds it to √v̂.",
        varied(
            step=lambda rate, m, v, t, beta_1, beta_2, epsilon, **_: (
                rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon)
            )
        ),
    ),
    "no_epsilon": (
        "ε is missing, and where the gradient was always 0 the step is 0/0: divide by √v̂ + ε.",
        varied(step=lambda rate, m_hat, v_hat, **_: rate * m_hat / np.sqrt(v_hat)),
    ),
    "epsilon_as_a_bound": (
        "The larger of √v̂ and ε is taken, or ε is a fixed number: add the ε that is given, √v̂ + ε.",
        varied(
            step=lambda rate, m_hat, v_hat, epsilon, **_: (
                rate * m_hat / np.maximum(np.sqrt(v_hat), epsilon)
            )
        ),
    ),
    "betas_swapped": (
        "β₁ and β₂ are exchanged: β₁ belongs to the mean m, β₂ to the mean square v.",
        swapped_betas,
    ),
    "weights_of_m_swapped": (
        "In m, β₁ and 1 − β₁ are exchanged: β₁ belongs to the old mean.",
        varied(m=lambda m, g, b: (1 - b) * m + b * g),
    ),
    "weights_of_v_swapped": (
        "In v, β₂ and 1 − β₂ are exchanged: β₂ belongs to the old mean square.",
        varied(v=lambda v, g, b, m: (1 - b) * v + b * g**2),
    ),
    "m_not_weighted": (
        "The gradient is added to m in full: multiply it by 1 − β₁.",
        varied(m=lambda m, g, b: b * m + g),
    ),
    "v_not_weighted": (
        "The square is added to v in full: multiply it by 1 − β₂.",
        varied(v=lambda v, g, b, m: b * v + g**2),
    ),
    "v_not_squared": (
        "v averages the gradient: average its square.",
        varied(v=lambda v, g, b, m: b * v + (1 - b) * g),
    ),
    "v_absolute": (
        "v averages the size of the gradient: average its square.",
        varied(v=lambda v, g, b, m: b * v + (1 - b) * np.abs(g)),
    ),
    "v_of_m": (
        "v averages the square of m: average the square of the gradient.",
        varied(v=lambda v, g, b, m: b * v + (1 - b) * m**2),
    ),
    "v_summed": (
        "The squares are summed up, as in Adagrad; here old ones fade: v ← β₂ v + (1 − β₂) g².",
        varied(v=lambda v, g, b, m: v + g**2),
    ),
    "one_v_for_all": (
        "The squares are averaged over the weights: keep a v for every weight.",
        varied(v=lambda v, g, b, m: b * v + (1 - b) * (g**2).mean()),
    ),
    "old_moments": (
        "The old m and v move w: compute the new ones first.",
        varied(
            step=lambda rate, old_m, old_v, t, beta_1, beta_2, epsilon, **_: (
                rate * (old_m / (1 - beta_1**t)) / (np.sqrt(old_v / (1 - beta_2**t)) + epsilon)
            )
        ),
    ),
    "old_m": (
        "The old m moves w: compute the new one first, and take that.",
        varied(
            step=lambda rate, old_m, v_hat, t, beta_1, epsilon, **_: (
                rate * (old_m / (1 - beta_1**t)) / (np.sqrt(v_hat) + epsilon)
            )
        ),
    ),
    "rate_in_the_mean": (
        "The learning rate goes into m, so that old gradients keep an old rate: m averages the "
        "gradient itself, and η multiplies the step.",
        rate_in_the_mean,
    ),
    "uphill": (
        "The step goes uphill: subtract it from w.",
        varied(
            step=lambda rate, m_hat, v_hat, epsilon, **_: -rate * m_hat / (np.sqrt(v_hat) + epsilon)
        ),
    ),
    "no_root": (
        "m̂ is divided by v̂ itself: the root is missing.",
        varied(step=lambda rate, m_hat, v_hat, epsilon, **_: rate * m_hat / (v_hat + epsilon)),
    ),
    "no_momentum": (
        "The gradient itself moves w, as in RMSprop: take m̂.",
        varied(step=lambda rate, g, v_hat, epsilon, **_: rate * g / (np.sqrt(v_hat) + epsilon)),
    ),
    "not_divided": (
        "m̂ is not divided, as with momentum alone: divide it by √v̂ + ε.",
        varied(step=lambda rate, m_hat, **_: rate * m_hat),
    ),
    "no_rate": (
        "The learning rate plays no part: multiply the step by it.",
        varied(step=lambda m_hat, v_hat, epsilon, **_: m_hat / (np.sqrt(v_hat) + epsilon)),
    ),
    "corrected_ones_kept": (
        "The corrected m̂ and v̂ come back; they are for this step only: return m and v.",
        varied(keep=lambda old_m, old_v, m, v, m_hat, v_hat: (m_hat, v_hat)),
    ),
    "moments_not_kept": (
        "The first step is right, but the old m and v come back, so that nothing is remembered: return "
        "the new ones.",
        varied(keep=lambda old_m, old_v, m, v, m_hat, v_hat: (old_m, old_v)),
    ),
    "nadam": (
        "The step looks ahead, as in Nadam; Adam's is η m̂ / (√v̂ + ε).",
        varied(
            step=lambda rate, g, m_hat, v_hat, t, beta_1, epsilon, **_: (
                rate
                * (beta_1 * m_hat + (1 - beta_1) * g / (1 - beta_1**t))
                / (np.sqrt(v_hat) + epsilon)
            )
        ),
    ),
}
FIXED = {
    "fixed_betas": (
        "β₁ or β₂ is fixed inside the function: use those that are given.",
        [{"beta_1": 0.9, "beta_2": 0.999}, {"beta_1": 0.9}, {"beta_2": 0.999}],
    ),
    "fixed_epsilon": (
        "ε is fixed inside the function: use the one that is given.",
        [{"epsilon": 1e-7}, {"epsilon": 1e-8}],
    ),
    "fixed_rate": (
        "The learning rate is fixed inside the function: use the one that is given.",
        [{"rate": 0.001}],
    ),
}


def slips_as(make):
    """Every known mistake, as an answer to a question; `make` turns a rule into that answer."""
    return [Slip(name, says, make(rule)) for name, (says, rule) in RULES.items()] + [
        Slip(name, says, make(adam, **fixed))
        for name, (says, settings) in FIXED.items()
        for fixed in settings
    ]


SLIPS = slips_as(path_of)


def first(tree):
    return tree[0] if isinstance(tree, list) else tree


FORM = [
    Slip(
        "wrong_order",
        "The three results come back in the wrong order: return w, m, v.",
        shows=lambda inputs, answer, wanted: any(
            all(
                np.allclose(first(answer[came]), first(wanted[name]).value, rtol=1e-3, atol=1e-6)
                for came, name in zip(order, "wmv")
            )
            for order in ("mvw", "wvm", "vmw", "mwv", "vwm")
        ),
    ),
    Slip(
        "not_three_things",
        "Three things were wanted, w, m and v, in this order; something else came back.",
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
    "walks the path of the paper's Algorithm 1, step after step",
    wanted=path_of(adam),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def path(rng):
    yield draw(rng, 5, (2,), beta_1=0.8, beta_2=0.95, epsilon=1e-2)
    yield draw(rng, 10, (4, 2), beta_1=0.6, beta_2=0.9, epsilon=1e-2)


@check(
    "adds ε to √v̂, where it matters for small gradients",
    wanted=path_of(adam),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def small_gradients(rng):
    g = (rng.normal(size=(6, 2)) * 5e-5).astype("float32")
    g[0] = np.copysign(3e-4, g[0])  # the largest comes first, so that v falls
    for epsilon in (1e-4, 1e-3):
        yield {
            "w": np.zeros(2, "float32"),
            "gradients": g,
            "rates": np.full(6, 0.01, "float32"),
            "beta_1": 0.8,
            "beta_2": 0.95,
            "epsilon": epsilon,
        }


@check(
    "stands still where the gradient is always 0",
    wanted=path_of(adam),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def zero_gradients(rng):
    g = gradients(rng, 5, (2,))
    g[:, 1] = 0
    yield {
        "w": rng.normal(size=2).astype("float32"),
        "gradients": g,
        "rates": np.full(5, 0.05, "float32"),
        "beta_1": 0.8,
        "beta_2": 0.95,
        "epsilon": 1e-2,
    }


@check(
    "is right when the learning rate changes between steps",
    wanted=path_of(adam),
    slips=[*SLIPS, *FORM],
    question="walk",
)
def changing_rate(rng):
    rates = np.float32([0.1] * 3 + [0.5] * 3 + [0.01] * 3)
    yield draw(rng, 9, (2,), beta_1=0.7, beta_2=0.9, epsilon=1e-2) | {"rates": rates}


@check(
    "has the defaults η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-7",
    wanted=path_of(adam),
    slips=[
        *[slip for slip in SLIPS if not slip.name.startswith("fixed_")],
        *FORM[1:],
        *[
            Slip(
                "other_defaults",
                "With nothing given, other numbers than the task's are used: keep the stub's "
                "line of `def`, and fix none of them inside the function.",
                path_of(adam, **fixed),
            )
            for fixed in (
                {"rate": 0.01},
                {"beta_1": 0.99},
                {"beta_1": 0.999, "beta_2": 0.9},
                {"beta_2": 0.99},
                {"beta_2": 0.9},
                {"epsilon": 1e-8},
                {"epsilon": 1e-3},
            )
        ],
    ],
)
def by_default(rng):
    # they grow, so that v does not fall: by a thousandth of itself it would be hard to tell
    size = np.array([[1e-6], [3e-6], [3e-6], [1e-5], [1e-5], [3e-5]])
    g = size * rng.uniform(0.5, 1, (6, 2)) * rng.choice([-1, 1], (6, 2))
    yield {"w": np.zeros(2, "float32"), "gradients": g.astype("float32")}


def one_step(rule, **fixed):
    def result(w, m, v, step, gradient, **settings):
        settings.pop("dtype", None)
        used = {**settings, **fixed}
        rate = used.pop("rate", used.pop("learning_rate", 0.001))
        used.pop("learning_rate", None)
        w, m, v, g = (each.astype("float64") for each in (w, m, v, gradient))
        new_w, new_m, new_v = rule(w, m, v, step, g, rate, **used)
        sizes = [*np.abs(w).flat, *np.abs(new_w - w).flat]
        # a power of β with a large t costs as many roundings, if it is computed by log and exp
        return {
            "w": near(new_w, np.nanmax(sizes), 500),
            "m": near(new_m, np.nanmax([*np.abs(new_m).flat, 1e-6]), 64),
            "v": near(new_v, np.nanmax([*np.abs(new_v).flat, 1e-6]), 64),
        }

    return result


def away_from_zero(rng, low, high):
    return (rng.uniform(low, high, 2) * rng.choice([-1, 1], 2)).astype("float32")


def middle(rng, step, **rest):
    return {
        "w": rng.normal(size=2).astype("float32"),
        "m": away_from_zero(rng, 0.5, 1.5),
        "v": rng.uniform(0.5, 2, 2).astype("float32"),
        "step": step,
        "gradient": away_from_zero(rng, 0.2, 0.6),  # its square is below v, which therefore falls
        "learning_rate": 0.1,
        "beta_1": 0.8,
        "beta_2": 0.95,
        "epsilon": 1e-2,
        **rest,
    }


def as_of_another_step(inputs, answer, wanted):
    names = ("learning_rate", "beta_1", "beta_2", "epsilon")
    w, m, v, g = (inputs[each].astype("float64") for each in ("w", "m", "v", "gradient"))
    t = np.asarray([*range(1, 4000), 1e6])[:, None]
    others, _, _ = adam(w, m, v, t, g, *(inputs[each] for each in names))
    return inputs["step"] > 2 and np.isclose(others, answer["w"], atol=1e-5).all(-1).any()


@check(
    "goes on correctly from any step, the three-thousandth too",
    wanted=one_step(adam),
    slips=[
        *slips_as(one_step),
        *FORM,
        Slip(
            "large_steps",
            "Where the step count is large, the correction is that of another step, or left "
            "out: take 1 − βᵗ with the t that is given, uncut, and in a dtype that can hold "
            "it.",
            shows=as_of_another_step,
        ),
    ],
)
def late(rng):
    for step in (2, 300, 3000):  # the corrections of v are 0.003, 0.36 and 0.99
        yield middle(rng, step, beta_1=0.85, beta_2=0.9985)


@check(
    "takes a step count that is an integer tensor",
    wanted=one_step(adam),
    slips=[
        *slips_as(one_step),
        *FORM,
        Slip(
            "step_not_cast",
            "A step count that is an integer tensor is refused: cast it to the dtype of w "
            "before β is raised to it.",
            error="",
        ),
    ],
)
def tensor_step(rng):
    for dtype in ("int32", "int64"):
        yield middle(rng, 3, dtype=dtype, epsilon=0.1)


def both_by(rule, **fixed):
    def path(w, w2, gradients, gradients2, **rest):
        one = path_of(rule, **fixed)(w, gradients, **rest)
        two = path_of(rule, **fixed)(w2, gradients2, **rest)
        return {"w": one["w"], "w2": two["w"], "again": one["w"][0]}

    return path


@check(
    "keeps two variables apart",
    wanted=both_by(adam),
    slips=[
        *slips_as(both_by),
        *FORM[1:],
        Slip(
            "hidden_state",
            "Two variables disturb each other: the function remembers something from call to "
            "call, such as a step count of its own. Use only what comes in, and return everything "
            "that is new.",
            shows=lambda inputs, answer, wanted: (
                not np.allclose(answer["w"][0], answer["again"], atol=1e-5)
            ),
        ),
    ],
)
def two_variables(rng):
    inputs = draw(rng, 6, (2,), beta_1=0.6, beta_2=0.9, epsilon=1e-2)
    inputs["w2"] = rng.normal(size=2).astype("float32")
    inputs["gradients2"] = gradients(rng, 6, (2,))
    yield inputs


@check(
    "works inside a tf.function, where step and learning rate are tensors",
    wanted=path_of(adam),
    slips=[
        *SLIPS,
        *FORM,
        Slip(
            "step_not_cast",
            "A step count that is an integer tensor is refused: cast it to the dtype of w "
            "before β is raised to it.",
            error=r"^(?!.*[Ss]ymbolic).*(int32|int64|dtype)",
        ),
        NOT_IN_A_GRAPH,
    ],
)
def graph(rng):
    yield draw(rng, 4, (2,), beta_1=0.75, beta_2=0.9, epsilon=1e-2) | {
        "rates": np.float32([0.1, 0.2, 0.05, 0.1])
    }


@check(
    "leaves the arrays that it was given as they are",
    wanted=lambda w, m, v, gradient: [Exactly(w), Exactly(m), Exactly(v), Exactly(gradient)],
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
    w, m, gradient = rng.normal(size=(3, 4)).astype("float32")
    yield {"w": w, "m": m, "v": rng.uniform(1, 2, 4).astype("float32"), "gradient": gradient}
