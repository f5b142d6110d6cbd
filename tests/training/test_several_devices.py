"""The tape loop on two devices and in two processes: the losses are those of one device."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from coursekit.training import fit, tape, train_step


def alone():
    """What several_workers.py trains, on one device."""
    kernel = keras.initializers.GlorotUniform(1)
    layer = keras.layers.Dense(3, kernel_initializer=kernel, kernel_regularizer="l2")
    model = keras.Sequential([keras.Input((5,)), layer])
    random = np.random.default_rng(0)
    data = random.normal(size=(61, 5)).astype("float32"), random.integers(0, 3, 61)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    settings = {"epochs": 3, "batch_size": 16, "seed": 4, "verbose": 0, "metrics": ["accuracy"]}
    settings["validation_data"] = tuple(part[:23] for part in data)
    record = tape.train(model, loss, keras.optimizers.Adam(0.05), data, **settings)
    return {"losses": record.losses, **record.history}


@pytest.mark.slow
def test_two_devices_give_the_losses_of_one():
    # 37 samples in batches of 9: parts of 5 and 4, and a last batch of one sample for two devices.
    code = """
        import keras, numpy as np, tensorflow as tf
        from coursekit.training import fit, tape, train_step
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        random = np.random.default_rng(0)
        x, y = random.normal(size=(37, 5)).astype("float32"), random.integers(0, 3, 37)
        even = x[:32], y[:32]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        def build():
            kernel = keras.initializers.GlorotUniform(1)
            layer = keras.layers.Dense(3, kernel_initializer=kernel, kernel_regularizer="l2")
            return keras.Sequential([keras.Input((5,)), layer]), keras.optimizers.Adam(0.05)

        def run(way, data, batch_size, strategy=None):
            model, optimizer = build()
            settings = dict(epochs=3, batch_size=batch_size, seed=4, verbose=0, metrics=["accuracy"])
            settings["validation_data"] = x[:23], y[:23]
            record = way.train(model, loss, optimizer, data, strategy=strategy, **settings)
            return record, model.get_weights()

        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        with strategy.scope():
            ours, weights = run(tape, (x, y), 9, strategy)
            fits = [run(way, even, 8, strategy)[0] for way in (fit, train_step)]
        one, wanted = run(tape, (x, y), 9)
        np.testing.assert_allclose(ours.losses, one.losses, rtol=2e-6)
        np.testing.assert_allclose(weights[0], wanted[0], rtol=1e-5, atol=1e-6)
        assert sorted(one.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
        for name in one.history:
            np.testing.assert_allclose(ours.history[name], one.history[name], rtol=1e-5)
        wanted = run(tape, even, 8)[0]
        for record in fits:
            np.testing.assert_allclose(record.losses, wanted.losses, rtol=2e-6)
            for name in wanted.history:
                np.testing.assert_allclose(record.history[name], wanted.history[name], rtol=1e-5)

        with strategy.scope():
            parts = tf.data.Dataset.from_tensor_slices((x[:23], y[:23])).batch(9)
            model, optimizer = build()
        spied = []
        names = "on_test_begin", "on_test_batch_begin", "on_test_batch_end", "on_test_end"
        spy = keras.callbacks.Callback()
        for name in names:
            setattr(spy, name, lambda *a, name=name, logs=None: spied.append(name))
        settings = dict(batch_size=9, seed=4, verbose=0, strategy=strategy, callbacks=[spy])
        record = tape.train(model, loss, optimizer, (x, y), validation_data=parts, **settings)
        assert abs(record.history["val_loss"][0] - one.history["val_loss"][0]) < 1e-5
        assert spied == [names[0], *names[1:3] * 3, names[3]], spied

        # A scaled loss, and a layer that is another one while it trains.
        def normalized():
            layers = keras.layers.BatchNormalization(synchronized=True), keras.layers.Dense(3, "tanh")
            model = keras.Sequential([keras.Input((5,)), *layers])
            model.layers[-1].set_weights([np.arange(15.0).reshape(5, 3) / 9, np.zeros(3)])
            return model, keras.optimizers.SGD(0.5, momentum=0.8, loss_scale_factor=64.0)

        settings = dict(epochs=3, batch_size=8, seed=4, verbose=0, validation_data=even)
        with strategy.scope():
            model, optimizer = normalized()
        two = tape.train(model, loss, optimizer, even, strategy=strategy, **settings)
        model, optimizer = normalized()
        one = tape.train(model, loss, optimizer, even, **settings)
        np.testing.assert_allclose(two.losses, one.losses, rtol=5e-6)
        np.testing.assert_allclose(two.history["val_loss"], one.history["val_loss"], rtol=5e-6)

        # What Keras would compute in silence, or say at length.
        def refused(way, says, optimizer=None, batch_size=9, **settings):
            with strategy.scope():
                model, _ = build()
                optimizer = optimizer or keras.optimizers.SGD(0.1)
            settings = dict(loss=loss, data=(x, y)) | settings
            try:
                way.train(model, optimizer=optimizer, batch_size=batch_size, strategy=strategy,
                          verbose=0, **settings)
            except ValueError as error:
                assert says in str(error), error
            else:
                raise AssertionError(f"wanted to hear: {says}")

        for way in (fit, train_step):
            refused(way, "got batches of 9 and a last one of 1")
            refused(way, "got batches of 8 and a last one of 5", batch_size=8)
        refused(tape, "this optimizer was not", optimizer=keras.optimizers.SGD(0.1))

        # What the documentation says of Keras 3.15. If this fails, Keras has learnt it.
        with strategy.scope():
            model, optimizer = build()
            model.compile(optimizer, loss, steps_per_execution=2)
        try:
            model.fit(*even, batch_size=8, verbose=0)
        except tf.errors.InvalidArgumentError:
            pass
        else:
            raise AssertionError("fit runs under a strategy with steps_per_execution=2")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_model_made_elsewhere_is_an_error():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    data, loss = (np.ones((2, 1)), np.ones((2, 1))), keras.losses.MeanSquaredError()
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    with pytest.raises(ValueError, match="made in the strategy's scope.*with strategy.scope"):
        tape.train(model, loss, keras.optimizers.SGD(), data, strategy=strategy)


def sparse(**settings):
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, **settings)


