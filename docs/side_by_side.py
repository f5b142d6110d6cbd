"""The chapter's table, Keras beside PyTorch: printed from code that runs on both sides.

Every row is a pair of functions of one name. `python docs/side_by_side.py` prints their lines into
docs/keras_and_pytorch.md; tests/conformance/test_side_by_side.py runs each pair on the same numbers.
"""

import inspect
import textwrap
from pathlib import Path

import keras
import tensorflow as tf
import torch

PAGE = Path(__file__).with_name("keras_and_pytorch.md")
BEGIN, END = "<!-- printed by docs/side_by_side.py -->\n", "<!-- to here -->\n"


# Two lists of functions of the same names; nobody makes an object of these classes.
class Keras:
    """Labels first; a tape writes down what is computed inside it."""

    def loss_function(y_true, y_pred):
        """loss function"""
        loss = keras.losses.MeanSquaredError()
        return loss(y_true, y_pred)

    def logits_of_many_classes(y_true, logits):
        """loss with logits, one of many classes"""
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return loss(y_true, logits)

    def logits_of_two_classes(y_true, logits):
        """loss with logits, yes or no"""
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        return loss(y_true, logits)

    def sgd(model):
        """optimizer, SGD with momentum"""
        return keras.optimizers.SGD(0.01, momentum=0.9)

    def adam(model):
        """optimizer, Adam"""
        return keras.optimizers.Adam(0.001, epsilon=1e-8)

    def zero_gradients(optimizer):
        """zero gradients"""
        # nothing: each tape gives new ones

    def gradients(model, loss, x, y):
        """loss and gradients of a batch"""
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        return value, gradients

    def update_weights(model, optimizer, gradients):
        """update weights"""
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))


class PyTorch:
    """Predictions first; every tensor remembers how it was computed."""

    def loss_function(y_true, y_pred):
        loss = torch.nn.MSELoss()
        return loss(y_pred, y_true)

    def logits_of_many_classes(y_true, logits):
        loss = torch.nn.CrossEntropyLoss()
        return loss(logits, y_true)

    def logits_of_two_classes(y_true, logits):
        loss = torch.nn.BCEWithLogitsLoss()
        return loss(logits, y_true)

    def sgd(model):
        return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def adam(model):
        return torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-8)

    def zero_gradients(optimizer):
        optimizer.zero_grad()

    def gradients(model, loss, x, y):
        model.train()
        value = loss(model(x), y)
        value.backward()
        return value, [parameter.grad for parameter in model.parameters()]

    def update_weights(model, optimizer, gradients):
        optimizer.step()


def rows():
    """The names of the pairs, in the order in which they stand in the table."""
    return [name for name, pair in vars(Keras).items() if inspect.isfunction(pair)]


def lines_of(function):
    """What a function does, as the lines of its source: without `def`, docstring and `return`."""
    source = textwrap.dedent(inspect.getsource(function)).splitlines()[1:]
    lines = textwrap.dedent("\n".join(source)).splitlines()
    lines = [line for line in lines if not line.startswith(('"""', "return value, "))]
    return [line.removeprefix("return ") for line in lines if line.strip()]


def cell(lines):
    """Lines of code in one cell; a comment stands there as words."""
    parts = []
    for line in lines:
        indent = "&nbsp;" * (len(line) - len(line.lstrip()))
        code = f"{indent}`{line.strip()}`"
        parts.append(line.removeprefix("# ") if line.startswith("# ") else code)
    return "<br>".join(parts)


def table():
    """The table as Markdown."""
    found = ["| | Keras | PyTorch |", "|---|---|---|"]
    for name in rows():
        ours, theirs = getattr(Keras, name), getattr(PyTorch, name)
        found.append(
            f"| {inspect.getdoc(ours)} | {cell(lines_of(ours))} | {cell(lines_of(theirs))} |"
        )
    return "\n".join(found) + "\n"


def with_table(page):
    """The text of a page, with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(
            f"The page needs a line {BEGIN.strip()} and, below it, a line {END.strip()}; "
            "the table goes between them."
        )
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    print(f"{len(rows())} rows are printed into {PAGE}.")
