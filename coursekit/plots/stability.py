"""The edge of stability: sharpness along gradient descent, beside 2 / learning rate."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import BLUE, GREEN, ORANGE, PINK, VERMILION


def stability(rates, steps, sharpness, losses):
    """Draws the sharpness of every run with its limit, and the loss beside it.

    Args:
        rates: (n,): the learning rates α.
        steps: (m,): where the sharpness was measured.
        sharpness: (n, m).
        losses: (n, k + 1): after 0, 1, … k steps.

    Returns:
        The Figure.
    """
    with plt.style.context("coursekit.plots.style"):
        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4))
        for rate, own, loss, colour in zip(
            rates, sharpness, losses, (BLUE, VERMILION, GREEN, PINK, ORANGE)
        ):
            left.axhline(2 / rate, color=colour, linewidth=1, linestyle=(0, (4, 3)))
            left.annotate(
                f"2/α = {2 / rate:g}", (1, 2 / rate), xycoords=left.get_yaxis_transform(),
                xytext=(-2, 3), textcoords="offset points", ha="right", fontsize=8, color=colour,
            )  # fmt: skip
            left.plot(steps, own, ".-", color=colour, label=f"learning rate α = {rate:g}")
            right.plot(loss, color=colour, linewidth=1.2)
            up = np.flatnonzero(np.diff(loss) > 0) + 1
            right.plot(up, loss[up], "|", color=colour, ms=9)
        left.set(
            xlabel="step", ylabel="sharpness: largest curvature", xlim=(0, None), ylim=(0, None)
        )
        left.set_title("Sharpness and its limit 2/α")
        left.legend(fontsize=9)
        right.set(yscale="log", xlabel="step", ylabel="loss", xlim=(0, None))
        right.yaxis.set_major_formatter("{x:g}")
        right.yaxis.set_minor_formatter("")
        right.set_title("The loss; strokes where it rose")
    return figure
