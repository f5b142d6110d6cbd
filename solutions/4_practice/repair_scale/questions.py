"""The question paper of repair_scale: the trainings, what enters, the optimizer's steps, the cause."""

from coursekit.room.sick_training import cause, entering, sick_signs, steps, trained

__all__ = ["cause", "entering", "sick_signs", "steps", "trained"]
