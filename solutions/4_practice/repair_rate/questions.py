"""The question paper of repair_rate: the trainings, the data, the optimizer's steps, the cause."""

from coursekit.room.sick_training import cause, data, steps, trained

__all__ = ["cause", "data", "steps", "trained"]
