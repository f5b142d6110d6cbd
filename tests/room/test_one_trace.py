"""In a room fit traces once, and whatever happens before the first step happens as in plain Keras."""

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.room.one_trace import build_optimizers_first

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(16, 4)).astype("float32"), RNG.normal(size=(16, 1)).astype("float32")


@pytest.fixture
def patched(monkeypatch):
    monkeypatch.setattr(
        keras.Model, "make_train_function", keras.Model.make_train_function, raising=True
    )
    build_optimizers_first()


class Counted(layers.Layer):
    """Counts how often it is traced."""

    traces = 0

    def call(self, x):
        Counted.traces += 1
        return x


def traces_of_fit():
    model = keras.Sequential([keras.Input((4,)), Counted(), layers.Dense(1)])
    model.compile("adam", "mse")
    before = Counted.traces
    model.fit(X, Y, batch_size=8, epochs=2, verbose=0)
    return Counted.traces - before


def test_traces_once(patched):
    assert traces_of_fit() == 1


def test_keras_traces_twice():
    assert traces_of_fit() == 2  # or the patch is not needed any more


class Unfreezes(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        for layer in self.model.layers:
            layer.trainable = True


class Freezes(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.model.layers[0].trainable = False


class Restores(keras.callbacks.Callback):
    """Puts back at the end what there was of the optimizer at the beginning."""

    def on_train_begin(self, logs=None):
        self.kept = [(each, np.array(each)) for each in self.model.optimizer.variables]

    def on_train_end(self, logs=None):
        for variable, value in self.kept:
            variable.assign(value)


class OwnBuild(keras.Model):
    """Says that it is built before its layers are."""

    def __init__(self):
        super().__init__()
        self.inside = layers.Dense(1)

    def build(self, shape):
        self.built = True

    def call(self, x):
        return self.inside(x)


def sequential():
    return keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(1)])


def trained(make, callback, frozen):
    """Weights and optimizer state after a training."""
    keras.utils.set_random_seed(3)
    model = make()
    model.build((None, 4))
    for layer in model.layers[:-1] if frozen else []:
        layer.trainable = False
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    callbacks = [callback()] if callback else []
    model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0, callbacks=callbacks)
    return [np.array(each) for each in (*model.weights, *model.optimizer.variables)]


CASES = [
    (sequential, None, False),
    (sequential, Unfreezes, True),
    (sequential, Freezes, False),
    (sequential, Restores, False),
    (OwnBuild, None, False),
]


@pytest.mark.parametrize(
    "case", CASES, ids=["plain", "unfreezes", "freezes", "restores", "own build"]
)
def test_trains_as_plain_keras_does(case, request):
    plain = trained(*case)
    request.getfixturevalue("patched")
    for mine, kerass in zip(trained(*case), plain, strict=True):
        np.testing.assert_allclose(mine, kerass, atol=1e-6)
