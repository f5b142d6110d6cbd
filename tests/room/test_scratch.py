"""A room's folder goes away whatever was made of it, and is not let grow for ever."""

import os
import sys
import tempfile

import pytest

from coursekit.room import scratch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms have such folders on Linux")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    room = tmp_path / "room"
    room.mkdir()
    yield room
    left = os.listdir(tmp_path)
    scratch.remove(room)  # pytest could not remove what is too deep
    assert left == ["outside"] * (tmp_path / "outside").exists()


def test_folders_deeper_than_a_path_is_long(folder):
    here = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(3000):
            os.mkdir("deeper")
            os.chdir("deeper")
    finally:
        os.chdir(here)
    assert scratch.is_full(folder)
    scratch.remove(folder)


def test_folders_that_forbid_everything(folder):
    for mode in (0o000, 0o300, 0o500):
        closed = folder / f"{mode:o}"
        closed.mkdir()
        (closed / "inside").mkdir()
        (closed / "file").touch()
        closed.chmod(mode)
    scratch.remove(folder)


def test_links_are_removed_and_not_followed(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    (outside / "file").touch()
    (folder / "link").symlink_to(outside)
    (folder / "broken").symlink_to("nowhere")
    scratch.remove(folder)
    assert (outside / "file").exists() and outside.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("bound", ["LARGEST_FOLDER", "MOST_FILES"])
def test_is_full_where_bytes_or_files_are_too_many(folder, monkeypatch, bound):
    (folder / "inside").mkdir()
    for name in ("a", "b", "inside/c"):
        (folder / name).write_bytes(b"x" * 5000)
    assert not scratch.is_full(folder)
    monkeypatch.setattr(scratch, bound, 3)
    assert scratch.is_full(folder)
    scratch.remove(folder)
