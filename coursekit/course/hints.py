"""Three hints for each exercise, the mildest first."""

import re

from coursekit.course.catalogue import edition, exercise_named


def hints_of(name):
    """Gives the hints of an exercise, mildest first: the idea, the tool, a line with a blank.

    Raises:
        ValueError: no exercise has this name.

    Example:
        >>> len(hints_of("mse"))
        3
    """
    section = exercise_named(name).section
    text = (edition("solutions") / section / name / "hints.md").read_text(encoding="utf-8")
    return [hint.strip("\n") for hint in re.split(r"^## \d$", text, flags=re.MULTILINE)[1:]]
