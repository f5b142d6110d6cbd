"""Hikers on a map: where each optimizer went, and how high it stood after every step."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from coursekit.plots.film import GROWS
from coursekit.plots.landscape import BEHIND

FACTOR = 2  # from one contour to the next
CONTOURS = 14
PAD = 11  # points between picture and title: a cross at the upper edge needs them
GROUND = LinearSegmentedColormap.from_list("ground", ["#FFFFFF", "#D2D2D2"])


@dataclass(frozen=True)
class Map:
    """A landscape to draw.

    Args:
        title: over it.
        axes: what stands at its two sides.
        x, y: the places of the grid, (columns,) and (rows,).
        heights: above the lowest point, (rows, columns), ≥ 0.
        minima: places of the lowest points.
    """

    title: str
    axes: tuple[str, str]
    x: np.ndarray
    y: np.ndarray
    heights: np.ndarray
    minima: tuple[tuple[float, float], ...]

    def holds(self, places):
        """Which places, (n, 2), lie on it; what is no number does not."""
        return within(places, ((self.x[0], self.x[-1]), (self.y[0], self.y[-1])))


@dataclass(frozen=True)
class Trail:
    """What is drawn of a walk.

    Args:
        label: of the legend.
        colour: of its line.
        path: places, (steps + 1, 2); what is no number is not drawn.
        heights: above the lowest point at these places, (steps + 1,).
    """

    label: str
    colour: str
    path: np.ndarray
    heights: np.ndarray


def within(places, limits):
    """Which places, (n, 2), lie between the limits, edges included; what is no number does not.

    Example:
        >>> within([(0, 0), (1, 2), (3, 0), (np.nan, 0)], ((0, 1), (0, 2))).tolist()
        [True, True, False, False]
    """
    low, high = np.transpose(limits)
    places = np.asarray(places, float)
    return ((low <= places) & (places <= high)).all(axis=1)


def hikers(ground, trails, arrived):
    """Draws the map with the paths on it, and beside it the heights against the steps.

    A path that ends beyond the edge of the map gets a cross where it leaves for good. If a later one
    is the same on the map, as where both leave it with one first step, the earlier is wider and shows
    at both sides.

    Args:
        ground: a `Map`.
        trails: `Trail`s; all of one start or not.
        arrived: height at which a hiker counts as arrived; a dashed line.

    Returns:
        The Figure.
    """
    shape = np.ptp(ground.x) / np.ptp(ground.y)
    true_to_scale = 0.4 < shape < 2.6  # descent then crosses the contours at right angles
    height = min(max(5.4 / shape + 1.7, 4), 5.6) if true_to_scale else 5
    with plt.style.context("coursekit.plots.style"):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(10.5, height), gridspec_kw={"width_ratios": [1.25, 1]}
        )
        _ground(left, ground)
        left.set_aspect("equal" if true_to_scale else "auto")
        drawn = [_on_paper(ground, trail.path) for trail in trails]
        for i, (trail, (path, gone)) in enumerate(zip(trails, drawn)):
            above = sum(_same(path, later) for later, _ in drawn[i + 1 :])
            _path(left, trail, path, gone, above)
            _heights(right, trail, above)
        right.axhline(arrived, color="0.5", linewidth=0.9, linestyle=(0, (4, 3)))
        right.annotate(
            "arrived", (0, arrived), xycoords=right.get_yaxis_transform(), xytext=(4, 3),
            textcoords="offset points", ha="left", fontsize=8.5, color="0.4", bbox=BEHIND, zorder=4,
        )  # fmt: skip
        top = max(trail.heights[ground.holds(trail.path)].max(initial=arrived) for trail in trails)
        steps = max(len(trail.heights) for trail in trails) - 1
        right.set(
            yscale="log", ylim=(arrived / 30, 10 * top), xlim=(0, steps), xlabel="step",
            ylabel="loss above the minimum",
        )  # fmt: skip
        right.set_title("How high each stands", pad=PAD)
        figure.legend(
            handles=_handles(ground, trails), loc="outside lower center", ncols=2, fontsize=10
        )
    return figure


def _ground(axes, ground):
    levels = ground.heights.max() / float(FACTOR) ** np.arange(CONTOURS, -1, -1)
    drawn = np.maximum(ground.heights, levels[0] / FACTOR)
    axes.contourf(
        ground.x, ground.y, np.log(drawn), [np.log(levels[0] / FACTOR), *np.log(levels)],
        cmap=GROUND,
    )  # fmt: skip
    axes.contour(ground.x, ground.y, drawn, levels, colors="0.72", linewidths=0.7)
    axes.plot(*np.transpose(ground.minima), "k+", markersize=12, markeredgewidth=1.5, zorder=4)
    axes.set(
        xlim=(ground.x[0], ground.x[-1]), ylim=(ground.y[0], ground.y[-1]),
        xlabel=ground.axes[0], ylabel=ground.axes[1],
    )  # fmt: skip
    axes.grid(False)
    axes.set_title(ground.title, pad=PAD)


def _path(axes, trail, path, gone, above):
    """Draws a path that is gone from some step on, or None, and lies under so many of the same."""
    axes.plot(
        *path.T, "-o", color=trail.colour, linewidth=1.4 + 2.6 * above,
        markersize=2.2 + 2.6 * above, gid=GROWS, alpha=0.9,
    )  # fmt: skip
    axes.plot(  # where it is now
        *path.T, linestyle="none", marker="o", markersize=7, markevery=[-1], color=trail.colour,
        markeredgecolor="white", gid=GROWS, zorder=3,
    )  # fmt: skip
    axes.plot(*trail.path[0], "o", markersize=10, markerfacecolor="none", color="black", zorder=3)
    if gone is not None:
        cross = np.full_like(path, np.nan)
        cross[gone:] = path[gone]
        axes.plot(
            *cross.T, linestyle="none", marker="X", markersize=10 + 6 * above, color=trail.colour,
            markeredgecolor="white", gid=GROWS, zorder=3, clip_on=False,
        )  # fmt: skip


def _same(path, other):
    return path.shape == other.shape and np.allclose(path, other, equal_nan=True)


def _on_paper(ground, path):
    """The path as far as it can be drawn, and the step in which it leaves the map for good, or None.

    In that step it goes to the edge, and then is nowhere.
    """
    inside = ground.holds(path)
    # Far outside a renderer runs out of numbers; twice the map is outside enough.
    middle = np.array([ground.x.mean(), ground.y.mean()])
    size = np.array([np.ptp(ground.x), np.ptp(ground.y)])
    with np.errstate(invalid="ignore"):
        near = (np.abs(path - middle) <= 2 * size).all(axis=1)
    drawn = np.where(near[:, None], path, np.nan)
    if inside[-1] or not inside.any():
        return drawn, None
    last = int(np.flatnonzero(inside)[-1])
    drawn[last + 1 :] = np.nan
    drawn[last + 1] = _edge(ground, *path[last : last + 2])
    return drawn, last + 1


def _edge(ground, inside, outside):
    """Where the way from inside to outside crosses the edge; inside itself if nothing is known."""
    if not np.isfinite(outside).all():
        return inside
    shares = [1.0]
    for a, b, (low, high) in zip(
        inside, outside, ((ground.x[0], ground.x[-1]), (ground.y[0], ground.y[-1]))
    ):
        if b < low:
            shares.append((a - low) / (a - b))
        if b > high:
            shares.append((high - a) / (b - a))
    return inside + min(shares) * (outside - inside)


def _heights(axes, trail, above):
    heights = np.where(np.isfinite(trail.heights), trail.heights, np.nan)
    heights = np.where(heights > 0, heights, np.nan)
    axes.plot(
        np.arange(len(heights)), heights, color=trail.colour, linewidth=1.8 + 2.6 * above, gid=GROWS
    )


def _handles(ground, trails):
    lines = [
        plt.Line2D([], [], color=trail.colour, marker="o", markersize=6, label=trail.label)
        for trail in trails
    ]
    cross = {"linestyle": "none", "marker": "X", "markersize": 8, "color": "0.4"}
    gone = [trail for trail in trails if not ground.holds(trail.path)[-1]]
    return lines + [plt.Line2D([], [], **cross, label="leaves the map for good")] * bool(gone)
