"""The landscape: a map of the loss, the paths of optimizers on it, and how far the map is wrong there."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

from coursekit.plots.colours import shades

STEEP = np.sqrt(3) / 2  # off the map: the way leaves the plane at more than 60°
DOTS = 14  # on each path
OFF = {"color": "0.35", "linewidth": 1, "linestyle": (0, (3, 2))}
MAP = plt.get_cmap("YlGnBu_r")


def landscape(x, y, grid, hikers, seen):
    """Draws the map, with the paths, above the loss on the map minus the true loss, step by step.

    A dot has the colour of the true loss, so it stands out where the map shows another one. Parts of
    a path off the map are dashed and grey: their nearest point lies beyond its edge, or the way
    there from the start leaves the plane at more than 60°.

    Args:
        x, y: coordinates of the grid, in the unit of the weights.
        grid: (len(y), len(x)), > 0: the loss on it.
        hikers: "optimizer, rate" → (points (steps + 1, 2), true losses, losses on the map, off:
            (steps + 1,) each, off as the sine of the angle between the way and the plane, and the
            share of the movement that is seen); NaN after a training has left all numbers.
        seen: the share of the movement of all that is seen, 0 to 1.

    Returns:
        The Figure.
    """
    colours = shades(hikers)
    levels = log_levels(grid, top=2 * max(losses[0] for _, losses, *_ in hikers.values()))
    norm = LogNorm(levels[0], levels[-1])
    with plt.style.context("coursekit.plots.style"):
        figure, (upper, lower) = plt.subplots(
            2, 1, figsize=(8, 8.2), gridspec_kw={"height_ratios": [3, 1]}
        )
        filled = upper.contourf(x, y, grid, levels, norm=norm, cmap=MAP, extend="both")
        lines = upper.contour(x, y, grid, levels, colors="white", linewidths=0.6, alpha=0.8)
        dark = np.sqrt(levels[0] * levels[-1])
        ink = ["0.3" if level > dark else "white" for level in levels[::2]]
        upper.clabel(lines, levels[::2], colors=ink, fmt="%.2g", fontsize=8)
        for name, (points, losses, map_losses, off, own) in hikers.items():
            away = off_the_map(x, y, points, off)
            label = f"{name} ({100 * own:.0f} % seen)"
            _path(upper, label, colours[name], points, losses, away, norm)
            lower.plot(map_losses - losses, color=colours[name], linewidth=1.2)
        if any(off_the_map(x, y, points, off).any() for points, _, _, off, _ in hikers.values()):
            upper.plot([], [], **OFF, label="off the map")
        upper.plot(
            *_first(hikers)[:, np.newaxis], "o", ms=9, mfc="white", mec="black", label="start"
        )
        upper.set(xlim=x[[0, -1]], ylim=y[[0, -1]], aspect="equal")
        upper.set(xlabel="first direction (distance in weights)", ylabel="second direction")
        upper.grid(visible=False)
        upper.set_title(f"The loss where they went: you see {100 * seen:.0f} % of the movement")
        bar = figure.colorbar(filled, ax=upper, shrink=0.9, label="loss (map; dots: true loss)")
        bar.ax.set_yticks(levels[::2], [f"{level:.2g}" for level in levels[::2]])
        bar.ax.minorticks_off()
        upper.legend(fontsize=8.5, loc="best", frameon=True, framealpha=0.9)
        lower.axhline(0, color="0.5", linewidth=0.9)
        lower.set(xlabel="step", ylabel="loss on the map\nminus true loss", xlim=(0, None))
        lower.set_title("How far the map is wrong under their feet", size=10)
    return figure


def off_the_map(x, y, points, off):
    """Whether each point is drawn as off the map: beyond its edge, or too far out of the plane."""
    inside = (points >= (x[0], y[0])) & (points <= (x[-1], y[-1]))
    return ~inside.all(axis=1) | (off > STEEP)


def log_levels(losses, top):
    """Contours in equal ratios, eight to a decade (four, from three decades on), up to a loss.

    Example:
        >>> log_levels([0.12, 0.2], top=5).round(2).tolist()
        [0.1, 0.13, 0.18, 0.24]
    """
    low, high = np.log10(np.nanmin(losses)), np.log10(min(np.nanmax(losses), top))
    each = 8 if high - low < 3 else 4
    first = np.floor(each * low)
    return 10 ** (np.arange(first, max(np.ceil(each * high), first + 2) + 1) / each)


def _first(hikers):
    return next(iter(hikers.values()))[0][0]


def _path(axes, label, colour, points, losses, away, norm):
    on = np.where(away[:, np.newaxis], np.nan, points)
    axes.plot(*points.T, **OFF)
    axes.plot(*on.T, color=colour, label=label)
    steps = np.linspace(0, len(points) - 1, DOTS + 1).astype(int)[1:]
    axes.scatter(
        *points[steps].T, c=losses[steps], norm=norm, cmap=MAP, s=34, zorder=3,
        edgecolors=["0.35" if away[step] else colour for step in steps], linewidths=1.3,
    )  # fmt: skip
