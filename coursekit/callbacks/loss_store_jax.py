"""Where JAX keeps the losses: the compiled step hands each one out to a list."""

import jax
import jax.numpy as jnp


class LossStore:
    """A list that the compiled step appends to, in the order of the batches.

    The loss is born inside the function that JAX differentiates and cannot leave it by itself; a
    callback carries it out.
    """

    def __init__(self, model):
        self.arrived = []

    def put(self, loss):
        loss = jnp.sum(loss).astype("float32")
        jax.debug.callback(lambda value: self.arrived.append(float(value)), loss, ordered=True)

    def is_nearly_full(self, calls):
        return False

    def take(self):
        jax.effects_barrier()
        arrived, self.arrived[:] = self.arrived[:], []
        return arrived

    def ends_an_epoch(self, error):
        return isinstance(error, StopIteration)
