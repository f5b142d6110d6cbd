import keras
import numpy as np
import pytest


@pytest.fixture
def gradient():
    """A function that gives the gradient of a scalar function at an array, on any backend."""
    backend = keras.backend.backend()

    def tensorflow(function, at):
        import tensorflow as tf

        at = tf.constant(at)
        with tf.GradientTape() as tape:
            tape.watch(at)
            value = function(at)
        return tape.gradient(value, at).numpy()

    def jax(function, at):
        import jax

        return np.asarray(jax.grad(function)(jax.numpy.asarray(at)))

    def torch(function, at):
        import torch

        at = torch.tensor(at, requires_grad=True)
        function(at).backward()
        return at.grad.numpy()

    return {"tensorflow": tensorflow, "jax": jax, "torch": torch}[backend]
