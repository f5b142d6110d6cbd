"""The pictures of a landscape: what was measured, in which file, how it is drawn and told."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from coursekit import plots
from coursekit.hiker import landscape_words, measured
from coursekit.lab.new_file import whole


class Picture(NamedTuple):
    """A picture.

    Args:
        kind: what was measured for it.
        draw: from that to a Figure.
        words: from that to sentences.
    """

    kind: type
    draw: object
    words: object


def draw_map(found):
    """The joint map, from a `JointMap`."""
    each = zip(found.points, found.losses, found.map_losses, found.off, found.seen)
    return plots.landscape.landscape(
        found.x, found.y, found.grid, dict(zip(found.names, each)), found.seen_of_all
    )


def draw_minima(found):
    """The shape of the minima, from a `Minima`; its colours end at a loss as bad as guessing twice."""
    titles = [
        f"{name}\nloss {loss:.2g}, sharpness {sharpness:.2g}"
        for name, loss, sharpness in zip(found.names, found.losses, found.sharpness)
    ]
    return plots.minima.minima(found.steps, found.grids, titles, top=2 * np.log(10))


def draw_stability(found):
    """The sharpness along gradient descent, from a `Stability`."""
    return plots.stability.stability(found.rates, found.steps, found.sharpness, found.losses)


PICTURES = {
    "landscape": Picture(measured.JointMap, draw_map, landscape_words.of_map),
    "minima": Picture(measured.Minima, draw_minima, landscape_words.of_minima),
    "stability": Picture(measured.Stability, draw_stability, landscape_words.of_stability),
}


def write(name, found, folder):
    """Draws a picture into the folder."""
    figure = PICTURES[name].draw(found)
    try:
        with whole(folder / f"{name}.png") as part:
            figure.savefig(part, dpi=150)
    finally:
        plt.close(figure)


def write_report(everything, folder):
    """Writes landscape.md, in the place of an earlier one: the table, the sentences and the pictures.

    Args:
        everything: name of the picture → what was measured.
        folder: where the pictures are.
    """
    lines = ["# The landscape", ""]
    for name, found in everything.items():
        lines += [f"![{name}]({name}.png)", ""]
        if name == "landscape":
            lines += [
                f"| {' | '.join(landscape_words.COLUMNS)} |",
                "|" + "---|" * len(landscape_words.COLUMNS),
                *(f"| {' | '.join(row)} |" for row in landscape_words.table(found)),
                "",
            ]
        lines += [line for sentence in PICTURES[name].words(found) for line in (sentence, "")]
    with whole(folder / "landscape.md", anew=True) as part:
        part.write_text("\n".join(lines), encoding="utf-8")
