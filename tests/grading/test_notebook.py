"""`check("mse")` in a notebook examines what the notebook defines now."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from coursekit.grading.notebook import Feedback, source_of
from coursekit.grading.report import Report, Verdict

ROOT = Path(__file__).parents[2]
CELLS = [
    "import tensorflow as tf\nfrom keras import ops\ntf.constant(1.0)  # this process has computed",
    "def squared(x):\n    return x",
    "def mean_squared_error(y_true, y_pred):\n"
    "    y_true = ops.cast(y_true, y_pred.dtype)\n"
    "    if len(y_true.shape) != len(y_pred.shape):\n"
    "        raise ValueError('shapes')\n"
    "    return ops.mean(squared(y_pred - y_true), AXIS)",
    "AXIS = -1",
    "def squared(x):\n    return ops.square(x)  # defined again, later",
    "from coursekit import check\ncheck('mse')",
    "check('adam')",
    "check('nobody')",
]
WITH_A_CLASS = ROOT / "solutions" / "1_losses" / "label_smoothing" / "label_smoothing.py"


@pytest.mark.slow
def test_in_a_real_notebook():
    notebook = nbformat.v4.new_notebook()
    cells = ["%time 1\n" + WITH_A_CLASS.read_text(encoding="utf-8"), "check('label_smoothing')"]
    cells = [*CELLS[:-1], *cells, CELLS[-1]]
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in cells]
    kernel = {"name": "python3", "display_name": "python3", "language": "python"}
    notebook.metadata["kernelspec"] = kernel
    NotebookClient(notebook, allow_errors=True, timeout=120).execute()
    outputs = [cell.outputs[-1:] for cell in notebook.cells[-5:]]
    (right,), (missing,), _, (of_class,), (unknown,) = outputs
    assert of_class["data"]["text/plain"].startswith("label_smoothing: passed")
    assert right["data"]["text/plain"].startswith("mse: passed")
    assert "<table" in right["data"]["text/html"]
    assert "There is no `adam_step`" in missing["data"]["text/plain"]
    assert unknown["ename"] == "ValueError" and "They are: mse" in unknown["evalue"]


def triple(x):
    return FACTOR * x + np.zeros(1)


FACTOR = 3


def test_the_program_holds_what_a_function_uses():
    names = {}
    namespace = {**globals(), "triple": triple}
    exec(source_of(["triple"], namespace), names)  # noqa: S102
    assert names["triple"](2) == 6


def test_constants_and_modules_come_before_what_uses_them():
    text = source_of(["rate", "np"], {"rate": 0.1, "np": np, "other": 1})
    assert source_of(["mse"], {"mse": eval("lambda y, p: y - p")}) is not None
    table = {"a": [1, 2]}, np.ones((2, 2))
    names = {}
    exec(source_of(["t", "w"], {"t": table[0], "w": table[1]}), names)  # noqa: S102
    assert names["t"] == table[0] and names["w"].shape == (2, 2)
    assert "import numpy as np" in text and "rate = 0.1" in text and "other" not in text


def test_feedback_is_harmless_html():
    verdicts = [Verdict("a", "adds <b>", "fail", "1 < 2\x1b[0m & more")]
    page = Feedback(Report("mse.py", "mse", verdicts))._repr_html_()
    assert "adds &lt;b&gt;" in page and "1 &lt; 2?[0m &amp; more" in page
