"""Weight decay: L2 in the gradient beside decoupled decay, over strengths."""

import matplotlib.pyplot as plt
import numpy as np

from coursekit.plots.colours import BLUE, VERMILION


def weight_decay(found, none):
    """Draws the norm of the kernels and the validation loss against the strength.

    Args:
        found: kind → strength → (norm, validation loss) of every run.
        none: (norm, validation loss) of every run without decay.

    Returns:
        The Figure.
    """
    with plt.style.context("coursekit.plots.style"):
        figure, panels = plt.subplots(1, 2, figsize=(9, 4.2))
        for i, (axes, label) in enumerate(
            zip(panels, ("norm of all kernels", "validation loss at the end"))
        ):
            for (kind, strengths), colour, marker in zip(found.items(), (BLUE, VERMILION), "os"):
                runs = [np.array(values)[:, i] for values in strengths.values()]
                x = list(strengths)
                axes.plot(x, [np.mean(v) for v in runs], color=colour, marker=marker, label=kind)
                axes.fill_between(
                    x, [v.min() for v in runs], [v.max() for v in runs], color=colour, alpha=0.15,
                    linewidth=0,
                )  # fmt: skip
            if none:
                level = np.mean(np.array(none)[:, i])
                axes.axhline(
                    level, color="0.5", linewidth=1, linestyle=(0, (4, 3)), label="no decay"
                )
            axes.set(xscale="log", xlabel="strength λ", ylabel=label)
        panels[0].legend(fontsize=9)
        figure.suptitle(
            "Weight decay on SGD + momentum: L2 in the gradient and decoupled",
            x=0.01,
            ha="left",
            weight="bold",
            size=12,
        )
    return figure
