"""Files of results: whole or not there, and never in the place of another."""

import os
from pathlib import Path

import pytest
from matplotlib import animation

from coursekit.lab.film import check_film
from coursekit.lab.new_file import new_file, next_free, whole
from coursekit.lab.output_folder import new_folder

NOBODY_WRITES = Path("/proc/self")  # not even root


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_without_ffmpeg_an_mp4_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(animation.FFMpegWriter, "isAvailable", classmethod(lambda cls: False))
    with pytest.raises(OSError, match=r"needs the program ffmpeg.*end in \.gif"):
        check_film(tmp_path / "a.mp4")


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "a.gif").write_text("mine")
    with pytest.raises(FileExistsError, match="left as it is"):
        check_film(tmp_path / "a.gif")
    assert next_free(tmp_path / "a.gif") == tmp_path / "a-2.gif"
    (tmp_path / "a-2.gif").touch()
    assert next_free(tmp_path / "a.gif") == tmp_path / "a-3.gif"


def no_links(source, target):
    raise OSError(95, "Operation not supported")


def test_a_link_that_leads_nowhere_is_left_as_it_is(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "nowhere" / "a.png")
    with pytest.raises(FileExistsError, match="left as it is"):
        new_file(tmp_path / "a.png", (".png",))
    assert next_free(tmp_path / "a.png") == tmp_path / "a-2.png"
    with (
        pytest.raises(FileExistsError, match=r"is in .*a-2\.png"),
        whole(tmp_path / "a.png") as part,
    ):
        part.write_text("mine")
    assert (tmp_path / "a.png").is_symlink() and names(tmp_path) == ["a-2.png", "a.png"]


@pytest.mark.parametrize("link", [os.link, no_links])
def test_a_name_as_long_as_names_may_be(tmp_path, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    longest = tmp_path / f"{'a' * 251}.png"
    with whole(new_file(longest, (".png",))) as part:
        part.write_text("mine")
    assert longest.read_text() == "mine"
    with pytest.raises(OSError, match="name too long.*Choose another name"):
        new_file(tmp_path / f"{'a' * 252}.png", (".png",))
    assert names(tmp_path) == [longest.name]


@pytest.mark.parametrize("link", [os.link, no_links])
def test_what_came_into_being_meanwhile_is_left_and_ones_own_stands_beside_it(
    tmp_path, monkeypatch, link
):
    monkeypatch.setattr(os, "link", link)
    message = r"left as it is.*is in .*a-3\.png\.$"
    with pytest.raises(FileExistsError, match=message), whole(tmp_path / "a.png") as part:
        part.write_text("mine")
        for name in ("a.png", "a-2.png"):
            (tmp_path / name).write_text("yours")
    assert names(tmp_path) == ["a-2.png", "a-3.png", "a.png"]
    assert [(tmp_path / name).read_text() for name in names(tmp_path)] == ["yours", "mine", "yours"]


@pytest.mark.parametrize("link", [os.link, no_links])
def test_a_whole_file_gets_its_name(tmp_path, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    with whole(tmp_path / "a.md") as part:
        part.write_text("one")
        assert names(tmp_path) == [part.name]
    with whole(tmp_path / "a.md", anew=True) as part:
        part.write_text("two")
    assert names(tmp_path) == ["a.md"] and (tmp_path / "a.md").read_text() == "two"


@pytest.mark.parametrize("link", [os.link, no_links])
def test_where_nothing_was_written_there_is_no_file(tmp_path, monkeypatch, link):
    monkeypatch.setattr(os, "link", link)
    with pytest.raises(OSError, match="could not be written"), whole(tmp_path / "a.png"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("a.jpeg", ValueError, r"should end in \.png or \.pdf"),
        ("none/a.png", FileNotFoundError, "does not exist. Make it first"),
    ],
)
def test_where_no_file_can_be_it_is_said(tmp_path, name, error, message):
    with pytest.raises(error, match=message):
        new_file(tmp_path / name, (".png", ".pdf"))


@pytest.mark.skipif(not NOBODY_WRITES.is_dir(), reason="no folder that nobody may write to")
def test_a_folder_that_cannot_be_written_to_is_found_beforehand():
    with pytest.raises(OSError, match="could not be written .*a place that you may write to"):
        new_file(NOBODY_WRITES / "a.png", (".png",))


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_is_broken_off_leaves_nothing(tmp_path, error):
    with pytest.raises(error), whole(tmp_path / "a.png") as part:
        part.write_text("half")
        raise error
    assert names(tmp_path) == []


def test_a_full_disk_is_said_in_one_sentence(tmp_path):
    message = "could not be written .No space left on device"
    with pytest.raises(OSError, match=message), whole(tmp_path / "a.png"):
        raise OSError(28, "No space left on device")


def test_a_folder_whose_name_a_dead_link_has_is_another_one(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError, match="left as it is"):
        new_folder(tmp_path / "out", must_be_new=True)
    assert new_folder(tmp_path / "out", must_be_new=False) == tmp_path / "out-2"
    assert (tmp_path / "out").is_symlink() and not (tmp_path / "nowhere").exists()
