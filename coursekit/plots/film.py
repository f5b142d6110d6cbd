"""A film of a figure: its curves grow step by step."""

from subprocess import CalledProcessError

import numpy as np
from matplotlib import animation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

GROWS = "grows"  # the gid of a line that grows; its points are one per step
FRAMES = 60
FRAMES_PER_SECOND = 12
HOLD = 2000  # milliseconds of the last frame, before a GIF begins again
DPI = 80  # of the frames
VIVID = 40  # difference between the strongest and the weakest of red, green and blue


class Film:
    """A figure in which every line with the gid "grows" comes into being, all in step.

    Lines of unequal length end together, as a curve does that has no value before the first step.

    Args:
        figure: with such lines in it, drawn to their ends; it belongs to the film from now on.
        frames: how many pictures, at most one for each step.

    Raises:
        ValueError: no line grows.
    """

    def __init__(self, figure, frames=FRAMES):
        lines = [line for axes in figure.axes for line in axes.lines if line.get_gid() == GROWS]
        if not lines:
            raise ValueError('A film wants lines that grow; give them the gid "grows".')
        self.figure, self.lines = figure, lines
        self.data = [line.get_data() for line in lines]
        self.length = max(len(x) for x, _ in self.data)
        self.ends = np.unique(np.linspace(1, self.length, frames).round().astype(int)).tolist()
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # what is laid out once stays where it is

    def show(self, end):
        """Shows the first points of the longest line, so many, and as far of the others."""
        for line, (x, y) in zip(self.lines, self.data):
            till = max(len(x) - (self.length - end), 0)
            line.set_data(x[:till], y[:till])

    def images(self):
        """Yields every frame as an image; what does not move is drawn once."""
        self.figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(self.figure)
        lines = [line for axes in self.figure.axes for line in axes.lines]
        lines.sort(key=lambda line: line.get_zorder())
        for line in lines:
            line.set_visible(False)
        canvas.draw()
        still = canvas.copy_from_bbox(self.figure.bbox)
        for line in lines:
            line.set_visible(True)
        for end in self.ends:
            self.show(end)
            canvas.restore_region(still)
            for line in lines:
                line.draw(canvas.get_renderer())
            yield Image.fromarray(np.array(canvas.buffer_rgba())[..., :3])


def save(film, path, tell=lambda frame: None):
    """Writes a film.

    Args:
        film: a `Film`.
        path: a .gif, or where ffmpeg is installed an .mp4; what is there is written over.
        tell: called with the number of every frame, from 1.

    Raises:
        OSError: it cannot be written.
    """
    write = _gif if path.suffix.lower() == ".gif" else _mp4
    write(film, path, tell)


def _gif(film, path, tell):
    images = []
    for image in film.images():
        images.append(image)
        tell(len(images))
    # One palette for all, so that only what changes takes room in the file.
    palette = _palette(images[-1])
    first, *others = (image.quantize(palette=palette, dither=0) for image in images)
    durations = [round(1000 / FRAMES_PER_SECOND)] * len(others) + [HOLD]
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0)


def _palette(image):
    """Colours for an image, half of them for its vivid pixels: thin lines are few among greys."""
    pixels = np.asarray(image).reshape(-1, 3)
    vivid = pixels[np.ptp(pixels, axis=1) > VIVID]
    parts = [Image.fromarray(part[None]).quantize(127) for part in (pixels, vivid) if len(part)]
    colours = np.concatenate([part.getpalette()[: 3 * 127] for part in parts]).reshape(-1, 3)
    colours = colours[colours.min(axis=1) < 248]  # what is nearly white would stand for the paper
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.append(colours, [[255, 255, 255]], axis=0).astype(int).ravel().tolist())
    return palette


def _mp4(film, path, tell):
    writer = animation.FFMpegWriter(FRAMES_PER_SECOND)
    try:
        # an absolute path: of another ffmpeg takes what stands before a colon for a protocol
        with writer.saving(film.figure, path.absolute(), DPI):
            for number, end in enumerate(film.ends, 1):
                film.show(end)
                writer.grab_frame()
                tell(number)
    except CalledProcessError as error:
        raise OSError(f"ffmpeg ended with code {error.returncode}") from error
