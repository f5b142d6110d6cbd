"""The landscape: a map of the loss, the paths of optimizers on it, and how far the map is wrong there."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

from coursekit.plots.colours import shades

STEEP = np.sqrt(3) / 2  # off the map: the way leaves the plane at more than 60°
DOTS = 14  # on each path
OFF = {"color": "0.35", "linewidth": 1, "linestyle": (0, (3, 2))}
BEHIND = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
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
            share of the movement that is seen, NaN of one that took no step); NaN after a training has left all numbers.
        seen: the share of the movement of all that is seen, 0 to 1.

    Returns:
        The Figure.
    """
    colours = shades(hikers)
    away = {name: off_the_map(x, y, points, off) for name, (points, _, _, off, _) in hikers.items()}
    with plt.style.context("coursekit.plots.style"):
        figure, (upper, lower) = plt.subplots(
            2, 1, figsize=(8, 8.2), gridspec_kw={"height_ratios": [3, 1]}
        )
        norm = _map(upper, x, y, grid, top=2 * max(hiker[1][0] for hiker in hikers.values()))
        for name, (points, losses, _, _, own) in hikers.items():
            upper.plot([], [], color=colours[name], label=f"{name} ({share(own)} seen)")
            _path(upper, name, colours[name], points, losses, away[name], norm)
        if any(each.any() for each in away.values()):
            upper.plot([], [], **OFF, label="off the map")
        start = next(iter(hikers.values()))[0][:1]
        upper.plot(*start.T, "o", color="black", ms=9, mfc="white", label="start")
        upper.set_title(f"The loss where they went: you see {100 * seen:.0f} % of the movement")
        upper.legend(fontsize=8.5, loc="best", frameon=True, framealpha=0.9)
        gaps = {name: hiker[2] - hiker[1] for name, hiker in hikers.items()}
        _gaps(lower, gaps, colours, away)
        lower.axhline(0, color="0.5", linewidth=0.9)
        lower.set(xlabel="step", ylabel="loss on the map\nminus true loss", xlim=(0, None))
        lower.set_title("How far the map is wrong under their feet", size=10)
    return figure


def share(seen):
    """A share in words.

    Example:
        >>> share(0.817), share(np.nan)
        ('82 %', '–')
    """
    return f"{100 * seen:.0f} %" if np.isfinite(seen) else "–"


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
    low = np.log10(max(np.nanmin(losses), 1e-6 * top))
    high = np.log10(min(np.nanmax(losses), top))
    each = 8 if high - low < 3 else 4
    first = np.floor(each * low)
    return 10 ** (np.arange(first, max(np.ceil(each * high), first + 2) + 1) / each)


def _map(axes, x, y, grid, top):
    """Draws the contours with their colour bar, and gives the scale of colours."""
    levels = log_levels(grid, top)
    norm = LogNorm(levels[0], levels[-1])
    filled = axes.contourf(x, y, grid, levels, norm=norm, cmap=MAP, extend="both")
    lines = axes.contour(x, y, grid, levels, colors="white", linewidths=0.6, alpha=0.8)
    middle = np.sqrt(levels[0] * levels[-1])
    ink = ["0.3" if level > middle else "white" for level in levels[::2]]
    axes.clabel(lines, levels[::2], colors=ink, fmt="%.2g", fontsize=8)
    axes.set(xlim=x[[0, -1]], ylim=y[[0, -1]], aspect="equal")
    axes.set(
        xlabel="first direction (distance in weights)", ylabel="second direction (the same unit)"
    )
    axes.grid(visible=False)
    bar = axes.figure.colorbar(filled, ax=axes, shrink=0.9, label="loss (map; dots: true loss)")
    bar.ax.set_yticks(levels[::2], [f"{level:.2g}" for level in levels[::2]])
    bar.ax.minorticks_off()
    return norm


def _path(axes, name, colour, points, losses, away, norm):
    on = np.where(away[:, np.newaxis], np.nan, points)
    axes.plot(*points.T, **OFF)
    axes.plot(*on.T, color=colour)
    steps = np.linspace(0, len(points) - 1, DOTS + 1).astype(int)[1:]
    axes.scatter(
        *points[steps].T, c=losses[steps], norm=norm, cmap=MAP, s=34, zorder=3,
        edgecolors=["0.35" if away[step] else colour for step in steps], linewidths=1.3,
    )  # fmt: skip
    last = np.flatnonzero(np.isfinite(losses))[-1]
    if away[last]:
        axes.annotate(
            name, points[last], xytext=(7, -4), textcoords="offset points", fontsize=8, color="0.25",
            annotation_clip=True, va="top", bbox=BEHIND,
        )  # fmt: skip


def _gaps(axes, gaps, colours, away):
    """A line per hiker; off the map a thin grey one, which may leave the panel."""
    for name, gap in gaps.items():
        axes.plot(gap, **{**OFF, "linewidth": 0.7})
        axes.plot(np.where(away[name], np.nan, gap), color=colours[name], linewidth=1.2)
    on = np.concatenate([gap[~away[name]] for name, gap in gaps.items()])
    on = on[np.isfinite(on)]
    if len(on):
        room = 0.08 * np.ptp(on) or 0.1
        axes.set_ylim(on.min() - room, on.max() + room)
