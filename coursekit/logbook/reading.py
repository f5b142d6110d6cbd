"""Reads the log of a lab: rows with their lines, and the runs that they make."""

import json
import math
from dataclasses import dataclass, field

import numpy as np

NAMES = {
    "run": int, "part": str, "setting": str, "optimizer": str, "learning_rate": float, "seed": int,
}  # fmt: skip
# kind of row: what must stand in it, and of which type
FORMS = {
    "lab": {"began": str, "configuration": dict, "configuration_sha256": str},
    "step": {**NAMES, "step": int},
    "rest": {**NAMES, "losses": list},
    "run": {**NAMES, "history": list},
    "end": {"rows": int, "runs": int, "missing": list},
}
# what a configuration says, and of which type
CONFIGURATION = {
    "data": dict, "model": dict, "optimizers": dict, "seeds": list, "tuning_seeds": list,
    "epochs": int, "batch_size": int, "classes": int, "target": float,
}  # fmt: skip


@dataclass
class LoggedRun:
    """One run as it stands in the log.

    Args:
        number, part, setting, optimizer, learning_rate, seed: as in its rows.
        lines: the numbers of its first and last line.
        losses: of every batch, before its step; NaN for one that was not finite.
        losses_after: of the same batch after its step; empty unless measured.
        probe: on the fixed images after 0, 1, 2, … steps; empty unless measured.
        history: the mean loss of each epoch.
        at_rest: batch losses with the weights held still; empty unless measured.
        scores: what is one number: losses and accuracies, strength and norm.
    """

    number: int
    part: str
    setting: str
    optimizer: str
    learning_rate: float
    seed: int
    lines: tuple
    losses: np.ndarray
    losses_after: np.ndarray
    probe: np.ndarray
    history: np.ndarray
    at_rest: np.ndarray
    scores: dict = field(default_factory=dict)

    def column(self, name):
        """What stands in this column of its rows."""
        return self.number if name == "run" else getattr(self, name)


@dataclass
class Log:
    """A log that was read.

    Args:
        rows: pairs (number of the line, row).
        runs: the runs, in their order.
    """

    rows: list
    runs: list = field(default_factory=list)

    @property
    def header(self):
        """The first row."""
        return self.rows[0][1]

    @property
    def configuration(self):
        """What the lab was told to do."""
        return self.header["configuration"]

    @property
    def steps_per_epoch(self):
        """Batches in an epoch; a shorter last one is left out."""
        return self.configuration["data"]["train"] // self.configuration["batch_size"]

    def of(self, part, **wanted):
        """The runs of a part with these attributes, by seed.

        Raises:
            LookupError: there are none; the sentence says what the lab has left out.
        """
        found = [
            run
            for run in self.runs
            if run.part == part and all(getattr(run, k) == v for k, v in wanted.items())
        ]
        if not found:
            like = "".join(f", {name} {value}" for name, value in wanted.items())
            optimizer = wanted.get("optimizer")
            absent = optimizer is not None and optimizer not in self.configuration["optimizers"]
            why = (
                f"{optimizer} was not among the optimizers of the lab"
                if absent
                else "the lab was a quick one, or it was broken off"
            )
            raise LookupError(
                f"Your log has no run for this (part {part}{like}): {why}. Do a whole one in a new folder."
            )
        return sorted(found, key=lambda run: run.seed)


def read(content):
    """Reads the bytes of a log.

    Raises:
        ValueError: a line is no row of a lab; the sentence says which, and why.
    """
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError("runs.jsonl is not a text in UTF-8.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            rows.append((number, _row(number, line)))
    if not rows:
        raise ValueError("runs.jsonl is empty.")
    number, header = rows[0]
    if header["row"] != "lab":
        raise ValueError(
            f"Line {number} of runs.jsonl should be the row of the lab; it was taken out."
        )
    if header.get("predictions") is not None:
        _require(number, header, {"predictions": dict})
    _require(number, header["configuration"], CONFIGURATION)
    _require(
        number, header["configuration"]["data"], {"train": int, "test": int, "validation": int}
    )
    return Log(rows, _runs(rows))


def _row(number, line):
    try:
        row = json.loads(line)
        kind = row["row"]
        form = FORMS[kind]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"Line {number} of runs.jsonl is no row of a lab: it cannot be read as JSON, or does not "
            "say which kind of row it is."
        ) from error
    _require(number, row, form)
    for name in ("history", "losses"):
        if name in form and not all(_is(each, float) for each in row[name]):
            raise ValueError(f"Line {number} of runs.jsonl: {name} is a list of numbers.")
    return row


def _require(number, row, form):
    for name, kind in form.items():
        if not _is(row.get(name), kind) or row.get(name) is None:
            raise ValueError(
                f"Line {number} of runs.jsonl lacks {name}, or it is not of its kind "
                f"({kind.__name__}): the line was altered."
            )


def _is(value, kind):
    """Whether a value from JSON is of a kind; where a number is wanted, null stands for NaN."""
    if kind is float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value is None or number and abs(value) < 1e300
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _runs(rows):
    """The runs, from rows that may be altered: what is missing in a run makes it shorter."""
    by_number = {}
    for number, row in rows:
        if row["row"] in ("step", "rest", "run"):
            by_number.setdefault(row["run"], []).append((number, row))
    return [_run(of_run) for of_run in by_number.values()]


def _run(rows):
    steps = [row for _, row in rows if row["row"] == "step"]
    rest = next((row["losses"] for _, row in rows if row["row"] == "rest"), [])
    last = next((row for _, row in rows if row["row"] == "run"), {"history": []})
    first = rows[0][1]
    known = {"row", "history", "digest", *NAMES}
    return LoggedRun(
        number=first["run"],
        **{name: first[name] for name in NAMES if name != "run"},
        lines=(rows[0][0], rows[-1][0]),
        losses=_numbers(row.get("loss") for row in steps if row["step"] != 0),
        losses_after=_numbers(row["loss_after"] for row in steps if "loss_after" in row),
        probe=_numbers(row["probe_loss"] for row in steps if "probe_loss" in row),
        history=_numbers(last["history"]),
        at_rest=_numbers(rest),
        scores={name: _number(value) for name, value in last.items() if name not in known},
    )


def _numbers(values):
    return np.array([_number(value) for value in values], float)


def _number(value):
    return float(value) if _is(value, float) and value is not None else math.nan
