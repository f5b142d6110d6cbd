"""The figures of the landscape: they show the numbers, and can be drawn from what may come."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb

from coursekit import plots
from coursekit.plots.colours import BLUE, GREEN, PINK, VERMILION, shades
from coursekit.plots.landscape import log_levels, off_the_map

X, Y = np.linspace(-1, 3, 9), np.linspace(-1, 2, 7)
GRID = 0.1 + X**2 + Y[:, np.newaxis] ** 2


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def hiker(points, off=0.0, losses=None, gap=0.05):
    points = np.array(points, float)
    losses = np.linspace(2, 0.2, len(points)) if losses is None else np.array(losses)
    return points, losses, losses + gap, np.full(len(points), off), 0.7


STRAIGHT = np.stack([np.linspace(0, 2, 30), np.linspace(0, 1, 30)], axis=1)


def drawn(axes, colour):
    """The points of all lines in this colour."""
    lines = [line for line in axes.lines if line.get_color() == colour and len(line.get_xdata())]
    return np.concatenate([line.get_xydata() for line in lines])


def test_dots_have_the_true_loss_and_the_panel_the_gap():
    own = hiker(STRAIGHT)
    figure = plots.landscape.landscape(X, Y, GRID, {"SGD + momentum, 0.1": own}, 0.823)
    upper, lower = figure.axes[:2]
    (dots,) = (each for each in upper.collections if isinstance(each, PathCollection))
    assert len(dots.get_array()) == plots.landscape.DOTS
    for place, loss in zip(dots.get_offsets(), dots.get_array()):
        step = np.abs(STRAIGHT - place).sum(axis=1).argmin()
        assert loss == pytest.approx(own[1][step])
    np.testing.assert_allclose(drawn(lower, BLUE)[:, 1], 0.05)
    assert "82 % of the movement" in upper.get_title(loc="left")
    (text,) = (t.get_text() for t in upper.get_legend().get_texts() if "SGD" in t.get_text())
    assert text == "SGD + momentum, 0.1 (70 % seen)"


def test_what_is_off_the_map_is_not_in_colour_and_is_named():
    away = hiker(STRAIGHT, off=0.9, gap=-1000)
    figure = plots.landscape.landscape(
        X, Y, GRID, {"SGD + momentum, 0.1": away, "Adam, 0.1": hiker(STRAIGHT)}, 0.5
    )
    upper, lower = figure.axes[:2]
    assert np.isnan(drawn(upper, BLUE)[:, 1]).all()
    assert "SGD + momentum, 0.1" in [text.get_text() for text in upper.texts]
    assert "off the map" in [text.get_text() for text in upper.get_legend().get_texts()]
    assert max(np.abs(lower.get_ylim())) < 1  # the gap of who is on the map can be read


def test_off_the_map_is_beyond_its_edge_or_steeper_than_sixty_degrees():
    points = np.array([[0, 0], [3.1, 0], [0, -1.1], [0, 0], [0, 0]])
    off = np.array([0, 0, 0, np.sin(np.radians(59)), np.sin(np.radians(61))])
    assert off_the_map(X, Y, points, off).tolist() == [False, True, True, False, True]


def test_one_that_diverged_and_a_map_that_is_all_on_one_level_can_be_drawn():
    points = STRAIGHT.copy()
    points[3:] = np.nan
    losses = np.where(np.arange(30) < 3, 2.0, np.nan)
    figure = plots.landscape.landscape(
        X, Y, np.full_like(GRID, 0.3), {"Adam, 1": hiker(points, losses=losses)}, 0.1
    )
    figure.canvas.draw()
    upper, lower = figure.axes[:2]
    path, gap = drawn(upper, VERMILION), drawn(lower, VERMILION)
    np.testing.assert_array_equal(path[np.isfinite(path).all(axis=1)], STRAIGHT[:3])
    np.testing.assert_allclose(gap[np.isfinite(gap).all(axis=1)], [(0, 0.05), (1, 0.05), (2, 0.05)])
    low, high = lower.get_ylim()
    assert low < 0.05 < high
    (scale,) = {each.get_clim() for each in upper.collections if isinstance(each, PathCollection)}
    assert scale[0] <= 0.3 <= scale[1]


def test_contours_are_in_equal_ratios_and_hold_the_losses():
    for low, high, top in [(0.04, 30, 4.6), (1e-9, 1e9, 4.6), (0.3, 0.3, 5), (0.5, np.inf, 5)]:
        levels = log_levels([low, high], top)
        ratios = levels[1:] / levels[:-1]
        np.testing.assert_allclose(ratios, ratios[0])
        assert 3 <= len(levels) < 40 and levels[-1] >= min(high, top) * 0.999
        assert levels[0] <= max(low, 1e-6 * top) * 1.001


def test_shades_of_one_optimizer_go_from_light_to_dark():
    found = shades(["SGD, 0.1", "Adam, 1", "SGD, 0.2", "SGD, 0.3", "own Mine, 1"])
    light = [sum(to_rgb(found[f"SGD, 0.{i}"])) for i in (1, 2, 3)]
    assert light[0] > light[1] > light[2]
    assert len({to_rgb(colour) for colour in found.values()}) == 5


def test_the_chapters_keep_their_colours_whoever_walks_beside_them():
    names = ["own A, 1", "SGD + momentum, 0.1", "own B, 1", "SGD, 0.1", "own C, 1", "Adam, 0.1"]
    found = shades(names)
    assert [found[name] for name in names[1::2]] == [BLUE, PINK, VERMILION]
    assert len(set(found.values())) == 6 and GREEN not in found.values()


def test_minima_share_one_scale_and_have_their_titles():
    grids = np.stack([GRID[:7, :7], 3 * GRID[:7, :7], GRID[:7, :7], GRID[:7, :7], GRID[:7, :7]])
    figure = plots.minima.minima(np.linspace(-1, 1, 7), grids, list("abcde"), top=5)
    shown = [axes for axes in figure.axes if axes.get_visible() and axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in shown] == list("abcde")
    scales = {tuple(axes.collections[0].get_clim()) for axes in shown}
    assert len(scales) == 1


def test_stability_shows_the_limits_and_the_steps_that_rose():
    losses = np.array([[4.0, 3, 3.5, 2, 2.5], [4, 3, 2, 1, 0.5]])
    figure = plots.stability.stability(
        [0.1, 0.2], [0, 2, 4], np.array([[5.0, 21, 19], [5, 6, 7]]), losses
    )
    left, right = figure.axes
    limits = {line.get_ydata()[0] for line in left.lines if len(set(line.get_ydata())) == 1}
    assert limits == {20.0, 10.0}
    rose = [line.get_xdata().tolist() for line in right.lines if line.get_marker() == "|"]
    assert rose == [[2, 4], []]
