"""The answer key of verdicts."""

import numpy as np

from coursekit.grading.key import Holds, Raises, Slip, check, either, near

WRITES = ["steps_to_target", "zigzag", "paired_interval", "verdict"]
READY_MADE = []
SECONDS = 30.0  # whoever takes the quantiles from SciPy needs a second for a thousand trials
# the two-sided quantiles of Student's t with 1 to 30 degrees of freedom, from tables
T_95 = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
    2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
    2.045, 2.042,
]  # fmt: skip
T_90 = [6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812]
T_99 = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169]


def first_step(curve, target, start=1, strictly=False, missing=None):
    for step, loss in enumerate(curve):
        if loss < target or loss == target and not strictly:
            return step + start
    return missing(curve) if missing else None


def steps_by(**settings):
    return lambda curve, target: first_step(curve, target, **settings)


@check(
    "counts the steps to the target from 1, the step that just touches it included",
    wanted=first_step,
    slips=[
        Slip(
            "counted_from_zero", "The steps are counted from 0; the first is 1.", steps_by(start=0)
        ),
        Slip(
            "strictly_below",
            "A curve that is exactly at the target has reached it: ≤, not <.",
            steps_by(strictly=True),
        ),
        Slip(
            "last_step_for_never",
            "A curve that never reaches the target gets its length; nothing was reached: None.",
            steps_by(missing=len),
        ),
        Slip(
            "wrong_for_never",
            "A curve that never reaches the target must give None, not a number that can be averaged.",
            shows=lambda inputs, answer, wanted: wanted is None and answer is not None,
        ),
        Slip(
            "last_time_below",
            "That is the last step at or below the target, or the lowest; the first is wanted.",
            lambda curve, target: next(
                (len(curve) - i for i, loss in enumerate(curve[::-1]) if loss <= target), None
            ),
        ),
        Slip(
            "place_of_the_minimum",
            "That is the step with the lowest loss; wanted is the first at or below the target.",
            lambda curve, target: int(np.argmin(curve)) + 1 if min(curve) <= target else None,
        ),
        Slip(
            "place_of_the_minimum",
            "That is the step with the lowest loss; wanted is the first at or below the target.",
            lambda curve, target: int(np.argmin(curve)) + 1,
        ),
        Slip(
            "from_there_on_below",
            "That is the step from which the curve stays at or below the target; wanted is the first one "
            "there, whatever comes after.",
            lambda curve, target: next(
                (i for i in range(1, len(curve) + 1) if max(curve[i - 1 :]) <= target), None
            ),
        ),
        Slip(
            "above_the_target",
            "The comparison is the wrong way round: smaller is better, loss ≤ target.",
            lambda curve, target: next(
                (i for i, loss in enumerate(curve, 1) if loss >= target), None
            ),
        ),
    ],
)
def steps(rng):
    for curve, target in (
        ([2.0, 1.0, 0.5, 0.25, 0.75], 0.5),
        ([2.0, 1.5, 0.4, 0.9, 0.2, 0.45], 0.6),
        ([0.3, 0.2], 0.5),
        ([3.0, 2.0, 1.0], 0.5),
    ):
        yield {"curve": curve, "target": target}


def logs(curve):
    return np.diff(np.log(np.asarray(curve, "float64")))


def zigzag(curve):
    d = logs(curve)
    value = (np.abs(d).sum() - abs(d.sum())) / len(d)
    return near(value, max(np.abs(d).max(), 1), 1e-7 / 2**-23, dtype=None)


def zigzag_by(rule):
    def value(curve):
        return near(float(rule(np.asarray(curve, "float64"))), 1, 1e-7 / 2**-23, dtype=None)

    return value


