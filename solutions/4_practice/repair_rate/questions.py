"""The question paper of repair_rate: the trainings, the optimizer's steps, the cause."""

from coursekit.room.sick_training import cause, sick_signs, steps, trained

__all__ = ["cause", "sick_signs", "steps", "trained"]
