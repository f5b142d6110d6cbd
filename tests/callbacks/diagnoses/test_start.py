"""What can be said before the first step, on both sides of each edge."""

import math

import pytest

from coursekit.callbacks.diagnoses import start
from coursekit.callbacks.loss_facts import LossFacts

LN10 = math.log(10)


@pytest.mark.parametrize(
    ("largest", "first_loss", "guess", "named"),
    [
        (255.0, 45.7, LN10, True),
        (255.0, 2.4, LN10, False),  # a network that takes them, by a first layer that scales
        (1.0, 45.7, LN10, False),  # then it is not the inputs
        (255.0, 45.7, None, False),
    ],
)
def test_large_inputs_are_named_where_the_first_loss_suffers(largest, first_loss, guess, named):
    found = start.inputs_not_scaled(largest, first_loss, guess)
    assert (found is not None) == named
    if named:
        assert "255" in found.says
        assert "45.7" in found.says


def test_a_sum_over_the_batch_is_named_with_its_factor():
    assert "32 times" in start.summed_loss(LossFacts(None, summed=True), 32).says
    assert start.summed_loss(LossFacts(None, summed=True), 1) is None
    assert start.summed_loss(LossFacts(None), 32) is None


def test_identical_units_are_named_by_layer():
    assert start.identical_units([]) is None
    assert "In a, b, c and 2 more layers" in start.identical_units(list("abcde")).says


def test_no_weights_no_learning():
    assert start.no_trainable_weights(0).name == "no_trainable_weights"
    assert start.no_trainable_weights(1) is None
