"""Keras's callbacks in the tape loop: told the same, doing the same, as in fit."""

import csv

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.training import fit, tape

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 4)).astype("float32")
Y = RANDOM.integers(0, 3, 50)


def trained(way, callbacks, epochs=3, learning_rate=0.1, **settings):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(3, kernel_initializer=keras.initializers.GlorotUniform(1)),
        ]
    )
    record = way.train(
        model,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        keras.optimizers.SGD(learning_rate),
        (X, Y),
        epochs=epochs,
        batch_size=16,
        seed=2,
        metrics=["accuracy"],
        callbacks=callbacks,
        **{"verbose": 0, "validation_data": (X[:20], Y[:20]), **settings},
    )
    return model, record


class Spy(keras.callbacks.Callback):
    """Writes down every call: which, with which number, with which logs."""

    def __init__(self):
        super().__init__()
        self.calls = []


def _note(hook):
    def method(self, *arguments, logs=None, **named):
        numbers = [argument for argument in arguments if isinstance(argument, int)]
        logs = next((a for a in arguments if isinstance(a, dict)), logs) or {}
        self.calls.append((hook, numbers, {key: float(value) for key, value in logs.items()}))

    return method


for hook in dir(keras.callbacks.Callback):
    if (
        hook.startswith("on_")
        and "predict" not in hook
        and hook not in ("on_batch_begin", "on_batch_end")
    ):
        setattr(Spy, hook, _note(hook))


class Stop(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.stop_training = batch == 1


class StopAtEnd(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 1


@pytest.mark.parametrize("validated", [True, False], ids=["validated", "not"])
@pytest.mark.parametrize("other", [None, Stop, StopAtEnd], ids=["to the end", "stop", "stop later"])
def test_are_told_what_fit_tells_them(other, validated):
    ours, fits = Spy(), Spy()
    settings = {} if validated else {"validation_data": None}
    for way, spy in ((tape, ours), (fit, fits)):
        trained(way, [spy, *([other()] if other else [])], **settings)
    assert [call[:2] for call in ours.calls] == [call[:2] for call in fits.calls]
    hooks = {call[0] for call in ours.calls}
    assert {"on_train_batch_end", "on_epoch_end", "on_train_end"} <= hooks
    assert ("on_test_batch_end" in hooks) == validated
    for (hook, _, logs), (_, _, wanted) in zip(ours.calls, fits.calls):
        assert logs.keys() == wanted.keys(), hook
        for key in logs:
            assert logs[key] == pytest.approx(wanted[key], rel=1e-5), (hook, key)


@pytest.mark.parametrize("way", [tape, fit], ids=["tape", "fit"])
def test_one_callback_need_not_be_in_a_list(way):
    spy = Spy()
    trained(way, spy)
    assert spy.calls[-1][0] == "on_train_end"


def test_validation_samples_keep_their_weights():
    weighted = X[:20], Y[:20], np.arange(20.0)
    (_, ours), (_, fits), (_, plain) = (
        trained(way, [], validation_data=data)
        for way, data in ((tape, weighted), (fit, weighted), (tape, weighted[:2]))
    )
    assert ours.history["val_loss"] == pytest.approx(fits.history["val_loss"], rel=1e-5)
    assert ours.history["val_loss"] != pytest.approx(plain.history["val_loss"], rel=0.1)


def test_early_stopping_restores_the_best_weights():
    def stop():
        return keras.callbacks.EarlyStopping(
            "val_loss", patience=1, restore_best_weights=True, start_from_epoch=1
        )

    (model, record), (other, wanted) = (
        trained(way, [stop()], epochs=20, learning_rate=3.0) for way in (tape, fit)
    )
    assert len(record.epochs) == len(wanted.epochs) < 20
    np.testing.assert_allclose(model.get_weights()[0], other.get_weights()[0], rtol=1e-4)
    assert record.history["val_loss"] == pytest.approx(wanted.history["val_loss"], rel=1e-4)


@pytest.mark.parametrize("save_freq", ["epoch", 3])
def test_a_checkpoint_can_be_trained_on(tmp_path, save_freq):
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "last.keras", save_freq=save_freq)
    model, _ = trained(tape, [checkpoint])
    loaded = keras.models.load_model(tmp_path / "last.keras")
    assert loaded.optimizer.iterations == 12
    np.testing.assert_array_equal(loaded.get_weights()[0], model.get_weights()[0])


def test_the_csv_has_a_row_per_epoch(tmp_path):
    _, record = trained(tape, [keras.callbacks.CSVLogger(tmp_path / "log.csv")])
    with open(tmp_path / "log.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["val_loss"]) for row in rows] == pytest.approx(record.history["val_loss"])
    assert rows[0].keys() == {"epoch", "loss", "accuracy", "val_loss", "val_accuracy"}


def test_the_rate_falls_on_a_plateau():
    fall = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=0, min_delta=10)
    model, _ = trained(tape, [fall], epochs=3)
    other, _ = trained(fit, [keras.callbacks.ReduceLROnPlateau("loss", 0.5, 0, min_delta=10)])
    assert float(model.optimizer.learning_rate) == float(other.optimizer.learning_rate) < 0.1


def test_a_schedule_by_epochs_is_followed():
    rates = []
    watch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: rates.append(logs["learning_rate"])
    )
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))
    trained(tape, [schedule, watch])
    assert rates == pytest.approx([0.1, 0.05, 0.1 / 3])


