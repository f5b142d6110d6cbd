"""What cannot be trained gets one sentence, from every way of training."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.training import compiled_epoch, fit, tape, torch_loop, train_step

WAYS = [tape, fit, train_step, compiled_epoch]
X, Y = np.ones((6, 4), "float32"), np.array([0, 1, 2, 0, 1, 2])


def attempt(way, x=X, y=Y, optimizer=None, loss=None, model=None, **settings):
    model = model or keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    before = model.get_weights()
    try:
        way.train(model, loss, optimizer or keras.optimizers.SGD(), (x, y), verbose=0, **settings)
    finally:
        for a, b in zip(before, model.get_weights()):
            np.testing.assert_array_equal(a, b)
        assert "train_step" not in vars(model)


def each(way):
    return way.__name__.rsplit(".", 1)[-1]


@pytest.mark.parametrize("way", WAYS, ids=each)
@pytest.mark.parametrize(
    "changes, says",
    [
        ({"x": X[:0], "y": Y[:0]}, "no samples"),
        ({"y": Y[:5]}, "6 samples and 5 labels"),
        ({"x": X[:, :3]}, r"takes samples of shape \(4,\); got \(3,\)"),
        ({"x": X[..., None]}, r"takes samples of shape \(4,\); got \(4, 1\)"),
        ({"y": Y + 1}, "whole numbers from 0 to 2; got 3"),
        ({"y": Y - 1}, "whole numbers from 0 to 2; got -1"),
        ({"y": (Y - 1).astype("uint8")}, "whole numbers from 0 to 2; got 255"),
        ({"epochs": 0}, "epochs is a whole number of at least 1; got 0"),
        ({"epochs": float("nan")}, "epochs is a whole number.*got nan"),
        ({"batch_size": 0}, "batch_size is a whole number of at least 1; got 0"),
        ({"batch_size": 2.5}, "batch_size is a whole number.*got 2.5"),
    ],
)
def test_data_and_counts(way, changes, says):
    with pytest.raises(ValueError, match=says):
        attempt(way, **changes)


@pytest.mark.parametrize("way", WAYS, ids=each)
@pytest.mark.parametrize("rate", [0.0, -0.1, float("nan"), float("inf")])
def test_a_learning_rate_that_is_no_step_down(way, rate):
    with pytest.raises(ValueError, match=f"finite number above 0; got {rate:g}"):
        attempt(way, optimizer=keras.optimizers.SGD(rate))


@pytest.mark.parametrize("way", WAYS, ids=each)
def test_names_instead_of_objects(way):
    with pytest.raises(TypeError, match="loss is an object.*got 'mse'"):
        attempt(way, loss="mse")
    with pytest.raises(TypeError, match="optimizer is an object.*got 'adam'"):
        attempt(way, optimizer="adam")


@pytest.mark.parametrize("way", WAYS, ids=each)
def test_an_ignored_class_may_lie_outside(way):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    way.train(model, loss, keras.optimizers.SGD(), (X, Y - 1), verbose=0)


def test_a_compiled_epoch_wants_arrays_and_no_looks_at_batches():
    data = [(X, Y)]
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.raises(ValueError, match="a pair .x, y.; got list"):
        compiled_epoch.train(model, loss, keras.optimizers.SGD(), data)
    with pytest.raises(ValueError, match="TerminateOnNaN wants to look in at every batch"):
        attempt(compiled_epoch, callbacks=[keras.callbacks.TerminateOnNaN()])


def test_pytorchs_loop_takes_no_keras_callbacks_and_no_strange_metric():
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(4, 3)
    arguments = module, torch.nn.CrossEntropyLoss(), torch.optim.SGD(module.parameters()), (X, Y)
    with pytest.raises(ValueError, match="want a Keras model"):
        torch_loop.train(*arguments, callbacks=[keras.callbacks.History()])
    with pytest.raises(ValueError, match="'accuracy' or nothing; got .'auc'"):
        torch_loop.train(*arguments, metrics=("auc",))


@pytest.mark.slow
def test_another_backend_is_named():
    code = (
        "import keras, numpy as np\n"
        "from coursekit.training import tape\n"
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
        "data = np.ones((2, 1)), np.ones((2, 1))\n"
        "tape.train(model, keras.losses.MeanSquaredError(), keras.optimizers.SGD(), data)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "want the TensorFlow backend; Keras runs on torch" in done.stderr
