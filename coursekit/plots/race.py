"""The race: the loss on fixed images against steps, every optimizer with its band over seeds."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import colour

TITLES = {"chapter": "At the chapter's learning rates", "best": "Each at its own best rate"}


def race(curves, rates, target):
    """Draws one panel per setting; a line per optimizer, in its band.

    Args:
        curves: setting → optimizer → array (3, steps + 1): the mean over seeds of the probe loss
            after 0, 1, … steps, and the lower and upper end of its interval (or NaN).
        rates: setting → optimizer → learning rate.
        target: the loss to reach; a dot marks where the mean curve does.

    Returns:
        The Figure.
    """
    with plt.style.context("coursekit.plots.style"):
        figure, panels = plt.subplots(
            1, len(curves), figsize=(4.6 * len(curves) + 0.8, 4.6), sharey=True, squeeze=False
        )
        for axes, (setting, sides) in zip(panels[0], curves.items()):
            for name, bands in sides.items():
                _runner(axes, f"{name}, {rates[setting][name]:g}", colour(name), bands, target)
            axes.axhline(target, color="0.5", linewidth=0.9, linestyle=(0, (4, 3)))
            axes.set_title(TITLES.get(setting, setting))
            axes.set(yscale="log", xlabel="step", xlim=(0, None))
            axes.legend(loc="lower left", fontsize=9)
            axes.margins(x=0)
        first = panels[0][0]
        first.set_ylabel("loss on 25 images per class")
        first.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2], minor=False)
        first.yaxis.set_major_formatter("{x:g}")
        first.yaxis.set_minor_formatter("")
        lowest = min(np.nanmin(bands[0]) for sides in curves.values() for bands in sides.values())
        first.set_ylim(bottom=max(lowest * 0.5, 1e-3))
        end = panels[0][-1]
        end.annotate(
            f"target {target:g}", (1, target), xycoords=end.get_yaxis_transform(), xytext=(-2, 3),
            textcoords="offset points", ha="right", fontsize=8, color="0.4",
        )  # fmt: skip
    return figure


def _runner(axes, label, colour_, bands, target):
    middle, low, high = bands
    steps = np.arange(len(middle))
    axes.fill_between(steps, low, high, color=colour_, alpha=0.18, linewidth=0)
    axes.plot(steps, middle, color=colour_, label=label)
    reached = np.flatnonzero(middle <= target)
    if reached.size:
        axes.plot(reached[0], middle[reached[0]], "o", color=colour_, markersize=6, zorder=3)
