"""Who wavers: the zigzag of the loss, run by run, at the chapter's and at the best rates."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import colour


def oscillation(zigzags, intervals):
    """Draws a row per optimizer and setting: a dot per run, a bar at their mean, its interval.

    Args:
        zigzags: (optimizer, setting) → zigzag of every run that learnt.
        intervals: (optimizer, setting) → (mean, low, high); NaN where nothing is known.

    Returns:
        The Figure.
    """
    with plt.style.context("coursekit.plots.style"):
        figure, axes = plt.subplots(figsize=(7.2, 0.5 * len(zigzags) + 1.4))
        rows = sorted(zigzags.items(), key=lambda item: (item[0][1] == "best", 0))
        for height, ((name, setting), values) in enumerate(rows):
            values = np.array([value for value in values if np.isfinite(value)])
            if values.size:
                axes.plot(values, np.full(len(values), height), "o", color=colour(name), alpha=0.5)
                mean, low, high = intervals[name, setting]
                axes.plot(mean, height, "|", color=colour(name), ms=18, mew=3)
                axes.plot([low, high], [height] * 2, color=colour(name), linewidth=2)
            else:
                axes.annotate(
                    "did not learn: nothing to measure", (0, height), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=8.5, color="0.5",
                )  # fmt: skip
        words = {"chapter": "chapter's rate", "best": "best rate"}
        labels = [f"{name}, {words.get(setting, setting)}" for (name, setting), _ in rows]
        axes.set_yticks(range(len(rows)), labels)
        axes.set_xlabel(
            "zigzag of the loss per step (0: it only falls)\nbar and line: mean and its 95 % interval"
        )
        axes.set_xlim(-0.005, None)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_title("How much each run wavers")
    return figure
