"""The report of a lab as one HTML page that needs nothing else: to read anywhere, and to hand in."""

import base64
import json
from html import escape
from pathlib import Path
from string import Template

from coursekit.lab.report import COLUMNS, EXPLANATION, TITLE, introduction, table, words

HOW_TO_READ = {
    "race.png": "The loss on fixed images against the step. Lines are means over seeds, bands their "
    "95 % intervals, dots where a line first reaches the target.",
    "batch_losses.png": "Every batch's loss, and the loss on fixed images. The grey band is what the "
    "batches do with the weights held still.",
    "oscillation.png": "A pale dot is a run, the bar the mean of an optimizer's runs, the line its "
    "95 % interval.",
    "learning_rates.png": "A dot is a run on a tuning seed, the line their mean. A cross at the top "
    "did not learn, a ring is the chapter's rate.",
    "weight_decay.png": "The norm of all kernels and the validation loss against the strength of two "
    "kinds of weight decay; bands from the lowest to the highest run.",
}


def html_report(results, folder, figures):
    """Gathers verdicts, table, figures, predictions and the log's seal in one page.

    Args:
        results: what was found.
        folder: where the log and the figures are.
        figures: the names of the figures.

    Returns:
        The page as text; the figures are in it, and it loads nothing.
    """
    with open(folder / "runs.jsonl", encoding="utf-8") as file:
        rows = list(file)
    first, last = json.loads(rows[0]), json.loads(rows[-1])
    template = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(TITLE),
        introduction=escape(introduction(results)),
        sentences="\n".join(f"<li>{escape(sentence)}</li>" for sentence in words(results)),
        columns="".join(f'<th scope="col">{escape(column)}</th>' for column in COLUMNS),
        rows="\n".join(_row(cells) for cells in table(results)),
        explanation=escape(EXPLANATION),
        figures="\n".join(_figure(folder, name) for name in figures),
        predictions=_predictions(first.get("predictions")),
        begun=escape(str(first.get("began", ""))),
        count=len(rows),
        digest=escape(str(last.get("digest", ""))),
        versions=escape(_listed(first["configuration"]["versions"])),
        data=escape(_listed(first["configuration"]["data"])),
    )


def _row(cells):
    name, *rest = (escape(cell) for cell in cells)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'


def _figure(folder, name):
    picture = base64.b64encode((folder / name).read_bytes()).decode("ascii")
    text = escape(HOW_TO_READ[name])
    alt = escape(name.removesuffix(".png").replace("_", " "))
    return (
        f'<figure><img alt="{alt}: the numbers are in the table and the sentences above" '
        f'src="data:image/png;base64,{picture}"><figcaption>{text}</figcaption></figure>'
    )


def _predictions(predictions):
    if not predictions:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(_said(value))}</td></tr>'
        for name, value in predictions.items()
    )
    return f"<h2>Predicted before it began</h2>\n<table>\n{rows}\n</table>"


def _said(value):
    return " to ".join(map(str, value)) if isinstance(value, list) else str(value)


def _listed(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())
