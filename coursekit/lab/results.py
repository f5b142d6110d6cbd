"""What the lab leaves behind: a folder of its own, with files for programs and for people."""

import csv
import json

from coursekit.lab.configuration import versions
from coursekit.lab.figures import draw
from coursekit.lab.html_report import html_report
from coursekit.lab.new_file import whole
from coursekit.lab.report import report, words
from coursekit.logbook.writing import without_nan


def write(results, folder, html=False):
    """Writes what follows from the runs into the folder, beside their log; a later call does so anew.

    Args:
        results: what was found.
        folder: where the log is.
        html: whether to write all of it once more as one page, report.html.

    Returns:
        The names of the figures.
    """
    write_json(results, folder / "results.json")
    write_csv(results, folder / "runs.csv")
    figures = draw(results, folder)
    text = "\n".join([*report(results), *(f"![{name}]({name})" for name in figures)])
    pages = {"report.md": text + "\n"}
    if html:
        pages["report.html"] = html_report(results, folder, figures)
    for name, page in pages.items():
        with whole(folder / name, anew=True) as part:
            part.write_text(page, encoding="utf-8")
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
