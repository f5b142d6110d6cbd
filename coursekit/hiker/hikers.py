"""Who walks on the landscape: optimizers with their learning rates, by name or from a file."""

from pathlib import Path
from typing import NamedTuple

from coursekit.lab.contenders import Contender, named
from coursekit.lab.own_code import own_optimizer

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


def hikers(texts):
    """Reads "sgd,adam:0.01" or "mine.py:0.1": names with commas or a file, a rate after a colon.

    Without a rate, a name gets the best that the lab finds on the digits, and a file's own class
    the default of its constructor.

    Args:
        texts: such texts.

    Raises:
        ValueError: a name that the lab does not know, a rate that is not a positive number, a file
            without an optimizer that works, or two files whose optimizers have one name.

    Example:
        >>> [hiker.name for hiker in hikers(["sgd:0.1,adam"])]
        ['SGD, 0.1', 'Adam, 0.00316']
    """
    parts = [
        part
        for text in texts
        for part in (
            [text] if _file_and_rate(text) else filter(None, map(str.strip, text.split(",")))
        )
    ]
    found = [_of_file(*pair) if (pair := _file_and_rate(part)) else _named(part) for part in parts]
    if not found:
        named([])
    hashes = {}
    for contender, _ in found:
        if hashes.setdefault(contender.key, contender.sha256) != contender.sha256:
            raise ValueError(
                f"Two files have an optimizer that is called {contender.name}; on one map each needs "
                "a name of its own. Rename one of the classes."
            )
    return list({hiker.name: hiker for hiker in found}.values())


def by_optimizer(everybody):
    """The hikers in groups of one optimizer each, which need one graph."""
    groups = {}
    for hiker in everybody:
        groups.setdefault(hiker.contender.key, []).append(hiker)
    return list(groups.values())


def _named(part):
    key, colon, rate = part.partition(":")
    (contender,) = named([key.strip()])
    return Hiker(contender, _rate(part, rate) if colon else RATES[contender.key])


def _file_and_rate(text):
    """The pair of "mine.py:0.1", whose rate may be missing; None of what names no file."""
    if _is_file(text):
        return text, None
    file, _, rate = text.rpartition(":")
    return (file, rate) if _is_file(file) else None


def _is_file(text):
    return Path(text).suffix == ".py" or Path(text).is_file()


def _of_file(file, rate):
    contender = own_optimizer(file, (), {})
    return Hiker(contender, contender.chapter if rate is None else _rate(f"{file}:{rate}", rate))


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