@check(
    "measures the zigzag: 0 for a curve that only falls, whatever its unit",
    wanted=zigzag,
    slips=[
        Slip(
            "without_logarithm",
            "The differences are those of the loss itself: take the logarithm first, or a curve "
            "in another unit wavers more.",
            zigzag_by(lambda c: (np.abs(np.diff(c)).sum() - abs(np.diff(c).sum())) / (len(c) - 1)),
        ),
        Slip(
            "another_logarithm",
            "The logarithms have another base (log10, log2); wanted is the natural one, log.",
            lambda curve: either(
                *[
                    near(zigzag(curve).value / np.log(base), 1, 1e-7 / 2**-23, dtype=None)
                    for base in (10, 2)
                ]
            ),
        ),
        Slip(
            "net_change_not_subtracted",
            "The net change |Σd| is not subtracted, so that a steep descent counts as wavering.",
            zigzag_by(lambda c: np.abs(logs(c)).mean()),
        ),
        Slip(
            "not_divided",
            "The sum is not divided by the number of differences: long curves seem to waver more.",
            zigzag_by(lambda c: np.abs(logs(c)).sum() - abs(logs(c).sum())),
        ),
        Slip(
            "divided_by_values",
            "The sum is divided by the number of values: divide by that of the differences, one "
            "less.",
            zigzag_by(lambda c: (np.abs(logs(c)).sum() - abs(logs(c).sum())) / len(c)),
        ),
        Slip(
            "net_change_signed",
            "Σd is subtracted with its sign: a falling curve then counts twice. Take |Σd|.",
            zigzag_by(lambda c: (np.abs(logs(c)).sum() - logs(c).sum()) / (len(c) - 1)),
        ),
        Slip(
            "net_change_added",
            "Σd has the wrong sign and no bars, so that a rising curve counts twice: subtract |Σd|.",
            zigzag_by(lambda c: (np.abs(logs(c)).sum() + logs(c).sum()) / (len(c) - 1)),
        ),
        Slip(
            "share_uphill",
            "That is the share of steps uphill, a half in pure noise as well; wanted is (Σ|d| − "
            "|Σd|) / n.",
            zigzag_by(lambda c: (np.diff(c) > 0).mean()),
        ),
        Slip(
            "standard_deviation",
            "That is a standard deviation of the differences; wanted is (Σ|d| − |Σd|) / n.",
            zigzag_by(lambda c: logs(c).std()),
        ),
    ],
)
def wavering(rng):
    yield {"curve": [1.0, 2.0, 1.0]}
    yield {"curve": [8.0, 4.0, 1.0, 0.25]}
    yield {"curve": [0.5, 1.0, 3.0, 2.5]}
    for scale in (1, 1000):
        yield {"curve": [float(v) for v in scale * np.exp(rng.normal(size=12))]}


@check(
    "refuses to measure a zigzag on one value, or on values that have no logarithm",
    wanted=lambda curve: Raises("ValueError"),
    slips=[
        Slip(
            "nothing_refused",
            "A curve with fewer than two values, or with one that is not finite, or not above "
            "0, has no zigzag: raise a ValueError.",
            shows=lambda inputs, answer, wanted: True,
        ),
    ],
    question="wavering",
)
def no_zigzag(rng):
    for curve in ([], [1.0], [1.0, 0.0], [1.0, -2.0], [1.0, float("nan")], [float("inf"), 1.0]):
        yield {"curve": curve}


def interval_by(
    a,
    b,
    level=0.95,
    *,
    ddof=1,
    tables=None,
    paired=True,
    divisor=np.sqrt,
    df=0,
    swapped=False,
    in_order=False,
):
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    if in_order:
        a, b = np.sort(a), np.sort(b)
    n, d = len(a), (b - a if swapped else a - b)
    table = (tables or {0.9: T_90, 0.95: T_95, 0.99: T_99})[level]
    t = table[n - 2 + df] if n - 2 + df < len(table) else np.nan
    s = d.std(ddof=ddof) if paired else np.sqrt(a.var(ddof=1) + b.var(ddof=1))
    half = t * s / divisor(n)
    # the tables have four digits
    return [near(v, abs(d.mean()) + half, 1e-3 / 2**-23, dtype=None)
            for v in (d.mean(), d.mean() - half, d.mean() + half)]  # fmt: skip


def wrong_interval(**settings):
    return lambda a, b, level=0.95: interval_by(a, b, level, **settings)


NORMAL = {level: [z] * 30 for level, z in ((0.9, 1.645), (0.95, 1.960), (0.99, 2.576))}
NOT_DIVIDED, WITHOUT_ROOT = {"divisor": lambda n: 1}, {"divisor": lambda n: n}
ONLY_196 = dict.fromkeys(NORMAL, NORMAL[0.95])
# the one-sided quantile of a level is the two-sided one of 0.8, 0.9, 0.98
ONE_SIDED = {
    0.9: [3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372],
    0.95: T_90,
    0.99: [31.821, 6.965, 4.541, 3.747, 3.365, 3.143, 2.998, 2.896, 2.821, 2.764],
}


