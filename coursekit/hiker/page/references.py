"""Walks of Keras's own optimizers, which the page walks again to check itself."""

import keras
import numpy as np

from coursekit.hiker.exact_map import ExactMap
from coursekit.hiker.surfaces import SURFACES
from coursekit.hiker.walk import walk

STEPS = 30
KINDS = {
    "sgd": keras.optimizers.SGD,
    "momentum": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
}

# Where, who, with which settings, and images per step where it is not the whole loss. Each formula
# walks somewhere where another one would walk elsewhere: an ε as large as 0.1 shows where it stands.
WALKS = (
    ("ravine", "sgd", {"learning_rate": 0.07}, None),
    ("ravine", "rmsprop", {"learning_rate": 0.05, "epsilon": 0.1}, None),
    ("ravine", "adam", {"learning_rate": 0.15, "epsilon": 0.1}, None),
    ("rosenbrock", "momentum", {"learning_rate": 0.0005, "momentum": 0.8}, None),
    ("rosenbrock", "adam", {"learning_rate": 0.1}, None),
    ("beale", "rmsprop", {"learning_rate": 0.02}, None),
    ("saddle", "momentum", {"learning_rate": 0.03, "momentum": 0.9}, None),
    ("himmelblau", "momentum", {"learning_rate": 0.005, "momentum": 0.9, "nesterov": True}, None),
    ("digits", "sgd", {"learning_rate": 20.0}, 16),
    ("digits", "momentum", {"learning_rate": 3.0, "momentum": 0.9, "nesterov": True}, 16),
    ("scaled digits", "rmsprop", {"learning_rate": 0.3, "rho": 0.8}, None),
    ("digits", "adam", {"learning_rate": 0.5, "beta_1": 0.8, "beta_2": 0.99}, 1),
)


def references(steps=STEPS):
    """Yields each of the walks as a row for the page, with the path that Keras walked."""
    return (_reference(*row, steps) for row in WALKS)


def landscape(name):
    """The landscape with the name that it has on the page."""
    maps = {"digits": 1.0, "scaled digits": 0.2}
    return ExactMap(maps[name]) if name in maps else SURFACES[name]


def _reference(name, key, settings, size, steps):
    where = landscape(name)
    batches = where.batches(size, steps) if size else None
    path = walk(where.function, KINDS[key](**settings), where.start, steps, batches)
    return {
        "landscape": name,
        "optimizer": key,
        "settings": settings,
        "start": list(where.start),
        "batches": [] if batches is None else batches.tolist(),
        "path": rounded(path, 8),
    }


def rounded(values, digits):
    """Nested lists of numbers with so many digits; what is no number becomes None, as JSON has it."""
    values = np.asarray(values, float)
    if values.ndim:
        return [rounded(part, digits) for part in values]
    return float(f"{values:.{digits}g}") if np.isfinite(values) else None
