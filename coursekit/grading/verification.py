"""Verifies an exercise: its answer passes, its stub is unwritten, every known slip is caught and named."""

import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from coursekit.course.catalogue import ANSWERS
from coursekit.course.stub import cut
from coursekit.grading.answer_table import problem_of_table
from coursekit.grading.key import Key, load
from coursekit.grading.report import PASS
from coursekit.grading.submission import Submission, problem_of


@dataclass(frozen=True)
class Trial:
    """A file that is examined for the sake of the examination.

    Args:
        exercise: its name.
        name: "answer", "stub", or the slip's name.
        source: the text.
        caught: the checks that must not pass, for a slip.
        slip: the mistake that must be named, and no other but those of `also`.
        beside: of a table of answers, name → bytes of the files beside it; None for a program.
    """

    exercise: str
    name: str
    source: str
    caught: tuple = ()
    slip: str | None = None
    also: tuple = ()
    beside: dict | None = None

    def submission(self):
        """What is handed in."""
        source = self.source.encode()
        if self.beside is None:
            return Submission(f"{self.name}/{self.exercise}.py", source, problem_of(source))
        return Submission(
            f"{self.name}/{ANSWERS}", source, problem_of_table(source), dict(self.beside)
        )


def trials_of(exercise, solutions):
    """The trials of one exercise of the teacher's edition.

    Raises:
        ValueError: an edit of wrong.toml does not match exactly once, or something is not given.
    """
    answer = exercise.file.read_text(encoding="utf-8")
    beside = None if exercise.is_program else example_of(exercise)
    trials = [
        Trial(exercise.name, "answer", answer, beside=beside),
        Trial(exercise.name, "stub", cut(answer), beside=beside),
    ]
    folder = Path(solutions) / exercise.section / exercise.name
    path, questions = folder / "wrong.toml", folder / "questions.py"
    Key.read(folder / "key.py")
    try:
        if exercise.is_program:
            compile(questions.read_text(encoding="utf-8"), str(questions), "exec")
        slips = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{folder} is not complete: {error}.") from error
    for name, slip in slips.items():
        text = answer
        for old, new in slip.get("edits", [slip["edit"]] if "edit" in slip else []):
            if text.count(old) != 1:
                raise ValueError(
                    f"{path}: the edit of {name} must match exactly once, and {old!r} stands "
                    f"{text.count(old)} times in the answer."
                )
            text = text.replace(old, new)
        if text == answer or not slip.get("caught"):
            raise ValueError(f"{path}: {name} needs an edit that changes something, and caught.")
        trials.append(
            Trial(
                exercise.name,
                name,
                text,
                tuple(slip["caught"]),
                slip.get("slip", name),
                tuple(slip.get("also", ())),
                beside,
            )
        )
    return trials


def example_of(exercise):
    """The files beside the model table of answers: those of the exercise, and what its example.py makes.

    Raises:
        ValueError: there is no example.py that makes them.
    """
    path = exercise.file.with_name("example.py")
    with tempfile.TemporaryDirectory() as folder:
        for file in exercise.printed[1:]:
            shutil.copy(file, folder)
        try:
            load(path, f"example_of_{exercise.name}").write(Path(folder))
        except (OSError, SyntaxError, NameError, ImportError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} makes no example: {error}.") from error
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def complaint(trial, report):
    """What is wrong with the report on a trial, in one sentence; None where it is as it should be."""
    where = f"{trial.exercise}, {trial.name}"
    if trial.name == "answer":
        if report.passed:
            return None
        bad = next((each for each in report.checks if each.verdict != PASS), None)
        return (
            f"{where}: does not pass {bad.name if bad else 'anything'}: {bad.says if bad else ''}"
        )
    if trial.name == "stub":
        return None if report.unwritten else f"{where}: is not reported as not written yet."
    caught = tuple(each.name for each in report.checks if each.verdict != PASS)
    if not caught or set(caught) != set(trial.caught):
        return f"{where}: caught by {', '.join(caught) or 'nothing'}, not by {', '.join(trial.caught)}."
    named = {each.slip for each in report.checks} - {None}
    if trial.slip not in named:
        says = next(each.says for each in report.checks if each.verdict != PASS)
        return f"{where}: not recognised, but answered with: {says}"
    others = named - {trial.slip, *trial.also}
    if others:
        return f"{where}: also taken for {', '.join(sorted(others))}."
    return None
