"""What the lab leaves behind: tables for people, files for programs, figures."""

import csv
import json
import math
from importlib import metadata
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from coursekit import plots
from coursekit.lab import verdict
from coursekit.lab.contenders import CONTENDERS
from coursekit.lab.runs import TARGET
from coursekit.lab.statistics import band, mean_interval


def new_folder(path, must_be_new):
    """Makes the output folder, or the next free name beside it; nothing is written over.

    Args:
        path: the folder.
        must_be_new: whether a folder with something in it is an error; otherwise a number is added.

    Raises:
        FileExistsError: it has something in it, and must be new.
        OSError: it cannot be made or written to.
    """
    path = Path(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        if must_be_new:
            raise FileExistsError(
                f"{path} exists already and is left as it is. Choose another folder with --out."
            )
        number = 2
        while path.with_name(f"{path.name}-{number}").exists():
            number += 1
        path = path.with_name(f"{path.name}-{number}")
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / "runs.jsonl").touch()
    except OSError as error:
        raise OSError(
            f"The results should go to {path}, which is not possible ({error.strerror}). Choose a "
            "folder that you may write to with --out."
        ) from error
    return path


def write(results, folder):
    """Writes everything found so far into the folder; a later call writes it anew."""
    write_json(results, folder / "results.json")
    write_csv(results, folder / "runs.csv")
    write_steps(results, folder / "runs.jsonl")
    figures = draw(results, folder)
    text = "\n".join([*report(results), *(f"![{name}]({name})" for name in figures)])
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")
    return figures


def write_json(results, path):
    """Everything but the single steps, without anything that differs between two equal runs."""
    versions = {name: metadata.version(name) for name in ("keras", "numpy", "tensorflow")}
    content = {
        "plan": results.settings(),
        "versions": versions,
        "best_learning_rates": results.best,
        "best_at_edge_of_grid": results.at_edge,
        "difference_to_model_fit": results.fit_difference,
        "verdicts": words(results),
        "missing": results.missing,
        "runs": [run.summary() for run in results.runs],
    }
    path.write_text(json.dumps(_without_nan(content), indent=1) + "\n", encoding="utf-8")


def write_csv(results, path):
    """One row per run."""
    rows = [run.summary() for run in results.runs]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def write_steps(results, path):
    """One line per step of every run: a claim about a run can be checked against it."""
    with open(path, "w", encoding="utf-8") as file:
        for number, run in enumerate(results.runs):
            named = {
                "run": number,
                "part": run.part,
                "setting": run.setting,
                "optimizer": run.optimizer,
                "learning_rate": run.rate,
                "seed": run.seed,
            }
            for step, loss in enumerate(run.losses):
                row = {**named, "step": step + 1, "loss": float(loss)}
                if len(run.probe):
                    row["loss_after"] = float(run.losses_after[step])
                    row["probe_loss"] = float(run.probe[step + 1])
                file.write(json.dumps(_without_nan(row)) + "\n")


def words(results):
    """All sentences, the verdicts first."""
    found = verdict.verdicts(results) if results.of("race") else []
    found += filter(None, [verdict.binary_verdict(results), verdict.decay_verdict(results)])
    if results.fit_difference is not None:
        found.append(
            "The same training by model.fit with BatchLoss: over the first 60 batches its losses are "
            + (
                f"within {results.fit_difference:.0e} of these."
                if results.fit_difference
                else "these, to the last bit."
            )
        )
    for key in results.at_edge:
        found.append(
            f"The best learning rate of {CONTENDERS[key].name} lay on the edge of its grid, which "
            "was widened by one."
        )
    if results.missing:
        found.append(f"Not done: {', '.join(results.missing)}.")
    return found


COLUMNS = (
    "optimizer", "learning rate", "runs", f"steps to {TARGET}", "mean loss", "test accuracy", "zigzag",
    "uphill", "overshoot",
)  # fmt: skip


EXPLANATION = (
    "± is half a 95 % interval over seeds. Loss: on 25 training images of each class, with the "
    "weights as they are after each step. Zigzag: how far its logarithm goes up and down beyond its "
    "net change, per step after the first epoch. Uphill: share of those steps that raised it. "
    "Overshoot: share of steps that raised the loss of their own batch."
)


def table(results):
    """The race as rows of text, one per optimizer and setting, with 95 % intervals over seeds."""
    rows = []
    for setting in ("chapter", "best"):
        for key in results.plan.optimizers:
            runs = results.of("race", optimizer=key, setting=setting)
            if not runs:
                continue
            summaries = [run.summary() for run in runs]
            steps = [s["steps_to_target"] for s in summaries]
            reached = [step for step in steps if step is not None]
            typical = f"{np.mean(reached):.0f}" if reached else "–"
            rows.append(
                (
                    CONTENDERS[key].name,
                    f"{runs[0].rate:g}, {setting}",
                    str(len(runs)),
                    f"{typical} ({len(reached)}/{len(runs)})",
                    _with_interval(summaries, "mean_probe_loss", "{:.2f}"),
                    _with_interval(summaries, "test_accuracy", "{:.1%}"),
                    _with_interval(summaries, "zigzag", "{:.3f}"),
                    _with_interval(summaries, "uphill", "{:.0%}"),
                    _with_interval(summaries, "overshoot", "{:.0%}"),
                )
            )
    return rows


