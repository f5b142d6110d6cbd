"""Callbacks for anybody's `model.fit`."""

from coursekit.callbacks.batch_loss import BatchLoss
from coursekit.callbacks.learning_rate_finder import LearningRateFinder
from coursekit.callbacks.training_monitor import TrainingMonitor

__all__ = ["BatchLoss", "LearningRateFinder", "TrainingMonitor"]
