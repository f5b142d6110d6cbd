"""The command `coursekit explore`."""

import os
import sys

import click

from coursekit.lab.new_file import new_file, next_free, whole


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
    if out == "":
        raise click.UsageError(
            "--out is empty; it should be the name of a file that ends in .html."
        )
    try:
        path = new_file(out or next_free("coursekit-explore.html"), (".html",))
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
    click.echo("Starting TensorFlow …", err=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from coursekit.quiet_imports import quiet_imports

    with quiet_imports():
        import tensorflow as tf

        from coursekit.hiker.page import making
        from coursekit.training import threads
    tf.get_logger().setLevel("ERROR")  # it warns of every new walk that it traces
    threads.choose((8, 8, 1), 32)
    return making.page(with_network)


def _write(text, path):
    try:
        with whole(path) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(str(error)) from error