def report(results):
    """The report as lines of Markdown."""
    plan = results.plan
    lines = [
        "# Which optimizer converges faster, and which oscillates?",
        "",
        f"Data: {plan.data}. {plan.epochs} epochs in batches of 32, {plan.seeds} seeds; a seed "
        "fixes the first weights and the batches for every optimizer. Learning rates were chosen "
        "on seeds 100 to 102 by the lowest mean validation loss."
        if not plan.quick
        else f"Data: {plan.data}. {plan.epochs} epochs in batches of 32, {plan.seeds} seeds, the "
        "chapter's learning rates only.",
        "",
        *(line for sentence in words(results) for line in (sentence, "")),
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(row) + " |" for row in table(results)),
        "",
        EXPLANATION,
        "",
    ]
    return lines


def draw(results, folder):
    """Draws what can be drawn so far, and returns the names of the files."""
    names = {key: CONTENDERS[key].name for key in CONTENDERS}
    figures = {}
    for setting in ("chapter", "best"):
        race = {
            names[key]: band([r.probe for r in results.of("race", optimizer=key, setting=setting)])
            for key in results.plan.optimizers
            if results.of("race", optimizer=key, setting=setting)
        }
        if race:
            figures.setdefault("race.png", {})[setting] = race
    drawn = {}
    if "race.png" in figures:
        rates = {
            setting: {
                names[run.optimizer]: run.rate
                for run in results.of("race", setting=setting, seed=0)
            }
            for setting in figures["race.png"]
        }
        drawn["race.png"] = plots.race.race(figures["race.png"], rates, TARGET)
        drawn["batch_losses.png"] = _batch_losses(results, names)
        drawn["oscillation.png"] = plots.oscillation.oscillation(
            {
                (names[run.optimizer], run.setting): [
                    other.summary()["zigzag"]
                    for other in results.of("race", optimizer=run.optimizer, setting=run.setting)
                    if other.learnt
                ]
                for run in results.of("race", seed=0)
            }
        )
    tuning = results.of("tuning")
    if tuning:
        drawn["learning_rates.png"] = plots.learning_rates.learning_rates(
            {
                names[key]: _by_rate(results.of("tuning", optimizer=key))
                for key in results.plan.optimizers
            },
            chapter={names[key]: CONTENDERS[key].chapter for key in results.plan.optimizers},
            guess=tuning[0].guess,
        )
    if results.of("decay"):
        drawn["weight_decay.png"] = plots.weight_decay.weight_decay(
            {kind: _by_strength(results.of("decay", setting=kind)) for kind in ("L2", "decoupled")},
            [
                (r.scores["norm"], r.scores["validation_loss"])
                for r in results.of("decay", setting="none")
            ],
        )
    for name, figure in drawn.items():
        figure.savefig(folder / name, dpi=150)
        plt.close(figure)
    return list(drawn)


def _batch_losses(results, names):
    pair = verdict.headline_pair(results) or results.plan.optimizers[:1]
    runs = [results.of("race", optimizer=key, setting="chapter", seed=0) for key in pair]
    return plots.batch_losses.batch_losses(
        {
            f"{names[run[0].optimizer]}, learning rate {run[0].rate:g}": (
                run[0].losses,
                run[0].probe,
                results.noise.get(f"chapter {run[0].optimizer}"),
            )
            for run in runs
            if run
        },
        runs[0][0].steps_per_epoch,
    )


def _by_rate(runs):
    rates = sorted({run.rate for run in runs})
    return {
        rate: [run.scores["validation_loss"] for run in runs if run.rate == rate] for rate in rates
    }


def _by_strength(runs):
    strengths = sorted({run.scores["strength"] for run in runs})
    return {
        strength: [
            (run.scores["norm"], run.scores["validation_loss"])
            for run in runs
            if run.scores["strength"] == strength
        ]
        for strength in strengths
    }


def _with_interval(summaries, name, form):
    values = [summary[name] for summary in summaries if math.isfinite(summary[name])]
    if not values:
        return "–"
    mean, low, _ = mean_interval(values)
    half = f" ± {form.format(mean - low)}" if math.isfinite(low) else ""
    return form.format(mean) + half


def _without_nan(content):
    """The same with None for what JSON has no word for."""
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
