"""Batch losses of a few runs: what the batch shows, what the weights do, what chance alone does."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import BLUE, VERMILION
from coursekit.plots.film import GROWS


def batch_losses(runs, steps_per_epoch):
    """Draws one panel per run.

    Args:
        runs: title → (loss of every batch, probe loss after 0, 1, … steps, losses of the batches of
            one epoch with the weights held still at the end, or None).
        steps_per_epoch: where to mark the epochs.

    Returns:
        The Figure.
    """
    with plt.style.context("coursekit.plots.style"):
        figure, panels = plt.subplots(
            1, len(runs), figsize=(4.6 * len(runs) + 0.8, 4.2), sharey=True, squeeze=False
        )
        for axes, (title, (losses, probe, rest)) in zip(panels[0], runs.items()):
            steps = np.arange(1, len(losses) + 1)
            axes.plot(
                steps, losses, color=BLUE, linewidth=0.8, label="batch, before its step", gid=GROWS
            )
            axes.plot(
                np.arange(len(probe)), probe, color=VERMILION, label="fixed images, after each step",
                gid=GROWS,
            )  # fmt: skip
            if rest is not None:
                last = steps[-len(rest) :]
                low, high = np.quantile(rest, [0.05, 0.95])
                axes.fill_between(
                    last, low, high, color="0.5", alpha=0.3, linewidth=0,
                    label="batches at the end, weights held still",
                )  # fmt: skip
            for epoch in range(steps_per_epoch, len(losses), steps_per_epoch):
                axes.axvline(epoch + 0.5, color="0.85", linewidth=0.8, zorder=0)
            axes.set(xlabel="step (vertical lines: a new epoch)", xlim=(0, len(losses)))
            axes.set_title(title)
        panels[0][0].set(ylabel="loss", ylim=(0, None))
        panels[0][0].legend(loc="lower left", fontsize=8.5)
    return figure
