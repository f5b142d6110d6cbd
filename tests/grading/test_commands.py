"""The commands as they are typed: what they print, what they write, and their exit codes."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.course.catalogue import exercises_in

ROOT = Path(__file__).parents[2]
COUNT = len(exercises_in(ROOT / "exercises"))
MSE = ROOT / "solutions" / "1_losses" / "mse" / "mse.py"
WRONG = MSE.read_text(encoding="utf-8").replace("ops.mean(", "ops.sum(")


# What a script runs in its background has learned to ignore Ctrl-C; this unlearns it.
HEEDS_CTRL_C = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('coursekit', run_name='__main__', alter_sys=True)"
)


class Shared:
    """The warden of all tests, which no command may close."""

    def __init__(self, warden):
        self.start, self.examine = warden.start, warden.examine

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def call(warden, monkeypatch, tmp_path):
    """Calls a command in an empty folder, in rooms that are warm."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("coursekit.grading.commands.rooms", lambda *_: Shared(warden))
    folder = tmp_path / "mein Kurs"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


def test_check_by_name_from_init_to_passed(call):
    assert call("init", ".").exit_code == 0
    done = call("check", "mse")
    assert done.exit_code == 1 and "mse: not written yet" in done.output
    assert "coursekit hint mse" in done.output
    shutil.copyfile(MSE, "1_losses/mse.py")
    done = call("check", "mse")
    assert done.exit_code == 0 and "mse: passed" in done.output
    done = call()
    assert f"1 of {COUNT} passed. Next: open 1_losses" in done.output
    Path("1_losses/mse.py").write_text(WRONG, encoding="utf-8")
    assert f"0 of {COUNT} passed. Next: coursekit check mse" in call().output


def test_a_recognised_mistake_is_named_in_words_and_in_the_file(call):
    Path("mse.py").write_text(WRONG, encoding="utf-8")
    done = call("check", "mse.py", "--json", "out.json", "--junit", "out.xml", "--seed", 3)
    assert done.exit_code == 1
    assert (
        done.output.count("That is the sum over the outputs") == 1 and "(the same)" in done.output
    )
    (row,) = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert set(row) == {"file", "exercise", "passed", "seconds", "checks"}
    assert row["file"] == "mse.py" and row["exercise"] == "mse" and row["passed"] is False
    for each in row["checks"]:
        assert set(each) == {"name", "sentence", "verdict", "says", "slip"}
        assert each["verdict"] in ("pass", "fail", "todo", "error")
    assert {each["slip"] for each in row["checks"]} == {None, "summed"}
    suite = ElementTree.parse("out.xml").getroot()[0]
    failed = sum(each["verdict"] == "fail" for each in row["checks"])
    assert int(suite.get("failures")) == failed == len(suite.findall(".//failure"))


def test_many_files_in_one_call_keep_their_order(call):
    for number in range(6):
        Path(f"class/{number}").mkdir(parents=True)
        text = WRONG if number % 2 else MSE.read_text(encoding="utf-8")
        Path(f"class/{number}/mse.py").write_text(text, encoding="utf-8")
    Path("class/notes.py").write_text("not of the course")
    done = call("check", "class", "--json", "out.json")
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert [row["passed"] for row in rows] == [True, False] * 3
    assert [row["file"] for row in rows] == [f"class/{n}/mse.py" for n in range(6)]
    assert done.exit_code == 1 and "3 of 6 passed." in done.output
    assert "Left out, since their names are no exercise's: 1, such as class/notes.py" in done.output


