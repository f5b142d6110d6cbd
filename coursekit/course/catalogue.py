"""The exercises of the course, found in their folders and put in order."""

import ast
import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ANSWERS = "answers.toml"  # the file of an exercise that is answered with numbers and words


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its task text describes it.

    What is handed in is a program, `<name>.py`, or a table of answers, `<name>/answers.toml`, which may
    need other files beside it: they stand in the task as `With: …`.

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
        """The text at the top of the file: the docstring of a program, the first comment of a table."""
        text = self.file.read_text(encoding="utf-8")
        if self.is_program:
            return ast.get_docstring(ast.parse(text)) or ""
        comment = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
        return "\n".join(line[2:] for line in comment)

    @property
    def is_program(self):
        """Whether a program is handed in, and not a table of answers."""
        return self.file.name != ANSWERS

    @property
    def names(self):
        """The names that a student's file may have, in the folder of the section."""
        if self.is_program:
            return f"{self.name}.py", f"{self.name}.ipynb"
        return (f"{self.name}/{ANSWERS}",)

    @property
    def beside(self):
        """The names of the files that are handed in beside it."""
        found = re.search(r"^With: (.+)$", self.task, re.MULTILINE)
        return tuple(found[1].split(", ")) if found else ()

    @property
    def printed(self):
        """The files of this edition that students get: the one with the task, and what lies beside."""
        beside = (self.file.with_name(name) for name in self.beside)
        return [self.file, *(file for file in beside if file.exists())]

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
            An exercise that is answered in a table has a folder in both.

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
    for file in sorted(folder.glob(f"[0-9]_*/*/{ANSWERS}")):
        found.append(Exercise(file.parent.name, file.relative_to(folder).parts[0], file))
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
