"""The command `coursekit lab`."""

import sys
from pathlib import Path

import click

from coursekit.lab.starting_tensorflow import starting_tensorflow
from coursekit.logbook.predictions import read_predictions, sealed

KEYS = "sgd,momentum,rmsprop,adam"


@click.command()
@click.option("--quick", is_flag=True, help="Only the race at the chapter's learning rates.")
@click.option("--seeds", default=5, show_default=True, help="Runs per optimizer and setting.")
@click.option("--epochs", default=5, show_default=True, help="Epochs of every run.")
@click.option("--optimizers", default=KEYS, show_default=True, help="Who races, with commas.")
@click.option(
    "--data",
    type=click.Choice(["digits", "mnist", "fashion_mnist", "cifar10"]),
    default="digits",
    show_default=True,
    help="The images; all but the digits are downloaded once.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for results and figures.  [default: coursekit-lab, or the next free number]",
)
@click.option(
    "--optimizer",
    "optimizer_file",
    type=click.Path(),
    metavar="FILE",
    help="A file with your own keras.optimizers.Optimizer, which races, too.",
)
@click.option(
    "--with",
    "settings",
    multiple=True,
    metavar="NAME=NUMBER",
    help="An argument of your own optimizer, such as momentum=0.9; as often as needed.",
)
@click.option(
    "--loss",
    "loss_file",
    type=click.Path(),
    metavar="FILE",
    help="A file with your own keras.losses.Loss, on which one more Adam trains.",
)
@click.option(
    "--animate",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A film of the loss curves, side by side; .gif or (where ffmpeg is installed) .mp4.",
)
@click.option(
    "--html", is_flag=True, help="Write the report as one page to hand in, too: report.html."
)
def lab(
    quick, seeds, epochs, optimizers, data, out, optimizer_file, settings, loss_file, animate, html
):
    """Do the chapter's experiment: which optimizer converges faster, which oscillates?

    Trains the small CNN with every optimizer from the same first weights on the same batches, at
    the chapter's learning rates and at each one's own best, and says what is shown and what is not.

    Where the folder of --out has the predictions.toml of a report, they are sealed when it starts.
    """
    if not 1 <= seeds <= 100:
        raise click.UsageError(
            f"--seeds is a whole number from 1 to 100 (from seed 100 on they are for tuning); got {seeds}."
        )
    if epochs < 1:
        raise click.UsageError(f"--epochs is a whole number of at least 1; got {epochs}.")
    settings = dict(map(_named_number, settings))
    if settings and not optimizer_file:
        raise click.UsageError("--with is for your own optimizer, and there is no --optimizer.")
    predictions = _predictions_in(out)
    with starting_tensorflow():
        from coursekit.lab import contenders, film, own_code, session
        from coursekit.lab.output_folder import new_folder
        from coursekit.lab.protocol import Plan
    keys = tuple(dict.fromkeys(key.strip() for key in optimizers.split(",") if key.strip()))
    own = []
    try:
        if animate:
            film.check_film(animate)
        contenders.named(keys)
        if optimizer_file:
            chapter = [key for key in ("momentum", "adam") if key in keys]
            own.append(own_code.own_optimizer(optimizer_file, chapter or keys[:2], settings))
        if loss_file:
            own.append(own_code.own_loss(loss_file, "adam" if "adam" in keys else keys[-1]))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    plan = Plan(data, keys, seeds, epochs, quick, tuple(own))
    try:
        folder = new_folder(out or Path("coursekit-lab"), must_be_new=out is not None)
        finished = session.carry_out(plan, folder, predictions, animate, html)
    except OSError as error:  # the folder or the download; each says what to do
        raise click.ClickException(str(error)) from error
    if not finished:
        sys.exit(130)


def _named_number(text):
    """The pair of "momentum=0.9"."""
    name, _, value = text.partition("=")
    try:
        if not name.isidentifier():
            raise ValueError
        return name, float(value)
    except ValueError as error:
        raise click.UsageError(
            f"--with takes a name and a number, such as momentum=0.9; got {text}."
        ) from error


def _predictions_in(folder):
    """What was predicted in this folder, sealed with the hour; None where no report is begun there."""
    file = folder and folder / "predictions.toml"
    if not file or not file.is_file() or (folder / "runs.jsonl").exists():
        return None
    try:
        predictions = read_predictions(file)
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if predictions is None:
        raise click.UsageError(
            f"{file} is not filled in yet. What is predicted after the lab is no prediction: fill it in, "
            "then start the lab; or choose another folder with --out for a lab without a report."
        )
    click.echo(f"Your predictions in {file} are sealed.", err=True)
    return sealed(predictions)
