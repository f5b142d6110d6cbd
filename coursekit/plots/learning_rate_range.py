"""Loss against learning rate, with the rates that a range test suggests."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import BLUE, GREEN, VERMILION


def learning_rate_range(rates, losses, smoothed, steepest, suggestion):
    """Draws every batch's loss as dots, the smoothed loss as a line, and marks two rates.

    Args:
        rates: the learning rate of every batch, growing, > 0.
        losses: the loss of every batch.
        smoothed: the smoothed loss at every rate.
        steepest: the rate at which the smoothed loss falls fastest.
        suggestion: the rate to try first.

    Returns:
        The Figure.
    """
    rates, losses, smoothed = (np.asarray(a, float) for a in (rates, losses, smoothed))
    with plt.style.context("coursekit.plots.style"):
        figure, axes = plt.subplots()
        axes.plot(rates, losses, ".", color="0.7", markersize=4, label="loss of the batch")
        axes.plot(rates, smoothed, color=BLUE, label="smoothed")
        for rate, text, colour, marker in (
            (suggestion, f"try first: {suggestion:.2g} (minimum / 10)", GREEN, "o"),
            (steepest, f"steepest: {steepest:.2g}", VERMILION, "^"),
        ):
            height = np.interp(np.log(rate), np.log(rates), smoothed)
            axes.axvline(rate, color=colour, linewidth=1, linestyle=":")
            axes.plot(rate, height, marker, color=colour, markersize=9, label=text)
        # One exploded batch must not flatten the rest of the curve.
        low, high = smoothed.min(), smoothed[: np.argmin(smoothed) + 1].max()
        room = 0.15 * (high - low) or 0.1 * abs(low) or 1.0
        axes.set(xscale="log", ylim=(low - room, high + 3 * room))
        axes.set(xlabel="learning rate", ylabel="loss")
        axes.set_title("Learning-rate range test")
        axes.legend()
    return figure
