"""Whether a log fits itself: each question gives None, or the sentence on the first row that does not.

They find what was altered by hand. Whoever computes all digests anew can still be found out by the
plain arithmetic of the others; whoever makes up a whole lab cannot.
"""

import numpy as np

from coursekit.logbook.hashes import configuration_hash, digest

ROUNDING = 2e-5  # relative: a mean in float32 of some dozen numbers
SAME_START = 1e-4  # relative: one loss of one batch, in graphs of several optimizers


def place(number, row):
    """A row in words: its line, its run, its step."""
    if "run" not in row:
        which = {"lab": "the first row", "end": "the last row"}
        return f"Line {number} ({which[row['row']]})"
    what = f"step {row['step']}" if row["row"] == "step" else f"its {row['row']} row"
    return f"Line {number} (run {row['run']}, {row['optimizer']}, seed {row['seed']}, {what})"


def misfit_of_digests(log):
    """The first row whose digest does not follow from the row before it and from what stands in it."""
    number, header = log.rows[0]
    if header["configuration_sha256"] != configuration_hash(header["configuration"]):
        return f"{place(number, header)} was altered: the hash of its configuration is another one."
    if header.get("digest") != digest(header, ""):
        return f"{place(number, header)} was altered: what stands there does not give its digest."
    bad, before, previous = [], header["configuration_sha256"], header
    for number, row in log.rows[1:]:
        if row.get("digest") != digest(row, before):
            altered = _follows(row, previous)
            bad.append((number, row, altered))
        before, previous = row.get("digest"), row
    if not bad:
        return None
    number, row, altered = bad[0]
    more = f" {len(bad) - 1} more rows do not fit either." if len(bad) > 1 else ""
    if altered:
        return (
            f"{place(number, row)} was altered: what stands there does not give its digest.{more}"
        )
    return (
        f"{place(number, row)} does not follow the line before it: rows were taken out, put in or moved "
        f"there.{more}"
    )


def _follows(row, previous):
    """Whether a row is of the kind and number that comes after another."""
    if row["row"] == "step" and row["step"] > 1:
        return (previous.get("run"), previous.get("step")) == (row["run"], row["step"] - 1)
    if row["row"] == "step":
        same = previous.get("run") == row["run"] and previous.get("step") == 0
        begins = row["run"] == previous.get("run", -1) + 1 and previous["row"] in ("lab", "run")
        return same or begins
    if row["row"] == "end":
        return previous["row"] in ("lab", "run")
    return previous.get("run") == row["run"] and previous["row"] in ("step", "rest")


def misfit_of_end(log):
    """What is wrong with the last row, which counts the others."""
    number, last = log.rows[-1]
    if last["row"] != "end":
        return f"The log breaks off after line {number}: its last rows were taken out, or the lab was killed."
    if last["rows"] != len(log.rows):
        return (
            f"{place(number, last)} counts {last['rows']} rows, and there are {len(log.rows)}: some were "
            "taken out or put in."
        )
    if last["runs"] != len(log.runs):
        return f"{place(number, last)} counts {last['runs']} runs, and there are {len(log.runs)}."
    return None


def misfit_of_steps(log):
    """The first place where a step, or a run, does not follow the one before it."""
    run = step = length = None
    seen = set()
    for number, row in log.rows:
        if "run" not in row:
            continue
        if row["run"] != run:
            if row["run"] != (0 if run is None else run + 1) or row["row"] != "step":
                where = "the first run" if run is None else f"run {run}"
                return f"{place(number, row)} comes after {where}: rows between them are missing."
            run, names = row["run"], _names(row)
            step = row["step"] - 1 if row["step"] in (0, 1) else -1
            if names in seen:
                return f"{place(number, row)}: this run stands in the log twice; one was copied."
            seen.add(names)
            length = _length(log, row)
        if _names(row) != names:
            return f"{place(number, row)} names another run than the rows before it."
        if row["row"] == "step":
            if row["step"] != step + 1:
                return (
                    f"{place(number, row)} comes after step {step}: rows are missing between them, or were "
                    "put in."
                )
            step = row["step"]
        elif row["row"] == "run" and step != length:
            return f"{place(number, row)}: the run ends after step {step} of {length}."
    return None


def _names(row):
    return tuple(
        row[name] for name in ("part", "setting", "optimizer", "learning_rate", "seed")
    ) + (_strength(row),)


def _strength(row):
    return row.get("part") == "decay" and row["run"]  # of one kind there are several strengths


