"""What cannot be trained gets one sentence, from every way of training."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import coursekit.losses
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
        ({"seed": -1}, "seed is a whole number of at least 0, or None; got -1"),
        ({"seed": 0.5}, "seed is a whole number.*got 0.5"),
        ({"y": np.where(Y == 1, np.nan, Y)}, "whole numbers from 0 to 2; got nan"),
        ({"y": Y + 0.5}, "whole numbers from 0 to 2; got 0.5"),
        ({"y": np.eye(3)[Y]}, r"one class number per sample; got labels of shape \(3,\)"),
        ({"x": X.astype(str)}, "Samples are numbers; got an array of <U"),
        ({"y": Y.astype(str)}, "Labels are numbers; got an array of <U"),
    ],
)
def test_data_and_counts(way, changes, says):
    with pytest.raises(ValueError, match=says):
        attempt(way, **changes)


# What Keras would train with in silence: labels 3 and 8, and targets spread over outputs.
@pytest.mark.parametrize("way", WAYS, ids=each)
@pytest.mark.parametrize(
    "loss, outputs, y, says",
    [
        ("BinaryCrossentropy", 1, np.where(Y > 0, 3.0, 8.0), "from 0 to 1; got 8.*0 and 1"),
        ("BinaryCrossentropy", 1, Y - 1.0, "a probability from 0 to 1; got -1"),
        ("CategoricalCrossentropy", 3, 2 * np.eye(3)[Y], "a probability from 0 to 1; got 2"),
        ("CategoricalCrossentropy", 3, Y, r"output of shape \(3,\); got labels of shape \(\)"),
        ("MeanSquaredError", 1, X[:, :2], r"output of shape \(1,\); got labels of shape \(2,\)"),
        ("MeanSquaredError", 3, X[:, :1], r"output of shape \(3,\); got labels of shape \(1,\)"),
    ],
)
@pytest.mark.parametrize("family", [keras.losses, coursekit.losses], ids=["keras", "coursekit"])
def test_labels_that_the_loss_cannot_mean(way, family, loss, outputs, y, says):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(outputs)])
    with pytest.raises(ValueError, match=says):
        attempt(way, y=y, loss=getattr(family, loss)(), model=model)


@pytest.mark.parametrize(
    "loss, outputs, y",
    [
        ("BinaryCrossentropy", 1, np.array([0, 0.3, 1, 1, 0, 1])),
        ("MeanSquaredError", 1, X[:, 0] * 50),
        ("MeanSquaredError", 3, X[:, :3]),
        ("SparseCategoricalCrossentropy", 3, Y[:, None]),
        ("CategoricalCrossentropy", 3, np.eye(3)[Y]),
    ],
)
def test_labels_of_either_form_that_keras_takes(loss, outputs, y):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(outputs)])
    loss = getattr(keras.losses, loss)()
    record = tape.train(model, loss, keras.optimizers.SGD(0.1), (X, y), verbose=0)
    assert np.isfinite(record.losses).all()


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=each)
@pytest.mark.parametrize(
    "y, says", [(Y[:5], "validation_data: .*6 samples and 5 labels"), (Y + 1, "from 0 to 2; got 3")]
)
def test_validation_data_is_looked_at_before_an_epoch_is_spent(way, y, says):
    with pytest.raises(ValueError, match=says):
        attempt(way, validation_data=(X, y))


@pytest.mark.parametrize("way", WAYS, ids=each)
@pytest.mark.parametrize(
    "data, says",
    [
        ((X,), "a tuple of 1: ndarray"),
        ((X, Y, Y, Y), "a tuple of 4"),
        ([(X, Y)], "a list of 1: tuple"),
        ([(X, Y), (X, Y)], "a list of 2: tuple, tuple"),
    ],
)
def test_validation_data_is_arrays_or_a_data_set(way, data, says):
    with pytest.raises(TypeError, match=f"validation_data is arrays .x, y. or .*got {says}"):
        attempt(way, validation_data=data)


def pairs(x=X, y=Y):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(2)


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=each)
@pytest.mark.parametrize(
    "data, error, says",
    [
        (X, TypeError, "a pair of arrays.*got one ndarray"),
        (None, TypeError, "got one NoneType"),
        ((X, Y, Y), TypeError, "got a tuple of something else"),
        ((X.tolist(), Y.tolist()), TypeError, "got a tuple of something else"),
        ([], ValueError, "the data has no batches"),
        (pairs(X[:0], Y[:0]), ValueError, "the data has no batches"),
        (pairs().repeat(), ValueError, "to its end, and this data set has none"),
        (
            tf.data.Dataset.from_tensor_slices((X, Y, Y)).batch(2),
            TypeError,
            "elements are no pairs",
        ),
    ],
)
def test_data_that_is_no_batches(way, data, error, says):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.raises(error, match=says):
        way.train(model, loss, keras.optimizers.SGD(), data, verbose=0)


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=each)
def test_a_generator_is_good_for_one_epoch(way):
    # Walked a second time it is empty: an epoch with the loss 0, or half of one.
    def train(epochs):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        data = ((X[i : i + 2], Y[i : i + 2]) for i in range(0, 6, 2))
        return way.train(model, loss, keras.optimizers.SGD(), data, epochs=epochs, verbose=0)

    assert len(train(1).losses) == 3
    with pytest.raises(ValueError, match="A generator can be walked once, and 2 epochs"):
        train(2)


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=each)
def test_an_epoch_without_batches_whose_number_nobody_knew(way):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.raises(ValueError, match="epoch 1 had no batches"):
        nothing = pairs().filter(lambda x, y: False)
        way.train(model, loss, keras.optimizers.SGD(), nothing, verbose=0)


class WalkedOnce:
    """Two batches on the first walk, none later; nobody can tell from outside."""

    walks = 0

    def __iter__(self):
        self.walks += 1
        return iter([(X[:2], Y[:2]), (X[2:], Y[2:])] if self.walks == 1 else [])


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=each)
def test_a_later_epoch_without_batches_is_an_error_before_its_loss_0_is_the_best(way):
    data = WalkedOnce()
    if way is not tape:
        spec = tf.TensorSpec((None, 4)), tf.TensorSpec((None,), tf.int64)
        data = tf.data.Dataset.from_generator(data.__iter__, output_signature=spec)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    heard = []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: heard.append(epoch))
    with pytest.raises(ValueError, match="epoch 2 had no batches"):
        settings = {"epochs": 3, "callbacks": [watch], "verbose": 0}
        way.train(model, loss, keras.optimizers.SGD(), data, **settings)
    assert heard == [0]


@pytest.mark.parametrize("epochs, data", [(1, lambda: iter([])), (2, WalkedOnce)])
def test_pytorchs_loop_names_an_epoch_without_batches(epochs, data):
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(4, 3)
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    with pytest.raises(ValueError, match=f"epoch {epochs} had no batches"):
        loss = torch.nn.CrossEntropyLoss()
        torch_loop.train(module, loss, optimizer, data(), epochs=epochs, verbose=0)


@pytest.mark.parametrize("way", WAYS, ids=each)
def test_a_schedule_may_warm_up_from_zero(way):
    # Refused or ignored, nothing is learnt from the second batch on.
    rate = keras.optimizers.schedules.CosineDecay(0.0, 10, warmup_target=0.5, warmup_steps=2)
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(rate)
    settings = {"epochs": 4, "verbose": 0, "shuffle": False}
    losses = way.train(model, loss, optimizer, (X, Y), **settings).losses
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert losses[3] < losses[2] < losses[1]


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
    with pytest.raises(ValueError, match="LambdaCallback wants to look in at every batch"):
        look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
        attempt(compiled_epoch, callbacks=[look])


def test_pytorchs_loop_takes_no_keras_callbacks_and_no_strange_metric():
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(4, 3)
    arguments = module, torch.nn.CrossEntropyLoss(), torch.optim.SGD(module.parameters()), (X, Y)
    with pytest.raises(ValueError, match="want a Keras model"):
        torch_loop.train(*arguments, callbacks=[keras.callbacks.History()])
    with pytest.raises(ValueError, match="'accuracy' or nothing; got .'auc'."):
        torch_loop.train(*arguments, metrics=("auc",))


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"data": (X, Y[:5])}, "6 samples and 5 labels"),
        ({"data": (X[:0], Y[:0])}, "no samples"),
        ({"data": X}, "got one ndarray"),
        ({"epochs": 0}, "epochs is a whole number.*got 0"),
        ({"batch_size": 0}, "batch_size is a whole number.*got 0"),
        ({"validation_data": (X[:0], Y[:0])}, "validation_data: .*no samples"),
        ({"validation_data": (X, Y, Y)}, "validation_data: .*got a tuple of something else"),
        ({"rate": 0.0}, "finite number above 0; got 0"),
        ({"rate": float("inf")}, "finite number above 0; got inf"),
    ],
)
def test_pytorchs_loop_says_the_same(changes, says):
    torch = pytest.importorskip("torch")
    settings = {"data": (X, Y), "rate": 0.1, **changes}
    module = torch.nn.Linear(4, 3)
    optimizer = torch.optim.SGD(module.parameters(), settings.pop("rate"))
    with pytest.raises((ValueError, TypeError), match=says):
        torch_loop.train(module, torch.nn.CrossEntropyLoss(), optimizer, **settings)


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
