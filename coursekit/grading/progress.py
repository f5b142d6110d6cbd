"""Where a student stands: which exercises are written, which have passed, and what comes next."""

from dataclasses import dataclass
from pathlib import Path

from coursekit.course.catalogue import edition, exercises_in
from coursekit.course.own_files import course_files
from coursekit.grading.judge import same_answers, same_code
from coursekit.grading.passes import fingerprint, known
from coursekit.grading.submission import read_submission


@dataclass(frozen=True)
class Standing:
    """One exercise of the course and how far it is.

    Args:
        exercise: from the catalogue.
        file: the student's, or None.
        state: "passed", "not checked yet", "not written yet" or "missing".
    """

    exercise: object
    file: Path | None
    state: str


def standings(folder):
    """Every exercise with its state, in the order of the course; nothing is run for it."""
    files, passed, found = course_files(folder), known(), []
    for each in exercises_in(edition("exercises")):
        file = files.get(each.name)
        found.append(Standing(each, file, _state(each, file, passed)))
    return found


def _state(exercise, file, passed):
    if file is None:
        return "missing"
    submission = read_submission(file)
    if submission.problem:
        return "not checked yet"
    same = same_code if exercise.is_program else same_answers
    if same(submission.source, exercise.file.read_text(encoding="utf-8")):
        return "not written yet"
    if fingerprint(exercise.name, submission.content) in passed:
        return "passed"
    return "not checked yet"
