"""Labels against what a loss expects: every case is an array small enough to read."""

import re

import numpy as np
import pytest

from coursekit.callbacks.diagnoses.labels import labels_of_wrong_shape, labels_out_of_range
from coursekit.callbacks.loss_facts import LossFacts


def facts(family, **more):
    return LossFacts(None, family, **more)


@pytest.mark.parametrize(
    ("family", "labels", "outputs"),
    [
        ("sparse", (8,), (8, 3)),
        ("sparse", (8, 1), (8, 3)),
        ("sparse", (8, 5), (8, 5, 3)),  # a class per time step
        ("one-hot", (8, 3), (8, 3)),
        ("binary", (8,), (8, 1)),
        ("binary", (8, 1), (8, 1)),
        ("binary", (8, 4), (8, 4)),
        ("squared", (8,), (8, 1)),
        ("squared", (8, 4), (8, 4)),
        (None, (8, 7), (8, 2)),  # a loss that we do not know may want anything
    ],
)
def test_shapes_that_fit_are_not_named(family, labels, outputs):
    assert labels_of_wrong_shape(np.zeros(labels), outputs, facts(family)) is None


@pytest.mark.parametrize(
    ("family", "labels", "outputs", "remedy"),
    [
        ("sparse", (8, 3), (8, 3), "CategoricalCrossentropy"),
        ("sparse", (8, 2), (8, 3), "reshape the labels"),
        ("one-hot", (8,), (8, 3), "SparseCategoricalCrossentropy"),
        ("one-hot", (8, 1), (8, 3), "SparseCategoricalCrossentropy"),
        ("one-hot", (8, 4), (8, 3), "as many units"),
        ("binary", (8,), (8, 3), "reshape the labels"),
        ("binary", (8, 1), (8, 3), "reshape the labels"),
        ("squared", (8, 1), (8, 3), "reshape the labels"),
        ("squared", (8, 3), (8, 1), "reshape the labels"),
    ],
)
def test_shapes_that_do_not_fit_are_named_with_both(family, labels, outputs, remedy):
    found = labels_of_wrong_shape(np.zeros(labels), outputs, facts(family))
    assert found.name == "labels_of_wrong_shape"
    assert str(labels) in found.says
    assert remedy in found.try_


@pytest.mark.parametrize(
    ("family", "labels", "outputs", "more"),
    [
        ("sparse", [0, 2, 1], (3, 3), {}),
        ("sparse", [0.0, 2.0, 1.0], (3, 3), {}),  # whole numbers, whatever their type
        ("sparse", [0, 255, 2], (3, 3), {"ignore_class": 255}),
        ("sparse", [-1, -1], (2, 3), {"ignore_class": -1}),
        ("binary", [0.0, 1.0, 0.3], (3, 1), {}),
        ("one-hot", [[0, 1], [0.1, 0.9]], (2, 2), {}),
        ("squared", [-100.0, 1e6], (2, 1), {}),
    ],
)
def test_ranges_that_fit_are_not_named(family, labels, outputs, more):
    assert labels_out_of_range(np.array(labels), outputs, facts(family, **more)) is None


@pytest.mark.parametrize(
    ("family", "labels", "outputs", "says", "remedy"),
    [
        ("sparse", [1, 2, 3], (3, 3), "from 1 to 3, but with 3 outputs .* 0 to 2", r"y - 1"),
        ("sparse", [0, 3], (2, 3), "from 0 to 3", "4 units"),
        ("sparse", [-1, 2], (2, 3), "from -1 to 2", "ignore_class"),
        ("sparse", [0.5, 1.0], (2, 3), "not whole numbers", "MeanSquaredError"),
        ("binary", [-1, 1], (2, 1), "from -1 to 1", r"\(y \+ 1\) / 2"),
        ("binary", [0, 2], (2, 1), "from 0 to 2", "SparseCategoricalCrossentropy"),
        ("one-hot", [[1, 1], [0, 1]], (2, 2), "do not sum to 1", "BinaryCrossentropy"),
        ("one-hot", [[0, 0], [0, 1]], (2, 2), "do not sum to 1", "BinaryCrossentropy"),
        ("squared", [1.0, np.nan], (2, 1), "not all finite", "without a label"),
    ],
)
def test_ranges_that_do_not_fit_are_named(family, labels, outputs, says, remedy):
    found = labels_out_of_range(np.array(labels), outputs, facts(family))
    assert found.name == "labels_out_of_range"
    assert re.search(says, found.says)
    assert re.search(remedy, found.try_)
