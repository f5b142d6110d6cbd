"""Runs on every backend. The oracle is a twin, trained batch by batch with train_on_batch."""

import csv
import functools
import pickle

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers

from coursekit.callbacks import BatchLoss

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(57, 5)).astype("float32")
Y = RANDOM.integers(0, 3, 57)
BATCH = 8  # 57 = 7·8 + 1: the last batch has one sample
BATCHES = [slice(start, start + BATCH) for start in range(0, 57, BATCH)]


def classifier(regularizer=None):
    model = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(7, "tanh", kernel_initializer=keras.initializers.GlorotUniform(1)),
            layers.Dense(
                3,
                kernel_initializer=keras.initializers.GlorotUniform(2),
                kernel_regularizer=regularizer,
            ),
        ]
    )
    compile_(model)
    return model


def compile_(model, **settings):
    model.compile(
        keras.optimizers.Adam(0.05),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **settings,
    )


def recorded(model, epochs=3, x=X, y=Y, recorder=None, **settings):
    """The recorder after a fit in the order of the data."""
    recorder = recorder or BatchLoss()
    settings = {"batch_size": BATCH, "shuffle": False, "verbose": 0, **settings}
    settings["callbacks"] = [recorder, *settings.get("callbacks", [])]
    recorder.history = model.fit(x, y, epochs=epochs, **settings)
    return recorder


def one_by_one(model, epochs=3, x=X, y=Y, weights=None):
    """The losses of the same training, one call of train_on_batch per batch."""
    losses = []
    for _ in range(epochs):
        for batch in BATCHES:
            model.reset_metrics()
            targets = y[batch] if not isinstance(y, list) else [part[batch] for part in y]
            weight = None if weights is None else weights[batch]
            losses.append(model.train_on_batch(x[batch], targets, weight, return_dict=True)["loss"])
    return np.array(losses, "float64")


@functools.cache
def of_the_twin(epochs=3):
    return one_by_one(classifier(), epochs)


def assert_same(recorder, wanted):
    np.testing.assert_allclose(recorder.losses, wanted, rtol=2e-6, atol=1e-7)


def test_is_the_loss_before_the_step_worked_out_in_numpy():
    x, y = X[:, :2].astype("float64"), X[:, 2:3].astype("float64")
    w = np.zeros((2, 1))
    wanted = []
    for _ in range(2):
        for batch in BATCHES:
            e = x[batch] @ w - y[batch]
            wanted.append(np.mean(e**2))
            w -= 0.1 * 2 * x[batch].T @ e / len(e)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((2, 1))])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    recorder = recorded(model, epochs=2, x=X[:, :2], y=X[:, 2:3])
    np.testing.assert_allclose(recorder.losses, wanted, rtol=1e-5)


def test_every_batch_of_every_epoch_the_short_last_one_included():
    recorder = recorded(classifier())
    assert_same(recorder, of_the_twin())
    assert recorder.epochs == [0, 8, 16] and recorder.losses.dtype == np.float32


def test_is_not_the_running_mean_that_keras_shows():
    shown = []
    show = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda b, logs: shown.append(logs["loss"])
    )
    recorder = recorded(classifier(), callbacks=[show])
    assert np.abs(recorder.losses - shown)[1:8].min() > 1e-4
    sizes = np.array([8] * 7 + [1])
    means = np.cumsum(recorder.losses[:8] * sizes) / np.cumsum(sizes)
    np.testing.assert_allclose(shown[:8], means, rtol=1e-5)


def test_sample_weights():
    weights = RANDOM.random(57).astype("float32") * 3
    recorder = recorded(classifier(), sample_weight=weights)
    assert_same(recorder, one_by_one(classifier(), weights=weights))


def test_class_weights():
    weights = {0: 0.5, 1: 3.0, 2: 1.5}
    recorder = recorded(classifier(), class_weight=weights)
    per_sample = np.array([weights[label] for label in Y], "float32")
    assert_same(recorder, one_by_one(classifier(), weights=per_sample))
    assert not np.allclose(recorder.losses, of_the_twin(), rtol=1e-2)


def test_regularisation_is_part_of_the_loss():
    recorder = recorded(classifier(keras.regularizers.L2(0.1)))
    assert_same(recorder, one_by_one(classifier(keras.regularizers.L2(0.1))))
    assert not np.allclose(recorder.losses, of_the_twin(), rtol=1e-2)


