"""The exercises of the course, found in their folders and put in order."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its task text describes it.

    Args:
        name: of its folder, its file and on the command line.
        section: the folder of its section, such as "1_losses".
        file: the file with the task: the answer in the teacher's edition, else the stub.
    """

    name: str
    section: str
    file: Path

    @cached_property
    def task(self):
        """The text at the top of the file."""
        return ast.get_docstring(ast.parse(self.file.read_text(encoding="utf-8"))) or ""

    @property
    def title(self):
        """The first line of the task."""
        return self.task.partition("\n")[0].rstrip(".")

    @property
    def after(self):
        """The exercise of the same section that comes before this one; None for the first."""
        found = re.search(r"^After: (\w+)$", self.task, re.MULTILINE)
        return found[1] if found else None


def exercises_in(folder):
    """Finds the exercises of an edition, section by section, each after the one it builds on.

    Args:
        folder: `solutions`, with a folder for each exercise, or `exercises`, with a stub for each.

    Raises:
        FileNotFoundError: there are none.
        ValueError: an `After:` line names no exercise of the section, or they go round in a circle.

    Example:
        >>> [each.name for each in exercises_in(edition("exercises")) if each.section == "2_optimizers"]
        ['momentum', 'rmsprop', 'adam', 'sgd_l2', 'decay_or_l2']
    """
    folder = Path(folder)
    files = [*folder.glob("[0-9]_*/*.py"), *folder.glob("[0-9]_*/*/*.py")]
    found = []
    for file in sorted(files):
        section = file.relative_to(folder).parts[0]
        if file.parent.name in (section, file.stem):
            found.append(Exercise(file.stem, section, file))
    if not found:
        raise FileNotFoundError(
            f"There are no exercises in {folder}. They lie in folders such as 1_losses; a course of "
            "your own is made with: coursekit init FOLDER"
        )
    sections = sorted({each.section for each in found})
    return [
        each
        for section in sections
        for each in _in_order([one for one in found if one.section == section])
    ]


def exercise_named(name):
    """Gives the exercise of the student's edition that has this name.

    Raises:
        ValueError: none has; the sentence names them all.
    """
    by_name = {each.name: each for each in exercises_in(edition("exercises"))}
    if name not in by_name:
        raise ValueError(f"There is no exercise {name!r}. They are: {', '.join(by_name)}.")
    return by_name[name]


def edition(name):
    """The folder "exercises" or "solutions", in the checkout or in the installed package.

    The installed package has of the solutions nothing but their hints.
    """
    package = Path(__file__).parents[1]
    installed = package / f"_{name}"
    return installed if installed.is_dir() else package.parent / name


def _in_order(exercises):
    by_name = {each.name: each for each in exercises}
    before = {each.name: {each.after} - {None} for each in exercises}
    for name, earlier in before.items():
        if earlier - set(by_name):
            raise ValueError(
                f"{by_name[name].file} says After: {earlier.pop()}, and its section has no such "
                f"exercise, only {', '.join(sorted(by_name))}."
            )
    try:
        return [by_name[name] for name in TopologicalSorter(before).static_order()]
    except CycleError as error:
        circle = " after ".join(error.args[1])
        raise ValueError(f"The lines After: go round in a circle: {circle}.") from error
