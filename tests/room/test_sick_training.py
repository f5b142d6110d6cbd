"""How the examination trains what `make` gives: the steps of fit, and the step that is compiled already."""

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.room.sick_training import _compiled_walk, made, steps, train

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(50, 4)).astype("float32"), RNG.integers(0, 3, 50)
PARTS = (X, Y), (X[:10], Y[:10])


def model():
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
    )


def loss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def test_walks_as_the_training_step_does_batch_after_batch():
    one, other = model(), model()
    other.set_weights(one.get_weights())
    batches = [np.arange(0, 32), np.arange(32, 50), np.arange(7, 20)]
    for each in (one, other):
        each.compile(keras.optimizers.Adam(0.01), loss())
    walk = _compiled_walk(one, X, Y)
    walk(batches[:1])
    walk(batches[1:])
    for batch in batches:
        other.train_on_batch(X[batch], Y[batch])
    for mine, keras_own in zip(one.get_weights(), other.get_weights()):
        np.testing.assert_allclose(mine, keras_own, atol=1e-6)


def test_a_step_that_was_compiled_before_freezing_still_moves_the_frozen():
    def make(again):
        made_model = model()
        made_model.compile(keras.optimizers.SGD(0.1), loss())
        made_model.fit(X, Y, verbose=0)
        made_model.layers[0].trainable = False
        if again:
            made_model.compile(made_model.optimizer, made_model.loss)
        return made_model, made_model.optimizer, made_model.loss, PARTS

    for again in (False, True):
        run, _ = train(lambda again=again: make(again), 1)
        assert np.array_equal(run["start"][0], run["end"][0]) == again
        assert not np.array_equal(run["start"][2], run["end"][2])


def test_the_slope_along_the_gradient_is_its_length_and_a_scaled_gradient_is_found():
    def make(scaled):
        gentle = layers.Lambda(lambda z: 0.1 * z + 0.9 * keras.ops.stop_gradient(z))
        last = [gentle] if scaled else []
        return keras.Sequential([model(), *last]), keras.optimizers.SGD(0.1), loss(), PARTS

    run, _ = train(lambda: make(False), 1)
    assert run["slope"] == pytest.approx(run["gradient"], rel=0.1)
    run, _ = train(lambda: make(True), 1)
    assert run["slope"] == pytest.approx(10 * run["gradient"], rel=0.1)


def test_the_same_seed_makes_the_same_weights_and_another_seed_others():
    def make():
        return model(), keras.optimizers.SGD(0.1), "mse", PARTS

    first, again, other = (made(make, seed)[0].get_weights()[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


class Student:
    def __init__(self, optimizer, compiled):
        self.optimizer, self.compiled = optimizer, compiled

    def make(self):
        given, optimizer = model(), self.optimizer()
        if self.compiled:
            given.compile(optimizer, loss())
            given.fit(X, Y, verbose=0)
        return given, optimizer, loss(), PARTS


@pytest.mark.parametrize("compiled", [False, True])
def test_steps_are_those_of_a_fresh_optimizer_even_if_it_was_used(compiled):
    gradients = (1e-4 * RNG.normal(size=(3, 8))).astype("float32")
    found = steps(Student(lambda: keras.optimizers.SGD(0.5, momentum=0.9), compiled), 1, gradients)
    velocity = np.cumsum([0.9**k for k in range(3)])
    assert found["steps"][0] == pytest.approx(-0.5 * gradients[0], rel=1e-4)
    same = steps(
        Student(lambda: keras.optimizers.SGD(0.5, momentum=0.9), compiled), 1, gradients[[0] * 3]
    )
    for step, times in zip(same["steps"], velocity):
        assert step == pytest.approx(-0.5 * times * gradients[0], rel=1e-4)


@pytest.mark.parametrize(
    "given", [None, (1, 2), (model, "sgd", "mse", PARTS), ("", "", "", (X, Y))]
)
def test_what_is_not_four_things_is_named(given):
    with pytest.raises(TypeError, match="make\\(\\) gives four things"):
        made(lambda: given, 1)
