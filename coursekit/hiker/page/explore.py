"""The command `coursekit explore`."""

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file to write.  [default: coursekit-explore.html, or the next free number]",
)
@click.option("--quick", is_flag=True, help="Without the small CNN, whose walks take a while.")
def explore(out, quick):
    """Make a page on which optimizers walk over loss landscapes, in your browser.

    Invented surfaces, the exact map of a real loss, and the small CNN: change the learning rates, the
    momentum and the start, predict where a hiker will be, and see. One file, which needs no network.
    """
    click.echo("Starting TensorFlow …", err=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from coursekit.quiet_imports import quiet_imports

    with quiet_imports():
        import tensorflow as tf

        from coursekit.hiker.page import making
        from coursekit.lab.new_file import new_file, next_free, whole
        from coursekit.training import threads
    tf.get_logger().setLevel("ERROR")  # it warns of every new walk that it traces
    threads.choose((8, 8, 1), 32)
    try:
        path = new_file(out or next_free("coursekit-explore.html"), (".html",))
        with whole(path) as part:
            part.write_text(making.page(with_network=not quick), encoding="utf-8")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Interrupted; nothing is written.", err=True)
        sys.exit(130)
    click.echo(f"{path} ({path.stat().st_size / 1000:.0f} kB): open it in a browser.")