def test_a_notebook_is_examined_like_a_file(call):
    code = MSE.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = [
        {"cell_type": "markdown", "source": ["# My answer"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", *code]},
    ]
    Path("mse.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert call("check", "mse.ipynb").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check"], "There are no exercises here"),
        (["check", "msee"], "There is no exercise 'msee'. They are: mse"),
        (["check", "adam"], "There is no 2_optimizers/adam.py here"),
        (["check", "."], "there is no file that is named after an exercise"),
        (["check", MSE, "--json", "nowhere/out.json"], "cannot be written: No such file"),
        (["check", MSE, "--json", "."], "cannot be written: it is a folder"),
        (["check", MSE, "--room", "cellar"], "Invalid value for '--room'"),
        (["run", "adam"], "There is no file for adam here"),
        (["show", "nobody"], "There is no exercise 'nobody'"),
        (["watch", "nobody"], "There is no exercise 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_exit_code_2(call, arguments, says):
    done = call(*arguments)
    assert done.exit_code == 2 and says in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_a_missing_file_is_a_row_like_the_others(call):
    done = call("check", "adam.py", MSE, "--json", "out.json")
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert done.exit_code == 1 and [row["passed"] for row in rows] == [False, True]
    assert rows[0]["checks"][0]["says"] == "adam.py does not exist."


def test_an_exercise_whose_packages_are_missing_counts_neither_way(call, monkeypatch):
    monkeypatch.setattr("coursekit.grading.key.Key.missing", lambda key: [*key.needs])
    answer = ROOT / "solutions" / "5_pytorch" / "torch_train_step" / "torch_train_step.py"
    done = call("check", MSE, answer, "--json", "out.json")
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert done.exit_code == 0 and "1 of 1 passed." in done.output
    assert 'it needs pip install "coursekit[torch]"' in " ".join(done.output.split())
    assert rows[1]["passed"] is False and rows[1]["checks"][0]["verdict"] == "todo"


def test_the_answer_is_shown_after_a_pass_only(call):
    shutil.copyfile(MSE, "mse.py")
    done = call("show", "mse")
    assert done.exit_code == 1 and "once yours has passed" in done.output
    call("check", "mse")
    done = call("show", "mse")
    assert done.exit_code == 0 and "ops.square(y_pred - y_true)" in done.output
    assert "BEGIN SOLUTION" not in done.output


def test_what_was_printed_is_shown_without_control_characters(call):
    text = MSE.read_text(encoding="utf-8") + '\nprint("\\x1b[2Jhello", 2 + 3)\n'
    Path("mse.py").write_text(text, encoding="utf-8")
    done = call("check", "mse.py")
    assert "hello 5" in done.output and "\x1b[2J" not in done.output and done.exit_code == 0


def test_run_runs_the_part_that_runs_by_itself(call, capfd):
    Path("mse.py").write_text(
        'if __name__ == "__main__":\n    print("it runs")\n', encoding="utf-8"
    )
    assert call("run", "mse").exit_code == 0 and "it runs" in capfd.readouterr().out
    Path("mse.py").write_text("x = 1\n", encoding="utf-8")
    assert "no part that runs by itself" in call("run", "mse").output


def test_where_nothing_can_be_remembered_it_works_all_the_same(call, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    shutil.copyfile(MSE, "mse.py")
    assert call("check", "mse").exit_code == 0
    assert f"0 of {COUNT} passed" in call().output


def test_a_new_exercise_works_from_the_beginning(call):
    assert call("dev", "new", "doubled", "--section", "1_losses").exit_code == 0
    assert call("dev", "sync").exit_code == 0
    done = CliRunner().invoke(main, ["dev", "verify"])
    assert done.exit_code == 0 and "1 exercises, 1 slips, 0 complaints." in done.output
    again = call("dev", "new", "doubled", "--section", "1_losses")
    assert again.exit_code == 2 and "nothing was changed" in again.output


def test_verify_complains_of_what_does_not_hold(call):
    call("dev", "new", "doubled", "--section", "1_losses")
    call("dev", "sync")
    wrong = Path("solutions/1_losses/doubled/wrong.toml")
    text = wrong.read_text(encoding="utf-8")
    more = '\n[halved]\nedit = ["2 * x", "x / 2"]\ncaught = ["values"]\n'
    harmless = '\n[same]\nedit = ["2 * x", "x * 2"]\ncaught = ["values"]\n'
    wrong.write_text(text + more + harmless, encoding="utf-8")
    done = CliRunner().invoke(main, ["dev", "verify"])
    said = " ".join(done.output.split())
    assert done.exit_code == 1 and "halved: not recognised" in said
    assert "same: caught by nothing, not by values" in said
    wrong.write_text('[gone]\nedit = ["3 * x", "x"]\ncaught = ["values"]\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["dev", "verify"])
    assert done.exit_code == 2 and "must match exactly once" in " ".join(done.output.split())


@pytest.mark.slow
def test_plain_rooms_give_the_same_verdicts_and_say_that_they_are_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("mse.py").write_text(WRONG, encoding="utf-8")
    command = [sys.executable, "-m", "coursekit", "check", "mse.py", str(MSE), "--room", "plain"]
    done = subprocess.run(
        [*command, "--json", "out.json"], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "The room was not closed: files, network, processes stayed open." in done.stdout
    wrong, right = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert right["passed"] and {each["slip"] for each in wrong["checks"]} == {None, "summed"}
    refused = subprocess.run(
        [*command, "--require-closed"], capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 2 and "cannot be closed here" in refused.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_watch_examines_what_is_saved_until_ctrl_c(tmp_path):
    file = tmp_path / "mse.py"
    file.write_text(WRONG, encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C, "watch", "mse.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert "Watching 1 files" in process.stdout.readline()
        time.sleep(1)
        file.write_text(MSE.read_text(encoding="utf-8"), encoding="utf-8")
        said = [process.stdout.readline() for _ in range(2)]
        assert "mse: passed" in said[1]
    finally:
        process.send_signal(2)
        rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "Traceback" not in rest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_leaves_nothing_behind(tmp_path):
    (tmp_path / "mse.py").write_text("while True: pass\n", encoding="utf-8")
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDS_CTRL_C, "check", "mse.py", "--json", "out.json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(rooms)},
    )
    end = time.monotonic() + 60
    while not list(rooms.glob("coursekit-room-*")) and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(2)
    _, said = process.communicate(timeout=30)
    assert process.returncode not in (0, None) and "Traceback" not in said
    assert not (tmp_path / "out.json").exists()
    end = time.monotonic() + 10
    while list(rooms.iterdir()) and time.monotonic() < end:
        time.sleep(0.1)
    assert list(rooms.iterdir()) == []