@keras.saving.register_keras_serializable("coursekit_tests")
class Activity(layers.Layer):
    def call(self, x):
        self.add_loss(0.3 * keras.ops.mean(keras.ops.square(x)))
        return x


def test_what_a_layer_adds_is_part_of_the_loss():
    def build():
        model = keras.Sequential([*classifier().layers, Activity()])
        compile_(model)
        return model

    recorder = recorded(build())
    assert_same(recorder, one_by_one(build()))
    assert not np.allclose(recorder.losses, of_the_twin(), rtol=1e-2)


def test_several_outputs_with_weights():
    def build():
        image = keras.Input((5,))
        hidden = layers.Dense(4, kernel_initializer=keras.initializers.GlorotUniform(3))(image)
        kind = layers.Dense(3, kernel_initializer=keras.initializers.GlorotUniform(4))(hidden)
        size = layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(5))(hidden)
        model = keras.Model(image, [kind, size])
        losses = [keras.losses.SparseCategoricalCrossentropy(from_logits=True), "mse"]
        model.compile(keras.optimizers.SGD(0.05), losses, loss_weights=[0.7, 2.0])
        return model

    targets = [Y, X[:, :1]]
    assert_same(recorded(build(), y=targets), one_by_one(build(), y=targets))


def test_a_second_fit_starts_new_lists():
    model = classifier()
    recorder = recorded(model, epochs=1)
    first = recorder.losses
    recorded(model, epochs=2, recorder=recorder)
    np.testing.assert_allclose(first, of_the_twin()[:8], rtol=2e-6)
    assert_same(recorder, of_the_twin()[8:])
    assert recorder.epochs == [0, 8]


def test_a_fit_without_it_is_not_recorded():
    model = classifier()
    recorder = recorded(model, epochs=1)
    before = recorder.losses
    model.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(recorder.losses, before)


def test_validation_and_an_evaluate_in_mid_epoch_do_not_count():
    class Peek(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                self.model.evaluate(X[:20], Y[:20], verbose=0)

    recorder = recorded(classifier(), callbacks=[Peek()], validation_data=(X, Y))
    assert_same(recorder, of_the_twin())


def test_can_be_read_in_the_middle_of_an_epoch():
    seen = []

    class Peek(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(len(recorder.losses))

    recorder = BatchLoss()
    recorded(classifier(), epochs=1, recorder=recorder, callbacks=[Peek()])
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8]


def test_two_recorders_see_the_same():
    second = BatchLoss()
    first = recorded(classifier(), callbacks=[second])
    np.testing.assert_array_equal(first.losses, second.losses)
    assert first.epochs == second.epochs


def test_gradient_accumulation():
    def build():
        model = classifier()
        optimizer = keras.optimizers.Adam(0.05, gradient_accumulation_steps=3)
        model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return model

    assert_same(recorded(build()), one_by_one(build()))


def test_history_and_weights_are_the_same_to_the_bit_as_without_it():
    def run(callbacks):
        model = classifier(keras.regularizers.L2(0.01))
        settings = {"batch_size": BATCH, "shuffle": False, "verbose": 0, "epochs": 3}
        history = model.fit(X, Y, validation_data=(X, Y), callbacks=callbacks, **settings)
        return history.history, model.get_weights()

    (plain, weights), (with_it, same) = run([]), run([BatchLoss()])
    assert plain == with_it
    for a, b in zip(weights, same):
        np.testing.assert_array_equal(a, b)


def test_nothing_is_left_on_the_model(tmp_path):
    model = classifier()
    model.fit(X, Y, verbose=0)
    before, names = dict(vars(model)), [metric.name for metric in model.metrics]
    recorded(model)
    after = vars(model)
    assert before.keys() == after.keys()
    assert after["train_function"] is before["train_function"]
    assert "compute_loss" not in after and "train_step" not in after
    assert [metric.name for metric in model.metrics] == names
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5)
    keras.models.clone_model(model)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5)


def test_a_checkpoint_in_mid_fit_holds_nothing_of_it(tmp_path):
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    recorder = recorded(classifier(), callbacks=[checkpoint])
    assert_same(recorder, of_the_twin())
    loaded = keras.models.load_model(tmp_path / "2.keras")
    assert len(loaded.variables) == len(classifier().variables)
    rest = recorded(loaded, epochs=1)
    np.testing.assert_allclose(rest.losses, of_the_twin()[16:], rtol=1e-5)


