"""What the page knows: landscapes, thresholds, the digits, and the walks it checks itself against."""

import keras

from coursekit import __version__
from coursekit.hiker import verdict
from coursekit.hiker.hike import slight
from coursekit.hiker.page.references import landscape, rounded
from coursekit.hiker.surfaces import SURFACES

STEPS = 150
EXACT = {
    "digits": (
        "real digits",
        "Is this image an 8 or a 3? A logistic regression answers with two weights only, so this map is "
        "its whole loss on {n} real images. With few images per step the hiker follows their mean slope "
        "instead: it is wrong a little at every step, and never comes to rest.",
    ),
    "scaled digits": (
        "real digits, not normalised",
        "The same {n} images, but the second feature is measured in units five times as large. The bowl "
        "has become a ravine: the learning rate that was good for the bowl creeps along it. That is why "
        "inputs are normalised.",
    ),
}


def content(references, network=None):
    """Everything that the page is filled with, as it is written into it in JSON.

    Args:
        references: what `coursekit.hiker.page.references.references` gives, as a list.
        network: what `coursekit.hiker.page.network.network` gives; None for a page without it.
    """
    digits = landscape("digits")
    return {
        "version": __version__,
        "keras": keras.__version__,
        "steps": STEPS,
        "thresholds": {
            name: getattr(verdict, name)
            for name in ("ARRIVED", "WAVERS", "TURNS", "CREEPS", "SLIGHT")
        },
        "landscapes": {
            **{name: _invented(surface) for name, surface in SURFACES.items()},
            **{name: _exact(name) for name in EXACT},
        },
        "digits": {
            "features": rounded(digits.features, 8),
            "labels": digits.labels.astype(int).tolist(),
        },
        "references": references,
        "network": network,
    }


def _invented(surface):
    return {
        **_known(surface),
        "title": surface.name,
        "difficulty": surface.difficulty,
        "about": f"An invented loss of two weights: {surface.difficulty}. The walks start anew with "
        "everything that you change.",
        "axes": ["x", "y"],
        "limits": [list(side) for side in surface.limits],
    }


def _exact(name):
    where = landscape(name)
    title, about = EXACT[name]
    return {
        **_known(where),
        "title": title,
        "about": about.format(n=len(where.labels)),
        "axes": ["weight 1", "weight 2"],
        "limits": _equally_wide(where.limits),
        "scale": float(where.features[0, 1] / landscape("digits").features[0, 1]),
    }


def _known(where):
    return {
        "start": list(where.start),
        "minima": [list(minimum) for minimum in where.minima],
        "lowest": where.lowest,
        "slight": slight(where),
        "rates": where.rates,
        "source": "Source of the landscape: " + where.source.replace("`", ""),
    }


def _equally_wide(limits):
    """Both sides as long as the longer one, about their middle: a ravine must look like one."""
    half = max(high - low for low, high in limits) / 2
    return [[(low + high) / 2 - half, (low + high) / 2 + half] for low, high in limits]
