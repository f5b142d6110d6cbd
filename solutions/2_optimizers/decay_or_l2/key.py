"""The answer key of decay_or_l2."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check, near

WRITES = ["regularizer_for", "decoupled_for", "shrink_per_step"]
READY_MADE = []


def is_number(answer):
    if isinstance(answer, np.ndarray) and answer.shape == ():
        return True
    return isinstance(answer, (int, float)) and not isinstance(answer, bool)


def close_to(value, to=1.0, rel=0.02):
    """A number whose distance from `to` is right to 2 %: to first order in the learning rate."""

    def test(answer):
        if not is_number(answer):
            return "a number was wanted"
        found = float(answer)
        if abs((found - to) - (value - to)) <= rel * abs(value - to) + 1e-12:
            return True
        return f"{value:.6g} was wanted, {found:.6g} came"

    return Holds(test)


def penalty(factor, power=1):
    return lambda l2, w: near(factor * l2 * w.astype("float64") ** power, None, 64)


PENALTIES = [
    Slip(
        "gradient_doubled",
        "The gradient is 2·l2·w: keras.regularizers.L2(l) adds l·w² to the loss, whose gradient "
        "is 2lw. Half the strength gives l2·w.",
        penalty(2),
    ),
    Slip(
        "gradient_halved",
        "The gradient is l2·w/2: the strength is half of what is needed. "
        "keras.regularizers.L2(l) has the gradient 2lw, so take l = l2/2.",
        penalty(0.5),
    ),
    Slip(
        "gradient_of_four",
        "The gradient is 4·l2·w: take half of l2, not twice l2.",
        penalty(4),
    ),
    Slip(
        "l1",
        "The gradient is l2·sign(w), or half of it, which is that of L1: take "
        "keras.regularizers.L2(l2 / 2).",
        shows=lambda inputs, answer, wanted: (
            np.abs(answer).max() > 0
            and np.allclose(answer, np.abs(answer).flat[0] * np.sign(inputs["w"]), rtol=1e-4)
        ),
    ),
    Slip(
        "gradient_as_penalty",
        "The gradient is l2 for every weight, whatever its size and sign: your penalty is l2 times "
        "the sum of w. The gradient is to be l2·w, so take l2 / 2 times the sum of w², which is "
        "keras.regularizers.L2(l2 / 2).",
        penalty(1, power=0),
    ),
    Slip(
        "no_strength",
        "The gradient is 0, so that the penalty has no strength: take l2 / 2. (l2 // 2 cuts the "
        "fraction off.)",
        shows=lambda inputs, answer, wanted: np.abs(answer).max() == 0,
    ),
    *[
        Slip(
            "fixed_strength",
            "The strength of the penalty is a fixed number: make it depend on l2.",
            lambda l2, w, strength=strength: near(strength * w.astype("float64"), None, 64),
        )
        for strength in (0.02, 0.01, 0.002, 0.001, 0.2, 0.1)
    ],
    Slip(
        "averaged",
        "The penalty is a mean over the weights: take the sum, so that the pull on a weight does "
        "not depend on how many there are.",
        lambda l2, w: near(l2 * w.astype("float64") / w.size, None, 64),
    ),
    Slip(
        "negative_strength",
        "The penalty rewards large weights: turn its sign.",
        penalty(-1),
    ),
]
NO_REGULARIZER = Slip(
    "no_regularizer",
    "What comes back is not a Keras regularizer (a class without parentheses is none): return "
    "keras.regularizers.L2(…), or an object of a subclass of your own.",
    shows=lambda inputs, answer, wanted: answer in ("no regularizer", {"kind": False}),
)


def strengths(rng):
    for l2, shape in ((0.3, (2, 2)), (0.01, (2, 3)), (2.0, (4, 2))):
        yield {"l2": l2, "w": rng.normal(size=shape).astype("float32")}


@check(
    "gives a regularizer whose gradient is l2·w",
    wanted=penalty(1),
    slips=[
        *PENALTIES,
        Slip(
            "shared_strength",
            "A regularizer made later, with another l2, changes this one: its strength stands in a global "
            "or in the class. Keep it in the object (self).",
            penalty(3),
        ),
        NO_REGULARIZER,
    ],
)
def penalty_slope(rng):
    yield from strengths(rng)


def slipped(slip):
    wanted, shows = slip.wanted, slip.shows
    return Slip(
        slip.name,
        slip.says,
        None if wanted is None else lambda l2, w: {"kind": True, "slope": wanted(l2, w)},
        None if shows is None else lambda inputs, answer, _: shows(inputs, answer["slope"], _),
    )


@check(
    "gives a regularizer that a Keras layer takes",
    wanted=lambda l2, w: {"kind": True, "slope": penalty(1)(l2, w)},
    slips=[
        *[slipped(slip) for slip in PENALTIES],
        NO_REGULARIZER,
    ],
)
def in_a_layer(rng):
    yield from strengths(rng)


WHOLE = "1/(1 − μ) is rounded to a whole number: for μ = 0.7 it is 3.33, not 3. Leave it unrounded."
PARENTHESES = "A pair of parentheses is missing, so that μ is subtracted last: divide by (1 − μ)."


def decay(value):
    return lambda l2, momentum: close_to(value(l2, momentum), to=0.0)


@check(
    "gives for l2 and a momentum μ the decoupled decay l2 / (1 − μ)",
    wanted=decay(lambda l2, mu: l2 / (1 - mu)),
    slips=[
        Slip(
            "same_strength",
            "l2 itself comes back; with momentum L2 goes on rolling, 1/(1 − μ) times as far: "
            "divide by 1 − μ.",
            decay(lambda l2, mu: l2),
        ),
        Slip(
            "multiplied",
            "l2 is multiplied by 1 − μ: divide by it, since the pull adds up.",
            decay(lambda l2, mu: l2 * (1 - mu)),
        ),
        Slip(
            "divided_by_momentum",
            "l2 is divided by μ: divide by 1 − μ.",
            shows=lambda inputs, answer, wanted: (
                answer is not None
                if inputs["momentum"] == 0
                else np.isclose(float(answer), inputs["l2"] / inputs["momentum"])
            ),
        ),
        Slip(
            "divided_by_one_plus",
            "l2 is divided by 1 + μ: divide by 1 − μ, since 1 + μ + μ² + … = 1/(1 − μ).",
            decay(lambda l2, mu: l2 / (1 + mu)),
        ),
        Slip(
            "times_one_plus",
            "Only the first step of the rolling is counted, 1 + μ: in full it comes to 1 + μ + "
            "μ² + … = 1/(1 − μ), so divide by 1 − μ.",
            decay(lambda l2, mu: l2 * (1 + mu)),
        ),
        Slip(
            "squared_series",
            "l2 is divided by 1 − μ²: divide by 1 − μ, since 1 + μ + μ² + … = 1/(1 − μ).",
            decay(lambda l2, mu: l2 / (1 - mu**2)),
        ),
        Slip(
            "half_decay",
            "Half of l2 / (1 − μ) comes back: leave out the ½, which only keras.regularizers.L2 "
            "needs; Keras's weight decay takes η λ w off.",
            decay(lambda l2, mu: l2 / (1 - mu) / 2),
        ),
        Slip(
            "double_decay",
            "Twice l2 / (1 − μ) comes back: leave out the 2; Keras's weight decay takes η λ w off.",
            decay(lambda l2, mu: 2 * l2 / (1 - mu)),
        ),
        Slip(
            "always_none",
            "None comes back for a μ below 1: return it only where the velocity never forgets, "
            "μ = 1.",
            shows=lambda inputs, answer, wanted: answer is None,
        ),
        *[
            Slip(
                "broken_series",
                "The series 1 + μ + μ² + … is broken off; in full it comes to 1/(1 − μ): divide by 1 − μ.",
                decay(lambda l2, mu, terms=terms: l2 * (1 - mu**terms) / (1 - mu)),
            )
            for terms in (3, 10, 11, 100, 101)
        ],
        Slip("whole_number", WHOLE, decay(lambda l2, mu: l2 * round(1 / (1 - mu)))),
        Slip("parentheses", PARENTHESES, decay(lambda l2, mu: l2 / 1 - mu)),
    ],
)
def decoupled(rng):
    for l2, momentum in ((0.02, 0.9), (0.3, 0.5), (0.01, 0.0), (0.05, 0.7), (0.1, 0.995)):
        yield {"l2": l2, "momentum": momentum}


@check(
    "gives None where the velocity never forgets, μ = 1",
    wanted=lambda l2, momentum: None,
    slips=[
        Slip(
            "divided_by_zero",
            "With μ = 1 your code divides by zero: there is no such decay then, return None.",
            error="ZeroDivisionError",
        ),
        Slip(
            "never_none",
            "With μ = 1 a number comes back; what L2 adds would roll on for ever, so there is "
            "none: return None.",
            shows=lambda inputs, answer, wanted: answer is not None,
        ),
    ],
    question="decoupled",
)
def no_decay(rng):
    yield {"l2": 0.02, "momentum": 1.0}


def factor(value):
    def wanted(learning_rate, strength, kind, momentum=0.0):
        return close_to(value(learning_rate, strength, momentum), to=1.0)

    return wanted


ROOT = Slip(
    "per_loss",
    "The learning rate plays no part: a step is η times the gradient, so λ is multiplied by η.",
    factor(lambda rate, l2, mu: 1 - l2 / (1 - mu)),
)
# Shown by both kinds; where one alone is wrong, its own mistake is named
EXCHANGED = 'The two kinds are exchanged: "l2" goes through the momentum, and "decoupled" does not.'
SHRINKS = [
    ROOT,
    Slip(
        "how_much_instead",
        "That is the part by which a weight shrinks: return the factor that is left, 1 minus that "
        "part.",
        shows=lambda inputs, answer, wanted: 0 < float(answer) < 0.2,
    ),
    Slip(
        "percent",
        "That is the factor in percent: return the factor itself, between 0 and 1.",
        shows=lambda inputs, answer, wanted: 50 < float(answer) < 100,
    ),
    Slip(
        "grows",
        "The factor is above 1, so that weights would grow: subtract from 1.",
        shows=lambda inputs, answer, wanted: float(answer) > 1,
    ),
    Slip(
        "twice",
        "The weight shrinks twice as fast as it should: here the gradient of the penalty is λ w, "
        "not 2 λ w.",
        factor(lambda rate, l2, mu: 1 - 2 * rate * l2 / (1 - mu)),
    ),
]


@check(
    "gives for L2 the factor 1 − η λ / (1 − μ) per step",
    wanted=factor(lambda rate, l2, mu: 1 - rate * l2 / (1 - mu)),
    slips=[
        Slip(
            "without_momentum",
            "The momentum plays no part in your number: L2 goes through the velocity, so divide η "
            "λ by 1 − μ.",
            factor(lambda rate, l2, mu: 1 - rate * l2),
        ),
        Slip("kinds_exchanged", EXCHANGED, factor(lambda rate, l2, mu: 1 - rate * l2)),
        Slip(
            "momentum_multiplied",
            "η λ is multiplied by 1 − μ: divide by it.",
            factor(lambda rate, l2, mu: 1 - rate * l2 * (1 - mu)),
        ),
        Slip(
            "momentum_one_plus",
            "η λ is divided by 1 + μ: divide by 1 − μ, since 1 + μ + μ² + … = 1/(1 − μ).",
            factor(lambda rate, l2, mu: 1 - rate * l2 / (1 + mu)),
        ),
        Slip(
            "squared_series",
            "η λ is divided by 1 − μ²: divide by 1 − μ, since 1 + μ + μ² + … = 1/(1 − μ).",
            factor(lambda rate, l2, mu: 1 - rate * l2 / (1 - mu**2)),
        ),
        Slip(
            "whole_number", WHOLE, factor(lambda rate, l2, mu: 1 - rate * l2 * round(1 / (1 - mu)))
        ),
        Slip("parentheses", PARENTHESES, factor(lambda rate, l2, mu: 1 - rate * l2 / 1 - mu)),
        *SHRINKS,
    ],
    question="shrink",
)
def shrink_l2(rng):
    for rate, l2, momentum in ((0.01, 0.02, 0.9), (0.002, 0.3, 0.5), (0.05, 0.01, 0.7)):
        yield {"learning_rate": rate, "strength": l2, "kind": "l2", "momentum": momentum}


@check(
    "gives for decoupled decay the factor 1 − η λ per step, whatever the momentum",
    wanted=factor(lambda rate, decay, mu: 1 - rate * decay),
    slips=[
        Slip(
            "with_momentum",
            "The momentum plays a part: leave it out, since decoupled decay shrinks the "
            "weights beside the step and does not go through the velocity.",
            factor(lambda rate, decay, mu: 1 - rate * decay / (1 - mu)),
        ),
        Slip(
            "kinds_exchanged",
            EXCHANGED,
            factor(lambda rate, decay, mu: 1 - rate * decay / (1 - mu)),
        ),
        Slip(
            "decay_without_rate",
            "The learning rate plays no part: Keras's decay is w ← w − η λ w.",
            factor(lambda rate, decay, mu: 1 - decay),
        ),
        *[
            Slip(slip.name, slip.says, slip.wanted, slip.shows)
            for slip in SHRINKS
            if slip.name not in ("per_loss", "twice")
        ],
        Slip(
            "twice",
            "The weight shrinks twice as fast as it should: decoupled decay takes η λ w off it, not 2 η λ w.",
            factor(lambda rate, decay, mu: 1 - 2 * rate * decay),
        ),
    ],
    question="shrink",
)
def shrink_decoupled(rng):
    for rate, decay, momentum in ((0.01, 0.02, 0.9), (0.002, 0.3, 0.5), (0.05, 0.01, 0.7)):
        yield {"learning_rate": rate, "strength": decay, "kind": "decoupled", "momentum": momentum}


@check(
    "takes a momentum of 0 when none is given, and then gives both kinds the same factor",
    wanted=factor(lambda rate, strength, mu: 1 - rate * strength),
    slips=[
        Slip(
            "other_default",
            "Another momentum than 0 is used when none is given: keep the stub's line of `def`.",
            factor(lambda rate, strength, mu: 1 - rate * strength / (1 - 0.9)),
        ),
        Slip(
            "other_default",
            "Another momentum than 0 is used when none is given: keep the stub's line of `def`.",
            shows=lambda inputs, answer, wanted: (
                inputs["kind"] == "l2"
                and np.isclose(1 - float(answer), inputs["learning_rate"] * inputs["strength"] * 10)
            ),
        ),
        Slip("decay_without_rate", ROOT.says, factor(lambda rate, strength, mu: 1 - strength)),
        *[
            Slip(slip.name, slip.says, slip.wanted, slip.shows)
            for slip in SHRINKS
            if slip.name in ("how_much_instead", "percent", "grows", "twice", "per_loss")
        ],
    ],
    question="shrink",
)
def shrink_by_default(rng):
    for kind in ("l2", "decoupled"):
        yield {"learning_rate": 0.01, "strength": 0.05, "kind": kind}
