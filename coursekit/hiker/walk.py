"""A walk: a Keras optimizer moves two weights down a map, and every place is kept."""

import keras
import numpy as np
import tensorflow as tf

from coursekit.training.checks import check_rate


class Walker:
    """Walks one optimizer over one map as often as asked; the loop is traced once.

        for each step:  measure the loss where we stand, differentiate, step; keep the place

    The optimizer is the Keras object itself, on a variable with two elements.

    Args:
        function: f(x, y) of two tensors, the loss; with batches f(x, y, rows).
        optimizer: a fresh Keras optimizer, not yet used for anything.

    Raises:
        ValueError: the optimizer was used before.

    Example:
        >>> walker = Walker(lambda x, y: (x**2 + y**2) / 2, keras.optimizers.SGD(0.5))
        >>> walker.walk((4.0, 2.0), steps=2).tolist()
        [[4.0, 2.0], [2.0, 1.0], [1.0, 0.5]]
        >>> walker.walk((4.0, 2.0), steps=1, learning_rate=1.0).tolist()
        [[4.0, 2.0], [0.0, 0.0]]
    """

    def __init__(self, function, optimizer):
        if optimizer.built:
            raise ValueError(
                "A walk begins with a fresh optimizer, that remembers nothing; got a "
                f"{type(optimizer).__name__} that was used before. Make a new one."
            )
        self.function, self.optimizer = function, optimizer
        self.place = keras.Variable(np.zeros(2), dtype="float32", name="place")
        optimizer.build([self.place])
        # Not every state of an optimizer begins at zero.
        self._state = [v for v in optimizer.variables if v is not optimizer.learning_rate]
        self._first = [variable.numpy().copy() for variable in self._state]
        self._steps, self._over_batches = tf.function(self._go), tf.function(self._go_over)

    def walk(self, start, steps, learning_rate=None, batches=None):
        """Walks from a start, with an optimizer that remembers nothing of earlier walks.

        What leaves all numbers stays in the rows as inf or nan.

        Args:
            start: (x, y).
            steps: how many steps, ≥ 1.
            learning_rate: α > 0 from now on; by default as it is.
            batches: (steps, batch size), row numbers for every step; None for the whole loss.

        Shapes:
            → (steps + 1, 2), float32; row 0 is the start.

        Raises:
            ValueError: no place to start from, no step, not one batch for every step, or a learning
                rate that is none.
        """
        start = np.asarray(start, "float32")
        if start.shape != (2,) or not np.isfinite(start).all():
            raise ValueError(f"A walk starts at two finite numbers (x, y); got {start.tolist()}.")
        if steps < 1:
            raise ValueError(f"A walk has at least one step; got steps={steps}.")
        if batches is not None and len(batches) != steps:
            raise ValueError(
                f"A walk of {steps} steps wants a batch for each of them; got {len(batches)}."
            )
        if learning_rate is not None:
            check_rate(learning_rate)
            self.optimizer.learning_rate = learning_rate
        for variable, value in zip(self._state, self._first):
            variable.assign(value)
        self.place.assign(start)
        if batches is None:
            return self._steps(tf.constant(steps)).numpy()
        return self._over_batches(tf.constant(batches, tf.int32)).numpy()

    def _go(self, steps):
        places = tf.TensorArray(tf.float32, steps + 1).write(0, self.place.value)
        for i in tf.range(steps):
            places = places.write(i + 1, self._step())
        return places.stack()

    def _go_over(self, batches):
        steps = tf.shape(batches)[0]
        places = tf.TensorArray(tf.float32, steps + 1).write(0, self.place.value)
        for i in tf.range(steps):
            places = places.write(i + 1, self._step(batches[i]))
        return places.stack()

    def _step(self, *batch):
        with tf.GradientTape() as tape:
            loss = self.function(self.place[0], self.place[1], *batch)
        gradient = tape.gradient(loss, [self.place.value])
        self.optimizer.apply_gradients(zip(gradient, [self.place]))
        return tf.identity(self.place.value)


def walk(function, optimizer, start, steps, batches=None):
    """Walks once: the places of an optimizer on a map, as `Walker.walk` gives them.

    Example:
        >>> path = walk(lambda x, y: x**2 + y**2, keras.optimizers.SGD(10.0), (1.0, 1.0), 100)
        >>> path.shape, bool(np.isfinite(path[-1]).any())  # it diverged, and that can be seen
        ((101, 2), False)
    """
    return Walker(function, optimizer).walk(start, steps, batches=batches)
