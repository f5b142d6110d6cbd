"""The command `coursekit lab`."""

import os
import sys
from pathlib import Path

import click

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
def lab(quick, seeds, epochs, optimizers, data, out):
    """Do the chapter's experiment: which optimizer converges faster, which oscillates?

    Trains the small CNN with every optimizer from the same first weights on the same batches, at
    the chapter's learning rates and at each one's own best, and says what is shown and what is not.
    """
    if not 1 <= seeds <= 100:
        raise click.UsageError(
            f"--seeds is a whole number from 1 to 100 (from seed 100 on they are for tuning); got {seeds}."
        )
    if epochs < 1:
        raise click.UsageError(f"--epochs is a whole number of at least 1; got {epochs}.")
    click.echo("Starting TensorFlow …", err=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from coursekit.lab.quiet import stderr_closed

    with stderr_closed():
        from coursekit.lab import contenders, results, session
        from coursekit.lab.protocol import Plan
    keys = tuple(key.strip() for key in optimizers.split(",") if key.strip())
    try:
        contenders.named(keys)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    plan = Plan(data, tuple(dict.fromkeys(keys)), seeds, epochs, quick)
    try:
        folder = results.new_folder(out or Path("coursekit-lab"), must_be_new=out is not None)
        finished = session.carry_out(plan, folder)
    except OSError as error:  # the folder or the download; each says what to do
        raise click.ClickException(str(error)) from error
    if not finished:
        sys.exit(130)
