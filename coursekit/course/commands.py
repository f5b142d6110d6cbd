"""The commands for the course on disk: init, list, hint, reset, dev sync."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from coursekit.course.catalogue import edition, exercise_named, exercises_in
from coursekit.course.handout import hand_out, hand_out_one, start_again
from coursekit.course.hints import hints_of, next_number
from coursekit.course.stub import cut


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def init(folder):
    """Copy the exercises into FOLDER; what is there already stays as it is."""
    try:
        new, kept = hand_out(folder)
    except OSError as error:
        raise click.ClickException(
            f"{folder} cannot be written: {error.strerror}. Name another."
        ) from error
    click.echo(f"{len(new)} exercises copied to {folder}.")
    if kept:
        click.echo(f"{len(kept)} were there already and are left as they are.")


@click.command("new")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def new_report(folder):
    """Begin a report in FOLDER: what to predict before the lab, and what to answer after it.

    Without FOLDER, where the course has it, 4_practice/report, or in a new folder report.
    """
    exercise = exercise_named("report")
    if folder is None:
        in_course = Path(exercise.section)
        folder = (in_course if in_course.is_dir() else Path()) / exercise.name
    try:
        new, kept = hand_out_one(exercise.name, folder)
    except OSError as error:
        raise click.ClickException(
            f"{folder} cannot be written: {error.strerror}. Name another."
        ) from error
    for file in new:
        click.echo(f"{file} is new.")
    for file in kept:
        click.echo(f"{file} was there already and is left as it is.")
    click.echo(
        f"Next: fill in {folder / 'predictions.toml'}, then run  coursekit lab --out {folder}"
    )


@click.command("list")
def list_exercises():
    """Show the exercises in the order in which they build on each other."""
    table = Table(box=None, pad_edge=False)
    for heading in ("section", "exercise", "what it is about"):
        table.add_column(heading)
    section = None
    for each in exercises_in(edition("exercises")):
        table.add_row("" if each.section == section else each.section, each.name, each.title)
        section = each.section
    Console().print(table)


@click.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(1, 3), required=False)
def hint(name, number):
    """Show a hint for the exercise NAME, one more each time: the idea, the tool, a line with a blank.

    With NUMBER, the first, second or third.
    """
    try:
        hints = hints_of(name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    number = number or next_number(name)
    click.echo(f"Hint {number} of {len(hints)}\n\n{hints[number - 1]}")
    if number < len(hints):
        click.echo(f"\nOne more: coursekit hint {name}")


@click.command()
@click.argument("name")
@click.option(
    "--folder",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the exercises lie; by default here.",
)
def reset(name, folder):
    """Start the exercise NAME again; your file is moved aside, not deleted."""
    try:
        stub, aside = start_again(folder, name)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or folder} cannot be written: {error.strerror}. Nothing is lost."
        ) from error
    if aside:
        click.echo(f"Your file is now {aside}.")
    click.echo(f"{stub} is fresh.")


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a stub is not up to date.")
@click.argument("root", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
def sync(root, check):
    """Print the stubs of ROOT/exercises from the answers of ROOT/solutions."""
    stale = []
    try:
        answers = exercises_in(root / "solutions")
        for each in answers:
            main = root / "exercises" / each.section / each.names[0]
            for file in each.printed:
                stub = main if file == each.file else main.with_name(file.name)
                text = cut(file.read_text(encoding="utf-8"))
                if stub.exists() and stub.read_text(encoding="utf-8") == text:
                    continue
                stale.append(stub)
                if not check:
                    stub.parent.mkdir(parents=True, exist_ok=True)
                    stub.write_text(text, encoding="utf-8", newline="\n")
    except (FileNotFoundError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if check and stale:
        names = ", ".join(str(stub) for stub in stale)
        raise click.ClickException(f"Not up to date: {names}. Print them with: coursekit dev sync")
    click.echo(f"{len(answers)} exercises, {len(stale)} stubs printed.")
