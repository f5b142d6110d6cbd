"""What is read off a loss, against entropies worked out by hand."""

import keras
import numpy as np
import pytest

import coursekit.losses
from coursekit.callbacks.loss_facts import LossFacts, loss_facts


def facts(loss):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    model.compile("sgd", loss)
    return loss_facts(model)


@pytest.mark.parametrize("where", [keras.losses, coursekit.losses])
@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("SparseCategoricalCrossentropy", "sparse"),
        ("CategoricalCrossentropy", "one-hot"),
        ("BinaryCrossentropy", "binary"),
    ],
)
def test_knows_cross_entropies_and_what_they_take(where, name, family, from_logits):
    found = facts(getattr(where, name)(from_logits=from_logits))
    assert (found.family, found.from_logits, found.summed) == (family, from_logits, False)


@pytest.mark.parametrize(
    ("loss", "family", "from_logits"),
    [
        ("sparse_categorical_crossentropy", "sparse", False),
        ("mse", "squared", None),
        (keras.losses.MeanSquaredError(), "squared", None),
        (keras.losses.mean_squared_error, "squared", None),
        (["binary_crossentropy"], "binary", False),
        ("mae", None, None),
        (lambda y, y_pred: keras.ops.mean(y_pred), None, None),
        (keras.losses.Huber(), None, None),
    ],
)
def test_knows_losses_by_name_function_and_object(loss, family, from_logits):
    found = facts(loss)
    assert (found.family, found.from_logits) == (family, from_logits)


def test_knows_a_loss_by_its_ancestors():
    class Weighted(keras.losses.SparseCategoricalCrossentropy):
        pass

    assert facts(Weighted(from_logits=True, reduction="sum")).family == "sparse"
    assert facts(Weighted(from_logits=True, reduction="sum")).summed


def test_knows_the_class_that_is_left_out():
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=255)
    assert facts(loss).ignore_class == 255


def test_several_losses_are_none():
    assert facts(["mse", "mse"]) is None
    assert facts("crossentropy") is None  # one or another, when it meets its labels


def test_a_function_of_losses_is_averaged():
    value = facts(lambda y, y_pred: (y - y_pred) ** 2).value
    assert float(value(np.zeros(2), np.array([1.0, 3.0]))) == 5.0


@pytest.mark.parametrize(
    ("family", "y", "outputs", "guess"),
    [
        ("sparse", [0] * 30 + [1] * 10, 2, -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))),
        ("sparse", [0, 1, 0, 0] * 24, 10, np.log(10)),  # too few to know their frequencies
        ("one-hot", [[1, 0]] * 30 + [[0, 1]] * 10, 2, 0.5623351446188083),
        ("binary", [[1.0]] * 30 + [[0.0]] * 10, 1, 0.5623351446188083),
        ("binary", [1.0] * 10, 1, np.log(2)),
        ("squared", [[1.0, 0.0]] * 10 + [[3.0, 0.0]] * 10, 2, 0.5),  # variances 1 and 0
        ("squared", [1.0, 2.0], 1, None),
        (None, [1.0] * 99, 1, None),
    ],
)
def test_guessing_costs_the_entropy_of_the_labels_or_their_variance(family, y, outputs, guess):
    found = LossFacts(None, family).guess(np.array(y), outputs)
    assert found == (guess if guess is None else pytest.approx(guess))


def test_labels_of_one_kind_do_not_make_guessing_free():
    y = np.zeros(64)
    p = 1 / 64
    assert LossFacts(None, "binary").guess(y, 1) == pytest.approx(
        -p * np.log(p) - (1 - p) * np.log(1 - p)
    )


def test_labels_left_out_do_not_count():
    y = np.array([0] * 30 + [1] * 10 + [-1] * 60)
    assert LossFacts(None, "sparse", ignore_class=-1).guess(y, 2) == pytest.approx(0.5623351446)


def test_nothing_is_known_of_guessing_where_the_scale_is_another():
    y = np.array([0, 1] * 40)
    assert LossFacts(None, "sparse", summed=True).guess(y, 2) is None
    assert LossFacts(None, "one-hot", focal=True).guess(y, 2) is None
    assert facts("categorical_focal_crossentropy").focal
