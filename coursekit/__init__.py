"""How a network learns: losses, optimizers, ways to train, exact losses, and an honest experiment."""

import importlib

__version__ = "0.1.0"

_PARTS = (
    "callbacks",
    "data",
    "hiker",
    "lab",
    "losses",
    "models",
    "optimizers",
    "plots",
    "training",
)


def __getattr__(name):
    """Loads a part when it is first named, so that `import coursekit` does not wait for TensorFlow."""
    if name == "check":  # of an exercise, in a notebook
        return importlib.import_module(f"{__name__}.grading.notebook").check
    if name in _PARTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"coursekit has no part {name!r}; it has {', '.join(_PARTS)}.")


def __dir__():
    return sorted([*globals(), *_PARTS, "check"])
