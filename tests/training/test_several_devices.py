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

from coursekit.training import tape


def alone():
    """What several_workers.py trains, on one device."""
    kernel = keras.initializers.GlorotUniform(1)
    layer = keras.layers.Dense(3, kernel_initializer=kernel, kernel_regularizer="l2")
    model = keras.Sequential([keras.Input((5,)), layer])
    random = np.random.default_rng(0)
    data = random.normal(size=(61, 5)).astype("float32"), random.integers(0, 3, 61)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    settings = {"epochs": 3, "batch_size": 16, "seed": 4, "verbose": 0}
    return tape.train(model, loss, keras.optimizers.Adam(0.05), data, **settings).losses


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
            record = way.train(model, loss, optimizer, data, strategy=strategy, **settings)
            return record, model.get_weights()

        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        with strategy.scope():
            ours, weights = run(tape, (x, y), 9, strategy)
            fits = [run(way, even, 8, strategy)[0] for way in (fit, train_step)]
        one, wanted = run(tape, (x, y), 9)
        np.testing.assert_allclose(ours.losses, one.losses, rtol=2e-6)
        np.testing.assert_allclose(weights[0], wanted[0], rtol=1e-5, atol=1e-6)
        for name in ("loss", "accuracy"):
            np.testing.assert_allclose(ours.history[name], one.history[name], rtol=1e-5)
        for record in fits:
            np.testing.assert_allclose(record.losses, run(tape, even, 8)[0].losses, rtol=2e-6)
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


def test_a_sum_cannot_be_shared_out():
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    with strategy.scope():
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        optimizer = keras.optimizers.SGD()
    data, loss = (np.ones((2, 1)), np.ones((2, 1))), keras.losses.MeanSquaredError(reduction="sum")
    with pytest.raises(ValueError, match="mean over the batch.*got 'sum'"):
        tape.train(model, loss, optimizer, data, strategy=strategy)


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
            command += [tmp_path / f"{index}.npy", *([] if death is None else [str(death)])]
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
    for index in range(2):
        np.testing.assert_allclose(np.load(tmp_path / f"{index}.npy"), alone(), rtol=2e-6)


@pytest.mark.slow
def test_a_killed_worker_is_an_error_for_the_other_not_a_wait(workers):
    first, second = workers(None, 2)
    assert second.wait(timeout=240) == -signal.SIGKILL
    died = time.monotonic()
    assert first.wait(timeout=60) not in (0, None)
    assert time.monotonic() - died < 60
    first.says.seek(0)
    assert "Error" in first.says.read()
