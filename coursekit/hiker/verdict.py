"""The verdict on a walk, in one word: it creeps, descends, zigzags or diverges."""

from typing import NamedTuple

import numpy as np

from coursekit.lab.statistics import zigzag

ARRIVED = 1e-3  # of the height of the start: lower than that is as good as the minimum
WAVERS = 0.05  # zigzag of the height, per step
TURNS = 0.25  # share of the distance
CREEPS = 0.5  # of the height that was left
SLIGHT = 0.1  # of the height where walks usually start


class Verdict(NamedTuple):
    """What a walk looked like.

    Args:
        word: diverges, zigzags, creeps or descends.
        zigzag: of the height on the way, by the formula of the lab; nan if it diverges.
        turns: share of the distance on the way that leads back, against the step before; nan if
            it diverges.
        left: height at the end as a share of the height halfway; nan if it diverges.
        arrived: after how many steps it was at the minimum for good; None if it never was.
    """

    word: str
    zigzag: float
    turns: float
    left: float
    arrived: int | None

    def in_words(self):
        """The word, and when it arrived.

        Example:
            >>> Verdict("descends", 0.0, 0.0, 0.1, 40).in_words()
            'descends, arrives at step 40'
        """
        return self.word if self.arrived is None else f"{self.word}, arrives at step {self.arrived}"


def verdict(path, losses, lowest, slight=0.0):
    """Judges a walk by its places and their losses.

        h₀ = max(loss at the start − lowest, 10⁻³ slight)
        h = max(loss − lowest, 10⁻³ h₀)               height above the minimum
        way = the steps until h is at 10⁻³ h₀ for good: it has arrived
        zigzag = (Σ|d| − |Σd|) / number of d,          d = differences of log h on the way
        turns = Σ|step| of those on the way with  step · (step before) < 0,   / Σ|step| of all
        left = h at the end / h after half of the steps, rounded down

        diverges   a loss is not finite, or the last one is above the first and lowest + slight
        zigzags    zigzag > 0.05  or  turns > 0.25,  or the last loss is above the first
        creeps     it has not arrived, and left > 0.5
        descends   otherwise

    The first line that holds gives the word. The two measures of zigzagging see different things:
    a hiker that jumps from wall to wall of a ravine and comes lower with every jump turns without
    its loss ever rising; one with momentum swings past the minimum and up again, in wide turns.

    Args:
        path: places.
        losses: at each place; they may be inf or nan.
        lowest: loss of the minimum.
        slight: a height ≥ 0 that is little in this place. Minibatches drive a hiker who starts at the
            minimum away from it, at usual rates seldom farther, and up and down there.

    Shapes:
        path: (steps + 1, 2). losses: (steps + 1,).

    Raises:
        ValueError: fewer than two places, or not one loss for each.

    Example:
        >>> x = 0.5 ** np.arange(5)
        >>> verdict(np.stack([x, 0 * x], axis=1), x**2, 0.0).word
        'descends'
        >>> x = (-0.5) ** np.arange(5)  # from wall to wall
        >>> verdict(np.stack([x, 0 * x], axis=1), x**2, 0.0).word
        'zigzags'
    """
    path, losses = np.asarray(path, float), np.asarray(losses, float)
    if len(losses) < 2 or path.shape != (len(losses), 2):
        raise ValueError(
            "A verdict wants at least two places (x, y) and a loss for each; got shapes "
            f"{path.shape} and {losses.shape}."
        )
    if not np.isfinite(losses).all() or losses[-1] > max(losses[0], lowest + slight):
        return Verdict("diverges", np.nan, np.nan, np.nan, None)
    start = max(losses[0] - lowest, ARRIVED * slight)
    h = np.maximum(losses - lowest, ARRIVED * start)
    above = np.flatnonzero(h > ARRIVED * start)
    if not len(above):  # it began at the minimum, and is still there
        return Verdict("descends", 0.0, 0.0, 1.0, 0)
    end = above[-1] + 1  # the first place of those at the minimum, or beyond the last one
    arrived = int(end) if end < len(h) else None
    way = slice(0, end + 1)
    wavers, turns = zigzag(h[way]), turning(path[way])
    left = float(h[-1] / h[(len(h) - 1) // 2])
    if wavers > WAVERS or turns > TURNS or h[-1] > h[0]:
        word = "zigzags"
    elif arrived is None and left > CREEPS:
        word = "creeps"
    else:
        word = "descends"
    return Verdict(word, wavers, turns, left, arrived)


def turning(path):
    """The share of the distance that leads back, against the step before.

    Example:
        >>> turning([(0, 0), (2, 0), (1, 0), (3, 1)])  # back by 1, and back again by √5
        0.6180339887498949
    """
    with np.errstate(all="ignore"):
        steps = np.diff(np.asarray(path, float), axis=0)
        lengths = np.hypot(*steps.T)
        back = (steps[1:] * steps[:-1]).sum(axis=1) < 0
        share = lengths[1:][back].sum() / lengths.sum()
    return float(share) if np.isfinite(share) else 0.0