def test_restoring_the_best_weights_loses_no_loss():
    class Worse(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs):
            logs["worse"] = float(epoch)

    stop = keras.callbacks.EarlyStopping("worse", mode="min", patience=1, restore_best_weights=True)
    model, twin = classifier(), classifier()
    recorder = recorded(model, epochs=9, callbacks=[Worse(), stop])
    assert_same(recorder, of_the_twin()[:16])
    one_by_one(twin, epochs=1)
    for best, wanted in zip(model.get_weights(), twin.get_weights()):
        np.testing.assert_allclose(best, wanted, rtol=1e-5, atol=1e-6)


def test_stopping_in_mid_epoch_ends_the_record_too():
    stop = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: setattr(model, "stop_training", batch == 4)
    )
    model = classifier()
    recorder = recorded(model, callbacks=[stop])
    assert_same(recorder, of_the_twin()[:5])


def test_data_that_runs_out_ends_the_fit_as_it_does_without_it():
    # Three epochs were asked for. Where Keras meets the end differs from backend to backend.
    batches = ((X[batch], Y[batch]) for batch in BATCHES[:4])
    settings = {"batch_size": None, "steps_per_epoch": 2}
    with pytest.warns(UserWarning, match="ran out of data"):
        recorder = recorded(classifier(), x=batches, y=None, **settings)
    assert_same(recorder, of_the_twin()[:4])
    assert recorder.epochs == [0, 2, 4]


class Interruption(keras.callbacks.Callback):
    def __init__(self, error, at):
        super().__init__()
        self.error, self.at, self.batches = error, at, 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        if self.batches == self.at:
            raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("mine")])
def test_a_broken_fit_keeps_what_it_had_and_the_next_one_is_right(tmp_path, error):
    model = classifier()
    recorder = BatchLoss(tmp_path / "losses.csv")
    with pytest.raises(type(error)):
        recorded(model, recorder=recorder, callbacks=[Interruption(error, at=11)])
    assert_same(recorder, of_the_twin()[:11])
    if keras.backend.backend() == "jax":
        return  # there the weights of a broken epoch stay inside fit: Keras's own behaviour
    recorded(model, epochs=1, recorder=recorder)
    twin = classifier()
    one_by_one(twin, epochs=1)
    for batch in BATCHES[:3]:
        twin.train_on_batch(X[batch], Y[batch])
    assert_same(recorder, one_by_one(twin, epochs=1))
    with open(tmp_path / "losses.csv", encoding="utf-8") as file:
        epochs = [row["epoch"] for row in csv.DictReader(file)]
    assert epochs == ["0"] * 8 + ["1"] * 3 + ["0"] * 8


def test_a_fit_after_a_broken_one_finds_the_model_clean():
    model = classifier()
    model.fit(X, Y, verbose=0)
    plain, recorder = model.train_function, BatchLoss()
    with pytest.raises(KeyboardInterrupt):
        recorded(model, recorder=recorder, callbacks=[Interruption(KeyboardInterrupt(), at=5)])
    before = recorder.losses
    model.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(recorder.losses, before)
    assert model.train_function is plain


def test_compiled_anew_after_a_broken_fit():
    model = classifier()
    with pytest.raises(KeyboardInterrupt):
        recorded(model, callbacks=[Interruption(KeyboardInterrupt(), at=5)])
    start = [weight.copy() for weight in classifier().get_weights()]
    compile_(model)
    model.set_weights(start)
    assert_same(recorded(model), of_the_twin())


def test_an_error_inside_the_step_leaves_the_model_clean():
    class Broken(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x):
            return self.dense(x)

        def train_step(self, *arguments):
            raise ValueError("mine")

    model = Broken()
    compile_(model)
    model.build((None, 5))
    model.make_train_function()
    plain = model.train_function
    with pytest.raises(ValueError, match="mine"):
        recorded(model)
    assert model.train_function is plain
    assert "compute_loss" not in vars(model) and "train_step" not in vars(model)


def test_nan_and_infinity_are_recorded_as_what_they_are():
    x, y = np.array([[1.0], [np.inf], [np.nan]], "float32"), np.zeros((3, 1), "float32")
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(1e-9), "mae")
    recorder = recorded(model, epochs=1, x=x, y=y, batch_size=1)
    assert recorder.losses[0] == 1 and not np.isfinite(recorder.losses[1:]).any()


