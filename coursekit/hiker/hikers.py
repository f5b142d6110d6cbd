"""Who walks on the landscape: optimizers with their learning rates, by name."""

from typing import NamedTuple

from coursekit.lab.contenders import Contender, named

# The best that the lab finds on the digits (docs/lab.md); the chapter's leave SGD where it starts.
RATES = {"sgd": 0.316, "momentum": 0.0316, "rmsprop": 0.01, "adam": 0.00316}


class Hiker(NamedTuple):
    """An optimizer at a learning rate.

    Args:
        contender: the optimizer, as the lab knows it.
        rate: the learning rate.
    """

    contender: Contender
    rate: float

    @property
    def name(self):
        return f"{self.contender.name}, {self.rate:g}"


def hikers(text):
    """Reads a list such as "sgd,adam:0.01": names with commas, a learning rate after a colon.

    Without a rate it is the best that the lab finds on the digits.

    Raises:
        ValueError: a name that the lab does not know, or a rate that is not a positive number.

    Example:
        >>> [hiker.name for hiker in hikers("sgd:0.1,adam")]
        ['SGD, 0.1', 'Adam, 0.00316']
    """
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        key, colon, rate = part.partition(":")
        (contender,) = named([key.strip()])
        found.append(Hiker(contender, _rate(part, rate) if colon else RATES[contender.key]))
    if not found:
        named([])
    return list({hiker.name: hiker for hiker in found}.values())


def by_optimizer(everybody):
    """The hikers in groups of one optimizer each, which need one graph."""
    groups = {}
    for hiker in everybody:
        groups.setdefault(hiker.contender.key, []).append(hiker)
    return list(groups.values())


def _rate(part, text):
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise ValueError(
            f"After the colon stands a learning rate, a positive number as in sgd:0.1; got {part}."
        )
    return rate
