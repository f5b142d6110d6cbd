"""The training loop as the textbook has it: predict, measure, differentiate, step."""

import tensorflow as tf

from coursekit.training import several_devices
from coursekit.training.batches import Batches
from coursekit.training.checks import as_list, check
from coursekit.training.strategy_checks import check_strategy
from coursekit.training.walk import walk


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
    strategy=None,
):
    """Trains `model` in place by minibatch gradient descent, with a `tf.GradientTape`.

        for each batch:  ŷ = model(x)                  predict
                         L = loss(y, ŷ) + Σ penalties  measure
                         g = ∂L/∂θ                     differentiate
                         θ ← optimizer(θ, g)           step

    `fit` does no more; the rest of it is bookkeeping. The first call of the step writes it down as
    a graph (`tf.function`), once for full batches and once for a shorter last one.

    Ctrl-C breaks it off as it breaks off `fit`: the exception goes on to the caller, the model keeps
    what it has learnt so far, and the callbacks do not hear of an end.

    Args:
        model: a Keras model, trained from the weights that it has. It is compiled on the way.
        loss: a Keras loss object, averaged over the batch.
        optimizer: a Keras optimizer.
        data: (x, y) arrays, or an iterable of batches (x, y) such as a `tf.data.Dataset`.
        epochs: how many times to walk the data, ≥ 1.
        batch_size: samples per batch, ≥ 1; the last batch may be shorter, and if the data is smaller
            than one batch there is just that. For arrays only.
        validation_data: (x, y), (x, y, sample_weight) or a data set, evaluated after each epoch.
        callbacks: Keras callbacks; they are told what `fit` tells them.
        seed: a whole number that decides the order of the batches; None draws one. What is random
            inside the model (dropout) belongs to the model: `keras.utils.set_random_seed`.
        shuffle: whether to shuffle arrays in every epoch.
        metrics: as for `model.compile`; a single one needs no list.
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch, "auto" as in `fit`.
        strategy: a `tf.distribute.Strategy`; model and optimizer were made in its scope.

    Returns:
        A `Record`: every batch's loss before its step, the metrics of every epoch, seconds.

    Raises:
        ValueError, TypeError: data, labels, counts or learning rate that cannot be trained with, or
            that a strategy cannot share out.

    Example:
        >>> import keras, numpy as np
        >>> x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> loss, optimizer = keras.losses.MeanSquaredError(), keras.optimizers.SGD(0.25)
        >>> train(model, loss, optimizer, (x, y), epochs=2, batch_size=3, verbose=0).losses.tolist()
        [1.0, 0.25, 0.0625, 0.015625]

    Source: Robbins & Monro (1951), "A Stochastic Approximation Method".
    """
    batches = Batches(data, batch_size, seed, shuffle)
    check(model, loss, optimizer, batches, epochs, validation_data)
    if strategy is not None:
        check_strategy(model, loss, optimizer, batches, strategy, validation_data)
    kind = "metrics" if strategy is None else "weighted_metrics"
    model.compile(optimizer, loss, **{kind: as_list(metrics)})
    optimizer, mean_loss = model.optimizer, model.metrics[0]

    @tf.function(reduce_retracing=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            value = loss(y, y_pred) + sum(model.losses)
            scaled = optimizer.scale_loss(value)  # the value itself, except for float16
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

        mean_loss.update_state(value, sample_weight=tf.shape(x)[0])
        model.compute_metrics(x, y, y_pred)
        return value

    measure = None
    if strategy is not None:
        step = several_devices.step(model, loss, optimizer, strategy)
        measure = several_devices.measurement(model, loss, strategy)
    return walk(model, step, batches, epochs, validation_data, callbacks, verbose, measure)
