import math

import numpy as np
import pytest

from coursekit.lab import statistics

RANDOM = np.random.default_rng(0)
# Two-sided 95 % and 99 % points of Student's t, from any printed table.
TABLE = {
    0.95: {1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262, 30: 2.042, 120: 1.980},
    0.99: {1: 63.657, 2: 9.925, 4: 4.604, 9: 3.250, 30: 2.750, 120: 2.617},
}


@pytest.mark.parametrize("level", TABLE)
def test_quantiles_are_those_of_the_printed_table(level):
    for df, wanted in TABLE[level].items():
        assert statistics.student_quantile(level, df) == pytest.approx(wanted, abs=0.0006)


def test_the_interval_holds_the_true_difference_as_often_as_it_says():
    # Shared noise of the seed cancels in the pairs; without pairing the interval would hold too often.
    hits = 0
    for _ in range(1000):
        seed = RANDOM.normal(size=5) * 3
        a, b = seed + RANDOM.normal(size=5) + 1, seed + RANDOM.normal(size=5)
        _, low, high = statistics.paired_interval(a, b)
        hits += low < 1 < high
    assert 930 <= hits <= 970


def test_the_interval_is_the_textbooks():
    a, b = [5.0, 7.0, 6.0, 9.0], [4.0, 5.0, 6.0, 6.0]
    d = np.array([1, 2, 0, 3.0])
    half = 3.1824 * math.sqrt(((d - 1.5) ** 2).sum() / 3) / 2
    assert statistics.paired_interval(a, b) == pytest.approx(
        (1.5, 1.5 - half, 1.5 + half), rel=1e-4
    )


def test_a_ratio_and_its_inverse_are_the_same_statement():
    a, b = RANDOM.random(6) + 0.5, RANDOM.random(6) + 0.5
    ratio, low, high = statistics.paired_ratio(a, b)
    assert low < ratio < high and ratio == pytest.approx(np.prod(a / b) ** (1 / 6))
    assert statistics.paired_ratio(b, a) == pytest.approx((1 / ratio, 1 / high, 1 / low))


@pytest.mark.parametrize("a, b", [([1.0, 0.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, -1.0])])
def test_a_ratio_wants_numbers_above_zero(a, b):
    with pytest.raises(ValueError, match="numbers above 0; got -?[01].0. Take the difference"):
        statistics.paired_ratio(a, b)


@pytest.mark.parametrize("a, b", [([1.0], [2.0]), ([1.0, 2.0], [1.0]), ([], [])])
def test_pairs_come_in_equal_numbers_and_at_least_two(a, b):
    with pytest.raises(ValueError, match="at least two pairs; got"):
        statistics.paired_interval(a, b)


def test_the_first_step_at_or_below_the_target_counts():
    assert statistics.steps_to_target([0.4, 2, 0.3], 0.5) == 0
    assert statistics.steps_to_target([2, 0.5, 0.7], 0.5) == 1
    assert statistics.steps_to_target([2, np.nan, 0.7], 0.5) is None


def test_zigzag_is_zero_on_any_way_down_and_not_on_a_saw():
    down = np.sort(RANDOM.random(50))[::-1] + 0.01
    assert statistics.zigzag(down) == pytest.approx(0, abs=1e-12)
    saw = down * np.where(np.arange(50) % 2, 1.2, 1)
    assert statistics.zigzag(saw) > 0.05


def test_zigzag_does_not_depend_on_the_unit():
    curve = RANDOM.random(30) + 0.1
    assert statistics.zigzag(curve * 1000) == pytest.approx(statistics.zigzag(curve))


@pytest.mark.parametrize(
    "curve", [[1.0], [], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf]]
)
def test_zigzag_wants_losses_that_have_a_logarithm(curve):
    with pytest.raises(ValueError, match="at least two losses above 0, all finite"):
        statistics.zigzag(curve)


def test_uphill_is_the_share_of_rises():
    assert statistics.uphill([1, 2, 2, 1, 3]) == 0.5


def test_the_band_of_equal_curves_is_the_curve():
    curve = np.array([2.0, 1.0, 0.5])
    np.testing.assert_allclose(statistics.band([curve] * 3), [curve] * 3)
    assert np.isnan(statistics.band([curve])[1:]).all()


def test_the_band_holds_the_middle_and_widens_with_the_spread():
    near = statistics.band(np.exp(RANDOM.normal(size=(5, 40)) * 0.1))
    far = statistics.band(np.exp(RANDOM.normal(size=(5, 40)) * 1.0))
    assert (near[1] < near[0]).all() and (near[0] < near[2]).all()
    assert np.log(far[2] / far[1]).mean() > 5 * np.log(near[2] / near[1]).mean()
