"""Colours that everybody can tell apart, and one of them for each optimizer in every figure."""

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


def colours(names):
    """A colour for each: that of its optimizer, unless two of them would have the same."""
    own = [colour(name) for name in names]
    others = (PINK, BLUE, GREEN, VERMILION, ORANGE, SKY, BLACK)
    return own if len(set(own)) == len(own) else [others[i % 7] for i in range(len(own))]
