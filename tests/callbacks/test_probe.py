"""Runs on every backend. The oracle is a network small enough to differentiate by hand."""

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.callbacks.loss_facts import loss_facts
from coursekit.callbacks.probe import Probe, last_activation

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(20, 4)).astype("float32")
Y = RANDOM.normal(size=(20, 2)).astype("float32")


def network(first, second):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(first.shape[1], "relu", name="first"),
            layers.Dropout(0.5),
            layers.Dense(2, name="second"),
        ]
    )
    model.compile("sgd", "mean_squared_error")
    model.set_weights([first, np.zeros(first.shape[1]), second, np.zeros(2)])
    return model


def probe(model, **settings):
    return Probe(model, X, Y, loss_facts(model), **settings)


def by_hand(first, second, x, y):
    """Loss, outputs, units, and the two gradients of a mean squared error."""
    hidden = np.maximum(x @ first, 0)
    outputs = hidden @ second
    back = 2 * (outputs - y) / outputs.size
    return (
        np.mean((outputs - y) ** 2),
        outputs,
        hidden,
        x.T @ ((back @ second.T) * (hidden > 0)),
        hidden.T @ back,
        back,
    )


def test_sees_loss_outputs_and_gradients_as_worked_out_by_hand():
    first, second = RANDOM.normal(size=(4, 8)), RANDOM.normal(size=(8, 2))
    loss, outputs, hidden, g_first, g_second, back = by_hand(first, second, X, Y)
    looked = probe(network(first, second))
    look = looked.look()
    assert look.loss == pytest.approx(loss, rel=1e-5)
    assert looked.loss_now() == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(look.outputs, outputs, rtol=1e-4, atol=1e-5)
    assert look.norm is None
    looked.look_at_gradients(look)
    assert look.first == pytest.approx(np.sqrt(np.mean(g_first**2)), rel=1e-4)
    assert look.last == pytest.approx(np.sqrt(np.mean(g_second**2)), rel=1e-4)
    biases = ((back @ second.T) * (hidden > 0)).sum(axis=0), back.sum(axis=0)
    squares = sum((g**2).sum() for g in (g_first, g_second, *biases))
    assert look.norm == pytest.approx(np.sqrt(squares), rel=1e-4)
    assert look.identical == []


def test_counts_the_units_that_answer_to_no_sample():
    first = np.concatenate([RANDOM.normal(size=(4, 6)), np.zeros((4, 2))], axis=1)
    look = probe(network(first, RANDOM.normal(size=(8, 2)))).look()
    assert look.dead == {"first": 2 / 8}


def test_counts_a_channel_as_dead_only_where_it_is_zero_everywhere():
    model = keras.Sequential(
        [
            keras.Input((5, 5, 1)),
            layers.Conv2D(8, 1, name="conv"),
            layers.ReLU(name="relu"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", "mean_squared_error")
    kernel = np.array([1.0] * 5 + [-1.0] * 3).reshape(1, 1, 1, 8)
    model.layers[0].set_weights([kernel, np.zeros(8)])
    x = np.zeros((20, 5, 5, 1), "float32")
    x[0, 0, 0] = 1.0  # one pixel of one image is enough to live
    assert Probe(model, x, Y, loss_facts(model)).look().dead == {"relu": 3 / 8}


def test_looks_at_no_more_samples_than_it_was_told():
    first, second = RANDOM.normal(size=(4, 8)), RANDOM.normal(size=(8, 2))
    look = probe(network(first, second), size=5).look()
    assert look.loss == pytest.approx(by_hand(first, second, X[:5], Y[:5])[0], rel=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.3])
def test_knows_units_that_will_stay_copies_of_each_other(value):
    model = network(np.full((4, 8), value), np.full((8, 2), value))
    looked = probe(model)
    look = looked.look()
    looked.look_at_gradients(look)
    # The last layer's targets differ; with zeros it gets no gradient at all.
    assert "first" in [name.rpartition("/")[2] for name in look.identical]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.full((4, 8), 0.3), RANDOM.normal(size=(8, 2))),  # the second layer tells them apart
        (RANDOM.normal(size=(4, 8)), np.zeros((8, 2))),  # gradients of zero, but unequal units
    ],
)
def test_units_that_differ_in_weights_or_gradients_are_no_copies(first, second):
    looked = probe(network(first, second))
    look = looked.look()
    looked.look_at_gradients(look)
    assert look.identical == []


def test_measures_how_far_the_weights_went():
    model = network(np.ones((4, 8)), np.ones((8, 2)))
    looked = probe(model)
    before = looked.fingerprint()
    assert looked.change_since(before) == 0.0
    model.set_weights([np.full((4, 8), 1.01), np.ones(8), np.full((8, 2), 1.02), np.ones(2)])
    assert looked.change_since(before) == pytest.approx(0.02, rel=1e-4)
    assert looked.change_since([]) == np.inf  # no kernels, no verdict that they stand still


def test_knows_the_largest_input():
    model = network(np.ones((4, 8)), np.ones((8, 2)))
    assert probe(model).largest_input() == pytest.approx(np.abs(X).max())


def test_leaves_the_model_as_it_was():
    model = network(RANDOM.normal(size=(4, 8)), RANDOM.normal(size=(8, 2)))
    before = [np.array(keras.ops.convert_to_numpy(v.value)) for v in model.variables]
    looked = probe(model)
    looked.look_at_gradients(looked.look())
    after = [keras.ops.convert_to_numpy(v.value) for v in model.variables]
    assert len(before) == len(after)
    for a, b in zip(before, after):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("ends", "name"),
    [
        ([layers.Dense(1, "sigmoid")], "sigmoid"),
        ([layers.Dense(1), layers.Activation("sigmoid"), layers.Reshape((1, 1))], "sigmoid"),
        ([layers.Dense(4, "sigmoid"), layers.Dense(1)], "linear"),
        ([layers.Dense(4, "sigmoid"), layers.BatchNormalization()], None),
    ],
)
def test_finds_the_activation_at_the_end(ends, name):
    assert last_activation(keras.Sequential([keras.Input((4,)), *ends])) == name
