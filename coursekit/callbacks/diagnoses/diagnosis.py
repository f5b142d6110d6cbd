"""One thing that is wrong with a training: its name, where it was seen, and what to try."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """What `TrainingMonitor` found.

    Args:
        name: the stable name, for programs: `dead_relus`, `diverging`, …
        says: what was seen, with its numbers.
        try_: what to do about it, the likeliest first.
        epoch: counted from 0; None before the first step.
        batch: counted from 0 within the epoch; None where it concerns a whole epoch.

    Example:
        >>> print(Diagnosis("diverging", "The loss rises.", "a tenth of the learning rate.", 2))
        diverging (epoch 3): The loss rises.
          Try: a tenth of the learning rate.
    """

    name: str
    says: str
    try_: str
    epoch: int | None = None
    batch: int | None = None

    def __str__(self):
        # Counted from 1, as Keras's progress bar counts.
        if self.epoch is None:
            where = "before the first step"
        elif self.batch is None:
            where = f"epoch {self.epoch + 1}"
        else:
            where = f"epoch {self.epoch + 1}, batch {self.batch + 1}"
        return f"{self.name} ({where}): {self.says}\n  Try: {self.try_}"
