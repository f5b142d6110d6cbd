"""Where JAX keeps the losses: the compiled step hands each one out to a list."""

import math

import jax
import jax.numpy as jnp
import keras


class LossStore:
    """A list that the compiled step appends to, in the order of the batches.

    The loss is born inside the function that JAX differentiates and cannot leave it by itself; a
    callback carries it out.

    Raises:
        RuntimeError: the model is spread over several devices, where JAX keeps no order.
    """

    room = math.inf  # a list is never full

    def __init__(self, model):
        distribution = keras.distribution.distribution()
        if distribution is not None and distribution.device_mesh.devices.size > 1:
            raise RuntimeError(
                "BatchLoss can keep the order of the batches on one JAX device; keras.distribution "
                f"spreads this model over {distribution.device_mesh.devices.size}. Train it on one, "
                "or use the TensorFlow backend with a tf.distribute strategy."
            )
        self.arrived = []

    def put(self, loss):
        loss = jnp.sum(loss).astype("float32")
        jax.debug.callback(lambda value: self.arrived.append(float(value)), loss, ordered=True)

    def take(self):
        jax.effects_barrier()
        arrived, self.arrived[:] = self.arrived[:], []
        return arrived

    def ends_an_epoch(self, error):
        return isinstance(error, StopIteration)
