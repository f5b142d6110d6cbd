"""The further sentences on runs that were made up, so that the right answer is known."""

import numpy as np

from coursekit.lab import findings
from coursekit.lab.protocol import Plan, Results
from coursekit.lab.runs import Run


def tuned(rate, train_loss, accuracy):
    """A made-up run of the tuning."""
    losses, none = np.full(60, train_loss), np.zeros(0)
    scores = {"validation_accuracy": accuracy}
    return Run("tuning", "adam", rate, 100, "tuning", 20, 2.3, losses, none, none, scores)


def test_a_rate_that_the_training_curve_would_have_chosen_is_told():
    found = Results(Plan(), best={"adam": 0.01})
    found.runs = [tuned(0.1, np.nan, 0.1), tuned(0.001, 0.9, 0.8), tuned(0.01, 0.5, 0.9)]
    assert findings.tuning(found).endswith("the mean training loss would have chosen the same.")
    found.runs += [tuned(0.03, 0.4, 0.85)]
    assert (
        "would have chosen Adam 0.03 rather than 0.01 (validation accuracy 85.0 rather than 90.0 %)."
        in findings.tuning(found)
    )
    assert findings.tuning(Results(Plan())) is None


def decayed(kind, strength, seed, norm, accuracy):
    """A made-up run of the weight decay."""
    none = np.zeros(0)
    scores = {"strength": strength, "norm": norm, "test_accuracy": accuracy}
    return Run("decay", "momentum", 0.03, seed, kind, 20, 2.3, none, none, none, scores)


def decays(norm_of_l2, accuracy_of_l2):
    found = Results(Plan())
    for seed, noise in enumerate((-0.01, 0.0, 0.01)):
        found.runs += [
            decayed("none", 0.0, seed, 15 + noise, 0.9 + noise),
            decayed("L2", 0.01, seed, norm_of_l2 + 2 * noise, accuracy_of_l2 + 2 * noise),
            decayed("decoupled", 0.01, seed, 14 + noise, 0.9),
        ]
    return findings.decay(found)


def test_l2_that_shrinks_more_and_harms_is_said_to():
    text = decays(norm_of_l2=10, accuracy_of_l2=0.7)
    assert "shrinks the weights more than decoupled decay" in text and "norm -4.00 [" in text
    assert "it harms (-20.0 [" in text


def test_l2_that_shrinks_less_is_said_to():
    assert "shrinks the weights less than decoupled" in decays(norm_of_l2=16, accuracy_of_l2=0.9)


def test_l2_that_helps_is_said_to():
    assert "it helps (+8.0 [" in decays(norm_of_l2=10, accuracy_of_l2=0.98)


def test_decay_without_effect_is_not_shown():
    text = decays(norm_of_l2=14, accuracy_of_l2=0.9)
    assert "is not shown to differ from decoupled decay" in text
    assert "it is not shown to matter (+0.0 [" in text


def test_without_runs_there_is_nothing_to_say():
    assert findings.decay(Results(Plan())) is None and findings.binary(Results(Plan())) is None
