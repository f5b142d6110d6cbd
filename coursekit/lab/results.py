"""What the lab leaves behind: a folder of its own, with files for programs and for people."""

import csv
import json
import math
from importlib import metadata
from pathlib import Path

from coursekit.lab.figures import draw
from coursekit.lab.report import report, words


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


def _without_nan(content):
    """The same with None for what JSON has no word for."""
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
