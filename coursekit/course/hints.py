"""Three hints for each exercise, the mildest first, one more each time."""

import json
import re

from coursekit.course.catalogue import edition, exercise_named
from coursekit.course.memory import memory


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


def next_number(name):
    """The number of the hint that comes next for this user: 1, 2, 3, and 3 again.

    It is remembered in the user's folder for things that may be lost; where that cannot be written,
    the next one is always the first.
    """
    file = memory("hints.json")
    try:
        shown = json.loads(file.read_text(encoding="utf-8"))
        number = min(int(shown.get(name, 0)) + 1, 3)
    except (OSError, ValueError, AttributeError, TypeError):
        shown, number = {}, 1
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({**shown, name: number}), encoding="utf-8")
    except OSError:
        pass
    return number
