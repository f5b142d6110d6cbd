"""Callbacks for anybody's `model.fit`."""

from coursekit.callbacks.batch_loss import BatchLoss
from coursekit.callbacks.learning_rate_finder import LearningRateFinder
from coursekit.callbacks.training_monitor import TrainingMonitor
from coursekit.callbacks.vital_signs import VitalSigns

__all__ = ["BatchLoss", "LearningRateFinder", "TrainingMonitor", "VitalSigns"]