def test_tensorboard_writes_its_events(tmp_path):
    trained(tape, [keras.callbacks.TensorBoard(tmp_path)])
    assert list(tmp_path.rglob("events.out.tfevents.*"))


def test_a_callback_can_stop_in_the_middle_of_an_epoch():
    (_, record), (_, wanted) = trained(tape, [Stop()]), trained(fit, [Stop()])
    assert len(record.losses) == len(wanted.losses) == 2
    assert record.history.keys() == wanted.history.keys()


def test_a_model_that_was_stopped_once_can_be_trained_again():
    model, _ = trained(tape, [Stop()])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    record = tape.train(model, loss, model.optimizer, (X, Y), epochs=2, batch_size=16, verbose=0)
    assert len(record.losses) == 8


def test_nan_terminates():
    (_, record), (_, wanted) = (
        trained(way, [keras.callbacks.TerminateOnNaN()], learning_rate=1e38) for way in (tape, fit)
    )
    assert len(record.losses) == len(wanted.losses) < 12


@pytest.mark.parametrize("way", [tape, fit], ids=["tape", "fit"])
def test_shows_its_progress(way, capsys):
    trained(way, [], verbose=2)
    shown = capsys.readouterr().out
    assert "Epoch 3/3" in shown and "4/4" in shown and "val_accuracy" in shown


@pytest.mark.parametrize("way", [tape, fit], ids=["tape", "fit"])
def test_ctrl_c_keeps_what_was_learnt_and_tells_nobody_of_an_end(way):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                weights.append(self.model.get_weights()[0])
                raise KeyboardInterrupt

    weights, spy = [], Spy()
    with pytest.raises(KeyboardInterrupt):
        trained(way, [spy, Interrupt()])
    np.testing.assert_array_equal(spy.model.get_weights()[0], weights[0])
    assert spy.model.optimizer.iterations == 3
    assert spy.calls[-1][:2] == ("on_train_batch_end", [2])


def test_goes_on_where_an_earlier_training_ended():
    # Adam's moments and its count of steps are the optimizer's, and it keeps them.
    def losses(*runs):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, kernel_initializer="ones")])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        optimizer, settings = keras.optimizers.Adam(0.1), {"batch_size": 16, "verbose": 0}
        settings["shuffle"] = False
        records = [tape.train(model, loss, optimizer, (X, Y), n, **settings) for n in runs]
        return np.concatenate([record.losses for record in records])

    np.testing.assert_allclose(losses(1, 2), losses(3), rtol=1e-6)
