"""The loss of every batch, beside the running mean that hides it."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import BLUE, VERMILION

MARKED_EPOCHS = 50  # more lines would be a curtain
FAR = 100  # times the median loss: beside one that large, an even axis shows the others as zero


def batch_loss(losses, epochs, ax=None):
    """Draws every batch's loss as a thin line and the mean of the epoch so far as a thick one.

    Args:
        losses: the loss of every batch, all epochs in a row.
        epochs: the index in `losses` at which each epoch starts.
        ax: Axes to draw into; None makes a new Figure.

    Returns:
        The Figure.
    """
    losses = np.asarray(losses, float)
    with plt.style.context("coursekit.plots.style"):
        axes = plt.subplots()[1] if ax is None else ax
        steps = np.arange(1, len(losses) + 1)
        axes.plot(steps, losses, color=BLUE, linewidth=0.9, label="loss of the batch")
        ends = [*epochs[1:], len(losses)]
        means = [np.cumsum(losses[a:b]) / np.arange(1, b - a + 1) for a, b in zip(epochs, ends)]
        axes.plot(  # with a gap before every new epoch
            np.insert(steps.astype(float), epochs[1:], np.nan),
            np.insert(np.concatenate(means), epochs[1:], np.nan),
            color=VERMILION,
            label="mean of the epoch so far (what Keras shows)",
        )
        axes.grid(axis="x", visible=False)
        axes.set(xlabel="batch", ylabel="loss", xlim=(0.5, len(losses) + 0.5))
        if 1 < len(epochs) <= MARKED_EPOCHS:
            for start in epochs[1:]:
                axes.axvline(start + 0.5, color="0.75", linewidth=0.9, linestyle="--", zorder=0)
            axes.set_xlabel("batch (dashed: a new epoch)")
        known = losses[np.isfinite(losses)]
        if known.size and known.min() > 0 and known.max() > FAR * np.median(known):
            axes.set(yscale="log", ylabel="loss, in powers of ten")
        elif known.size and known.min() >= 0:
            axes.set_ylim(bottom=0)
        axes.set_title("The loss of every batch")
        axes.legend()
    return axes.figure
