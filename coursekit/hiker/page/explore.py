"""The command `coursekit explore`."""

import sys

import click

from coursekit.lab.new_file import new_file, next_free, whole
from coursekit.lab.starting_tensorflow import starting_tensorflow


@click.command()
@click.option(
    "--out",
    help="The file to write.  [default: coursekit-explore.html, or the next free number]",
)
@click.option("--quick", is_flag=True, help="Without the small CNN, whose walks take a while.")
def explore(out, quick):
    """Make a page on which optimizers walk over loss landscapes, in your browser.

    Invented surfaces, the exact map of a real loss, and the small CNN: change the learning rates, the
    momentum and the start, predict where a hiker will be, and see. One file, which needs no network.
    """
    try:
        path = new_file(next_free("coursekit-explore.html") if out is None else out, (".html",))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    try:
        text = _page(with_network=not quick)
        _write(text, path)
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing is written.", err=True)
        sys.exit(130)
    click.echo(f"{path} ({path.stat().st_size / 1000:.0f} kB): open it in a browser.")


def _page(with_network):
    with starting_tensorflow():
        from coursekit.hiker.page import making
        from coursekit.training import threads
    threads.choose((8, 8, 1), 32)
    return making.page(with_network)


def _write(text, path):
    try:
        with whole(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(str(error)) from error
