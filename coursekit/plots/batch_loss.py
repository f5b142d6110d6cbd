"""The loss of every batch, beside the running mean that hides it."""

import matplotlib.pyplot as plt
import numpy as np


def batch_loss(losses, epochs):
    """Draws every batch's loss as a thin line and the mean of the epoch so far as a thick one.

    Args:
        losses: the loss of every batch, all epochs in a row.
        epochs: the index in `losses` at which each epoch starts.

    Returns:
        The Figure.
    """
    losses = np.asarray(losses, float)
    with plt.style.context("coursekit.plots.style"):
        figure, axes = plt.subplots()
        steps = np.arange(1, len(losses) + 1)
        axes.plot(steps, losses, color="C0", linewidth=0.9, label="loss of the batch")
        for i, (start, end) in enumerate(zip(epochs, [*epochs[1:], len(losses)])):
            mean = np.cumsum(losses[start:end]) / np.arange(1, end - start + 1)
            label = "mean of the epoch so far (what Keras shows)" if i == 0 else None
            axes.plot(steps[start:end], mean, color="C1", label=label)
            if i:
                axes.axvline(start + 0.5, color="0.8", linewidth=0.8, zorder=0)
        axes.set(xlabel="batch (vertical lines: a new epoch)", ylabel="loss", xlim=(0.5, None))
        if np.isfinite(losses).any() and np.nanmin(losses) >= 0:
            axes.set_ylim(bottom=0)
        axes.set_title("The loss of every batch")
        axes.legend()
    return figure
