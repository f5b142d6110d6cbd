"""The command `coursekit explain`: how the answer to a question is computed, from the student's rows."""

from pathlib import Path

import click

from coursekit.course.catalogue import ANSWERS, edition, exercises_in
from coursekit.course.own_files import course_files
from coursekit.grading.answer_table import read_table
from coursekit.grading.desk import from_evidence
from coursekit.grading.key import Key
from coursekit.grading.submission import read_submission


@click.command()
@click.argument("question")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def explain(question, folder):
    """Show how the answer to QUESTION, such as R4, is computed from your rows; not the answer.

    FOLDER is where the table of answers lies; by default that of the course.
    """
    exercise, check = _asked(question)
    file = course_files(".").get(exercise.name) if folder is None else folder
    if file is None:
        raise click.UsageError(
            f"There is no {exercise.section}/{exercise.names[0]} here. Go to your course folder, or name "
            f"the folder:  coursekit explain {question} FOLDER"
        )
    submission = read_submission(file / ANSWERS if file.is_dir() else file)
    if submission.problem:
        raise click.ClickException(submission.problem)
    said = read_table(submission.source).get(question, {})
    try:
        evidence = _key(exercise).evidence(submission.beside)
        click.echo(from_evidence(check.explains, said=said, **evidence))
    except (ValueError, LookupError) as error:
        raise click.ClickException(str(error.args[0])) from error


def _asked(question):
    """The exercise and the check of a question."""
    known = []
    for exercise in exercises_in(edition("exercises")):
        for check in () if exercise.is_program else _key(exercise).checks:
            if check.explains and check.name == question:
                return exercise, check
            known += [check.name] if check.explains else []
    raise click.UsageError(f"There is no question {question!r}. They are: {', '.join(known)}.")


def _key(exercise):
    return Key.read(edition("solutions") / exercise.section / exercise.name / "key.py")
