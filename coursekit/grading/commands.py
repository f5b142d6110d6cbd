"""The commands that examine: check, watch, run, show, and the progress of a course."""

import subprocess
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from coursekit.course.catalogue import edition, exercise_named
from coursekit.course.own_files import course_files
from coursekit.course.stub import without_markers
from coursekit.grading.examination import Examination
from coursekit.grading.files import files_of, left_out
from coursekit.grading.passes import fingerprint, known, remember
from coursekit.grading.progress import standings
from coursekit.grading.rooms import rooms
from coursekit.grading.show import next_step, show_printed, show_report
from coursekit.grading.submission import read_submission
from coursekit.grading.writing import as_json, as_junit, refuse_unwritable, write_whole

ROOM = click.option(
    "--room",
    type=click.Choice(["auto", "warden", "plain"]),
    default="auto",
    help="warden: forked from one warm process (Linux); plain: a fresh process for each file.",
)
CLOSED = click.option(
    "--require-closed", is_flag=True, help="Refuse to run where the room cannot be closed."
)
SEED = click.option("--seed", type=int, help="Of the inputs; by default a new one each time.")


@click.command()
@click.argument("what", nargs=-1, metavar="[NAME|FILE|FOLDER]...")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the reports there."
)
@click.option(
    "--junit", "junit_file", type=click.Path(path_type=Path), help="The same as JUnit XML."
)
@ROOM
@CLOSED
@SEED
def check(what, json_file, junit_file, room, require_closed, seed):
    """Examine exercises: by name, as files, or all of a folder; by default all that lie here."""
    console = Console()
    try:
        files = files_of(what)
        place = rooms(room, require_closed)
        for path in filter(None, (json_file, junit_file)):
            refuse_unwritable(path)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    others = left_out(what)
    if others:
        sentence = (
            f"Left out, since their names are no exercise's: {len(others)}, such as {others[0]}"
        )
        console.print(sentence, markup=False, style="dim")
    reports = _examine(place, files, seed, console)
    for path, text in ((json_file, as_json), (junit_file, as_junit)):
        try:
            if path:
                write_whole(path, text(reports))
        except OSError as error:
            raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    doors = sorted({door for report in reports for door in report.doors})
    if doors:
        console.print(f"[dim]The room was not closed: {', '.join(doors)} stayed open.[/]")
    if len(reports) > 1:
        count = sum(not report.needs for report in reports)
        console.print(f"\n{sum(r.passed for r in reports)} of {count} passed.")
    else:
        console.print(next_step(reports[0]), markup=False, soft_wrap=True)
    sys.exit(0 if all(report.passed or report.needs for report in reports) else 1)


def _examine(place, files, seed, console):
    """Examines files with progress, and shows each report in the order of the files."""
    reports, waiting = {}, 0
    submissions = [read_submission(file) for file in files]
    examination = Examination(place, seed)
    words, shown = _while_waiting(examination, submissions)
    shown = shown and console.is_terminal
    with place, Progress(console=console, transient=True, disable=not shown) as progress:
        bar = progress.add_task(words, total=len(files) if len(files) > 1 else None)
        try:
            for number, report in examination.of(submissions):
                reports[number] = report
                progress.advance(bar)
                remember(report, submissions[number].content)
                while waiting in reports:
                    _show(console, reports[waiting], alone=len(files) == 1)
                    waiting += 1
        except RuntimeError as error:
            raise click.ClickException(str(error)) from error
    return [reports[number] for number in range(len(files))]


def _while_waiting(examination, submissions):
    """What is said while files are examined, and whether it is worth saying."""
    if len(submissions) != 1:
        return "examining", len(submissions) > 1
    name = submissions[0].exercise
    takes = examination.key(name).takes if examination.knows(name) else 0
    return f"examining {name}, which trains: about {takes:g} s", takes > 0


def _show(console, report, alone):
    show_report(console, report)
    if alone:
        show_printed(console, report)


