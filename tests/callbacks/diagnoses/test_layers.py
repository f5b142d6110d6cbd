"""Gradients and dead units, on both sides of each edge."""

import math

import pytest

from coursekit.callbacks.diagnoses import layers

LN10 = math.log(10)


@pytest.mark.parametrize(
    ("first", "last", "loss", "guess", "named"),
    [
        (1e-5, 1e-2, 2.3, LN10, True),
        (4e-5, 1e-2, 2.3, LN10, False),  # 250 times smaller
        (1e-5, 1e-2, 0.1, LN10, False),  # it has learned, whatever its gradients
        (1e-5, 1e-2, 20.0, LN10, False),  # a wild step has driven the units flat
        (0.0, 1e-2, 2.3, LN10, False),  # cut off, not faded
        (1e-5, 1e-2, 2.3, None, False),
        (math.nan, 1e-2, 2.3, LN10, False),
    ],
)
def test_a_gradient_has_vanished_when_little_arrives_and_nothing_is_learned(
    first, last, loss, guess, named
):
    assert (layers.vanishing_gradients(first, last, loss, guess) is not None) == named


@pytest.mark.parametrize(
    ("norm", "before", "guess", "named"),
    [
        (229.0, 229.0, LN10, False),
        (231.0, 231.0, LN10, True),  # 100 · ln 10 = 230.3
        (1e4, 1e4, None, False),  # of what scale?
        (1e4, 9.0, None, True),
        (1e4, 11.0, None, False),
        (99.0, 1e-3, None, False),  # grown, but not large
        (math.nan, 1.0, LN10, False),
    ],
)
def test_a_gradient_explodes_on_the_scale_of_the_loss_or_in_time(norm, before, guess, named):
    assert (layers.exploding_gradients(norm, before, guess) is not None) == named


def test_dead_relus_are_those_that_died():
    alive = {"a": 0.1, "b": 0.3}
    assert layers.dead_relus({"a": 0.89, "b": 0.5}, alive) is None
    assert "95% of the ReLUs in b" in layers.dead_relus({"a": 0.9, "b": 0.95}, alive).says
    assert layers.dead_relus({"a": 1.0}, {"a": 0.95}) is None  # they had never lived
    assert layers.dead_relus({}, {}) is None