INTERVALS = [
    Slip(
        "divided_by_n",
        "That is the standard deviation of a population, divided by n; for a sample divide by n − "
        "1.",
        wrong_interval(ddof=0),
    ),
    Slip(
        "normal_quantile",
        "The quantile is 1.96, that of many samples; with few seeds it is Student's, from the table.",
        wrong_interval(tables=ONLY_196),
    ),
    Slip(
        "normal_quantile",
        "The quantiles are those of many samples (1.645, 1.96, 2.576); with few seeds they are Student's, "
        "from the table.",
        wrong_interval(tables=NORMAL),
    ),
    *[
        Slip(
            "one_sided_quantile",
            "The quantile is one-sided: at the level 0.95 it leaves 5 % at each of the two ends, "
            "10 % in all. T_QUANTILE[level] is made for two ends: take it as it is.",
            wrong_interval(tables=tables),
        )
        for tables in (ONE_SIDED, {0.9: T_90, 0.95: T_90, 0.99: T_99})
    ],
    Slip(
        "sorted_first",
        "The values are sorted before the differences are taken: that pairs other seeds with each other. "
        "Leave them in the order in which they came.",
        wrong_interval(in_order=True),
    ),
    Slip(
        "not_divided_by_root",
        "That is the spread of single differences; that of their mean is s / √n: divide by √n.",
        wrong_interval(**NOT_DIVIDED),
    ),
    Slip(
        "divided_without_root",
        "s is divided by n; the spread of a mean of n differences is s / √n.",
        wrong_interval(**WITHOUT_ROOT),
    ),
    Slip(
        "unpaired",
        "The spreads of the two groups are added: that throws the pairing away. Take the differences "
        "seed by seed first.",
        wrong_interval(paired=False),
    ),
    Slip(
        "degrees_of_freedom",
        "The quantile is that of n degrees of freedom; a mean has taken one: n − 1.",
        wrong_interval(df=1),
    ),
    Slip(
        "b_minus_a",
        "The differences are b − a; wanted are a − b.",
        wrong_interval(swapped=True),
    ),
    Slip(
        "low_and_high_exchanged",
        "The two ends are exchanged: (mean, low, high).",
        lambda a, b, level=0.95: [interval_by(a, b, level)[i] for i in (0, 2, 1)],
    ),
    Slip(
        "half_width_returned",
        "The second and third values are the half width; wanted are the ends, mean ± half width.",
        shows=lambda inputs, answer, wanted: np.allclose(
            np.abs(answer[1]), wanted[2].value - wanted[0].value, rtol=1e-3
        ),
    ),
    Slip(
        "level_ignored",
        "The level plays no part: T_QUANTILE[level][degrees of freedom].",
        lambda a, b, level=0.95: interval_by(a, b, 0.95),
    ),
]


def pairs(rng, n, shift=0.0):
    hard = rng.normal(size=n) * 3  # a hard seed is hard for both
    a, b = hard + rng.normal(size=n), hard + rng.normal(size=n) + shift
    return {"a": [float(v) for v in a], "b": [float(v) for v in b]}


@check(
    "gives the mean of the paired differences and Student's interval",
    wanted=interval_by,
    slips=INTERVALS,
)
def interval(rng):
    yield {"a": [1.0, 2.0], "b": [2.0, 4.0]}
    yield pairs(rng, 5, 1.0)
    yield {**pairs(rng, 8), "level": 0.9}
    yield {**pairs(rng, 6), "level": 0.99}


@check(
    "refuses unequal numbers of values, and fewer than two pairs",
    wanted=lambda a, b: Raises("ValueError"),
    slips=[
        Slip(
            "pairs_made_up",
            "Values without a partner, or a single pair, have no interval: raise a ValueError (zip "
            "drops the rest without a word).",
            shows=lambda inputs, answer, wanted: True,
        ),
    ],
    question="interval",
)
def no_interval(rng):
    for a, b in (([1.0, 2.0, 3.0], [1.0, 2.0]), ([1.0], [2.0]), ([], [])):
        yield {"a": a, "b": b}


def verdict_by(a, b, margin=0.0, touching=False, **interval):
    low, high = (float(each.value) for each in interval_by(a, b, **interval)[1:])
    if high < -margin or touching and high <= 0:
        return "a"
    return "b" if low > margin or touching and low >= 0 else "not shown"


def right_verdict(a, b):
    return verdict_by(a, b)


