"""The words on runs that were made up, so that the right answer is known."""

import numpy as np
import pytest

from coursekit.lab import verdict
from coursekit.lab.protocol import Plan, Results
from coursekit.lab.runs import Run

STEPS, EPOCH = 60, 20
RANDOM = np.random.default_rng(0)


def run(optimizer, seed, speed=0.08, wobble=0.0, end=None, setting="chapter"):
    """A made-up run whose probe loss falls exponentially, and wobbles if asked."""
    t = np.arange(STEPS + 1)
    speed = speed * (1 + 0.02 * RANDOM.normal())
    probe = 2.3 * np.exp(-speed * t) * np.exp(wobble * RANDOM.normal(size=STEPS + 1))
    if end is not None:
        probe = np.full(STEPS + 1, end)
    zeros = np.zeros(STEPS, "float32")
    return Run("race", optimizer, 0.01, seed, setting, EPOCH, np.log(10), probe[1:], zeros, probe)


def results(a, b, seeds=5):
    found = Results(Plan(seeds=seeds))
    for seed in range(seeds):
        found.runs += [run("momentum", seed, **a), run("adam", seed, **b)]
    return found


def words(a, b, **settings):
    (text,) = verdict.verdicts(results(a, b, **settings))
    return text


def test_the_faster_one_is_named():
    assert "Adam converges faster." in words({"speed": 0.05}, {"speed": 0.1})
    assert "SGD + momentum converges faster." in words({"speed": 0.1}, {"speed": 0.05})


def test_no_difference_is_not_shown_rather_than_equal():
    text = words({}, {})
    assert "That one converges faster is not shown." in text


def test_equal_runs_are_hardly_ever_called_different():
    claims = sum("converges faster." in words({}, {}, seeds=5) for _ in range(100))
    assert claims <= 10


def test_the_one_that_wavers_is_named_with_a_ratio():
    text = words({"wobble": 0.4}, {"wobble": 0.1})
    assert "SGD + momentum oscillates more: zigzag" in text and "a ratio of" in text
    assert "Adam oscillates more: zigzag" in words({"wobble": 0.1}, {"wobble": 0.4})
    assert "That one oscillates more is not shown" in words({"wobble": 0.2}, {"wobble": 0.2})


def test_a_run_that_only_falls_has_a_zigzag_of_zero_and_gets_a_difference():
    text = words({"wobble": 0.2}, {"wobble": 0.0})
    assert "SGD + momentum oscillates more" in text and "a difference of" in text


def test_what_collapsed_neither_races_nor_oscillates():
    text = words({"end": 2.3}, {})
    assert "SGD + momentum did not learn at all" in text
    assert "what has collapsed lies still" in text
    assert "converges faster" not in text and "oscillates more" not in text


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_ends_the_race(value):
    found = results({}, {})
    found.runs[3].probe[30:] = value  # Adam, seed 1
    (text,) = verdict.verdicts(found)
    assert "Adam had a loss that was not finite, so there is no race." in text
    assert "nan" not in text and "inf " not in text


def test_seeds_that_are_left_out_are_counted():
    found = results({"wobble": 0.4}, {"wobble": 0.1})
    found.runs[0] = run("momentum", 0, end=2.3)
    (text,) = verdict.verdicts(found)
    assert "over the 4 of 5 seeds on which both learnt" in text
    assert "seeds on which" not in words({"wobble": 0.4}, {"wobble": 0.1})


def test_a_target_that_is_not_reached_counts_all_steps():
    text = words({"end": 1.0}, {})
    assert "reached by 0 and 5 of 5 runs" in text and "Adam converges faster." in text


def test_one_seed_makes_no_verdict():
    assert "fewer than two seeds, so no interval and no verdict" in words({}, {}, seeds=1)


def test_one_optimizer_makes_no_race():
    found = Results(Plan(optimizers=("adam",)))
    assert verdict.verdicts(found) == ["One optimizer makes no race: there is nothing to compare."]


def test_a_larger_step_that_wavers_more_is_measured_against_the_same_optimizer():
    found = results({"wobble": 0.1}, {"wobble": 0.1})
    for seed in range(5):
        found.runs += [
            run("momentum", seed, wobble=0.3, setting="best"),
            run("adam", seed, wobble=0.1, setting="best"),
        ]
    text = verdict.step_size_verdict(found)
    momentum, adam = (float(part.split("zigzags ")[1].split()[0]) for part in text.split(";"))
    assert momentum > 2.5 and 0.7 < adam < 1.4
    assert "SGD + momentum" in text.split(";")[0] and "with 1 times the learning rate" in text
    assert verdict.step_size_verdict(results({}, {})) is None


@pytest.mark.parametrize("keys", [("sgd", "rmsprop"), ("rmsprop", "sgd", "adam")])
def test_without_momentum_and_adam_the_first_two_are_compared(keys):
    assert verdict.headline_pair(Results(Plan(optimizers=keys))) == keys[:2]
