"""What only TensorFlow can do to a training step; the oracle is a twin run with train_on_batch."""

import csv
import functools
import os
import signal
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from coursekit.callbacks import BatchLoss

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(57, 5)).astype("float32")
Y = RANDOM.integers(0, 3, 57)
BATCH = 8
BATCHES = [slice(start, start + BATCH) for start in range(0, 57, BATCH)]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def classifier(kind=keras.Sequential, **settings):
    inputs = keras.Input((5,))
    hidden = layers.Dense(7, "tanh", kernel_initializer=keras.initializers.GlorotUniform(1))(inputs)
    logits = layers.Dense(
        3,
        kernel_initializer=keras.initializers.GlorotUniform(2),
        kernel_regularizer=keras.regularizers.L2(0.01),
        dtype="float32",
    )(hidden)
    model = keras.Model(inputs, logits) if kind is keras.Sequential else kind(inputs, logits)
    model.compile(keras.optimizers.Adam(0.05), LOSS, **settings)
    return model


def recorded(model, x=X, y=Y, epochs=3, **settings):
    recorder = BatchLoss()
    if y is not None:
        settings = {"batch_size": BATCH, "shuffle": False, **settings}
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[recorder], **settings)
    return recorder


def one_by_one(model, epochs=3):
    losses = []
    for _ in range(epochs):
        for batch in BATCHES:
            model.reset_metrics()
            losses.append(model.train_on_batch(X[batch], Y[batch], return_dict=True)["loss"])
    return np.array(losses, "float64")


@functools.cache
def of_the_twin(epochs=3):
    return one_by_one(classifier(), epochs)


@pytest.mark.parametrize("steps", [2, 3, 8, 50])
def test_several_steps_in_one_execution(steps):
    # 8 batches an epoch: dividing, not dividing, the whole epoch, more than the epoch.
    recorder = recorded(classifier(steps_per_execution=steps))
    np.testing.assert_allclose(recorder.losses, of_the_twin(), rtol=1e-6)
    assert recorder.epochs == [0, 8, 16]


def test_compiled_by_xla():
    recorder = recorded(classifier(jit_compile=True), x=X[:56], y=Y[:56])
    twin = classifier()
    wanted = np.concatenate([one_by_one_short(twin) for _ in range(3)])
    np.testing.assert_allclose(recorder.losses, wanted, rtol=1e-5)


def one_by_one_short(model):
    return np.array(
        [model.train_on_batch(X[b], Y[b], return_dict=True)["loss"] for b in BATCHES[:7]]
    )


def test_run_eagerly():
    recorder = recorded(classifier(run_eagerly=True), epochs=1)
    np.testing.assert_allclose(recorder.losses, of_the_twin(1), rtol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_records_the_unscaled_loss(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        recorder, wanted = recorded(classifier(), epochs=1), one_by_one(classifier(), epochs=1)
    finally:
        keras.config.set_dtype_policy(before)
    np.testing.assert_allclose(recorder.losses, wanted, rtol=1e-6)
    assert recorder.losses.max() < 5  # scaled by 2**15 it would be tens of thousands


@pytest.mark.parametrize("steps", [1, 3, 50])
def test_a_data_set_of_unknown_length(steps):
    def batches():
        for batch in BATCHES:
            yield X[batch], Y[batch]

    signature = tf.TensorSpec((None, 5)), tf.TensorSpec((None,), tf.int64)
    data = tf.data.Dataset.from_generator(batches, output_signature=signature)
    assert data.cardinality() == tf.data.UNKNOWN_CARDINALITY
    # Keras itself counts a step too many at each end of such a data set, which Adam would notice.
    model, twin = classifier(steps_per_execution=steps), classifier()
    for one in (model, twin):
        one.optimizer = None
        one.compile(keras.optimizers.SGD(0.3), LOSS, steps_per_execution=one.steps_per_execution)
    recorder = recorded(model, data, None)
    np.testing.assert_allclose(recorder.losses, one_by_one(twin), rtol=1e-6)
    assert recorder.epochs == [0, 8, 16]


def test_the_file_is_written_when_an_execution_passes_the_mark(tmp_path):
    lengths = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            lengths.append(len(path.read_text(encoding="utf-8").splitlines()) - 1)

    path = tmp_path / "losses.csv"
    callbacks = [BatchLoss(path, flush_every=3), Look()]
    settings = {"batch_size": 4, "shuffle": False, "verbose": 0, "callbacks": callbacks}
    classifier(steps_per_execution=2).fit(X[:56], Y[:56], **settings)
    assert lengths == [0, 0, 4, 4, 8, 8, 12]  # after batch 4, 8, 12: never two marks late


def test_more_batches_than_the_store_holds():
    x, y = np.zeros((2100, 1), "float32"), np.arange(2100, dtype="float32")[:, None]
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, trainable=True)])
    model.compile(keras.optimizers.SGD(1e-12), "mae")
    recorder = recorded(model, x=x, y=y, batch_size=1, epochs=1)
    np.testing.assert_allclose(recorder.losses, np.arange(2100), rtol=1e-6)