def test_the_file_has_every_batch_to_the_bit(tmp_path):
    recorder = BatchLoss(tmp_path / "losses.csv")
    recorded(classifier(), epochs=5, initial_epoch=3, recorder=recorder)
    assert recorder.epochs == [0, 8]
    with open(tmp_path / "losses.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["3"] * 8 + ["4"] * 8  # as fit counts them
    assert [int(row["batch"]) for row in rows] == list(range(8)) * 2
    np.testing.assert_array_equal(
        np.array([row["loss"] for row in rows], "float32"), recorder.losses
    )


def test_the_file_is_written_every_so_many_batches(tmp_path):
    lengths = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            lengths.append(len(path.read_text(encoding="utf-8").splitlines()))

    path = tmp_path / "losses.csv"
    recorder = BatchLoss(path, flush_every=3)  # the first line has the names of the columns
    recorded(classifier(), epochs=2, recorder=recorder, callbacks=[Look()])
    assert lengths == [1, 1, 1, 4, 4, 4, 7, 7, 9, 9, 9, 12, 12, 12, 15, 15]


@pytest.mark.parametrize("error, sentence", [(FileExistsError, "append"), (OSError, "Choose")])
def test_a_bad_path_is_said_before_the_first_step(tmp_path, error, sentence):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "losses.csv").write_text("mine", encoding="utf-8")
    path = tmp_path / "losses.csv" if error is FileExistsError else tmp_path / "file" / "l.csv"
    model = classifier()
    before = model.get_weights()
    with pytest.raises(error, match=sentence):
        recorded(model, recorder=BatchLoss(path))
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)
    model.fit(X, Y, verbose=0)


def test_a_second_fit_goes_on_in_its_own_file(tmp_path):
    recorder, model = BatchLoss(tmp_path / "losses.csv"), classifier()
    recorded(model, epochs=1, recorder=recorder)
    recorded(model, epochs=1, recorder=recorder)
    assert len((tmp_path / "losses.csv").read_text(encoding="utf-8").splitlines()) == 17


def test_flush_every_counts_from_1():
    with pytest.raises(ValueError, match="at least 1.*got 0"):
        BatchLoss(flush_every=0)


@pytest.mark.parametrize("batches", [1, 2])
def test_another_loop_is_an_error_not_an_empty_record(batches):
    model, recorder = classifier(), BatchLoss()
    callbacks = keras.callbacks.CallbackList([recorder], model=model)
    model.make_train_function()
    plain = model.train_function
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    with pytest.raises(RuntimeError, match="listens to model.fit.*record.losses"):
        for batch in range(batches):
            callbacks.on_train_batch_begin(batch)
            callbacks.on_train_batch_end(batch, {"loss": 1.0})
        assert batches == 1, "was not noticed when the second batch began"
        callbacks.on_epoch_end(0, {"loss": 1.0})
    assert model.train_function is plain


def test_does_not_make_fit_wait_for_every_batch():
    # Keras hands the numbers of a batch on without waiting, unless some callback overrides these.
    plain = keras.callbacks.Callback
    assert BatchLoss.on_train_batch_end is plain.on_train_batch_end
    assert BatchLoss.on_batch_end is plain.on_batch_end


def test_before_any_fit_there_is_nothing_to_draw():
    assert BatchLoss().losses.shape == (0,)
    with pytest.raises(RuntimeError, match="recorded nothing yet"):
        BatchLoss().plot()


def test_draws_every_loss_and_the_mean_that_keras_shows():
    recorder = recorded(classifier(), epochs=2)
    (axes,) = recorder.plot().axes
    losses, mean, boundary = axes.lines
    np.testing.assert_array_equal(losses.get_ydata(), recorder.losses)
    assert list(losses.get_xdata()) == list(range(1, 17)) and axes.get_ylabel() == "loss"
    first, second = recorder.losses[:8], recorder.losses[8:]
    wanted = [*np.cumsum(first) / range(1, 9), np.nan, *np.cumsum(second) / range(1, 9)]
    np.testing.assert_allclose(mean.get_ydata(), wanted, rtol=1e-6)
    np.testing.assert_array_equal(mean.get_xdata(), [*range(1, 9), np.nan, *range(9, 17)])
    assert boundary.get_xdata()[0] == 8.5
    assert [losses.get_color(), mean.get_color()] == ["#0072B2", "#D55E00"]  # blue, vermilion


def test_draws_into_axes_that_one_has():
    figure, axes = plt.subplots()
    recorder = recorded(classifier(), epochs=1)
    assert recorder.plot(axes) is figure and len(axes.lines) == 2
