"""How the examination trains what `make` gives: the steps of fit, and the step that is compiled already."""

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.room.sick_training import _compiled_walk, entering, made, steps, train

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


def test_the_slope_is_that_of_the_tangent_where_the_loss_is_curved():
    small = keras.initializers.RandomNormal(stddev=1e-4)

    def make():
        hidden = layers.Dense(64, activation="relu", kernel_initializer=small)
        curved = keras.Sequential([keras.Input((4,)), hidden, layers.Dense(3)])
        return curved, keras.optimizers.SGD(0.0), loss(), [(1000 * x, y) for x, y in PARTS]

    run, _ = train(make, 1)
    assert run["slope"] == pytest.approx(run["gradient"], rel=0.2)


def test_a_model_in_which_nothing_learns_has_no_gradient():
    def make():
        frozen = model()
        frozen.trainable = False
        return frozen, keras.optimizers.SGD(0.1), loss(), PARTS

    run, _ = train(make, 1)
    assert (run["gradient"], run["slope"]) == (0, 0)
    assert all(np.array_equal(*pair) for pair in zip(run["start"], run["end"]))


def test_the_loss_of_fewer_samples_is_measured_and_fits_inside_make_are_noted():
    def make():
        given = model()
        given.compile(keras.optimizers.SGD(0.1), loss())
        given.fit(X[::2], Y[::2], epochs=3, batch_size=8, verbose=0)
        summed = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
        given.compile(keras.optimizers.SGD(0.1), lambda y, z: summed(y, z) / 32)
        return given, given.optimizer, given.loss, PARTS

    fit = keras.Model.fit
    run, _ = train(make, 1)
    assert run["fits"] == [{"samples": 25, "epochs": 3, "batch_size": 8}]
    assert keras.Model.fit is fit
    assert run["before"]["loss_of_fewer"] < 0.7 * run["before"]["loss"]


@pytest.mark.parametrize(
    ("front", "size"),
    [
        ([], 100.0),
        ([layers.Rescaling(0.01)], 1.0),
        ([layers.BatchNormalization()], 1.0),
        ([layers.Lambda(lambda x: x / 50)], 2.0),
    ],
)
def test_what_enters_the_first_layer_with_a_kernel_is_measured(front, size):
    class Large:
        def make(self):
            given = keras.Sequential([keras.Input((4,)), *front, *model().layers])
            return given, keras.optimizers.SGD(0.1), loss(), [(100 * x, y) for x, y in PARTS]

    call = layers.Dense.call
    assert entering(Large(), 1)["size"] == pytest.approx(size, rel=0.2)
    assert layers.Dense.call is call


def test_settings_of_the_optimizer_are_given():
    student = Student(lambda: keras.optimizers.SGD(0.1, weight_decay=0.01, clipnorm=2), False)
    settings = steps(student, 1, np.ones((1, 8), "float32"))["settings"]
    assert settings["weight_decay"] == pytest.approx(0.01) and settings["clipnorm"] == 2
    assert settings["use_ema"] == settings["global_clipnorm"] == 0


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
