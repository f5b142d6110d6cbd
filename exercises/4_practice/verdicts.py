"""Verdicts: which is faster, which wavers, and what is not shown.

After: fair_race

The idea. Two curves differ, always. Whether the difference means anything is asked of several seeds:
train both optimizers with the same seeds, take the difference seed by seed, and see whether an interval
for its mean excludes zero. If not, the honest word is "not shown"; it is not "equal".

    T        = the first step, counted from 1, at which the curve is at or below the target
    zigzag   = (Σ|d| − |Σd|) / n,     d = the n differences of log curve
    interval = mean ± t · s / √n,     of the n paired differences a − b, s with n − 1

A curve that only falls has a zigzag of 0, however steep it is. Half of pure noise goes up, so counting
the steps uphill says nothing.

The trap. Comparing the means of two groups throws the pairing away, and with it most of what you know:
a hard seed is hard for both. And a run that never reaches the target has no T at all: None, not the
last step.

Write four functions. `steps_to_target(curve, target)` gives T or None. `zigzag(curve)` takes at least
two values, all finite and above 0, or raises a ValueError. `paired_interval(a, b, level=0.95)` gives
(mean, low, high); unequal lengths or fewer than two pairs are a ValueError. `verdict(a, b)`: smaller is
better, so "a" if the 95 % interval of a − b lies wholly below 0, "b" if wholly above, else "not shown".
The quantiles of Student's t are in the table below, up to 30 degrees of freedom.

By hand: the curve 1, 2, 1 has a zigzag of log 2. The pairs (1, 2), (2, 4) give the mean −1.5, and with
t = 12.706 the interval from −7.85 to 4.85: not shown.

Source: Student (1908), "The Probable Error of a Mean"; on curves Dahl et al. (2023), "Benchmarking
Neural Network Training Algorithms".
"""

import math
from itertools import pairwise

T_QUANTILE = {  # level → degrees of freedom → t
    0.9: {
        1: 6.3138, 2: 2.9200, 3: 2.3534, 4: 2.1318, 5: 2.0150, 6: 1.9432,
        7: 1.8946, 8: 1.8595, 9: 1.8331, 10: 1.8125, 11: 1.7959, 12: 1.7823,
        13: 1.7709, 14: 1.7613, 15: 1.7531, 16: 1.7459, 17: 1.7396, 18: 1.7341,
        19: 1.7291, 20: 1.7247, 21: 1.7207, 22: 1.7171, 23: 1.7139, 24: 1.7109,
        25: 1.7081, 26: 1.7056, 27: 1.7033, 28: 1.7011, 29: 1.6991, 30: 1.6973,
    },
    0.95: {
        1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469,
        7: 2.3646, 8: 2.3060, 9: 2.2622, 10: 2.2281, 11: 2.2010, 12: 2.1788,
        13: 2.1604, 14: 2.1448, 15: 2.1314, 16: 2.1199, 17: 2.1098, 18: 2.1009,
        19: 2.0930, 20: 2.0860, 21: 2.0796, 22: 2.0739, 23: 2.0687, 24: 2.0639,
        25: 2.0595, 26: 2.0555, 27: 2.0518, 28: 2.0484, 29: 2.0452, 30: 2.0423,
    },
    0.99: {
        1: 63.6567, 2: 9.9249, 3: 5.8409, 4: 4.6041, 5: 4.0321, 6: 3.7074,
        7: 3.4995, 8: 3.3554, 9: 3.2498, 10: 3.1693, 11: 3.1058, 12: 3.0545,
        13: 3.0123, 14: 2.9768, 15: 2.9467, 16: 2.9208, 17: 2.8982, 18: 2.8784,
        19: 2.8609, 20: 2.8453, 21: 2.8314, 22: 2.8188, 23: 2.8073, 24: 2.7969,
        25: 2.7874, 26: 2.7787, 27: 2.7707, 28: 2.7633, 29: 2.7564, 30: 2.7500,
    },
}  # fmt: skip


def steps_to_target(curve, target):
    """The first step, counted from 1, at which the curve is at or below the target; or None."""
    raise NotImplementedError("steps_to_target: not written yet")


def zigzag(curve):
    """How much a curve goes up and down beyond its net change, per step, in logarithms."""
    raise NotImplementedError("zigzag: not written yet")


def paired_interval(a, b, level=0.95):
    """The mean of the paired differences a − b, and its Student-t interval: (mean, low, high)."""
    raise NotImplementedError("paired_interval: not written yet")


def verdict(a, b):
    """ "a" or "b", whichever is smaller beyond doubt, or "not shown"."""
    raise NotImplementedError("verdict: not written yet")
