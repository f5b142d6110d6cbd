"""The protocol on the real digits, cut short; and what makes its comparisons fair."""

import keras
import numpy as np
import pytest

from coursekit import losses, optimizers
from coursekit.data import digits
from coursekit.lab import protocol
from coursekit.lab.contenders import CONTENDERS, named
from coursekit.lab.protocol import Plan
from coursekit.lab.runs import Runner, probe_set
from coursekit.models import mini_cnn

DATA = digits()


@pytest.fixture(scope="module")
def results():
    """A quick race of two, one epoch, two seeds."""
    plan = Plan(optimizers=("momentum", "adam"), seeds=2, epochs=1, quick=True)
    *_, found = protocol.Study(plan).carry_out()
    return found


def test_every_optimizer_starts_from_the_same_weights_and_sees_the_same_batches(results):
    for seed in range(2):
        a, b = results.of("race", seed=seed)
        assert a.optimizer != b.optimizer
        assert a.losses[0] == b.losses[0] and a.probe[0] == b.probe[0]
        assert not np.array_equal(a.losses, b.losses)


def test_different_seeds_differ(results):
    a, b = results.of("race", optimizer="adam")
    assert a.losses[0] != b.losses[0]


def test_a_run_has_a_loss_for_every_batch_and_a_probe_more(results):
    for run in results.runs:
        assert run.losses.shape == run.losses_after.shape == (37,)
        assert run.probe.shape == (38,)
        assert 0 <= run.scores["test_accuracy"] <= 1


def test_the_same_plan_gives_the_same_numbers(results):
    *_, again = protocol.Study(results.plan).carry_out()
    for a, b in zip(results.runs, again.runs):
        np.testing.assert_array_equal(a.losses, b.losses)
        assert a.summary() == b.summary()


def test_a_run_is_the_training_that_a_fresh_model_would_have():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    runner = Runner(lambda seed: mini_cnn(seed=seed), loss, optimizers.Adam(), DATA, probe=True)
    runner.run("race", "adam", 0.03, seed=9, epochs=1)  # leaves slots and weights behind
    run = runner.run("race", "adam", 0.003, seed=4, epochs=1)
    model, optimizer = mini_cnn(seed=4), keras.optimizers.Adam(0.003)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = DATA.train
    order = np.random.default_rng([4, 0]).permutation(len(x))
    found = [
        model.train_on_batch(x[order[i : i + 32]], y[order[i : i + 32]]) for i in range(0, 640, 32)
    ]
    np.testing.assert_allclose(run.losses[:20], found, rtol=1e-4)
    validation = mini_cnn(seed=0)
    validation.set_weights(runner.model.get_weights())
    validation.compile("sgd", loss, metrics=["accuracy"])
    wanted = validation.evaluate(*DATA.validation, verbose=0)
    assert run.scores["validation_loss"] == pytest.approx(wanted[0], rel=1e-4)
    assert run.scores["validation_accuracy"] == pytest.approx(wanted[1], abs=1e-6)


def test_the_probe_has_as_many_images_of_each_class():
    x, y = probe_set(*DATA.train)
    assert np.bincount(y).tolist() == [25] * 10 and len(x) == 250


def test_tuning_and_racing_never_share_a_seed():
    assert not set(protocol.TUNING_SEEDS) & set(range(100))


def test_tuning_takes_the_rate_with_the_lowest_validation_loss():
    study = protocol.Study(Plan(optimizers=("adam",), epochs=1))
    study.tune()
    runs = study.results.of("tuning")
    means = {
        rate: np.mean([r.scores["validation_loss"] for r in runs if r.rate == rate])
        for rate in {run.rate for run in runs}
    }
    assert study.results.best["adam"] == min(means, key=means.get)
    assert {run.seed for run in runs} == set(protocol.TUNING_SEEDS)


def test_a_best_rate_on_the_edge_widens_the_grid(monkeypatch):
    study = protocol.Study(Plan(optimizers=("sgd",), epochs=1))
    seen = []

    def falling(runner, contender, rate):
        seen.append(rate)
        return 1 / rate

    monkeypatch.setattr(study, "_tune_at", falling)
    study.tune()
    assert seen[-1] == pytest.approx(3.16) and study.results.best["sgd"] == seen[-1]
    assert study.results.at_edge == ["sgd"]


def test_l2_is_in_the_gradient_and_decoupled_decay_is_not():
    # With momentum the same strength means two things: L2 shrinks 1/(1 − μ) times as much.
    study = protocol.Study(Plan(optimizers=("momentum",), seeds=1, epochs=1))
    study.results.best["momentum"] = 0.0316
    study.decay()
    norms = {
        (run.setting, run.scores["strength"]): run.scores["norm"] for run in study.results.runs
    }
    plain = norms["none", 0.0]
    shrunk = {kind: plain - norms[kind, 1e-2] for kind in ("L2", "decoupled")}
    assert shrunk["L2"] > 3 * shrunk["decoupled"] > 0


def test_the_binary_variant_starts_at_the_loss_of_guessing():
    study = protocol.Study(Plan(optimizers=("momentum", "adam"), epochs=1))
    study.results.best = {"momentum": 0.03, "adam": 0.003}
    study.binary()
    runs = study.results.of("binary")
    assert len(runs) == 6
    assert np.mean([run.losses[0] for run in runs]) == pytest.approx(np.log(2), abs=0.05)
    assert np.mean([run.scores["test_accuracy"] for run in runs]) > 0.6


def test_fit_with_batch_loss_walks_the_same_path():
    study = protocol.Study(Plan(optimizers=("adam",), epochs=2))
    study.compare_with_fit()
    assert study.results.fit_difference < 1e-4


def test_an_unknown_optimizer_is_named_with_those_there_are():
    with pytest.raises(
        ValueError, match="no optimizer called .*adamw.*sgd, momentum, rmsprop, adam"
    ):
        named(["adam", "adamw"])


def test_the_grids_are_half_decades_round_the_chapters_rate():
    for contender in CONTENDERS.values():
        ratios = np.diff(np.log10(contender.rates))
        np.testing.assert_allclose(ratios, 0.5, atol=0.002)
        assert contender.rates[0] <= contender.chapter < contender.rates[-1]
