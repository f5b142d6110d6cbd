"""The numbers behind the verdicts: how fast, how wavering, and with which interval over seeds."""

import functools
import math

import numpy as np


def steps_to_target(curve, target):
    """Counts the steps until a curve first reaches a target.

        T = min { t : curve[t] ≤ target },  None if there is none

    Args:
        curve: loss after 0, 1, 2, … steps.
        target: the loss to reach.

    Example:
        >>> steps_to_target([2.3, 1.0, 0.4, 0.6], 0.5), steps_to_target([2.3, 2.2], 0.5)
        (2, None)

    Source: Dahl et al. (2023), "Benchmarking Neural Network Training Algorithms".
    """
    reached = np.flatnonzero(np.asarray(curve) <= target)
    return int(reached[0]) if reached.size else None


def zigzag(curve):
    """Measures how much a curve goes up and down on its way, beyond what its net change needs.

        d = differences of log curve,  zigzag = (Σ|d| − |Σd|) / number of d

    It is exactly 0 for a curve that only falls, and unchanged if the loss is measured in another
    unit. Feed it the loss on a fixed set of images: of a batch loss it would mostly show which
    images the batches happened to hold.

    Args:
        curve: positive, finite losses, at least two.

    Raises:
        ValueError: fewer than two values, or one that has no logarithm.

    Example:
        >>> zigzag([4.0, 2.0, 1.0])
        0.0
        >>> round(zigzag([1.0, 2.0, 1.0]) / math.log(2), 6)  # up by log 2 and down again, in 2 steps
        1.0
    """
    curve = np.asarray(curve, float)
    if len(curve) < 2 or not (np.isfinite(curve) & (curve > 0)).all():
        raise ValueError(
            "A zigzag is measured on at least two losses above 0, all finite; got "
            f"{np.array2string(curve[:5], precision=3)}{' …' if len(curve) > 5 else ''}."
        )
    d = np.diff(np.log(curve))
    return float((np.abs(d).sum() - abs(d.sum())) / len(d))


def uphill(curve):
    """Gives the share of steps after which the loss was higher than before.

    Example:
        >>> uphill([3.0, 2.0, 2.5, 1.0])  # one of three
        0.3333333333333333
    """
    return float(np.mean(np.diff(curve) > 0))


@functools.cache
def student_quantile(level, df):
    """Finds t such that Student's distribution has the share `level` between −t and t.

        density ∝ (1 + t²/df)^(−(df + 1)/2)

    Args:
        level: share in (0, 1), such as 0.95.
        df: degrees of freedom, ≥ 1.

    Example:
        >>> round(student_quantile(0.95, 4), 3), round(student_quantile(0.95, 9), 3)
        (2.776, 2.262)

    Source: "Student" (1908), "The Probable Error of a Mean".
    """
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def share_within(t):
        # Substituting t = √df tan φ makes the integrand a power of the cosine: smooth and bounded.
        angles = np.linspace(0, math.atan(t / math.sqrt(df)), 2001)
        return 2 * scale * math.sqrt(df) * np.trapezoid(np.cos(angles) ** (df - 1), angles)

    low, high = 0.0, 1.0
    while share_within(high) < level:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if share_within(middle) < level else (low, middle)
    return (low + high) / 2


def paired_interval(a, b, level=0.95):
    """Gives the mean of the differences a − b of paired runs, and its confidence interval.

        d = a − b,  mean ± t · sd(d) / √n,   t from Student's distribution with n − 1

    Pairs share the seed, that is first weights and batches; what the seed does to both of them
    cancels.

    Args:
        a, b: one number per seed, in the same order; at least two.
        level: how often such an interval holds the true mean, in (0, 1).

    Returns:
        (mean, low, high).

    Raises:
        ValueError: unequal lengths, or fewer than two pairs.

    Example:
        >>> mean, low, high = paired_interval([3.0, 4.0, 5.0], [1.0, 2.0, 2.0])
        >>> round(mean, 3), round(low, 3), round(high, 3)
        (2.333, 0.899, 3.768)

    Source: "Student" (1908), "The Probable Error of a Mean".
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(
            "Paired runs come in two lists of one length, at least two pairs; got "
            f"{a.size} and {b.size}."
        )
    d = a - b
    half = student_quantile(level, len(d) - 1) * d.std(ddof=1) / math.sqrt(len(d))
    return float(d.mean()), float(d.mean() - half), float(d.mean() + half)


def paired_ratio(a, b, level=0.95):
    """Gives the typical ratio a / b of paired numbers above 0, and its confidence interval.

        exp(mean(log a − log b) ± t · sd(log a − log b) / √n)

    Twice as much and half as much are as far from 1 as each other.

    Args:
        a, b: one number above 0 per seed, in the same order; at least two.
        level: how often such an interval holds the true ratio, in (0, 1).

    Returns:
        (ratio, low, high).

    Raises:
        ValueError: a number that is not above 0, unequal lengths, or fewer than two pairs.

    Example:
        >>> round(paired_ratio([2.0, 8.0], [1.0, 1.0])[0], 6)  # √(2 · 8)
        4.0
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if not (a > 0).all() or not (b > 0).all():
        raise ValueError(
            f"A ratio over pairs wants numbers above 0; got {min(a.min(), b.min())}. Take the "
            "difference instead."
        )
    return tuple(float(value) for value in np.exp(paired_interval(np.log(a), np.log(b), level)))


def mean_interval(values, level=0.95):
    """Gives the mean of runs and its confidence interval; of one run, the run and nothing known.

    Example:
        >>> mean_interval([1.0])
        (1.0, nan, nan)
    """
    values = np.asarray(values, float)
    if len(values) < 2:
        return float(values.mean()), math.nan, math.nan
    return paired_interval(values, np.zeros(len(values)), level)


def band(curves, level=0.95):
    """Gives the mean of several curves and its confidence interval, step by step, on a log scale.

        exp(mean(log c) ± t · sd(log c) / √n)

    The mean of losses on a logarithmic axis: the geometric one.

    Args:
        curves: losses above 0, one curve per seed.
        level: how often such an interval holds the true mean, in (0, 1).

    Shapes:
        (seeds, steps) → (3, steps): mean, low, high; of one curve low and high are NaN.

    Example:
        >>> band([[1.0, 0.1], [1.0, 0.4]])[0].round(3).tolist()
        [1.0, 0.2]
    """
    logs = np.log(np.asarray(curves, float))
    n = len(logs)
    half = np.full(logs.shape[1], math.nan)
    if n > 1:
        half = student_quantile(level, n - 1) * logs.std(0, ddof=1) / math.sqrt(n)
    return np.exp([logs.mean(0), logs.mean(0) - half, logs.mean(0) + half])
