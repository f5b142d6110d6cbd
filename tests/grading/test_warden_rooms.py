"""Rooms that a warden forks: what lies in them, and what is said where one cannot be had."""

import shutil
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from coursekit.grading.examination import Examination
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
