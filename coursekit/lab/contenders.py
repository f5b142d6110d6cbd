"""The optimizers of the race: their names, the chapter's learning rates, and the rates to try."""

from dataclasses import dataclass, field

from coursekit import optimizers


@dataclass(frozen=True)
class Contender:
    """An optimizer in the race.

    Args:
        key: its name on the command line.
        name: its name in tables and figures.
        kind: the class.
        chapter: the learning rate that the chapter uses.
        rates: the learning rates to try, in half decades, so wide that both ends fail.
        settings: everything else.
        loss: the loss object to train with; None for the cross-entropy that everybody is measured by.
        sha256: of the file that it comes from, if it is somebody's own.
        against: keys of those that it is compared with in words.
    """

    key: str
    name: str
    kind: type
    chapter: float
    rates: tuple[float, ...]
    settings: dict = field(default_factory=dict)
    loss: object = None
    sha256: str | None = None
    against: tuple[str, ...] = ()

    def make(self, **more):
        """Builds a fresh optimizer at the chapter's rate."""
        return self.kind(learning_rate=self.chapter, **self.settings, **more)


def half_decades(first, last):
    """The rates 10^(first/2) … 10^(last/2), rounded to three digits."""
    return tuple(float(f"{10 ** (power / 2):.3g}") for power in range(first, last + 1))


CONTENDERS = {
    contender.key: contender
    for contender in (
        Contender("sgd", "SGD", optimizers.SGD, 0.01, half_decades(-4, 0)),
        Contender(
            "momentum",
            "SGD + momentum",
            optimizers.SGD,
            0.01,
            half_decades(-6, -1),
            {"momentum": 0.9},
        ),
        Contender("rmsprop", "RMSprop", optimizers.RMSprop, 0.001, half_decades(-7, -3)),
        Contender("adam", "Adam", optimizers.Adam, 0.001, half_decades(-7, -3)),
    )
}


def name_of(key):
    """The name in tables and figures; of somebody's own contender, its key."""
    return CONTENDERS[key].name if key in CONTENDERS else key


def named(keys):
    """Gives the contenders with these keys; an unknown one is a ValueError that lists them."""
    unknown = [key for key in keys if key not in CONTENDERS]
    if unknown or not keys:
        raise ValueError(
            f"There is no optimizer called {', '.join(unknown) or 'nothing'!r} here. Choose "
            f"from {', '.join(CONTENDERS)}, separated by commas."
        )
    return [CONTENDERS[key] for key in dict.fromkeys(keys)]
