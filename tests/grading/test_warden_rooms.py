"""Rooms that a warden forks: what lies in them, and what is said where one cannot be had."""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from coursekit.grading.examination import Examination
from coursekit.grading.key import Key
from coursekit.grading.paper import Paper
from coursekit.grading.rooms import rooms
from coursekit.grading.submission import Submission

ROOT = Path(__file__).parents[2]
PORT_WEIGHTS = ROOT / "solutions" / "5_pytorch" / "port_weights"
LOOKS = b"""
import sys
def rmsprop_step(*given, **named):
    raise ValueError(f"torch: {'torch' in sys.modules}")
"""


@pytest.mark.slow
def test_what_one_exercise_needs_does_not_lie_about_in_the_room_of_another(examination):
    pytest.importorskip("torch")
    answer = PORT_WEIGHTS / "port_weights.py"
    reports = dict(examination.of([answer, Submission("rmsprop.py", LOOKS), answer]))
    assert reports[0].passed and reports[2].passed
    assert "torch: False" in reports[1].checks[-1].says


CHANNELS_FIRST = """
import keras
from keras import layers


def build_mini_cnn(input_shape=(8, 8, 1), num_classes=10):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Permute((3, 1, 2)),
            layers.Conv2D(16, 3, padding="same", activation="relu", data_format="channels_first"),
            layers.MaxPooling2D(data_format="channels_first"),
            layers.Flatten(),
            layers.Dense(num_classes),
        ]
    )
"""


def test_a_room_computes_what_tensorflow_computes_here(examine):
    try:
        keras.layers.Conv2D(1, 1, data_format="channels_first")(np.ones((1, 1, 2, 2)))
    except tf.errors.UnimplementedError:
        pytest.skip("this TensorFlow has no convolution with the channels first")
    report = examine("mini_cnn", CHANNELS_FIRST)
    assert report.passed, report.checks


def test_a_question_that_the_paper_lacks_is_named(warden, tmp_path):
    solutions = tmp_path / "solutions"
    shutil.copytree(ROOT / "solutions" / "1_losses" / "mse", solutions / "1_losses" / "mse")
    paper = solutions / "1_losses" / "mse" / "questions.py"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace("def gradient(", "def gradients("), encoding="utf-8")
    examination = Examination(warden, 20, solutions=solutions, stubs=ROOT / "exercises")
    ((_, report),) = examination.of([ROOT / "solutions" / "1_losses" / "mse" / "mse.py"])
    verdicts = {each.name: each for each in report.checks}
    assert verdicts["values"].verdict == "pass" and verdicts["gradient"].verdict == "error"
    assert "has no question 'gradient'" in verdicts["gradient"].says


def test_where_temporary_files_have_no_room_one_sentence_says_so(warden, monkeypatch):
    def full(*_, **__):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", full)
    answer = ROOT / "solutions" / "1_losses" / "mse" / "mse.py"
    with pytest.raises(RuntimeError, match=r"could not be put .* \(No usable temporary"):
        list(Examination(warden, 20).of([answer]))


VERDICTS = ROOT / "solutions" / "4_practice" / "verdicts"
SHORT = b"def steps_to_target(curve, target): return 1"
LONG = b"""
import time
import numpy as np

def steps_to_target(curve, target):
    time.sleep(1.0)
    return np.zeros(100_000)
"""


def one_question(source, seconds):
    """A request to a room for verdicts, with one question."""
    paper = Paper.draw("verdicts", Key.read(VERDICTS / "key.py"), VERDICTS / "questions.py", 20)
    asked = [["steps", {"curve": [1.0], "target": 0.5}]]
    return paper.request(source, asked) | {"seconds": seconds}


def test_while_the_judge_is_busy_no_submission_loses_time(warden):
    ended = {}
    for number, answers in warden.examine([one_question(each, 3.0) for each in (SHORT, LONG)]):
        if not ended:
            time.sleep(4.0)
        ended[number] = answers.ended
    assert ended == {0: "done", 1: "done"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a warden")
def test_while_the_machine_stands_still_no_submission_loses_time():
    with rooms("warden") as place:
        list(place.examine([one_question(SHORT, 10.0)]))  # now it is warm
        pid = place._process.pid

        stood_still = []

        def stand_still():
            children, end = Path(f"/proc/{pid}/task/{pid}/children"), time.monotonic() + 30
            while not (rooms_now := children.read_text(encoding="ascii").split()):
                time.sleep(0.05)
                if time.monotonic() > end:
                    return
            pids = [pid, *map(int, rooms_now)]
            try:
                for each in pids:
                    os.kill(each, signal.SIGSTOP)
                time.sleep(5.0)
                stood_still.extend(pids)
            finally:
                for each in pids:
                    with suppress(ProcessLookupError):
                        os.kill(each, signal.SIGCONT)

        thread = threading.Thread(target=stand_still, daemon=True)
        thread.start()
        ((_, answers),) = place.examine([one_question(LONG, 3.0)])
        thread.join(60)
    assert len(stood_still) == 2 and answers.ended == "done" and 0 in answers.given
