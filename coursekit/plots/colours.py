"""Colours that everybody can tell apart, and one of them for each optimizer in every figure."""

from itertools import cycle

from matplotlib.colors import to_rgb

# Okabe & Ito (2008), "Color Universal Design". Written out: a figure is drawn after its style has
# been left, and "C0" would then mean another blue.
BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "0.4"

OPTIMIZERS = {"SGD": PINK, "SGD + momentum": BLUE, "RMSprop": GREEN, "Adam": VERMILION}


def colour(name):
    """The colour of an optimizer; orange on another loss, grey for one that the chapter does not know."""
    if name.partition(" on ")[0] in OPTIMIZERS:
        return OPTIMIZERS.get(name, ORANGE)
    return GREY


def shades(names):
    """A colour for each of "optimizer, rate": several rates of one optimizer from light to dark.

    The chapter's have their own colours everywhere. Others get orange, sky blue and black in turn;
    grey is off the map.

    Example:
        >>> shades(["SGD, 0.1", "own Mine, 1"]) == {"SGD, 0.1": PINK, "own Mine, 1": ORANGE}
        True
    """
    families = {}
    for name in names:
        families.setdefault(name.partition(", ")[0], []).append(name)
    others = [optimizer for optimizer in families if optimizer not in OPTIMIZERS]
    colours = OPTIMIZERS | dict(zip(others, cycle((ORANGE, SKY, BLACK))))
    return {
        name: _mixed(
            colours[optimizer],
            0 if len(family) == 1 else 0.5 - 0.9 * i / (len(family) - 1),
        )
        for optimizer, family in families.items()
        for i, name in enumerate(family)
    }


def _mixed(colour_, light):
    """With white, for light in (0, 1]; with black, for light in [-1, 0)."""
    if not light:
        return colour_
    other = 1.0 if light > 0 else 0.0
    return tuple((1 - abs(light)) * part + abs(light) * other for part in to_rgb(colour_))
