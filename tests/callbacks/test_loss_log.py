"""The file of batch losses: to the bit, never torn, and nobody else's is touched."""

import csv
import json
import math

import numpy as np
import pytest

from coursekit.callbacks.loss_log import LossLog

ROWS = [(3, 0, np.float32(1 / 3)), (3, 1, np.float32(1.17e-38)), (4, 0, np.float32(3.4e38))]


def read(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, file))


@pytest.mark.parametrize("name", ["losses.csv", "losses.jsonl"])
def test_brings_every_number_back_to_the_bit(tmp_path, name):
    path = tmp_path / "ein Ordner für Läufe" / name
    log = LossLog(path)
    log.write(ROWS[:2])
    log.write(ROWS[2:])
    rows = read(path)
    assert [(int(row["epoch"]), int(row["batch"])) for row in rows] == [(3, 0), (3, 1), (4, 0)]
    wanted = np.array([loss for _, _, loss in ROWS])
    np.testing.assert_array_equal(np.array([row["loss"] for row in rows], "float32"), wanted)


@pytest.mark.parametrize("name", ["losses.csv", "losses.jsonl"])
def test_nan_and_infinity_stay_what_they_are(tmp_path, name):
    path = tmp_path / name
    LossLog(path).write((0, i, np.float32(loss)) for i, loss in enumerate(["nan", "inf", "-inf"]))
    losses = [float(row["loss"]) for row in read(path)]
    assert math.isnan(losses[0]) and losses[1:] == [math.inf, -math.inf]


@pytest.mark.parametrize("name", ["losses.csv", "losses.jsonl"])
@pytest.mark.parametrize("torn", [0, 1, 5])
def test_append_goes_on_behind_the_last_whole_row(tmp_path, name, torn):
    path = tmp_path / name
    LossLog(path).write(ROWS[:2])
    if torn:
        path.write_bytes(path.read_bytes()[:-torn])
    LossLog(path, append=True).write(ROWS[2:])
    batches = [(int(row["epoch"]), int(row["batch"])) for row in read(path)]
    assert batches == ([(3, 0), (4, 0)] if torn else [(3, 0), (3, 1), (4, 0)])


def test_append_mends_a_torn_header(tmp_path):
    path = tmp_path / "losses.csv"
    path.write_text("epoch,ba", encoding="utf-8")
    LossLog(path, append=True).write(ROWS[:1])
    assert [row["batch"] for row in read(path)] == ["0"]


@pytest.mark.parametrize("name", ["losses.csv", "losses.jsonl"])
@pytest.mark.parametrize("content", ["mine", "mine\n", "epoch;batch;loss\n1;2;3\n"])
def test_append_leaves_a_file_of_another_kind_alone(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="log of batch losses to go on with; it begins with"):
        LossLog(path, append=True)
    assert path.read_text(encoding="utf-8") == content


def test_an_existing_file_is_left_alone(tmp_path):
    path = tmp_path / "losses.csv"
    LossLog(path).write(ROWS)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="exists already.*append=True"):
        LossLog(path)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="should be written to.*not possible.*Choose a path"):
        LossLog(tmp_path / "file" / "losses.csv")


def test_another_ending_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"ends in .csv.*got 'losses.txt'"):
        LossLog(tmp_path / "losses.txt")
    assert not (tmp_path / "losses.txt").exists()
