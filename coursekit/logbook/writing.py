"""Writes the log of a lab while it runs: a row for the lab, for every step, and for every run."""

import json
import math
import os

from coursekit.logbook.hashes import configuration_hash, digest


class Logbook:
    """A log that grows run by run; what stands in it is whole at any time.

    Args:
        path: the file; what is in it is replaced.
        configuration: what the lab was told to do, as plain data.
        began: when it began, as text.
        predictions: what was predicted before, as plain data, or None.

    A disk that is full ends the log and not the lab: `failure` holds the error from then on.
    """

    def __init__(self, path, configuration, began, predictions=None):
        self.path, self.failure = path, None
        self.rows, self.runs, self.length = 0, 0, 0
        header = {
            "row": "lab",
            "began": began,
            "predictions": predictions,
            "configuration": configuration,
            "configuration_sha256": configuration_hash(configuration),
        }
        header["digest"] = digest(header, "")
        self._write([header], mode="wb")
        # The rows hold on to the configuration, not to the hour: equal labs have equal rows.
        self._last = header["configuration_sha256"]

    def add(self, run):
        """Writes the rows of a finished run, all of them or none."""
        self._write(self._chained(rows_of(run, self.runs)), runs=1)

    def close(self, missing=()):
        """Writes the last row, which says how many there are and which parts are missing."""
        end = {"row": "end", "rows": self.rows + 1, "runs": self.runs, "missing": list(missing)}
        self._write(self._chained([end]))

    def _chained(self, rows):
        """The rows with their digests; the log itself stays as it is until they are written."""
        last, chained = self._last, []
        for row in map(without_nan, rows):
            row["digest"] = last = digest(row, last)
            chained.append(row)
        return chained

    def _write(self, rows, mode="r+b", runs=0):
        if self.failure is not None:
            return
        text = "".join(json.dumps(row) + "\n" for row in rows).encode()
        try:
            with open(self.path, mode) as file:
                file.seek(self.length)
                file.write(text)
                file.truncate()  # what an interrupted run has left behind
        except OSError as error:
            self.failure = error
            _cut_off(self.path, self.length)  # half a run would be no run
            return
        # All together and last: after Ctrl-C the log goes on from the last rows that stand in it.
        self.length += len(text)
        self.rows += len(rows)
        self.runs += runs
        self._last = rows[-1]["digest"]


def rows_of(run, number):
    """The rows of one run: its steps, its batch losses at rest, and last what is one number.

    Args:
        run: with `part`, `setting`, `optimizer`, `rate`, `seed`, `losses`, `losses_after`, `probe`,
            `history`, `at_rest` and `scores`, as a `coursekit.lab.runs.Run`.
        number: of the run.
    """
    named = {
        "run": number,
        "part": run.part,
        "setting": run.setting,
        "optimizer": run.optimizer,
        "learning_rate": run.rate,
        "seed": run.seed,
    }
    if len(run.probe):
        yield {"row": "step", **named, "step": 0, "probe_loss": float(run.probe[0])}
    for step, loss in enumerate(run.losses):
        row = {"row": "step", **named, "step": step + 1, "loss": float(loss)}
        if len(run.probe):
            row["loss_after"] = float(run.losses_after[step])
            row["probe_loss"] = float(run.probe[step + 1])
        yield row
    if len(run.at_rest):
        yield {"row": "rest", **named, "losses": [float(loss) for loss in run.at_rest]}
    yield {"row": "run", **named, "history": [float(mean) for mean in run.history], **run.scores}


def _cut_off(path, length):
    try:
        os.truncate(path, length)
    except OSError:
        pass


def without_nan(content):
    """The same with None for what JSON has no word for."""
    if isinstance(content, dict):
        return {key: without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [without_nan(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