def _length(log, row):
    """How many steps a run has: that of `fit` takes the shorter last batch, too."""
    configuration = log.configuration
    samples, size = configuration["data"]["train"], configuration["batch_size"]
    per_epoch = -(-samples // size) if row["part"] == "fit" else samples // size
    return per_epoch * configuration["epochs"]


def misfit_of_history(log):
    """The first epoch whose mean loss is not that of its batches."""
    configuration = log.configuration
    samples, size = configuration["data"]["train"], configuration["batch_size"]
    ends = {row["run"]: (number, row) for number, row in log.rows if row["row"] == "run"}
    for run in log.runs:
        if run.number not in ends:
            return f"Run {run.number} has no row at its end: it was taken out."
        number, row = ends[run.number]
        if len(run.history) != configuration["epochs"]:
            return f"{place(number, row)} has {len(run.history)} means for {configuration['epochs']} epochs."
        if not len(run.losses) or len(run.losses) % len(run.history):
            return (
                f"{place(number, row)}: {len(run.losses)} steps cannot be shared among {len(run.history)} "
                "epochs; rows were taken out or put in."
            )
        epochs = run.losses.reshape(len(run.history), -1)
        weights = np.full(epochs.shape[1], float(size))
        if run.part == "fit":
            weights[-1] = samples - size * (epochs.shape[1] - 1)
        means = np.average(epochs, axis=1, weights=weights)
        for epoch, (mean, said) in enumerate(zip(means, run.history), 1):
            if not np.isclose(mean, said, ROUNDING, 0, equal_nan=True):
                return (
                    f"{place(number, row)} says that the mean loss of epoch {epoch} is {said:.6g}; its "
                    f"batches in the lines above give {mean:.6g}. One of the two was altered."
                )
    return None


def misfit_of_pairs(log):
    """The first run that does not begin where the others of its seed begin."""
    first = {}
    for run in log.runs:
        if run.part == "decay" and run.setting == "L2":
            continue  # the penalty is part of its loss
        kind = "binary" if run.part == "binary" else "all"
        own = _own_loss(log, run)
        starts = {"loss": None if own else run.losses[:1], "probe_loss": run.probe[:1]}
        for name, values in starts.items():
            if values is None or not len(values):
                continue
            value, other = values[0], first.setdefault((kind, name, run.seed), (values[0], run))
            if not np.isclose(value, other[0], SAME_START, 0, equal_nan=True):
                return (
                    f"Lines {run.lines[0]} to {run.lines[1]} (run {run.number}, {run.optimizer}, seed "
                    f"{run.seed}): the first {name} is {value:.6g}, and that of run {other[1].number} is "
                    f"{other[0]:.6g}. Runs of one seed have the same first weights and batches, so one of "
                    "the two belongs to another seed or was altered."
                )
    return None


def _own_loss(log, run):
    return log.configuration["optimizers"].get(run.optimizer, {}).get("loss") is not None


def misfit_of_counts(log):
    """The first accuracy that is no whole number of images."""
    sizes = log.configuration["data"]
    for number, row in log.rows:
        if row["row"] != "run":
            continue
        for part in ("validation", "test"):
            accuracy = row.get(f"{part}_accuracy")
            if accuracy is None:
                continue
            images = accuracy * sizes[part]
            if not (0 <= accuracy <= 1 and abs(images - round(images)) < 1e-3):
                return (
                    f"{place(number, row)}: a {part} accuracy of {accuracy:.6g} would be {images:.2f} of "
                    f"{sizes[part]} images."
                )
    return None


def misfit_of_plan(log):
    """The first run that the configuration promises and the log does not have, or the other way round."""
    configuration, missing = log.configuration, log.rows[-1][1].get("missing", [])
    for run in log.runs:
        known = run.optimizer in configuration["optimizers"] or run.part == "decay"
        seeds = configuration["tuning_seeds"] if run.part == "tuning" else configuration["seeds"]
        if not known or run.part in ("tuning", "race", "decay") and run.seed not in seeds:
            return (
                f"Lines {run.lines[0]} to {run.lines[1]} (run {run.number}, {run.optimizer}, seed {run.seed}): "
                "the configuration in line 1 knows no such run."
            )
    if missing:
        return None  # what was broken off promises nothing
    for setting in sorted({run.setting for run in log.runs if run.part == "race"}):
        for optimizer in configuration["optimizers"]:
            there = {
                run.seed
                for run in log.runs
                if (run.part, run.setting, run.optimizer) == ("race", setting, optimizer)
            }
            lost = set(configuration["seeds"]) - there
            if lost:
                return (
                    f"The race at the {setting} learning rates lacks {optimizer} with seed {min(lost)}, "
                    "which the configuration in line 1 promises."
                )
    return None
