"""Callbacks for anybody's `model.fit`."""

from coursekit.callbacks.batch_loss import BatchLoss
from coursekit.callbacks.learning_rate_finder import LearningRateFinder

__all__ = ["BatchLoss", "LearningRateFinder"]
