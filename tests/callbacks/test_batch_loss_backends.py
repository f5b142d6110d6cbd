"""The same facts on the JAX and PyTorch backends of Keras, each in a process of its own."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SAME_FACTS = Path(__file__).with_name("test_batch_loss.py")
# Compiling takes its time on JAX: what can differ there, once.
ON_JAX = (
    "numpy or class_weights or adds or second_fit or validation or after_a_broken or bit "
    "or runs_out"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "backend, chosen, number", [("jax", ON_JAX, 8), ("torch", "not file and not draws", 26)]
)
def test_the_same_on_another_backend(backend, chosen, number):
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, "-k", chosen, str(SAME_FACTS)],
        env={**os.environ, "KERAS_BACKEND": backend},
        cwd=SAME_FACTS.parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", result.stdout)[1]) >= number, result.stdout[-3000:]


@pytest.mark.slow
def test_on_jax_in_several_steps_on_two_devices_and_in_an_own_step():
    code = """
        import jax, keras, numpy as np
        from coursekit.callbacks import BatchLoss
        random = np.random.default_rng(0)
        x, y = random.normal(size=(57, 5)).astype("float32"), random.integers(0, 3, 57)

        def losses(kind=keras.Model, samples=57, **settings):
            start = keras.initializers.GlorotUniform(2)
            inputs = keras.Input((5,))
            outputs = keras.layers.BatchNormalization()(inputs)
            outputs = keras.layers.Dense(3, kernel_initializer=start)(outputs)
            model = kind(inputs, outputs)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile(keras.optimizers.Adam(0.05), loss, **settings)
            recorder = BatchLoss()
            data = x[:samples], y[:samples]
            model.fit(*data, 8, 2, shuffle=False, verbose=0, callbacks=[recorder])
            assert len(model.non_trainable_variables) == 2  # the moving mean and variance
            return recorder.losses

        wanted = losses()
        assert len(wanted) == 16
        for settings in ({"steps_per_execution": 3}, {"steps_per_execution": 50}):
            np.testing.assert_array_equal(losses(**settings), wanted)
        np.testing.assert_allclose(losses(run_eagerly=True), wanted, rtol=1e-5)

        class Own(keras.Model):
            keep = True

            def train_step(self, state, data):
                trainable, others, slots, metrics = state
                differentiate = jax.value_and_grad(self.compute_loss_and_updates, has_aux=True)
                (loss, (_, _, new, _)), gradients = differentiate(
                    trainable, others, metrics, *data, None, training=True, optimizer_variables=slots
                )
                trainable, slots = self.optimizer.stateless_apply(slots, gradients, trainable)
                return {"loss": loss}, (trainable, new if self.keep else others, slots, metrics)

        np.testing.assert_allclose(losses(Own), wanted, rtol=1e-6)

        class Loses(Own):
            keep = False

        try:
            losses(Loses)
        except RuntimeError as error:
            assert "train_step of Loses does not return those" in str(error), error
        else:
            raise SystemExit("no sentence")

        wanted = losses(samples=56)
        devices = keras.distribution.DataParallel(devices=jax.devices())
        keras.distribution.set_distribution(devices)
        np.testing.assert_allclose(losses(samples=56), wanted, rtol=1e-5)
        assert len(jax.devices()) == 2
    """
    settings = {"KERAS_BACKEND": "jax", "XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr[-3000:]
