import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.course.catalogue import exercises_in

ROOT = Path(__file__).parents[2]
COUNT = len(exercises_in(ROOT / "exercises"))


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_init_copies_every_stub_into_a_folder_with_any_name(tmp_path):
    folder = tmp_path / "meine Übungen"
    done = call("init", folder)
    assert done.exit_code == 0 and f"{COUNT} exercises copied" in done.output
    stub = Path("1_losses") / "mse.py"
    assert (folder / stub).read_bytes() == (ROOT / "exercises" / stub).read_bytes()


def test_init_overwrites_nothing(tmp_path):
    call("init", tmp_path)
    mine = tmp_path / "1_losses" / "mse.py"
    mine.write_text("mine")
    (tmp_path / "2_optimizers" / "adam.py").unlink()
    done = call("init", tmp_path)
    assert mine.read_text() == "mine"
    assert "1 exercises copied" in done.output and f"{COUNT - 1} were there already" in done.output


def test_reset_moves_the_old_file_aside_each_time(tmp_path):
    call("init", tmp_path)
    mine = tmp_path / "1_losses" / "mse.py"
    stub = mine.read_text()
    for text in ("first", "second"):
        mine.write_text(text)
        assert call("reset", "mse", "--folder", tmp_path).exit_code == 0
        assert mine.read_text() == stub
    kept = sorted(each.read_text() for each in mine.parent.glob("mse*.bak"))
    assert kept == ["first", "second"]


def test_reset_finds_the_file_where_it_lies(tmp_path):
    (tmp_path / "mse.py").write_text("mine")
    assert call("reset", "mse", "--folder", tmp_path).exit_code == 0
    assert (tmp_path / "mse.1.bak").read_text() == "mine"
    assert "not written yet" in (tmp_path / "mse.py").read_text()
    assert not (tmp_path / "1_losses").exists()


def test_reset_of_an_unknown_exercise_names_the_known_ones(tmp_path):
    done = call("reset", "msee", "--folder", tmp_path)
    assert done.exit_code == 1 and "no exercise 'msee'" in done.output and "mse" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs a folder that is a file of the system")
def test_init_where_nothing_can_be_written_is_one_sentence():
    done = call("init", "/proc/exercises")
    assert done.exit_code == 1 and "cannot be written" in done.output
    assert "Traceback" not in done.output


def test_list_shows_all_in_order():
    output = call("list").output
    assert output.index("mse") < output.index("bce_with_logits") < output.index("momentum")
    assert "Mean squared error" in output


@pytest.mark.parametrize("exercise", exercises_in(ROOT / "exercises"), ids=lambda each: each.name)
def test_every_exercise_has_three_hints_one_more_each_time(exercise, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in (1, 2, 3, 3):
        done = call("hint", exercise.name)
        assert done.exit_code == 0 and f"Hint {number} of 3" in done.output
        assert (f"One more: coursekit hint {exercise.name}" in done.output) == (number < 3)
        assert call("hint", exercise.name, number).output == done.output
    assert "____" in done.output


def test_hints_come_where_nothing_can_be_remembered(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    for _ in range(2):
        assert "Hint 1 of 3" in call("hint", "mse").output


def test_reset_where_nothing_can_be_written_is_one_sentence_and_loses_nothing(
    tmp_path, monkeypatch
):
    call("init", tmp_path)
    mine = tmp_path / "1_losses" / "mse.py"
    mine.write_text("mine")

    def refuse(*_, **__):
        raise OSError(28, "No space left on device", str(mine))

    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    done = call("reset", "mse", "--folder", tmp_path)
    assert done.exit_code == 1 and "cannot be written: No space left" in done.output
    assert mine.read_text() == "mine"


def test_a_hint_for_an_unknown_exercise_names_the_known_ones():
    done = call("hint", "msee")
    assert done.exit_code == 1 and "no exercise 'msee'" in done.output and "adam" in done.output
    assert call("hint", "mse", 4).exit_code == 2


def test_sync_prints_what_is_not_up_to_date_and_check_only_tells(tmp_path):
    answer = tmp_path / "solutions" / "1_one" / "a" / "a.py"
    answer.parent.mkdir(parents=True)
    answer.write_text(
        '"""A."""\n\n\ndef a():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n'
    )
    stub = tmp_path / "exercises" / "1_one" / "a.py"
    done = call("dev", "sync", "--check", tmp_path)
    assert done.exit_code == 1 and "Not up to date" in done.output and not stub.exists()
    assert call("dev", "sync", tmp_path).exit_code == 0
    assert "a: not written yet" in stub.read_text()
    assert call("dev", "sync", "--check", tmp_path).exit_code == 0


def test_sync_without_answers_is_one_sentence(tmp_path):
    done = call("dev", "sync", tmp_path)
    assert done.exit_code == 1 and "no exercises" in done.output and "Traceback" not in done.output


def test_an_exercise_with_several_files_is_handed_out_whole_and_reset_without_loss(tmp_path):
    call("init", tmp_path)
    place = tmp_path / "4_practice" / "report"
    assert {file.name for file in place.iterdir()} == {"answers.toml", "predictions.toml"}
    (place / "answers.toml").write_text("mine")
    (place / "predictions.toml").write_text("mine, too")
    assert call("reset", "report", "--folder", tmp_path).exit_code == 0
    assert (place / "answers.1.bak").read_text() == "mine"
    assert "[R1]" in (place / "answers.toml").read_text(encoding="utf-8")
    assert (place / "predictions.toml").read_text() == "mine, too"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
def test_where_nothing_can_be_printed_one_sentence_says_so():
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "coursekit", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: What coursekit says could not be written")
    assert done.stderr.count("\n") == 1
