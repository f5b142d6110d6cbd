"""Runs on every backend. The oracles: a twin trained step by step, and the state as it was."""

import math

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.callbacks import BatchLoss, LearningRateFinder

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(90, 6)).astype("float32")
Y = RANDOM.integers(0, 3, 90)
CROSSENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def network(optimizer="sgd", **settings):
    """A model with every kind of state: weights, moving statistics, a seed generator."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3, seed=7),
            layers.Dense(3),
        ]
    )
    settings = {"loss": CROSSENTROPY, "metrics": ["accuracy"], **settings}
    model.compile(optimizer, **settings)
    return model


def plain():
    """One linear layer, from zero: its training is worked out in NumPy below."""
    model = keras.Sequential([keras.Input((6,)), layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.5), "mean_squared_error")
    return model


def state(model):
    variables = [*model.variables, *model.optimizer.variables]
    return [np.array(keras.ops.convert_to_numpy(v.value)) for v in variables]


def assert_same_state(model, before):
    now = state(model)
    assert len(now) == len(before)
    for a, b in zip(now, before):
        np.testing.assert_array_equal(a, b)


def test_walks_as_gradient_descent_does_with_a_growing_rate():
    x, y = X.astype("float64"), RANDOM.normal(size=(90, 1)) + 3.0
    w, b, wanted = np.zeros((6, 1)), 0.0, []
    rates = 1e-3 * (0.2 / 1e-3) ** (np.arange(30) / 29)
    for i, rate in enumerate(rates):
        batch = slice(20 * (i % 5), 20 * (i % 5) + 20)  # 90 = 4·20 + 10: a short last batch
        e = x[batch] @ w + b - y[batch]
        wanted.append(np.mean(e**2))
        w = w - rate * 2 * x[batch].T @ e / len(e)
        b = b - rate * 2 * np.mean(e)
    finder = LearningRateFinder(lowest=1e-3, highest=0.2, steps=30)
    plain().fit(X, y, batch_size=20, epochs=6, shuffle=False, verbose=0, callbacks=[finder])
    np.testing.assert_allclose(finder.rates, rates, rtol=1e-6)
    np.testing.assert_allclose(finder.losses, wanted, rtol=1e-4)


def test_smooths_with_a_moving_average_without_its_bias_to_zero():
    finder = LearningRateFinder(lowest=1e-5, highest=1e-1, steps=25)
    finder.find(network(), X, Y)
    wanted = []
    for i in range(len(finder.losses)):
        weights = 0.9 ** np.arange(i, -1, -1)
        wanted.append(weights @ finder.losses[: i + 1] / weights.sum())
    np.testing.assert_allclose(finder.smoothed, wanted, rtol=1e-10)


def test_reads_its_suggestions_off_the_smoothed_curve():
    finder = LearningRateFinder(steps=20)
    finder.rates = 10.0 ** np.arange(-12, 8)
    # Flat, one steep decade (13 → 14), shallow ones, up again. The fall at the very start is the
    # average that warms up, not the training.
    finder.smoothed = np.array([9, 5, *[5] * 11, 5, 2, 1.5, 1.2, 1, 3, 7], float)
    finder.losses = finder.smoothed
    assert finder.minimum == 10.0**5
    assert finder.suggestion == 10.0**4
    assert finder.steepest == 10.0**2  # central difference: the middle of 13 → 15


def test_without_a_fall_the_steepest_rate_is_that_of_the_minimum():
    finder = LearningRateFinder(steps=20)
    finder.rates, finder.smoothed = np.geomspace(1e-6, 1, 20), np.linspace(1, 2, 20)
    assert finder.steepest == finder.minimum == pytest.approx(1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        lambda: keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)),
        lambda: keras.optimizers.Adam(1e-3, gradient_accumulation_steps=3),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(1e-3)),
    ],
    ids=["momentum", "moving average of weights", "schedule", "accumulation", "loss scale"],
)
def test_puts_everything_back_bit_for_bit(optimizer):
    model = network(optimizer())
    if model.optimizer.use_ema and keras.backend.backend() == "jax":
        pytest.skip("there Keras's own second fit with use_ema fails, with or without a test")
    model.fit(X, Y, epochs=2, verbose=0)  # not at the start: slots and statistics are filled
    before = state(model)
    finder = LearningRateFinder(lowest=1e-4, highest=10.0, steps=40)
    finder.find(model, X, Y)
    assert len(finder.losses) > 20
    wanted = np.geomspace(1e-4, 10.0, 40)[: len(finder.rates)]
    np.testing.assert_allclose(finder.rates, wanted, rtol=1e-4)
    assert_same_state(model, before)


def test_the_training_that_follows_is_the_one_without_a_test():
    histories = []
    for test in (False, True):
        model = network(keras.optimizers.Adam(1e-2))
        if test:
            LearningRateFinder(steps=30).find(model, X, Y)
        histories.append(model.fit(X, Y, epochs=3, shuffle=False, verbose=0).history["loss"])
    assert histories[0] == histories[1]


def test_a_schedule_is_back_in_force_after_the_test():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.25, 0.0])
    model = plain()
    model.compile(keras.optimizers.SGD(schedule), "mean_squared_error")
    finder = LearningRateFinder(lowest=1e-4, highest=1e-1, steps=20)
    finder.find(model, X, np.ones((90, 1)))
    np.testing.assert_allclose(finder.rates, np.geomspace(1e-4, 1e-1, 20), rtol=1e-4)
    assert model.optimizer.get_config()["learning_rate"]["class_name"] == "PiecewiseConstantDecay"
    model.fit(X, np.ones((90, 1)), batch_size=30, epochs=1, verbose=0)
    trained = state(model)[0]
    assert np.abs(trained).max() > 0.01
    model.fit(X, np.ones((90, 1)), batch_size=30, epochs=1, verbose=0)  # the rate is now zero
    np.testing.assert_array_equal(state(model)[0], trained)


class Breaks(keras.callbacks.Callback):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def on_train_batch_end(self, batch, logs=None):
        if batch == 2:
            raise self.error


@pytest.mark.parametrize("error", [RuntimeError("somebody else's"), KeyboardInterrupt()])
def test_puts_everything_back_when_a_batch_is_interrupted(error):
    model = network(keras.optimizers.Adam(1e-2))
    model.fit(X, Y, verbose=0)
    before, calls = state(model), []
    ordinary = model.train_step

    def interrupted(*data):
        calls.append(1)
        if len(calls) == 4:
            raise error
        return ordinary(*data)

    model.train_step = interrupted
    model.compile(model.optimizer, CROSSENTROPY, run_eagerly=True, jit_compile=False)
    with pytest.raises(type(error)):
        model.fit(X, Y, epochs=9, verbose=0, callbacks=[LearningRateFinder()])
    assert len(calls) == 4
    assert_same_state(model, before)


@pytest.mark.parametrize("error", [RuntimeError("somebody else's"), KeyboardInterrupt()])
def test_find_puts_everything_back_whatever_happens(error, monkeypatch):
    model = network(keras.optimizers.Adam(1e-2))
    model.fit(X, Y, verbose=0)
    before = state(model)
    monkeypatch.setattr(
        LearningRateFinder, "on_train_batch_end", lambda self, batch, logs=None: _raise(error)
    )
    with pytest.raises(type(error)):
        LearningRateFinder().find(model, X, Y)
    assert_same_state(model, before)


def _raise(error):
    raise error


def test_restore_repairs_what_another_callback_broke_off():
    model = network(keras.optimizers.Adam(1e-2))
    model.fit(X, Y, verbose=0)
    before, finder = state(model), LearningRateFinder(lowest=1e-2)
    with pytest.raises(RuntimeError, match="theirs"):
        model.fit(X, Y, verbose=0, callbacks=[finder, Breaks(RuntimeError("theirs"))])
    assert any((a != b).any() for a, b in zip(state(model), before))
    finder.restore()
    assert_same_state(model, before)
    finder.restore()  # and once is enough
    assert_same_state(model, before)


def test_a_data_set_of_unknown_length_can_be_tested():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("tf.data is the TensorFlow backend's")
    import tensorflow as tf

    data = tf.data.Dataset.from_generator(
        lambda: ((X[i : i + 30], Y[i : i + 30]) for i in range(0, 90, 30)),
        output_signature=(tf.TensorSpec((None, 6)), tf.TensorSpec((None,), "int64")),
    )
    model = network()
    finder = LearningRateFinder(lowest=1e-4, highest=0.1, steps=20)
    finder.find(model, data)
    assert finder.stopped == "the highest rate was reached"
    assert len(finder.rates) == 20


def test_stops_when_the_loss_explodes():
    finder = LearningRateFinder(lowest=1e-3, highest=1e3, steps=100)
    finder.find(plain(), X, X @ np.ones((6, 1)))
    assert "4 times its minimum" in finder.stopped
    assert len(finder.rates) < 90
    assert finder.smoothed[-1] > 4 * finder.smoothed.min()
    assert (finder.smoothed[:-1] <= 4 * np.minimum.accumulate(finder.smoothed[:-1])).all()


def test_stops_when_the_loss_is_not_finite():
    model = plain()
    before = state(model)
    finder = LearningRateFinder(lowest=1e-3, highest=1e30, steps=20)
    y = X @ np.ones((6, 1), "float32")
    y[45:] = np.inf
    model.fit(X, y, batch_size=15, epochs=9, shuffle=False, verbose=0, callbacks=[finder])
    assert finder.stopped == "the loss was no longer finite"
    assert np.isfinite(finder.losses).all()
    assert_same_state(model, before)


def test_a_negative_loss_is_no_explosion():
    model = plain()
    model.compile("sgd", loss=lambda y, y_pred: keras.ops.mean(0 * y_pred - 5.0, axis=-1))
    finder = LearningRateFinder(steps=20)
    finder.find(model, X, np.ones((90, 1)))
    assert finder.stopped == "the highest rate was reached"


def test_says_when_fit_was_too_short():
    finder = LearningRateFinder(lowest=1e-6, highest=1.0, steps=100)
    with pytest.warns(UserWarning, match="wanted 100 batches and got 3.*more epochs"):
        network().fit(X, Y, verbose=0, callbacks=[finder])
    with pytest.raises(RuntimeError, match="at least 10 batches.*got 3.*finder.find"):
        finder.suggestion  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"lowest": 0.0}, "0 < lowest < highest.*got lowest=0.0, highest=1.0"),
        ({"lowest": 1.0, "highest": 0.1}, "got lowest=1.0, highest=0.1"),
        ({"highest": math.inf}, "highest=inf"),
        ({"lowest": math.nan}, "lowest=nan"),
        ({"steps": 19}, "steps ≥ 20.*got steps=19"),
        ({"steps": 30.5}, "whole number of steps.*got steps=30.5"),
    ],
)
def test_refuses_what_makes_no_test(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        LearningRateFinder(**arguments)


def test_refuses_several_steps_in_one_execution():
    if keras.backend.backend() == "torch":
        pytest.skip("the PyTorch backend has no steps_per_execution")
    with pytest.raises(ValueError, match="steps_per_execution=1; got 4"):
        LearningRateFinder().find(network(steps_per_execution=4), X, Y)


def test_refuses_a_training_step_that_reports_no_loss():
    model = network()
    before = state(model)
    finder = LearningRateFinder()
    finder.set_model(model)
    finder.on_train_begin()
    finder.on_train_batch_begin(0)
    with pytest.raises(ValueError, match="reports as 'loss'; got .'perplexity'."):
        finder.on_train_batch_end(0, {"perplexity": 2.0})
    assert_same_state(model, before)


def test_its_plot_shows_both_suggestions():
    finder = LearningRateFinder(lowest=1e-4, highest=10.0, steps=40)
    finder.find(plain(), X, X @ np.ones((6, 1)))
    (axes,) = finder.plot().axes
    assert axes.get_xscale() == "log"
    words = " ".join(text.get_text() for text in axes.get_legend().get_texts())
    assert f"{finder.suggestion:.2g}" in words
    assert f"{finder.steepest:.2g}" in words


@pytest.mark.slow
@pytest.mark.parametrize(
    "optimizer",
    [lambda: keras.optimizers.SGD(0.1, momentum=0.9), lambda: keras.optimizers.Adam(0.1)],
    ids=["momentum", "Adam"],
)
def test_the_suggestion_trains_the_digits_and_ten_times_more_does_not(optimizer):
    from coursekit.data import digits
    from coursekit.models import mini_cnn

    x, y = digits().train
    model = mini_cnn(seed=0)
    model.compile(optimizer(), CROSSENTROPY)
    keras.utils.set_random_seed(0)
    suggestion = LearningRateFinder().find(model, x, y)
    start = state(model)
    losses = []
    for rate in (suggestion, 10 * suggestion):
        for variable, value in zip([*model.variables, *model.optimizer.variables], start):
            variable.assign(value)
        model.optimizer.learning_rate = rate
        losses.append(model.fit(x, y, epochs=3, verbose=0).history["loss"][-1])
    assert losses[0] < 0.6  # guessing costs ln 10 = 2.30
    assert losses[1] > 1.5


@pytest.mark.parametrize("finder_first", [True, False])
def test_sees_the_losses_that_batch_loss_records(finder_first):
    finder, recorder = LearningRateFinder(lowest=1e-4, highest=0.1, steps=20), BatchLoss()
    callbacks = [finder, recorder] if finder_first else [recorder, finder]
    model = network()
    model.fit(X, Y, batch_size=40, epochs=9, verbose=0, callbacks=callbacks)
    np.testing.assert_allclose(finder.losses, recorder.losses, rtol=1e-6)
    assert not {"train_step", "compute_loss"} & set(vars(model))