@click.command()
@click.argument("what", nargs=-1, metavar="[NAME|FILE|FOLDER]...")
@ROOM
def watch(what, room):
    """Examine again whenever a file is saved, in a fraction of a second; Ctrl-C ends it."""
    from watchfiles import watch as changes

    console = Console()
    try:
        files = {Path(file).resolve(): Path(file) for file in files_of(what)}
        missing = [str(file) for file in files.values() if not file.is_file()]
        if missing:
            raise ValueError(f"{missing[0]} does not exist.")
        place = rooms(room)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    examination = Examination(place)  # what stubs are asked beforehand is asked once
    with place:
        place.start()
        console.print(f"Watching {len(files)} files; save one and see. Ctrl-C ends this.")
        folders = {file.parent for file in files}
        try:
            for changed in changes(
                *folders, debounce=100, step=20, recursive=False, raise_interrupt=True
            ):
                for path in sorted({Path(name).resolve() for _, name in changed}):
                    if path in files and path.is_file():
                        _examine_again(console, examination, files[path])
        except KeyboardInterrupt:
            console.print("Watched.")
        except RuntimeError as error:
            raise click.ClickException(str(error)) from error


def _examine_again(console, examination, file):
    console.rule(Text(f"{file}, {time.strftime('%H:%M:%S')}"))
    submission = read_submission(file)
    for _, report in examination.of([submission]):
        _show(console, report, alone=True)
        remember(report, submission.content)
        console.print(next_step(report), markup=False, soft_wrap=True)


@click.command()
@click.argument("name")
def run(name):
    """Run your file of the exercise NAME as a program: what stands below `if __name__ …`."""
    file = _file_of(name)
    if not exercise_named(name).is_program:
        raise click.ClickException(
            f"{file} is a table of answers: there is nothing to run. Examine it with: coursekit check {name}"
        )
    if file.suffix != ".py" or "__name__" not in file.read_text(encoding="utf-8", errors="replace"):
        raise click.ClickException(
            f"{file} has no part that runs by itself. Write one at its end, below "
            'if __name__ == "__main__":'
        )
    sys.exit(subprocess.run([sys.executable, str(file)], check=False).returncode)


@click.command()
@click.argument("name")
@click.option(
    "--solutions",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The teacher's edition, where it is not installed.",
)
def show(name, solutions):
    """Show the model answer of the exercise NAME, once your own has passed."""
    file = _file_of(name)
    if fingerprint(name, read_submission(file).content) not in known():
        raise click.ClickException(
            f"The answer is shown once yours has passed. Examine it with: coursekit check {name}"
        )
    exercise = exercise_named(name)
    folder = (solutions or edition("solutions")) / exercise.section / name
    answer = folder / exercise.file.name
    if not answer.exists():
        raise click.ClickException(
            "This installation has no model answers; they are in the teacher's edition. Where you have "
            f"it: coursekit show {name} --solutions FOLDER"
        )
    text = without_markers(answer.read_text(encoding="utf-8"))
    language = "python" if exercise.is_program else "toml"
    Console().print(Syntax(text, language, background_color="default", word_wrap=True))


def _file_of(name):
    try:
        exercise_named(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    file = course_files(".").get(name)
    if file is None:
        raise click.UsageError(f"There is no file for {name} here: go to your course folder.")
    return file


def progress():
    """Shows where the course in this folder stands, and the next step."""
    console = Console()
    all_standings = standings(".")
    if all(each.file is None for each in all_standings):
        console.print(
            "There are no exercises in this folder. Begin with\n\n    coursekit init my-course\n"
        )
        console.print("[dim]All commands: coursekit --help[/]")
        return
    table, section = Table(box=None, pad_edge=False), None
    for heading, width in (("section", 12), ("exercise", 21), ("", 15), ("what it is about", 20)):
        table.add_column(heading, no_wrap=True, min_width=width)
    colours = {"passed": "green", "not checked yet": "yellow"}
    for each in all_standings:
        colour = colours.get(each.state, "dim")
        exercise = each.exercise
        table.add_row(
            "" if exercise.section == section else exercise.section,
            exercise.name,
            f"[{colour}]{each.state}[/]",
            exercise.title,
        )
        section = exercise.section
    console.print(table)
    passed = sum(each.state == "passed" for each in all_standings)
    words = f"\n{passed} of {len(all_standings)} passed. {_next(all_standings)}"
    console.print(words, markup=False, soft_wrap=True)


def _next(all_standings):
    for state, words in (
        ("not checked yet", "Next: coursekit check {name}"),
        ("not written yet", "Next: open {file} and write it."),
        ("missing", "Next: coursekit reset {name}"),
    ):
        for each in all_standings:
            if each.state == state:
                return words.format(name=each.exercise.name, file=each.file)
    return "That is all of it: well done."
