"""The table of docs/keras_and_pytorch.md: both sides of each row do the same, and it is as printed."""

import importlib.util
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch

DOCS = Path(__file__).parents[2] / "docs"
RANDOM = np.random.default_rng(0)
NUMBERS = {
    "loss_function": RANDOM.normal(size=(2, 8, 3)),
    "logits_of_many_classes": (RANDOM.integers(0, 3, 8), 5 * RANDOM.normal(size=(8, 3))),
    "logits_of_two_classes": (RANDOM.integers(0, 2, 8) * 1.0, 5 * RANDOM.normal(size=8)),
}
BATCHES = [
    (RANDOM.normal(size=(n, 4)).astype("float32"), RANDOM.integers(0, 3, n)) for n in (8, 8, 5)
] * 4


def module():
    spec = importlib.util.spec_from_file_location("side_by_side", DOCS / "side_by_side.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


SIDE = module()


def twins():
    """One linear model in both frameworks, with the same weights."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    twin = torch.nn.Linear(4, 3)
    kernel, bias = model.get_weights()
    with torch.no_grad():
        twin.weight.copy_(torch.tensor(kernel.T.copy()))
        twin.bias.copy_(torch.tensor(bias))
    return model, twin


def walk(side, model, optimizer, loss, batches, zero=True):
    """The losses of some steps, made of the functions of one side."""
    optimizer, losses = getattr(side, optimizer)(model), []
    for x, y in batches:
        if zero:
            side.zero_gradients(optimizer)
        value, gradients = side.gradients(model, loss, x, y)
        side.update_weights(model, optimizer, gradients)
        losses.append(float(value.numpy() if side is SIDE.Keras else value.item()))
    return losses


def both_walk(optimizer, zero=True):
    model, twin = twins()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    ours = walk(SIDE.Keras, model, optimizer, loss, BATCHES)
    batches = [(torch.tensor(x), torch.tensor(y)) for x, y in BATCHES]
    theirs = walk(SIDE.PyTorch, twin, optimizer, torch.nn.CrossEntropyLoss(), batches, zero)
    kernel = twin.weight.detach().numpy().T
    return ours, theirs, model.get_weights()[0], kernel


@pytest.mark.parametrize("name", NUMBERS)
def test_both_losses_are_one_number(name):
    y, z = NUMBERS[name]
    ours = getattr(SIDE.Keras, name)(tf.constant(y), tf.constant(z))
    theirs = getattr(SIDE.PyTorch, name)(torch.tensor(y), torch.tensor(z))
    assert float(ours) == pytest.approx(float(theirs), rel=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_both_sides_walk_one_path(optimizer):
    ours, theirs, kernel, twin = both_walk(optimizer)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    np.testing.assert_allclose(kernel, twin, rtol=1e-4, atol=1e-6)


def test_without_zero_gradients_pytorch_goes_another_way():
    ours, theirs, kernel, twin = both_walk("sgd", zero=False)
    assert np.abs(kernel - twin).max() > 1e-3
    np.testing.assert_allclose(ours[:2], theirs[:2], rtol=1e-5)  # the first gradient is alone


def test_every_row_is_run_by_one_of_these():
    walked = {"sgd", "adam", "zero_gradients", "gradients", "update_weights"}
    assert {*NUMBERS, *walked} == set(SIDE.rows())


def test_the_page_has_the_table_as_printed():
    page = (DOCS / "keras_and_pytorch.md").read_text(encoding="utf-8")
    assert SIDE.with_table(page) == page, "python docs/side_by_side.py"


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="needs a line"):
        SIDE.with_table("nothing")
