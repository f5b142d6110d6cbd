import math

import numpy as np
import pytest

from coursekit.hiker.verdict import turning, verdict


def walk(x, y=0.0):
    return np.stack(np.broadcast_arrays(np.asarray(x, float), y), axis=1)


def judged(path, curvature=(1.0, 1.0), **more):
    return verdict(path, (path**2) @ curvature / 2, **{"lowest": 0.0, **more})


def test_a_geometric_descent_descends_and_arrives_where_the_height_is_a_thousandth():
    found = judged(walk(0.9 ** np.arange(60)))
    # 0.81^t <= 10⁻³ first for t = 33
    assert (found.word, found.zigzag, found.turns, found.arrived) == ("descends", 0.0, 0.0, 33)


def test_slower_than_half_of_what_was_left_is_creeping():
    slow, fast = (judged(walk(factor ** np.arange(101))) for factor in (0.9932, 0.993))
    # over the last 50 steps the height falls to factor^100: .5054 and .4954
    assert (slow.word, fast.word) == ("creeps", "descends")
    assert slow.left == pytest.approx(0.9932**100)


def test_from_wall_to_wall_is_a_zigzag_although_the_loss_only_falls():
    t = np.arange(30)
    path = walk(0.97**t, 0.5 * (-0.8) ** t)
    found = judged(path, (1.0, 25.0))
    assert (found.word, found.zigzag) == ("zigzags", 0.0)
    assert found.turns > 0.25


def test_swinging_past_the_minimum_is_a_zigzag_by_the_formula_of_the_lab():
    t = np.arange(40)
    path = walk(0.97**t * np.cos(0.5 * t))
    found = judged(path)
    d = np.diff(np.log(np.maximum(path[:, 0] ** 2, 1e-3)))
    assert found.word == "zigzags"
    assert found.zigzag == pytest.approx((abs(d).sum() - abs(d.sum())) / 39)
    assert found.turns < 0.25


def test_what_happens_after_the_arrival_does_not_matter():
    path = walk([*0.5 ** np.arange(10), *(0.005 * (-1.0) ** np.arange(100))])
    assert judged(path).word == "descends"
    assert judged(path * [100, 1], lowest=0.0).word == "descends"  # nor does the unit


def test_the_height_is_measured_from_the_minimum():
    path = walk(0.9 ** np.arange(60))
    losses = path[:, 0] ** 2
    assert verdict(path, losses - 7, -7).arrived == verdict(path, losses, 0).arrived
    assert verdict(path, losses + 7, 0.0).word == "creeps"


@pytest.mark.parametrize("end", [math.inf, math.nan, 1.1])
def test_no_number_or_a_higher_end_is_a_divergence(end):
    found = verdict(walk([1, 0.5, 2]), [1.0, 0.5, end], 0.0)
    assert found.word == "diverges" and found.arrived is None


def test_who_begins_at_the_minimum_is_there():
    assert verdict(walk([0, 0]), [0.0, 0.0], 0.0).arrived == 0


def test_who_wanders_in_a_small_cloud_round_the_minimum_does_not_diverge():
    path = walk(0.1 * (-1.0) ** np.arange(30) * np.minimum(np.arange(30), 9) + 1e-4)
    losses = path[:, 0] ** 2  # from 10⁻⁸ up to 0.81
    assert verdict(path, losses, 0.0).word == "diverges"
    assert verdict(path, losses, 0.0, slight=0.8).word == "diverges"
    found = verdict(path, losses, 0.0, slight=0.82)
    assert (found.word, found.arrived) == ("zigzags", None)


def test_who_ends_a_little_above_the_start_neither_creeps_nor_descends():
    path = walk(0.1 + 0.01 * np.arange(9))
    losses = path[:, 0] ** 2  # from 0.01 up to 0.0324, and never down
    assert verdict(path, losses, 0.0).word == "diverges"
    found = verdict(path, losses, 0.0, slight=0.04)
    assert (found.word, found.zigzag, found.turns) == ("zigzags", 0.0, 0.0)


def test_after_an_odd_number_of_steps_half_of_them_is_rounded_down():
    assert judged(walk([1.0, 0.6])).left == pytest.approx(0.36)
    assert judged(walk([1.0, 0.6])).word == "descends"
    assert judged(walk([1.0, 0.9, 0.6, 0.5])).left == pytest.approx(0.25 / 0.81)


def test_a_start_that_rounding_puts_below_the_minimum_is_at_it():
    losses = np.array([-2.8e-17, 1e-16, 2e-16, 1e-16])
    found = verdict(walk(np.zeros(4)), losses, 0.0, slight=0.1)
    assert (found.word, found.arrived) == ("descends", 0)


def test_turning_is_a_share_of_the_distance():
    assert turning([(0, 0), (3, 0), (2, 0), (2, 4)]) == 1 / 8  # at a right angle is not back
    assert turning([(0, 0), (1, 1)]) == 0


def test_errors_say_what_came():
    with pytest.raises(ValueError, match=r"at least two places.*\(1, 2\) and \(1,\)"):
        verdict([[0, 0]], [1.0], 0.0)
