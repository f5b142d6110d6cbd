"""The command `coursekit landscape`."""

import contextlib
import os
import sys
from pathlib import Path

import click

from coursekit.hiker.optimizer_option import optimizer_option
from coursekit.lab.starting_tensorflow import starting_tensorflow


@click.command()
@optimizer_option
@click.option("--epochs", default=5, show_default=True, help="Epochs of every training.")
@click.option("--seed", default=0, show_default=True, help="Decides first weights and batches.")
@click.option(
    "--images", default=256, show_default=True, help="The loss is measured on so many images."
)
@click.option("--grid", default=41, show_default=True, help="Points along each side of the map.")
@click.option("--quick", is_flag=True, help="Only the map; no minima, no sharpness.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder for numbers and pictures.  [default: coursekit-landscape, or the next free number]",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Draw what such a folder holds once more, without measuring anything.",
)
@click.pass_context
def landscape(context, optimizers, epochs, seed, images, grid, quick, out, source):
    """See the real loss of the small CNN where its optimizers go.

    All start from the same weights and meet the same batches. Their ways through 13,706 dimensions
    are put on the plane that shows most of them; the dots have the colour of the true loss, and
    below stands how far the map is wrong. Then the shape of the minima, and how the sharpness
    rises to 2 / learning rate.
    """
    for name, value, low, high in (
        ("epochs", epochs, 1, 50),  # the plane comes from all pairs of steps
        ("seed", seed, 0, 2**31 - 1),
        ("images", images, 32, 1198),
        ("grid", grid, 5, 501),
    ):
        if not low <= value <= high:
            raise click.UsageError(f"--{name} is a whole number from {low} to {high}; got {value}.")
    if source:
        _refuse_settings(context)
    # Splitting products of this size costs more than it saves, much more where the cores are busy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["MPLBACKEND"] = "agg"  # pictures go into files only, so that no display is needed
    try:
        if source:
            _draw_again(source, out)
        else:
            _measure(optimizers, out, epochs, seed, images, grid, quick)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _refuse_settings(context):
    """Of an option that changes what is measured, where nothing is."""
    for option in context.command.params:
        given = context.get_parameter_source(option.name)
        if option.name not in ("source", "out") and given is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(
                f"--from draws what was measured already, so {option.opts[0]} can change nothing. "
                "Leave one of them out."
            )


def _measure(optimizers, out, *settings):
    with starting_tensorflow():
        from coursekit.hiker import landscape_session
        from coursekit.hiker.hikers import hikers
        from coursekit.training import threads
    threads.choose((8, 8, 1), 32)
    everybody = hikers(optimizers)
    with _new_folder(out) as folder:
        finished = landscape_session.carry_out(everybody, folder, *settings)
    if not finished:
        sys.exit(130)


def _draw_again(source, out):
    from coursekit.hiker.landscape_showing import draw_again, read

    found = read(source)
    with _new_folder(out) as folder:
        draw_again(found, folder)
    click.echo(f"\nThe pictures are in {folder}.")


@contextlib.contextmanager
def _new_folder(out):
    """The folder of results; where nothing comes into it, nothing of what was made for it stays."""
    from coursekit.lab.output_folder import new_folder

    wanted = out or Path("coursekit-landscape")
    was_there = wanted.exists()
    parents = [each for each in wanted.parents if not each.exists()]
    folder = new_folder(wanted, must_be_new=out is not None, first="landscape.md")
    ours = not was_there or folder != wanted
    try:
        yield folder
    finally:
        report = folder / "landscape.md"
        if report.is_file() and not report.stat().st_size:
            report.unlink()
        for made in [folder, *parents] if ours else []:
            with contextlib.suppress(OSError):  # there is something in it
                made.rmdir()
