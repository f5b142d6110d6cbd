"""The commands of those who write exercises: dev new, dev verify."""

import keyword
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from coursekit.course.catalogue import exercises_in
from coursekit.grading.examination import Examination
from coursekit.grading.rooms import rooms
from coursekit.grading.verification import complaint, trials_of

ANSWER = '''"""{title}.

The idea. What it is for, in two or three sentences.

    the equation

The trap. What goes wrong where nobody looks.

Write `{name}(x)`. What it returns, and in which shape.

By hand: an example that fits on a napkin.

Source: who found it, when, where.
"""


def {name}(x):
    """What it returns, in one line."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
'''
QUESTIONS = '''"""The question paper of {name}."""


def values(student, x):
    return student.{name}(x)
'''
KEY = '''"""The answer key of {name}."""

from coursekit.grading.key import Slip, check, near

WRITES = ["{name}"]
READY_MADE = []

SLIPS = [
    Slip(
        "not_doubled",
        "That is x itself: it is to be doubled.",
        lambda x: near(x),
    ),
]


@check("gives twice its input", wanted=lambda x: near(2 * x.astype("float64")), slips=SLIPS)
def values(rng):
    for shape in [(2,), (3, 4)]:
        yield {{"x": rng.normal(size=shape).astype("float32")}}
'''
HINTS = """## 1

The idea, as a question.

## 2

The tool or the formula.

## 3

    return ____ * x
"""
WRONG = """[not_doubled]
edit = ["2 * x", "x"]
caught = ["values"]
"""


@click.command()
@click.argument("name")
@click.option("--section", required=True, help='Such as "1_losses".')
@click.argument("root", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
def new(name, section, root):
    """Begin an exercise NAME in ROOT/solutions: all its files, small and already working."""
    folder = root / "solutions" / section / name
    if not name.isidentifier() or name != name.lower() or keyword.iskeyword(name):
        raise click.UsageError(f"A name is a Python name in small letters; got {name!r}.")
    if name in ("questions", "key") or list(root.glob(f"solutions/*/{name}")):
        raise click.UsageError(f"The name {name} is taken; nothing was changed.")
    if not (section[:1].isdigit() and section[1:2] == "_"):
        raise click.UsageError(f'A section is named like "1_losses"; got {section!r}.')
    folder.mkdir(parents=True)
    title = name.replace("_", " ").capitalize()
    texts = {
        f"{name}.py": ANSWER,
        "questions.py": QUESTIONS,
        "key.py": KEY,
        "hints.md": HINTS,
        "wrong.toml": WRONG,
    }
    for file, text in texts.items():
        filled = text if file in ("hints.md", "wrong.toml") else text.format(name=name, title=title)
        (folder / file).write_text(filled, encoding="utf-8", newline="\n")
    click.echo(f"{folder} is there. Then: coursekit dev sync, coursekit dev verify {name}")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--root",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where solutions/ and exercises/ lie; by default here.",
)
@click.option("--seed", type=int, help="Of the inputs; by default a new one each time.")
def verify(names, root, seed):
    """Examine exercises themselves: the answer passes, every known slip is caught and named."""
    console = Console()
    solutions = root / "solutions"
    try:
        chosen = exercises_in(solutions)
        unknown = set(names) - {each.name for each in chosen}
        if unknown:
            raise ValueError(f"There is no exercise {', '.join(sorted(unknown))} in {solutions}.")
        chosen = [each for each in chosen if not names or each.name in names]
        trials = [trial for each in chosen for trial in trials_of(each, solutions)]
    except (FileNotFoundError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    complaints = 0
    with rooms() as place, Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("verifying", total=len(trials))
        examination = Examination(place, seed, solutions, root / "exercises")
        for number, report in examination.of([trial.submission() for trial in trials]):
            progress.advance(bar)
            found = complaint(trials[number], report)
            if found:
                complaints += 1
                console.print(found, highlight=False, markup=False)
    slips = len(trials) - 2 * len(chosen)
    console.print(f"{len(chosen)} exercises, {slips} slips, {complaints} complaints.")
    raise SystemExit(1 if complaints else 0)
