"""`coursekit explore` as a user types it."""

import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.hiker.page import making
from coursekit.hiker.page.filling import SCRIPTS, filled


@pytest.fixture(autouse=True)
def asked(monkeypatch, data):
    """Not every test waits for the walks: whether each page was asked for with the network."""
    asked = []

    def page(with_network):
        asked.append(with_network)
        return filled(data)

    monkeypatch.setattr(making, "page", page)
    return asked


def explore(*arguments):
    return CliRunner().invoke(main, ["explore", *map(str, arguments)])


def test_writes_one_file_and_says_how_large_it_is(tmp_path, data):
    file = tmp_path / "seite ä.html"
    result = explore("--out", file)
    assert result.exit_code == 0, result.output
    assert [each.name for each in tmp_path.iterdir()] == ["seite ä.html"]
    assert file.read_text(encoding="utf-8") == filled(data)
    assert "kB" in result.output


def test_quick_is_without_the_network(tmp_path, asked):
    explore("--out", tmp_path / "whole.html")
    explore("--out", tmp_path / "quick.html", "--quick")
    assert asked == [True, False]


def test_overwrites_nothing(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("mine")
    result = explore("--out", file)
    assert result.exit_code and "exists already and is left as it is" in result.output
    assert file.read_text() == "mine"


def test_without_a_name_it_takes_the_next_free_number(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert explore().exit_code == explore().exit_code == 0
    assert {file.name for file in tmp_path.iterdir()} == {
        "coursekit-explore.html",
        "coursekit-explore-2.html",
    }


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    result = explore("--out", tmp_path / "none" / "page.html")
    assert (
        result.exit_code and "does not exist" in result.output and "Traceback" not in result.output
    )


def test_interrupted_it_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(with_network):
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "page", interrupted)
    result = explore("--out", tmp_path / "page.html")
    assert result.exit_code == 130 and "nothing is written" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["page.txt", "", "none/page.html"])
def test_a_name_that_cannot_be_is_refused_before_anything_starts(tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    program = (
        "import sys; from coursekit.cli import main; "
        f"code = main(['explore', '--out', {out!r}], standalone_mode=False)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode and "Starting" not in result.stderr
    assert (".html" in result.stderr) and not list(tmp_path.iterdir())


def test_an_error_inside_is_not_taken_for_a_wrong_name(tmp_path, monkeypatch):
    def broken(with_network):
        raise ValueError("inside")

    monkeypatch.setattr(making, "page", broken)
    result = explore("--out", tmp_path / "page.html")
    assert isinstance(result.exception, ValueError) and "Usage" not in result.output


def test_no_text_can_end_the_script_that_holds_the_data():
    text = "a </script> and <!--<script> in a title"
    page = filled({"title": text})
    data = re.search(r'id="data">(.*?)</script>', page)[1]
    assert "<" not in data and json.loads(data) == {"title": text}


def test_every_script_of_the_folder_is_in_the_page():
    from importlib.resources import files

    folder = files("coursekit.hiker.page")
    assert sorted(SCRIPTS) == sorted(f.name for f in folder.iterdir() if f.name.endswith(".js"))
