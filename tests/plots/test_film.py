from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import animation
from PIL import Image

from coursekit.plots import film

STEPS = 40


@pytest.fixture
def figure():
    figure, axes = plt.subplots(figsize=(4, 3))
    axes.plot(np.arange(1, STEPS + 1), np.arange(1, STEPS + 1), gid="grows", color="#0072B2")
    axes.plot(np.arange(STEPS + 1), np.arange(STEPS + 1), gid="grows", color="#D55E00")
    axes.axhline(20, color="0.5")
    yield figure
    plt.close(figure)


def test_lines_grow_to_the_same_step_and_to_their_ends(figure):
    moving = film.Film(figure, frames=9)
    one, other, still = figure.axes[0].lines
    ends = []
    for end in moving.ends:
        moving.show(end)
        ends.append(other.get_xdata()[-1])
        if len(one.get_xdata()):
            assert one.get_xdata()[-1] == other.get_xdata()[-1]
        assert len(still.get_xdata()) == 2
    assert ends == [0, 5, 10, 15, 20, 25, 30, 35, 40]


def test_a_gif_shows_every_frame_in_the_colours_of_the_figure(figure, tmp_path):
    told = []
    film.save(film.Film(figure, 6), tmp_path / "a.gif", told.append)
    assert told == [1, 2, 3, 4, 5, 6]
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 6 and gif.size == (320, 240)
        gif.seek(5)
        pixels = np.asarray(gif.convert("RGB"), int).reshape(-1, 3)
        assert gif.info["duration"] == film.HOLD
    assert (pixels == 255).all(axis=1).mean() > 0.5  # paper is white
    wanted = np.array([0xD5, 0x5E, 0x00])  # on top; among so much white, its pixels are few
    assert np.abs(pixels - wanted).sum(axis=1).min() < 20
    assert [file.name for file in tmp_path.iterdir()] == ["a.gif"]


def test_a_thin_line_keeps_its_colour_on_a_ground_of_many_others(tmp_path):
    figure, axes = plt.subplots(figsize=(4, 3))
    tint, grey = np.meshgrid(np.linspace(-0.07, 0.07, 300), np.linspace(0.4, 0.9, 300))
    axes.imshow(np.stack([grey + tint, grey, grey - tint], axis=-1), extent=(0, 1, 0, 1))
    axes.plot([0.1, 0.9], [0.2, 0.3], gid="grows", color="#0072B2", linewidth=1)
    film.save(film.Film(figure), tmp_path / "a.gif")
    plt.close(figure)
    with Image.open(tmp_path / "a.gif") as gif:
        gif.seek(gif.n_frames - 1)
        pixels = np.asarray(gif.convert("RGB"), int).reshape(-1, 3)
    assert np.abs(pixels - [0x00, 0x72, 0xB2]).sum(axis=1).min() < 30


def test_the_last_image_is_the_figure_itself(figure):
    *_, last = film.Film(figure, 3).images()
    figure.canvas.draw()
    want = np.asarray(figure.canvas.buffer_rgba(), int)[..., :3]
    different = np.abs(np.asarray(last, int) - want).max(axis=-1) > 8
    assert different.mean() < 0.02  # where a line crosses a spine, it is now above


def test_a_film_of_nothing_is_refused(figure):
    for line in figure.axes[0].lines:
        line.set_gid(None)
    with pytest.raises(ValueError, match='give them the gid "grows"'):
        film.Film(figure)


@pytest.mark.skipif(not animation.FFMpegWriter.isAvailable(), reason="no ffmpeg is installed")
def test_an_mp4_is_written_where_ffmpeg_is(figure, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    film.save(film.Film(figure, 4), Path("12:30.mp4"))  # a colon ends the name of a protocol, too
    assert (tmp_path / "12:30.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.skipif(not animation.FFMpegWriter.isAvailable(), reason="no ffmpeg is installed")
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that nobody may write to")
def test_what_ffmpeg_cannot_write_is_an_error_of_writing(figure):
    with pytest.raises(OSError, match="ffmpeg ended with code|Broken pipe"):
        film.save(film.Film(figure, 4), Path("/proc/self/a.mp4"))
