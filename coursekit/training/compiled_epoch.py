"""A whole epoch inside one graph: the fast loop, with every batch's loss kept."""

import time
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from coursekit.training.batches import Batches, order_of_epoch
from coursekit.training.checks import as_list, check, check_rate
from coursekit.training.record import Record
from coursekit.training.walk import evaluate


class Epoch(NamedTuple):
    """What happened at each step of an epoch; arrays (steps,), float32, weights (steps, parameters).

    Args:
        losses: the batch's own loss before its step, regularisation included; None if not kept.
        losses_after: the loss of the same batch after its step; None unless asked for.
        probe: the loss of the probe set after the step; None unless asked for.
        weights: all trainable weights after the step, in one row; None unless asked for.
    """

    losses: np.ndarray | None
    losses_after: np.ndarray | None
    probe: np.ndarray | None
    weights: np.ndarray | None


class CompiledEpoch:
    """Walks whole epochs inside one `tf.function`, over data that lies in memory.

        shuffle all samples once
        for each batch:  predict, measure, differentiate, step; keep the loss

    The same numbers as the loop of `coursekit.training.tape`. What it saves is the way back to
    Python after every batch: the data set, the callbacks, the fetched metrics.

    It is traced once. Another run (another seed, another learning rate) goes through `restart`,
    which only assigns variables.

    Args:
        model: a Keras model, trained in place.
        loss: a Keras loss object.
        optimizer: a Keras optimizer for this model.
        data: (x, y) arrays.
        batch_size: samples per batch.
        drop_remainder: whether to leave out a shorter last batch.
        probe: (x, y) arrays, measured after every step without training on them; or None.
        probe_loss: the loss object that measures them; by default the one that is trained on.
        look_back: whether to measure each batch a second time, after its own step; what layers keep
            (averages of BatchNormalization, seeds of dropout) is put back afterwards.
        keep_losses: whether to keep the loss of every batch; to see what that costs (nothing).
        keep_weights: whether to keep all trainable weights after every step, 4 bytes each.

    Example:
        >>> x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> loss, optimizer = keras.losses.MeanSquaredError(), keras.optimizers.SGD(0.25)
        >>> engine = CompiledEpoch(model, loss, optimizer, (x, y), batch_size=2)
        >>> engine.epoch(np.arange(4)).losses.tolist()
        [1.0, 0.25]
        >>> engine.restart(learning_rate=0.5)
        >>> engine.epoch(np.arange(4)).losses.tolist()
        [1.0, 0.0]
    """

    def __init__(
        self,
        model,
        loss,
        optimizer,
        data,
        batch_size=32,
        *,
        drop_remainder=False,
        probe=None,
        probe_loss=None,
        look_back=False,
        keep_losses=True,
        keep_weights=False,
    ):
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.x, self.y = (tf.constant(part) for part in data)
        self.batch_size, self.drop_remainder = batch_size, drop_remainder
        self.probe = None if probe is None else tuple(tf.constant(part) for part in probe)
        self.probe_loss = probe_loss or loss
        self.asked = keep_losses, look_back, probe is not None, keep_weights
        optimizer.build(model.trainable_variables)
        # Not every state of an optimizer begins at zero: Adagrad's does not, nor a loss's scale.
        self._variables = [
            *model.variables,
            *(v for v in optimizer.variables if v is not optimizer.learning_rate),
        ]
        self._start = [variable.numpy().copy() for variable in self._variables]
        self._walk = tf.function(self._epoch, autograph=False)  # AutoGraph takes as long again

    def restart(self, weights=None, learning_rate=None):
        """Goes back to the beginning of a run, without tracing anything again.

        Args:
            weights: what `model.get_weights()` gave; by default the weights that the model had when
                the engine was made, with everything else that layers and optimizer keep.
            learning_rate: α > 0 from now on; by default as it is.
        """
        if learning_rate is not None:
            check_rate(learning_rate)
        for variable, value in zip(self._variables, self._start):
            variable.assign(value)
        if weights is not None:
            self.model.set_weights(weights)
        if learning_rate is not None:
            self.optimizer.learning_rate = learning_rate

    def epoch(self, order):
        """Trains for one epoch, visiting the samples in this order, and returns an `Epoch`."""
        results = self._walk(tf.constant(order, tf.int32))
        return Epoch(*(None if values is None else values.numpy() for values in results))

    def _epoch(self, order):
        x, y = tf.gather(self.x, order), tf.gather(self.y, order)
        size = self.batch_size
        steps = len(self.x) // size
        left = 0 if self.drop_remainder else len(self.x) % size
        arrays = [tf.TensorArray(tf.float32, steps + (left > 0)) for asked in self.asked if asked]
        x_full, y_full = (
            tf.reshape(part[: steps * size], [steps, size, *part.shape[1:]]) for part in (x, y)
        )

        def step(i, arrays):
            return i + 1, _write(arrays, i, self._step(x_full[i], y_full[i]))

        _, arrays = tf.while_loop(lambda i, arrays: i < steps, step, (0, arrays))
        if left:
            arrays = _write(arrays, steps, self._step(x[-left:], y[-left:]))
        kept = iter(arrays)
        return [next(kept).stack() if asked else None for asked in self.asked]

    def _step(self, x, y):
        model, optimizer = self.model, self.optimizer
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            value = self.loss(y, y_pred) + sum(model.losses)
            scaled = optimizer.scale_loss(value)  # the value itself, except for float16
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        measured = [value] if self.asked[0] else []
        if self.asked[1]:
            measured.append(self._second_look(x, y))
        if self.asked[2]:
            measured.append(self.probe_loss(self.probe[1], model(self.probe[0], training=False)))
        if self.asked[3]:
            rows = [tf.reshape(weight, [-1]) for weight in model.trainable_variables]
            measured.append(tf.concat(rows, 0))
        return measured

    def _second_look(self, x, y):
        """The loss of a batch once more; nothing that layers keep is changed by it."""
        kept = self.model.non_trainable_variables
        before = [tf.identity(variable.value) for variable in kept]
        value = self.loss(y, self.model(x, training=True)) + sum(self.model.losses)
        for variable, old in zip(kept, before):
            variable.assign(old)
        return value


