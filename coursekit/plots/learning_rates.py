"""How much the learning rate matters: the validation loss after the training, against it."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import colour


def learning_rates(found, chapter, guess):
    """Draws a line per optimizer, a dot per run; rings mark the chapter's rates.

    Args:
        found: optimizer → learning rate → validation losses, one per seed.
        chapter: optimizer → the chapter's learning rate.
        guess: the loss of guessing; runs that end above it are crosses at the top.

    Returns:
        The Figure.
    """
    top = 1.25 * guess
    with plt.style.context("coursekit.plots.style"):
        figure, axes = plt.subplots(figsize=(8, 4.4))
        for name, losses in found.items():
            rates = np.array(list(losses))
            means = np.array([np.mean(values) for values in losses.values()])
            shown = np.where(np.isfinite(means), np.minimum(means, top), top)
            axes.plot(rates, shown, color=colour(name), label=name)
            for rate, values in losses.items():
                values = np.array(values)
                bad = ~(values < 0.9 * guess)
                axes.plot([rate] * (~bad).sum(), values[~bad], ".", color=colour(name), alpha=0.6)
                axes.plot([rate] * bad.sum(), np.full(bad.sum(), top), "x", color=colour(name))
            if chapter[name] in losses:
                axes.plot(
                    chapter[name], shown[rates == chapter[name]], "o", markersize=11,
                    markerfacecolor="none", color=colour(name),
                )  # fmt: skip
        axes.axhline(guess, color="0.5", linewidth=0.9, linestyle=(0, (4, 3)))
        axes.annotate(
            "guessing", (1, guess), xycoords=axes.get_yaxis_transform(), xytext=(-2, 3),
            textcoords="offset points", ha="right", va="bottom", fontsize=8, color="0.4",
        )  # fmt: skip
        axes.set(
            xscale="log", yscale="log", xlabel="learning rate", ylabel="validation loss at the end"
        )
        axes.set_yticks([0.1, 0.2, 0.5, 1, 2])
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("")
        axes.set_title("Loss after the training, for every learning rate")
        axes.plot([], [], "o", markersize=9, markerfacecolor="none", color="0.4", label="chapter")
        axes.plot([], [], "x", color="0.4", label="did not learn")
        axes.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
