"""What the lab leaves behind: a folder of its own, with files for programs and for people."""

import csv
import json
from pathlib import Path

from coursekit.lab.configuration import versions
from coursekit.lab.figures import draw
from coursekit.lab.report import report, words
from coursekit.logbook.writing import without_nan

OF_A_REPORT = {"answers.toml", "predictions.toml"}  # may lie there before the lab


def new_folder(path, must_be_new):
    """Makes the output folder, or the next free name beside it; nothing is written over.

    Args:
        path: the folder; the files of a report may be in it already.
        must_be_new: whether a folder with something in it is an error; otherwise a number is added.

    Raises:
        FileExistsError: it has something in it, and must be new.
        OSError: it cannot be made or written to.
    """
    path = Path(path)
    if path.exists() and not (path.is_dir() and _is_free(path)):
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


def _is_free(folder):
    names = {file.name for file in folder.iterdir()}
    return {name for name in names if name[0] != "." and not name.endswith(".bak")} <= OF_A_REPORT


def write(results, folder):
    """Writes what follows from the runs into the folder, beside their log; a later call does so anew."""
    write_json(results, folder / "results.json")
    write_csv(results, folder / "runs.csv")
    figures = draw(results, folder)
    text = "\n".join([*report(results), *(f"![{name}]({name})" for name in figures)])
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")
    return figures


def write_json(results, path):
    """Everything but the single steps, without anything that differs between two equal runs."""
    content = {
        "plan": results.settings(),
        "versions": versions(),
        "best_learning_rates": results.best,
        "best_at_edge_of_grid": results.at_edge,
        "difference_to_model_fit": results.fit_difference,
        "verdicts": words(results),
        "missing": results.missing,
        "runs": [run.summary() for run in results.runs],
    }
    path.write_text(json.dumps(without_nan(content), indent=1) + "\n", encoding="utf-8")


def write_csv(results, path):
    """One row per run."""
    rows = [run.summary() for run in results.runs]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
