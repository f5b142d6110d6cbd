"""Outputs of a few samples, against what the loss takes them for."""

import numpy as np
import pytest

from coursekit.callbacks.diagnoses.outputs import (
    logits_into_probability_loss,
    relu_on_logits,
    softmax_into_logits_loss,
)
from coursekit.callbacks.loss_facts import LossFacts

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
LOGITS = np.array([[0.7, -0.2, 0.1], [3.0, 0.3, 0.4]])
SMALL = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.2]])  # between 0 and 1, but no probabilities
ONE = np.array([[0.7], [0.2]])


def facts(family, from_logits, **more):
    return LossFacts(None, family, from_logits, **more)


@pytest.mark.parametrize("family", ["sparse", "one-hot"])
def test_rows_that_sum_to_one_are_no_logits(family):
    assert softmax_into_logits_loss(PROBABILITIES, facts(family, True), False)
    assert not softmax_into_logits_loss(PROBABILITIES, facts(family, False), False)
    assert not softmax_into_logits_loss(PROBABILITIES, facts(family, True, repaired=True), False)
    assert not softmax_into_logits_loss(LOGITS, facts(family, True), False)
    assert not softmax_into_logits_loss(SMALL, facts(family, True), False)
    by_chance = np.array([[1.2, -0.2, 0.0], [0.5, 0.3, 0.2]])  # they sum to 1 all the same
    assert not softmax_into_logits_loss(by_chance, facts(family, True), False)


def test_a_single_output_is_a_probability_only_after_a_sigmoid():
    assert "sigmoid" in softmax_into_logits_loss(ONE, facts("binary", True), True).says
    assert not softmax_into_logits_loss(ONE, facts("binary", True), False)
    assert not softmax_into_logits_loss(ONE, facts("binary", False), True)


@pytest.mark.parametrize("family", ["sparse", "one-hot", "binary"])
def test_numbers_outside_zero_to_one_are_no_probabilities(family):
    assert logits_into_probability_loss(LOGITS, facts(family, False))
    assert logits_into_probability_loss(LOGITS + 1, facts(family, False))  # above 1 only
    assert logits_into_probability_loss(LOGITS / 9, facts(family, False))  # below 0 only
    assert not logits_into_probability_loss(PROBABILITIES, facts(family, False))
    assert not logits_into_probability_loss(LOGITS, facts(family, True))


def test_any_number_will_do_for_a_squared_error():
    assert not logits_into_probability_loss(LOGITS, facts("squared", None))


def test_logits_cut_off_at_zero_come_from_a_relu():
    cut = np.maximum(LOGITS, 0)
    assert "17%" in relu_on_logits(cut, facts("sparse", True)).says  # one of six
    assert not relu_on_logits(LOGITS, facts("sparse", True))
    assert not relu_on_logits(LOGITS + 1, facts("sparse", True))  # positive, but not cut
    assert not relu_on_logits(0 * cut, facts("sparse", True))  # a last layer that starts at zero
    assert not relu_on_logits(cut, facts("squared", None))
