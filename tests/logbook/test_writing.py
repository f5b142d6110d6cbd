"""The log grows run by run, and is whole at any time."""

import builtins
from types import SimpleNamespace

import numpy as np
import pytest

from coursekit.logbook import fitting, writing
from coursekit.logbook.predictions import read_predictions
from coursekit.logbook.reading import read
from coursekit.logbook.writing import Logbook

TOLD = {
    "data": {"name": "digits", "train": 64, "test": 10, "validation": 10},
    "model": {}, "optimizers": {}, "seeds": [0], "tuning_seeds": [], "epochs": 1, "batch_size": 32,
    "classes": 10, "target": 0.5,
}  # fmt: skip


def run(seed=0):
    losses = np.array([2.0, np.nan], "float32")
    return SimpleNamespace(
        part="race", setting="chapter", optimizer="adam", rate=0.01, seed=seed, losses=losses,
        losses_after=losses, probe=np.array([2.3, 2.0, 1.0], "float32"), history=[np.nan],
        at_rest=[], scores={"test_accuracy": 0.5},
    )  # fmt: skip


def test_every_run_is_there_as_soon_as_it_is_finished(tmp_path):
    log = Logbook(tmp_path / "runs.jsonl", TOLD, "now")
    for count in (1, 2):
        log.add(run(count))
        assert len(read((tmp_path / "runs.jsonl").read_bytes()).runs) == count


def test_what_is_read_is_what_was_written(tmp_path):
    log = Logbook(tmp_path / "runs.jsonl", TOLD, "now")
    log.add(run())
    log.close()
    (found,) = read((tmp_path / "runs.jsonl").read_bytes()).runs
    np.testing.assert_array_equal(found.losses, run().losses)
    np.testing.assert_array_equal(found.probe, run().probe)
    assert found.scores == {"test_accuracy": 0.5} and found.seed == 0


@pytest.mark.parametrize("writes", [2, 3])
def test_a_full_disk_leaves_whole_runs_and_ends_nothing(tmp_path, monkeypatch, writes):
    count = []

    def disk(path, mode):
        count.append(1)
        file = builtins.open(path, mode)  # noqa: SIM115 - closed by the one that wraps it
        if len(count) > writes:
            write = file.write

            def half(text):
                write(text[: len(text) // 2])
                file.flush()
                raise OSError(28, "No space left on device")

            return _Full(file, half)
        return file

    monkeypatch.setattr(writing, "open", disk, raising=False)
    log = Logbook(tmp_path / "runs.jsonl", TOLD, "now")
    for seed in range(4):
        log.add(run(seed))
    log.close()
    assert log.failure.errno == 28
    monkeypatch.undo()
    content = (tmp_path / "runs.jsonl").read_bytes()
    assert content.endswith(b"\n") and len(read(content).runs) == writes - 1


@pytest.mark.parametrize("place", ["digest", "half of a row", "all of it"])
def test_ctrl_c_while_a_run_is_written_leaves_an_honest_log(tmp_path, monkeypatch, place):
    log = Logbook(tmp_path / "runs.jsonl", TOLD, "now")
    log.add(run(0))

    def interrupted(*_):
        raise KeyboardInterrupt

    def disk(path, mode):
        file = builtins.open(path, mode)  # noqa: SIM115 - closed by the one that wraps it
        write = file.write

        def stopped(text):
            write(text if place == "all of it" else text[:50])
            file.flush()
            raise KeyboardInterrupt

        return _Full(file, stopped)

    if place == "digest":
        digests = iter([writing.digest, interrupted])
        monkeypatch.setattr(writing, "digest", lambda *given: next(digests)(*given))
    else:
        monkeypatch.setattr(writing, "open", disk, raising=False)
    with pytest.raises(KeyboardInterrupt):
        log.add(run(1))
    monkeypatch.undo()
    log.close(["tuning"])
    found = read((tmp_path / "runs.jsonl").read_bytes())
    assert len(found.runs) == log.runs == 1 and found.rows[-1][1]["row"] == "end"
    assert fitting.misfit_of_digests(found) is None and fitting.misfit_of_end(found) is None


class _Full:
    """A file on a disk with room for half of what comes."""

    def __init__(self, file, write):
        self.file, self.write = file, write

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def seek(self, place):
        self.file.seek(place)


def test_predictions_may_have_a_byte_order_mark(tmp_path):
    file = tmp_path / "predictions.toml"
    file.write_text(
        'lower_curve = "adam"\noscillates = "adam"\nbest_rate = 0.01\ntest_accuracy = [0.9, 0.95]\n'
        'because = "it is so"\n',
        encoding="utf-8-sig",
    )
    assert read_predictions(file)["best_rate"] == 0.01