def _write(arrays, i, values):
    return [array.write(i, tf.cast(value, tf.float32)) for array, value in zip(arrays, values)]


def train(
    model,
    loss,
    optimizer,
    data,
    epochs=1,
    batch_size=32,
    validation_data=None,
    callbacks=(),
    seed=None,
    *,
    shuffle=True,
    metrics=(),
    verbose="auto",
):
    """Trains `model` in place, a whole epoch at a time.

    The same path as `coursekit.training.tape.train`, with the same record, several times as fast
    where a step is short.

    Args:
        model, loss, optimizer, epochs, batch_size, validation_data, seed, shuffle, verbose: as in
            `coursekit.training.tape.train`.
        data: (x, y) arrays, all in memory.
        callbacks: Keras callbacks that look in at epochs; nobody can look in at a batch here.
        metrics: as for `model.compile`; measured on the validation data only.

    Returns:
        A `Record`.

    Raises:
        ValueError, TypeError: as in the other loops; and for data that is no pair of arrays, or for
            a callback that wants to see batches.

    Example:
        >>> x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> loss, optimizer = keras.losses.MeanSquaredError(), keras.optimizers.SGD(0.25)
        >>> train(model, loss, optimizer, (x, y), epochs=2, batch_size=3, verbose=0).losses.tolist()
        [1.0, 0.25, 0.0625, 0.015625]

    Source: https://www.tensorflow.org/guide/function (loops inside a graph).
    """
    batches = Batches(data, batch_size, seed, shuffle)
    if not batches.arrays:
        raise ValueError(
            "A compiled epoch walks arrays that lie in memory, a pair (x, y); got "
            f"{type(data).__name__}. Use coursekit.training.tape for a data set."
        )
    check(model, loss, optimizer, batches, epochs, validation_data)
    callbacks = keras.tree.flatten(callbacks or ())
    for callback in callbacks:
        _refuse_batch_hooks(callback)
    model.compile(optimizer, loss, metrics=as_list(metrics))
    optimizer = model.optimizer
    callbacks = keras.callbacks.CallbackList(
        callbacks,
        add_history=True,
        add_progbar=verbose != 0,
        model=model,
        verbose=2 if verbose else 0,
        epochs=epochs,
        steps=len(batches),
    )
    engine = CompiledEpoch(model, loss, optimizer, batches.data, batch_size)
    sizes = np.full(len(batches), batch_size)
    sizes[-1] = len(batches.data[0]) - batch_size * (len(batches) - 1)
    losses, starts, logs, began = [], [], {}, time.perf_counter()
    callbacks.on_train_begin()
    for epoch in range(epochs):
        starts.append(len(losses))
        callbacks.on_epoch_begin(epoch)
        order = order_of_epoch(len(batches.data[0]), batches.seed, epoch, shuffle)
        own = engine.epoch(order).losses
        losses.extend(own)
        logs = {"loss": float(np.average(own, weights=sizes))}
        if validation_data is not None:
            validation = evaluate(model, validation_data, batch_size, callbacks)
            logs |= {f"val_{name}": value for name, value in validation.items()}
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    optimizer.finalize_variable_values(model.trainable_variables)
    callbacks.on_train_end(logs)
    seconds = time.perf_counter() - began
    return Record(np.array(losses, "float32"), starts, model.history.history, seconds)


def _refuse_batch_hooks(callback):
    plain = keras.callbacks.Callback
    hooks = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
    looks = [
        name
        for name in hooks
        if getattr(type(callback), name) is not getattr(plain, name)
        or name in vars(callback)  # as a LambdaCallback keeps them
    ]
    # A ModelCheckpoint has the hook and needs it only if it saves every so many batches.
    if looks and getattr(callback, "save_freq", None) != "epoch":
        raise ValueError(
            f"{type(callback).__name__} wants to look in at every batch ({looks[0]}), and a "
            "compiled epoch comes back to Python once per epoch. Use coursekit.training.tape."
        )
