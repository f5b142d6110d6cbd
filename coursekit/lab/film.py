"""A film at the terminal: a bar grows while its frames are drawn."""

from matplotlib import animation
from rich import progress

from coursekit.lab.new_file import new_file, whole
from coursekit.plots import film


def check_film(path):
    """Finds out whether a film can be written there, before anything is computed.

    Raises:
        ValueError: the file is neither .gif nor .mp4.
        OSError: the file exists, its folder does not or cannot be written to, or there is no ffmpeg
            for an .mp4.
    """
    path = new_file(path, (".gif", ".mp4"))
    if path.suffix.lower() == ".mp4" and not animation.FFMpegWriter.isAvailable():
        raise OSError(
            f"{path} needs the program ffmpeg, which is not installed here. Install it, or let the "
            "file end in .gif, which needs nothing."
        )
    return path


def write(figure, path, console):
    """Writes the film of a figure, which belongs to it from now on, and says where it is.

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
    with bar, whole(path) as part:
        task = bar.add_task("film", total=len(moving.ends))
        film.save(moving, part, lambda frame: bar.update(task, completed=frame))
    console.print(f"The film is in {path}.", highlight=False, markup=False, soft_wrap=True)
