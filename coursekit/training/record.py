"""What every way of training returns: the same record of what happened."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Record:
    """What happened in one training.

    Args:
        losses: the loss of every batch over all epochs, as it was differentiated: before the
            batch's own step, regularisation included. float32, shape (batches,).
        epochs: the index in `losses` at which each epoch starts.
        history: one list per metric with one number per epoch, under Keras's names: `loss`,
            `accuracy`, `val_loss`, …
        seconds: how long the training took.

    Example:
        >>> record = Record(np.array([2.3, 1.9, 1.1, 0.8], "float32"), [0, 2])
        >>> [len(losses) for losses in record.by_epoch()]
        [2, 2]
    """

    losses: np.ndarray
    epochs: list[int]
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    def by_epoch(self):
        """Gives the batch losses of each epoch as an array of its own."""
        return np.split(self.losses, self.epochs[1:])
