"""Files that nobody can examine get one sentence each; those beside them are examined all the same."""

import os
import re
from pathlib import Path

import pytest

from coursekit.grading.submission import code_of_notebook, read_submission, without_magics

ROOT = Path(__file__).parents[2]


def problem(tmp_path, content, name="mse.py"):
    file = tmp_path / name
    file.write_bytes(content)
    return read_submission(file).problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"def f(:\n", "Line 1 is not Python"),
        (b"x = 1\n  y = 2\n", "Line 2 is not Python"),
        (b"x = 1\0\n", "null bytes"),
        ("x = 'ü'".encode("latin-1"), "not UTF-8"),
        (b"\xff\xfex\0", "null bytes"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "nested too deeply|not Python"),
        (b"# coding: nonsense\nx = 1\n", "not UTF-8"),
        (b"# coding: punycode\n" + b"x" * 2 * 10**5, "not UTF-8"),  # decoding it takes long
        (b"x = " + b"1 + " * 900 + b"1", "nested too deeply"),
        (b"x = x" + b".x" * 900, "nested too deeply"),
    ],
)
def test_one_sentence(tmp_path, content, says):
    found = problem(tmp_path, content)
    assert re.search(says, found) and "Traceback" not in found


def test_what_is_no_file(tmp_path):
    folder = tmp_path / "mse.py"
    folder.mkdir()
    assert "is a folder" in read_submission(folder).problem
    assert "does not exist" in read_submission(tmp_path / "adam.py").problem
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    assert "is a symbolic link" in read_submission(tmp_path / "loop.py").problem
    (tmp_path / "mse.txt").write_text("x = 1")
    assert "neither a .py file" in read_submission(tmp_path / "mse.txt").problem


def test_a_link_is_not_followed_it_could_lead_to_the_answers(tmp_path):
    (tmp_path / "own.py").write_text("x = 1\n")
    (tmp_path / "mse.py").symlink_to(tmp_path / "own.py")
    submission = read_submission(tmp_path / "mse.py")
    assert submission.source is None and "hand in the file itself" in submission.problem


def test_fifty_megabytes_are_not_read(tmp_path):
    file = tmp_path / "mse.py"
    with file.open("wb") as handle:
        handle.truncate(50 * 2**20)
    assert "50 MB" in read_submission(file).problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "mse.py")
    assert "is no ordinary file" in read_submission(tmp_path / "mse.py").problem


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"cells": [{}]}', b"\xff", b"[" * 10**5])
def test_what_is_no_notebook(tmp_path, content):
    assert "is not a notebook" in problem(tmp_path, content, "mse.ipynb")


def test_the_code_of_a_notebook_is_its_cells_without_magics():
    cells = (
        '{"cells": [{"cell_type": "markdown", "source": ["# no"]},'
        ' {"cell_type": "code", "source": ["%matplotlib inline\\n", "x = 1\\n", "!ls"]},'
        ' {"cell_type": "code", "source": "%%bash\\nls"}, {"cell_type": "code", "source": "y = 2"}]}'
    )
    names = {}
    exec(code_of_notebook(cells.encode()), names)  # noqa: S102
    assert names["x"] == 1 and names["y"] == 2


def test_a_cell_that_is_python_stays_and_of_a_timed_one_the_first_line_goes():
    cell = "print('%d'\n      % (1))"
    assert without_magics(cell) == cell
    assert without_magics("%%time\nx = 1") == "x = 1"
    assert without_magics("%%bash\nls") == ""


def test_a_magic_inside_a_block_leaves_the_block_whole():
    exec(without_magics("for i in range(2):\n    %time 1\n"))  # noqa: S102


def test_those_beside_a_bad_file_are_examined(examination, tmp_path):
    (tmp_path / "adam.py").write_bytes(b"\0")
    answer = ROOT / "solutions/1_losses/mse/mse.py"
    files = [tmp_path / "adam.py", answer, tmp_path / "nobody.py", tmp_path / "nix" / "mse.py"]
    reports = dict(examination.of(files))
    assert [reports[n].passed for n in range(4)] == [False, True, False, False]
    assert "does not exist" in reports[2].checks[0].says


def test_a_file_for_no_exercise_is_told_which_there_are(examination, tmp_path):
    (tmp_path / "msee.py").write_text("x = 1\n")
    ((_, report),) = examination.of([tmp_path / "msee.py"])
    assert "no exercise 'msee'" in report.checks[0].says and "mse, " in report.checks[0].says
