"""The report of a lab as one HTML page that needs nothing else: to read anywhere, and to hand in."""

import base64
import json
from html import escape
from pathlib import Path
from string import Template

from coursekit.lab.contenders import name_of
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

# For whoever does not see them: what each shows, and where its numbers are.
ALTERNATIVES = {
    "race.png": "Curves of the loss on fixed images, a panel for each set of learning rates and a line "
    "for each optimizer. Its numbers: probe_loss of every step in runs.jsonl; steps to the target in "
    "the table above.",
    "batch_losses.png": "The loss of every batch, going up and down, a panel for each optimizer. Its "
    "numbers: loss and probe_loss of every step in runs.jsonl, and the rows called rest.",
    "oscillation.png": "How much each optimizer zigzags, a dot for each run. Its numbers: the column "
    "zigzag of runs.csv; means with their intervals in the table above.",
    "learning_rates.png": "The validation loss against the learning rate, a curve for each optimizer. "
    "Its numbers: the rows of runs.csv whose part is tuning.",
    "weight_decay.png": "The norm of the kernels and the validation loss against the strength of the "
    "decay, a line for each kind. Its numbers: the rows of runs.csv whose part is decay.",
}

PREDICTED = {
    "lower_curve": "whose curve will be lower",
    "oscillates": "whose will waver more",
    "best_rate": "the best learning rate for Adam",
    "test_accuracy": "the test accuracy of Adam at its best rate",
    "because": "why",
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
    return (
        f'<figure><img alt="{escape(ALTERNATIVES[name])}" '
        f'src="data:image/png;base64,{picture}"><figcaption>{text}</figcaption></figure>'
    )


def _predictions(predictions):
    if not predictions:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(_said(predictions[name]))}</td></tr>'
        for name, label in PREDICTED.items()
    )
    hour = escape(predictions["sealed"])
    return f"<h2>Predicted before it began, sealed {hour}</h2>\n<table>\n{rows}\n</table>"


def _said(value):
    """A prediction in words: an interval, the name of an optimizer, or what it is."""
    return " to ".join(map(str, value)) if isinstance(value, list) else str(name_of(value))


def _listed(facts):
    return ", ".join(f"{name} {value}" for name, value in facts.items())
