"""One training, several ways to write it: all walk the same path and return the same record."""

from coursekit.training import compiled_epoch, fit, tape, torch_loop, train_step
from coursekit.training.record import Record

__all__ = ["Record", "compiled_epoch", "fit", "tape", "torch_loop", "train_step"]
