"""The ranges in which an optimizer's settings make sense."""

import math
from numbers import Real

import keras


def rate(learning_rate):
    """Gives the learning rate back; a number must be positive, a schedule is left as it is."""
    if isinstance(learning_rate, Real) and not 0 < learning_rate < math.inf:
        raise ValueError(
            "The learning rate is the size of a step down the slope, a finite number above 0; "
            f"got {learning_rate}. Try 0.01 for SGD, 0.001 for Adam and RMSprop."
        )
    return float(learning_rate) if isinstance(learning_rate, Real) else learning_rate


def restored(kind, config, custom_objects=None):
    """`from_config` of an optimizer: a rate that training brought down to 0 is loaded as it is."""
    build = keras.optimizers.Optimizer.from_config.__func__
    if config.get("learning_rate") != 0:
        return build(kind, config, custom_objects)
    optimizer = build(kind, {**config, "learning_rate": 1.0}, custom_objects)
    optimizer.learning_rate = 0.0
    return optimizer


def share(name, value):
    """Gives the share that is kept of an average as a float; it must lie in [0, 1)."""
    if not (isinstance(value, Real) and 0 <= value < 1):
        raise ValueError(
            f"`{name}` must be a float between [0, 1], the share of the past that is kept at each "
            f"step (1 itself would never forget); got {value!r}. Try 0.9."
        )
    return float(value)


def small(name, value):
    """Gives the small number that keeps a denominator from zero as a float; it must be ≥ 0."""
    if not (isinstance(value, Real) and 0 <= value < math.inf):
        raise ValueError(
            f"{name} keeps a denominator away from zero, a finite number of at least 0; "
            f"got {value!r}. Try 1e-7."
        )
    return float(value)
