"""Figures are looked at by people; here: they can be drawn, from what may come, and show the numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plots

RANDOM = np.random.default_rng(0)


def curve(n=20):
    return np.exp(-np.arange(n) / 5) + 0.1


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_race_has_a_panel_per_setting_and_names_the_rates():
    bands = np.array([curve(), curve() * 0.9, curve() * 1.1])
    alone = np.array([curve(), np.full(20, np.nan), np.full(20, np.nan)])
    figure = plots.race.race(
        {"chapter": {"SGD": bands, "Adam": alone}, "best": {"SGD": bands}},
        {"chapter": {"SGD": 0.01, "Adam": 0.001}, "best": {"SGD": 0.316}},
        target=0.5,
    )
    first, second = figure.axes
    assert labels(first) == ["SGD, 0.01", "Adam, 0.001"] and labels(second) == ["SGD, 0.316"]
    np.testing.assert_array_equal(first.lines[0].get_ydata(), curve())
    reached = int(np.flatnonzero(curve() <= 0.5)[0])
    assert first.lines[1].get_xdata() == reached


def test_batch_losses_show_the_batches_the_weights_and_the_chance():
    losses = RANDOM.random(20)
    figure = plots.batch_losses.batch_losses(
        {"one": (losses, curve(21), RANDOM.random(10)), "two": (losses, curve(21), None)}, 10
    )
    assert len(figure.axes) == 2 and len(labels(figure.axes[0])) == 3
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), losses)


def test_rates_at_which_nothing_was_learnt_are_crosses_at_the_top():
    figure = plots.learning_rates.learning_rates(
        {"SGD": {0.01: [0.5, 0.6], 1.0: [2.3, np.nan]}}, {"SGD": 0.01}, guess=np.log(10)
    )
    (axes,) = figure.axes
    crosses = [line for line in axes.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert sum(len(line.get_xdata()) for line in crosses) == 2
    assert all((line.get_ydata() > np.log(10)).all() for line in crosses)


def test_oscillation_has_a_row_per_optimizer_also_where_there_is_nothing():
    figure = plots.oscillation.oscillation(
        {("SGD", "chapter"): [], ("Adam", "best"): [0.1, 0.2, np.nan], ("Adam", "chapter"): [0.05]},
        {("Adam", "best"): (0.15, 0.02, 0.4), ("Adam", "chapter"): (0.05, np.nan, np.nan)},
    )
    (axes,) = figure.axes
    assert any(list(line.get_xdata()) == [0.02, 0.4] for line in axes.lines)
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["SGD, chapter's rate", "Adam, chapter's rate", "Adam, best rate"]


def test_weight_decay_draws_both_kinds():
    found = {
        kind: {0.001: [(14, 0.2), (15, 0.3)], 0.01: [(10, 0.4)]} for kind in ("L2", "decoupled")
    }
    figure = plots.weight_decay.weight_decay(found, [(15, 0.2)])
    assert labels(figure.axes[0]) == ["L2", "decoupled", "no decay"]


@pytest.mark.parametrize("losses", [[1.0], [1.0, np.nan, np.inf], [-1.0, 2.0, 3.0], [np.nan]])
def test_the_loss_of_batches_can_be_anything(losses):
    figure = plots.batch_loss.batch_loss(losses, [0])
    figure.canvas.draw()
    assert len(figure.axes[0].lines) >= 2


def test_beside_a_loss_that_is_far_off_the_others_can_still_be_read():
    quiet = [2.3, 2.4, 2.2, 2.3]
    scales = [
        plots.batch_loss.batch_loss([first, *quiet], [0]).axes[0].get_yscale()
        for first in (3.0, 1e5)
    ]
    assert scales == ["linear", "log"]
