"""Who walks: optimizers with their learning rates, by name or from a file."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from coursekit.lab.contenders import CONTENDERS, Contender, named
from coursekit.lab.own_code import own_optimizer

# The best that the lab finds for the small CNN on the digits (docs/lab.md); the chapter's leave SGD where it starts.
RATES = {"sgd": 0.316, "momentum": 0.0316, "rmsprop": 0.01, "adam": 0.00316}


class Hiker(NamedTuple):
    """An optimizer at a learning rate.

    Args:
        contender: the optimizer, as the lab knows it.
        rate: the learning rate.
        said: whether it was asked for, and is no default.
    """

    contender: Contender
    rate: float
    said: bool = False

    @property
    def name(self):
        return f"{self.contender.name}, {exactly(self.rate)}"

    def make(self):
        """Builds a fresh optimizer at this rate."""
        return replace(self.contender, chapter=self.rate).make()


def exactly(rate):
    """A learning rate, in no more digits than tell it from every other one.

    Example:
        >>> exactly(0.1), exactly(1e-10), exactly(0.01000009)
        ('0.1', '1e-10', '0.01000009')
    """
    return f"{rate:g}" if float(f"{rate:g}") == rate else repr(float(rate))


def hikers(texts, rates=RATES):
    """Reads "sgd,adam:0.01" or "mine.py:0.1": names with commas or a file, a rate after a colon.

    A file ends in .py.

    Args:
        texts: such texts.
        rates: learning rates of the names that have none after a colon; a file's own class then has
            the default of its constructor.

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
    if not parts:
        raise ValueError(
            f"Somebody has to walk, and there is no name in {' '.join(texts)!r}. Choose from "
            f"{', '.join(CONTENDERS)}, separated by commas, or give a file with your own optimizer."
        )
    found = [
        _of_file(*pair) if (pair := _file_and_rate(part)) else _named(part, rates) for part in parts
    ]
    hashes = {}
    for contender in (hiker.contender for hiker in found):
        if hashes.setdefault(contender.key, contender.sha256) != contender.sha256:
            raise ValueError(
                f"Two files have an optimizer that is called {contender.name}; on one map each needs "
                "a name of its own. Rename one of the classes."
            )
    return list({(hiker.contender.key, hiker.rate): hiker for hiker in found}.values())


def by_optimizer(everybody):
    """The hikers in groups of one optimizer each, which need one graph."""
    groups = {}
    for hiker in everybody:
        groups.setdefault(hiker.contender.key, []).append(hiker)
    return list(groups.values())


def _named(part, rates):
    key, colon, rate = part.partition(":")
    (contender,) = named([key.strip()])
    return Hiker(contender, _rate(part, rate) if colon else rates[contender.key], bool(colon))


def _file_and_rate(text):
    """The pair of "mine.py:0.1", whose rate may be missing; None of what names no file."""
    if _is_file(text):
        return text, None
    file, _, rate = text.rpartition(":")
    return (file, rate) if _is_file(file) else None


def _is_file(text):
    return Path(text).suffix == ".py"


def _of_file(file, rate):
    if not os.path.isfile(file):  # nor is what no file system would take for a name
        raise ValueError(f"There is no file {file} with a subclass of keras.optimizers.Optimizer.")
    contender, said = own_optimizer(file, (), {}), rate is not None
    return Hiker(contender, _rate(f"{file}:{rate}", rate) if said else contender.chapter, said)


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
