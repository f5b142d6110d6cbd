"""Every figure, one file each: from plain arrays to a Figure."""

from coursekit.plots import (
    batch_loss,
    batch_losses,
    film,
    hikers,
    landscape,
    learning_rate_range,
    learning_rates,
    minima,
    oscillation,
    race,
    stability,
    weight_decay,
)

__all__ = [
    "batch_loss",
    "batch_losses",
    "film",
    "hikers",
    "landscape",
    "learning_rate_range",
    "learning_rates",
    "minima",
    "oscillation",
    "race",
    "stability",
    "weight_decay",
]
