"""A film of a figure: its curves grow step by step."""

import numpy as np
from matplotlib import animation

from coursekit.plots.new_file import new_file, whole

GROWS = "grows"  # the gid of a line that grows; its points are one per step
FRAMES, HOLD = 50, 12  # of the walk, and of its end
FRAMES_PER_SECOND = 12
DPI = 64  # of the frames: a film that is sent around stays below 1 MB


def film(figure, frames=FRAMES):
    """Makes a film in which every line with the gid "grows" comes into being, all in step.

    Lines of unequal length end together, as a curve does that has no value before the first step.

    Args:
        figure: with such lines in it, drawn to their ends.
        frames: how many pictures of the walk, at most one for each step.

    Returns:
        A `matplotlib.animation.FuncAnimation`.

    Raises:
        ValueError: no line grows.
    """
    lines = [line for axes in figure.axes for line in axes.lines if line.get_gid() == GROWS]
    data = [line.get_data() for line in lines]
    if not lines:
        raise ValueError('A film wants lines that grow; give them the gid "grows".')
    length = max(len(x) for x, _ in data)

    def show(end):
        for line, (x, y) in zip(lines, data):
            till = max(len(x) - (length - end), 0)
            line.set_data(x[:till], y[:till])
        return lines

    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # what is laid out once stays where it is
    ends = np.unique(np.linspace(1, length, frames).round().astype(int))
    return animation.FuncAnimation(
        figure,
        show,
        init_func=lambda: lines,
        frames=[*ends.tolist(), *[length] * HOLD],
        interval=1000 / FRAMES_PER_SECOND,
    )


def writer_for(path):
    """The writer for a film by the ending of its file, tried before anything is computed.

    Raises:
        ValueError: the file is neither .gif nor .mp4.
        OSError: the file exists, its folder does not, or there is no ffmpeg for an .mp4.
    """
    path = new_file(path, (".gif", ".mp4"))
    if path.suffix.lower() == ".gif":
        return animation.PillowWriter(FRAMES_PER_SECOND)
    if not animation.FFMpegWriter.isAvailable():
        raise OSError(
            f"{path} needs the program ffmpeg, which is not installed here. Install it, or let the "
            "file end in .gif, which needs nothing."
        )
    return animation.FFMpegWriter(FRAMES_PER_SECOND)


def save(moving, path, tell=lambda frame, frames: None):
    """Writes a film.

    Args:
        moving: what `film` made.
        path: a .gif, or an .mp4 where ffmpeg is installed.
        tell: called with the number of every frame, from 0, and how many there are.

    Raises:
        ValueError, OSError: as for `writer_for`, or it cannot be written.
    """
    writer = writer_for(path)
    with whole(new_file(path, (".gif", ".mp4"))) as part:
        moving.save(part, writer, dpi=DPI, progress_callback=tell)
