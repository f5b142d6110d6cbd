"""Each rule on both sides of its edge."""

import math

import pytest

from coursekit.callbacks.diagnoses import loss_curve

LN10 = math.log(10)


def test_a_loss_that_is_no_number_is_named_with_its_place():
    assert loss_curve.non_finite_loss(1e30, 0, 0) is None
    for loss in (math.nan, math.inf, -math.inf):
        found = loss_curve.non_finite_loss(loss, 1, 7)
        assert str(loss) in found.says
        assert "(epoch 2, batch 8)" in str(found)


@pytest.mark.parametrize(
    ("mean", "first", "guess", "batch", "named"),
    [
        (9.1, 2.0, LN10, 8, False),  # 4 · ln 10 = 9.21: guessing counts, not a lucky start
        (9.3, 2.0, LN10, 8, True),
        (9.3, 2.0, LN10, 7, False),  # a few batches prove little
        (231.0, 2.0, LN10, 1, True),  # but a hundredfold does
        (39.0, 10.0, LN10, 20, False),
        (41.0, 10.0, LN10, 20, True),
        (41.0, 10.0, None, 20, True),
        (math.nan, 2.0, LN10, 20, False),  # that has a name of its own
        (math.inf, 2.0, LN10, 20, False),
        (-2.0, -9.0, None, 20, False),  # a negative loss has no such scale
    ],
)
def test_diverging_is_four_times_an_untrained_network(mean, first, guess, batch, named):
    assert (loss_curve.diverging(mean, first, guess, 0, batch) is not None) == named


@pytest.mark.parametrize(
    ("losses", "named"),
    [
        ([2.2, 0.7, 1.39], False),  # not yet double
        ([2.2, 0.7, 1.41], True),
        ([2.2, 0.2, 1.1], False),  # double, but less than half of guessing
        ([2.2, 2.3, 2.3], False),  # nothing had been learned
        ([2.3], False),
    ],
)
def test_what_was_learned_and_lost_again_is_diverging_too(losses, named):
    found = loss_curve.rising_again(losses, LN10, len(losses) - 1)
    assert (found is not None) == named
    if named:
        assert found.name == "diverging"
        assert "epoch 2" in found.says
    assert loss_curve.rising_again(losses, None, 2) is None


def test_oscillating_is_a_twentieth_of_the_loss_of_guessing_per_step():
    assert loss_curve.oscillating(0.049 * LN10, LN10, 3) is None
    assert loss_curve.oscillating(math.nan, LN10, 3) is None
    assert "0.12" in loss_curve.oscillating(0.0501 * LN10, LN10, 3).says


@pytest.mark.parametrize(
    ("losses", "probe", "named"),
    [
        ([2.31, 2.305], 2.30, True),
        ([2.31, 2.29], 2.30, False),  # slow, but under way
        ([2.31, 2.30, 2.299], 2.30, False),  # 0.43 % in one epoch: one alone may stand still
        ([2.31, 2.303, 2.299], 2.30, True),
        ([2.31, 2.45], 2.30, False),  # rising is another matter
        ([2.31, 2.305], 2.20, True),  # a little learned by heart
        ([2.31, 2.305], 2.18, False),  # below 0.95 ln 10 = 2.187
        ([2.31, 2.305], math.nan, False),
        ([2.31], 2.31, False),  # one epoch is no line
    ],
)
def test_stuck_is_flat_at_the_loss_of_guessing(losses, probe, named):
    found = loss_curve.stuck_at_guessing(losses, probe, LN10, 10, 1)
    assert (found is not None) == named
    if named:
        assert "ln 10 = 2.3" in found.says


@pytest.mark.parametrize(
    ("guess", "outputs", "words"),
    [
        (math.log(2), 1, "Guessing among 2 classes costs ln 2 = 0.693"),
        (0.2, 1, "how frequent each class is costs 0.2"),
        (8.25, None, "always the mean of the targets costs 8.25"),
    ],
)
def test_stuck_says_what_guessing_means_here(guess, outputs, words):
    assert words in loss_curve.stuck_at_guessing([guess, guess], guess, guess, outputs, 1).says
    assert loss_curve.stuck_at_guessing([guess, guess], guess, None, outputs, 1) is None


@pytest.mark.parametrize(
    ("change", "probe", "named"),
    [(0.9e-3, 2.3, True), (1.1e-3, 2.3, False), (1e-6, 2.0, False), (math.nan, 2.3, False)],
)
def test_still_weights_are_named_only_while_there_is_much_to_learn(change, probe, named):
    assert (loss_curve.weights_stand_still(change, probe, LN10, 0) is not None) == named
    assert loss_curve.weights_stand_still(change, probe, None, 0) is None


FALLING = [1.0, 0.8, 0.6, 0.5, 0.4]


@pytest.mark.parametrize(
    ("losses", "validation", "named"),
    [
        (FALLING, [1.0, 0.9, 1.0, 1.1, 1.2], True),
        (FALLING, [1.0, 0.9, 1.0, 1.1, 1.03], False),  # only 14 % above
        (FALLING, [1.0, 0.9, 0.93, 1.1, 1.2], False),  # nearly back after one epoch: noise
        (FALLING[:4], [1.0, 0.9, 1.0, 1.2], False),  # two epochs are no turn
        ([1.0, 0.8, 0.8, 0.79, 0.78], [1.0, 0.9, 1.0, 1.1, 1.2], False),  # training stands as well
        (FALLING, [1.0, 0.9, math.nan, 1.1, 1.2], False),
        (FALLING, [], False),
        (FALLING, [0.9, 1.0, 1.2, 1.3], False),  # validated in some epochs only
    ],
)
def test_validation_turns_when_it_rises_for_three_epochs_and_training_falls(
    losses, validation, named
):
    assert (loss_curve.validation_turns(losses, validation, 4) is not None) == named
