"""A film at the terminal: a bar grows while its frames are drawn."""

import matplotlib.pyplot as plt
from rich import progress

from coursekit.plots import film


def write(figure, path, console):
    """Writes the film of a figure, says where it is, and closes the figure.

    Raises:
        OSError: it cannot be written; one sentence says what to do.
    """
    bar = progress.Progress(
        progress.TextColumn("film"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        console=console,
        transient=True,
    )
    moving = film.Film(figure)
    with bar:
        task = bar.add_task("film", total=len(moving.ends))
        film.save(moving, path, lambda frame: bar.update(task, completed=frame))
    plt.close(figure)
    console.print(f"The film is in {path}.", highlight=False)