SAYS = {slip.name: slip.says for slip in INTERVALS}
WINNERS = [
    Slip(
        "larger_is_better",
        "a and b are exchanged: smaller is better, so an interval of a − b wholly below 0 speaks for a.",
        lambda a, b: {"a": "b", "b": "a"}.get(right_verdict(a, b), "not shown"),
    ),
    Slip(
        "another_level",
        "The verdict uses the interval of 99 %, so that a winner at 95 % is not named: level=0.95.",
        lambda a, b: verdict_by(a, b, level=0.99),
    ),
    Slip(
        "another_level",
        "The verdict uses the interval of 90 %, so that a winner is named too soon: level=0.95.",
        lambda a, b: verdict_by(a, b, level=0.9),
    ),
    *[
        Slip(name, SAYS[name], lambda a, b, settings=settings: verdict_by(a, b, **settings))
        for name, settings in (
            ("unpaired", {"paired": False}),
            ("not_divided_by_root", NOT_DIVIDED),
            ("divided_without_root", WITHOUT_ROOT),
            ("normal_quantile", {"tables": ONLY_196}),
            ("one_sided_quantile", {"tables": ONE_SIDED}),
        )
    ],
    Slip(
        "touches_zero",
        "A winner is named where the interval ends at 0, as for two equal lists: wholly below 0 is "
        "high < 0, wholly above is low > 0.",
        lambda a, b: verdict_by(a, b, touching=True),
    ),
    Slip(
        "mean_decides",
        "A winner is named although the interval contains 0. Neither the mean nor one end decides: the "
        "whole interval must lie below 0, or above.",
        shows=lambda inputs, answer, wanted: wanted == "not shown" and answer in ("a", "b"),
    ),
    Slip(
        "margin",
        "“not shown” comes for a difference that is small but shown: whether it matters depends on "
        "the unit. The interval alone decides, without a margin round 0 and without rounding.",
        shows=lambda inputs, answer, wanted: (
            answer == "not shown" and np.max(np.abs([*inputs["a"], *inputs["b"]])) < 1e-2
        ),
    ),
    Slip(
        "never_shown",
        "“not shown” comes even where the interval excludes 0: name the winner there.",
        lambda a, b: "not shown",
    ),
]


@check(
    'says "a", "b" or "not shown" as the interval does',
    wanted=right_verdict,
    slips=[
        *WINNERS,
        Slip(
            "another_word",
            'The words are "a", "b" and "not shown", nothing else.',
            shows=lambda inputs, answer, wanted: answer not in ("a", "b", "not shown"),
        ),
    ],
)
def judges(rng):
    yield pairs(rng, 6, 12.0)
    yield pairs(rng, 6, -12.0)
    yield {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 1.0, 4.0, 3.5]}
    yield {"a": [1.0, 2.0], "b": [2.0, 4.0]}
    yield {"a": [10.0, 20.0, 30.0], "b": [11.0, 21.1, 30.9]}
    # 0 lies in the interval of 99 %, and not in that of 95 %; in that of 95 %, and not of 90 %; in all
    for differences in (
        [-0.3, -0.05, -0.3, -0.4, -0.1],
        [0.3, 0.0, 0.3, 0.4, 0.0],
        [0.3, -0.1, 0.4, 0.5, -0.1],
    ):
        hard = rng.permutation(5) + rng.uniform()  # whoever sorts keeps these pairs
        for sign in (1, -1):
            yield {
                "a": [float(v) for v in hard],
                "b": [float(v) for v in hard - sign * np.array(differences)],
            }
    same = [float(v) for v in rng.normal(size=5)]
    yield {"a": same, "b": list(same)}
    small = 1e-4 * (5 + rng.permutation(5))
    for sign in (1, -1):
        gain = sign * 1e-4 * rng.uniform(1, 1.2, 5)
        yield {"a": [float(v) for v in small], "b": [float(v) for v in small + gain]}


def mostly_not_shown(pairs):
    def test(answer):
        share = np.mean([each == "not shown" for each in answer])
        return bool(share >= 0.93) or (
            f"of {len(answer)} pairs of samples from one distribution {1 - share:.0%} get a winner; of "
            "a 95 % interval it is 5 %"
        )

    return Holds(test)


@check(
    "names no winner where there is none, in at least 93 % of trials",
    wanted=mostly_not_shown,
    slips=[
        Slip(
            "wins_by_chance",
            "Of samples from one distribution too many get a winner: is the interval too "
            "narrow? (level 0.95, s with n − 1, Student's t, divided by √n, the pairs as they came.)",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        )
    ],
)
def trials(rng):
    yield {"pairs": [rng.normal(size=(2, 10)) for _ in range(6000)]}
