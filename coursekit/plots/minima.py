"""The shape of the minima: filter-normalised slices through where each training ended."""

import matplotlib.pyplot as plt
from matplotlib.colors import LogNorm

from coursekit.plots.landscape import MAP, log_levels


def minima(steps, grids, titles, top):
    """Draws a panel per minimum, all on one scale of loss and of distance.

    Args:
        steps: (size,): the coordinates, in lengths of the filters.
        grids: (n, size, size), > 0: the loss.
        titles: (n,): of the panels, such as the name, the loss and the sharpness.
        top: where the scale of loss ends.

    Returns:
        The Figure.
    """
    levels = log_levels(grids, top)
    norm = LogNorm(levels[0], levels[-1])
    columns = min(len(grids), 4)
    rows = -(-len(grids) // columns)
    with plt.style.context("coursekit.plots.style"):
        figure, panels = plt.subplots(
            rows, columns, figsize=(2.7 * columns + 1.2, 3.1 * rows + 0.6), sharex=True, sharey=True,
            squeeze=False,
        )  # fmt: skip
        for axes, grid, title in zip(panels.flat, grids, titles):
            filled = axes.contourf(steps, steps, grid, levels, norm=norm, cmap=MAP, extend="both")
            axes.contour(steps, steps, grid, levels, colors="white", linewidths=0.6, alpha=0.8)
            axes.plot(0, 0, "x", color="white", ms=7, mew=1.8)
            axes.set(aspect="equal", xticks=[steps[0] / 2, 0, steps[-1] / 2])
            axes.grid(visible=False)
            axes.set_title(title, size=9.5)
        for axes in panels.flat[len(grids) :]:
            axes.set_visible(False)
        bar = figure.colorbar(filled, ax=panels, label="loss")
        bar.ax.set_yticks(levels[::2], [f"{level:.2g}" for level in levels[::2]])
        bar.ax.minorticks_off()
        figure.supxlabel(
            "two random directions, in lengths of each filter (× where it ended)", size=10
        )
        figure.suptitle("The shape of the minima", x=0.01, ha="left", weight="bold", size=12)
    return figure