def sgd(**settings):
    return keras.optimizers.SGD(0.1, **settings)


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=["tape", "fit", "train_step"])
@pytest.mark.parametrize(
    "loss, optimizer, says",
    [
        (lambda: sparse(reduction="sum"), sgd, "mean over the batch.*got 'sum'"),
        (lambda: sparse(ignore_class=1), sgd, "samples that it keeps.*got ignore_class=1"),
        (sparse, lambda: sgd(clipnorm=0.1), "clipnorm would be wrong; got clipnorm=0.1"),
        (sparse, lambda: sgd(clipvalue=0.2), "got clipvalue=0.2"),
        (sparse, lambda: sgd(global_clipnorm=0.3), "got global_clipnorm=0.3"),
        (sparse, lambda: sgd(gradient_accumulation_steps=2), "got gradient_accumulation_steps=2"),
        (
            sparse,
            lambda: keras.optimizers.LossScaleOptimizer(sgd(clipnorm=0.1)),
            "got clipnorm=0.1",
        ),
        (
            sparse,
            lambda: sgd(use_ema=True, ema_overwrite_frequency=3),
            "got ema_overwrite_frequency=3",
        ),
    ],
)
def test_what_devices_cannot_share_is_refused(way, loss, optimizer, says):
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    with strategy.scope():
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)])
        optimizer = optimizer()
    before, data = model.get_weights()[0], (np.ones((2, 1)), np.array([0, 2]))
    with pytest.raises(ValueError, match=says):
        way.train(model, loss(), optimizer, data, strategy=strategy, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_weights_of_validation_samples_cannot_be_shared_out():
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    with strategy.scope():
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)])
        optimizer = sgd()
    x, y = np.ones((2, 1)), np.array([0, 2])
    settings = {"strategy": strategy, "validation_data": (x, y, y)}
    with pytest.raises(ValueError, match="a pair .x, y. or a data set of pairs; got 3 parts"):
        tape.train(model, sparse(), optimizer, (x, y), **settings)


@pytest.fixture
def workers(tmp_path):
    """Starts two workers on free ports; kills whatever is left of them."""
    processes = []

    def start(*deaths):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        addresses = [f"127.0.0.1:{server.getsockname()[1]}" for server in sockets]
        for server in sockets:
            server.close()
        for index, death in enumerate(deaths):
            task = {"type": "worker", "index": index}
            cluster = {"cluster": {"worker": addresses}, "task": task}
            output = open(tmp_path / f"{index}.txt", "w+", encoding="utf-8")  # noqa: SIM115
            command = [sys.executable, Path(__file__).with_name("several_workers.py")]
            command += [tmp_path / f"{index}.npz", *([] if death is None else [str(death)])]
            environment = {**os.environ, "TF_CONFIG": json.dumps(cluster)}
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
            process.says = output
            processes.append(process)
        return processes

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.says.close()


@pytest.mark.slow
def test_two_workers_give_the_losses_of_one_process(workers, tmp_path):
    for process in workers(None, None):
        assert process.wait(timeout=240) == 0, process.says.seek(0) or process.says.read()
    wanted = alone()
    assert sorted(wanted) == ["accuracy", "loss", "losses", "val_accuracy", "val_loss"]
    for index in range(2):
        ours = np.load(tmp_path / f"{index}.npz")
        np.testing.assert_allclose(ours["losses"], wanted["losses"], rtol=2e-6)
        for name in wanted:
            np.testing.assert_allclose(ours[name], wanted[name], rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("victim", [0, 1], ids=["the chief", "the other"])
def test_a_killed_worker_is_an_error_for_the_other_not_a_wait(workers, victim):
    deaths = [None, None]
    deaths[victim] = 2
    processes = workers(*deaths)
    killed, survivor = processes[victim], processes[1 - victim]
    assert killed.wait(timeout=240) == -signal.SIGKILL
    died = time.monotonic()
    assert survivor.wait(timeout=60) not in (0, None)
    assert time.monotonic() - died < 60
    survivor.says.seek(0)
    assert "Error" in survivor.says.read()
