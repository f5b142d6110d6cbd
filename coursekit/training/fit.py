"""The training as `compile` and `fit` do it."""

import time

import keras
import tensorflow as tf

from coursekit.callbacks.batch_loss import BatchLoss
from coursekit.training.batches import Batches
from coursekit.training.checks import as_list, check
from coursekit.training.data_checks import refuse_empty_epoch
from coursekit.training.record import Record
from coursekit.training.strategy_checks import check_fit, check_strategy


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
    """Trains `model` in place with `model.compile` and `model.fit`.

    The same path as `coursekit.training.tape.train`, with the same arguments and the same record;
    here Keras walks it.

    Args:
        model, loss, optimizer, data, epochs, batch_size, validation_data, callbacks, seed, shuffle,
            metrics, verbose: as in `coursekit.training.tape.train`.
        strategy: a `tf.distribute.Strategy` in whose scope the model was made. Keras 3.15's `fit`
            wants batches that divide by the number of devices, and fails under
            MultiWorkerMirroredStrategy; `tape` does not mind.

    Returns:
        A `Record`; its batch losses are those of `coursekit.callbacks.BatchLoss`.

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

    Source: https://keras.io/api/models/model_training_apis/
    """
    batches = Batches(data, batch_size, seed, shuffle)
    check(model, loss, optimizer, batches, epochs, validation_data)
    if strategy is not None:
        check_fit(batches, strategy)
        check_strategy(model, loss, optimizer, batches, strategy, validation_data)
    model.compile(optimizer, loss, metrics=as_list(metrics))
    recorder, began = BatchLoss(), time.perf_counter()
    # Before others hear of the epoch: Keras gives the mean of no losses as 0, the best of all.
    no_empty_epoch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: refuse_empty_epoch(
            len(recorder.losses) - recorder.epochs[-1], epoch
        )
    )
    cut = isinstance(batches.data, (tuple, list))  # into batches that lie in memory
    history = model.fit(
        in_order(batches, epochs) if cut else data,
        epochs=epochs,
        steps_per_epoch=len(batches) if cut else None,
        validation_data=validation_data,
        validation_batch_size=batch_size if isinstance(validation_data, (tuple, list)) else None,
        callbacks=[recorder, no_empty_epoch, callbacks or ()],  # Keras flattens them
        shuffle=False,
        verbose=verbose,
    )
    seconds = time.perf_counter() - began
    return Record(recorder.losses, recorder.epochs, history.history, seconds)


def in_order(batches, epochs):
    """All batches of all epochs as one data set; what `fit` makes an epoch of is `steps_per_epoch`.

    (Whoever counts the times that a data set is walked counts Keras's first look at it as well.)
    """
    x, y = next(batches.of_epoch(0))
    signature = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in (x, y))
    return tf.data.Dataset.from_generator(
        lambda: (pair for epoch in range(epochs) for pair in batches.of_epoch(epoch)),
        output_signature=signature,
    )