class OwnStep(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = 3 * self.compute_loss(x, y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


class Home(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return 2 * super().compute_loss(x, y, y_pred, sample_weight, training)


class Never(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(LOSS(y, self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


class Twice(keras.Model):
    def train_step(self, data):
        x, y = data
        self.compute_loss(x, y, self(x, training=True))
        return super().train_step(data)


def test_an_own_train_step_gives_what_it_computed():
    seen = []
    show = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda b, logs: seen.append(logs["loss"])
    )
    model, recorder = classifier(OwnStep), BatchLoss()
    model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0, callbacks=[recorder, show])
    np.testing.assert_allclose(3 * recorder.losses, seen, rtol=1e-6)


def test_an_own_compute_loss_is_the_loss():
    recorder = recorded(classifier(Home))
    np.testing.assert_allclose(recorder.losses, one_by_one(classifier(Home)), rtol=1e-6)
    np.testing.assert_allclose(recorder.losses[0], 2 * of_the_twin(1)[0], rtol=1e-6)


@pytest.mark.parametrize("kind, calls", [(Never, 0), (Twice, 2)])
def test_a_step_that_cannot_be_read_is_an_error_at_the_first_batch(kind, calls):
    model = classifier(kind)
    with pytest.raises(RuntimeError, match=rf"train_step of {kind.__name__} made {calls} of them"):
        recorded(model)
    assert int(model.optimizer.iterations) == 1
    assert not {"train_step", "compute_loss"} & set(vars(model))
    model.fit(X, Y, verbose=0)  # and trains on without it


def test_a_second_fit_traces_nothing_of_its_own_into_the_models_function():
    model = classifier()
    model.fit(X, Y, verbose=0)
    plain = model.train_function
    recorded(model)
    assert model.train_function is plain


def run(code, *arguments, **settings):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        env=environment,
        text=True,
        **settings,
    )


@pytest.mark.slow
def test_under_a_mirrored_strategy_it_is_the_loss_of_the_whole_batch():
    code = """
        import keras, numpy as np, tensorflow as tf
        from coursekit.callbacks import BatchLoss
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        random = np.random.default_rng(0)
        x, y = random.normal(size=(64, 5)).astype("float32"), random.integers(0, 3, 64)

        def build():
            logits = keras.layers.Dense(
                3, kernel_initializer=keras.initializers.GlorotUniform(2), kernel_regularizer="l2"
            )
            model = keras.Sequential([keras.Input((5,)), logits])
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile(keras.optimizers.Adam(0.05), loss)
            return model

        def record(model):
            recorder = BatchLoss()
            model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0, callbacks=[recorder])
            return recorder.losses

        with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
            model = build()
        losses = record(model)
        assert model.distribute_strategy.num_replicas_in_sync == 2 and len(losses) == 12
        np.testing.assert_allclose(losses, record(build()), rtol=2e-6)

        # A last batch of 5 on two replicas: the gradient is that of the mean of their two means.
        x, y = x[:21], y[:21]
        with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
            model = build()
        plain = build()
        plain.train_on_batch(x[:16], y[:16])
        parts = slice(16, 19), slice(19, 21)
        means = [plain.evaluate(x[part], y[part], verbose=0) for part in parts]
        np.testing.assert_allclose(record(model)[1], np.mean(means), rtol=1e-5)
    """
    process = run(code, stderr=subprocess.PIPE)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


@pytest.mark.slow
def test_a_killed_process_leaves_all_batches_up_to_the_last_flush(tmp_path):
    code = """
        import os, signal, sys
        import keras, numpy as np
        from coursekit.callbacks import BatchLoss

        class Kill(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                if batch == 17:
                    os.kill(os.getpid(), signal.SIGKILL)

        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x = np.ones((100, 1), "float32")
        callbacks = [BatchLoss(sys.argv[1], flush_every=5), Kill()]
        model.fit(x, x, batch_size=1, verbose=0, callbacks=callbacks)
    """
    path = tmp_path / "losses.csv"
    process = run(code, path, stderr=subprocess.DEVNULL)
    assert process.wait(timeout=300) == -signal.SIGKILL
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["batch"]) for row in rows] == list(range(15))
