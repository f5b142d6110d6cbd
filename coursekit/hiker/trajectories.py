"""The trajectory of a training: all weights after every step, and the loss where they are."""

from typing import NamedTuple

import numpy as np

from coursekit.training.batches import order_of_epoch
from coursekit.training.compiled_epoch import CompiledEpoch


class Trajectory(NamedTuple):
    """Where a training went.

    Args:
        weights: (steps + 1, parameters), float32: all trainable weights after 0, 1, 2, … steps.
        losses: (steps + 1,): the loss on the map's images with these weights.
        diverged: whether it left all numbers; the trajectory ends with the last step before that.
    """

    weights: np.ndarray
    losses: np.ndarray
    diverged: bool


def trajectories(
    model, loss, optimizer, data, images, rates=(None,), epochs=5, batch_size=32, seed=0
):
    """Trains once per learning rate, always from one start and on one order of batches.

    Through one graph that is traced once, so that a further rate costs a fraction of a second. The
    order is that of `coursekit.training.batches.order_of_epoch`; a shorter last batch is left out,
    as in the lab.

    Args:
        model: a built Keras model; its weights are the start, and are put back at the end.
        loss: a Keras loss object.
        optimizer: a Keras optimizer for this model.
        data: (x, y) arrays to train on.
        images: (x, y) arrays that the loss is measured on after every step: those of the map.
        rates: learning rates α > 0; None stands for the optimizer's own.
        epochs: a whole number of at least 1.
        batch_size: samples per batch.
        seed: decides the order of the batches.

    Yields:
        A `Trajectory` for each rate.

    Raises:
        ValueError: a learning rate is not a positive number.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> data = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> loss, optimizer = keras.losses.MeanSquaredError(), keras.optimizers.SGD()
        >>> walk, *_ = trajectories(model, loss, optimizer, data, data, [0.25], 1, batch_size=2)
        >>> walk.weights.ravel().tolist(), walk.losses.tolist()
        ([0.0, 0.5, 0.75], [1.0, 0.25, 0.0625])
    """
    start = model.get_weights()
    engine = CompiledEpoch(
        model,
        loss,
        optimizer,
        data,
        batch_size,
        drop_remainder=True,
        probe=images,
        keep_weights=True,
    )
    first = np.concatenate([np.ravel(weight) for weight in model.trainable_variables])[np.newaxis]
    first_loss = [float(loss(images[1], model(images[0], training=False)))]
    try:
        for rate in rates:
            engine.restart(start, rate)
            found = [
                engine.epoch(order_of_epoch(len(data[0]), seed, epoch)) for epoch in range(epochs)
            ]
            yield _up_to_the_last_number(
                np.concatenate([first, *(epoch.weights for epoch in found)]),
                np.concatenate([first_loss, *(epoch.probe for epoch in found)]),
            )
    finally:
        model.set_weights(start)


def _up_to_the_last_number(weights, losses):
    numbers = np.isfinite(losses) & np.isfinite(weights).all(axis=1)
    end = len(numbers) if numbers.all() else int(np.argmin(numbers))
    return Trajectory(weights[:end], losses[:end], end < len(numbers))
