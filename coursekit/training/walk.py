"""The walk round the training step: epochs, batches, validation and callbacks, as in `fit`."""

import time

import keras
import numpy as np

from coursekit.training.batches import Batches
from coursekit.training.data_checks import refuse_empty_epoch
from coursekit.training.record import Record


def walk(model, step, batches, epochs, validation_data, callbacks, verbose, measure=None):
    """Calls `step` on every batch of every epoch and tells the callbacks what `fit` tells them.

    Args:
        model: a compiled model; `step` trains it.
        step: a function from a batch (x, y) to the batch's loss; it feeds `model.metrics`.
        batches: a `Batches`.
        epochs: how many times to walk the data.
        validation_data: (x, y) or a data set, evaluated after every epoch; or None.
        callbacks: Keras callbacks.
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch, "auto" as in `fit`.
        measure: a function from a validation batch (x, y) to its loss, which feeds `model.metrics`;
            None has `model.evaluate` do it.

    Returns:
        The Record.

    Raises:
        ValueError: an epoch without a batch.
    """
    try:
        steps = len(batches)
    except TypeError:
        steps = None
    callbacks = keras.callbacks.CallbackList(
        callbacks,
        add_history=True,
        add_progbar=verbose != 0,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
    )
    losses, starts, logs, began = [], [], {}, time.perf_counter()
    callbacks.on_train_begin()
    for epoch in range(epochs):
        model.reset_metrics()
        starts.append(len(losses))
        callbacks.on_epoch_begin(epoch)
        for i, (x, y) in enumerate(batches.of_epoch(epoch)):
            callbacks.on_train_batch_begin(i)
            losses.append(step(x, y))
            callbacks.on_train_batch_end(i, model.get_metrics_result())
            if model.stop_training:
                break
        refuse_empty_epoch(len(losses) - starts[-1], epoch)
        logs = dict(model.get_metrics_result())
        if validation_data is not None:
            settings = model, validation_data, batches.batch_size, callbacks
            validation = _walk_once(*settings, measure) if measure else evaluate(*settings)
            logs |= {f"val_{name}": value for name, value in validation.items()}
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    model.optimizer.finalize_variable_values(model.trainable_variables)
    callbacks.on_train_end(logs)
    seconds = time.perf_counter() - began
    return Record(np.array(losses, "float32"), starts, model.history.history, seconds)


def evaluate(model, data, batch_size, callbacks):
    """`model.evaluate` for (x, y), (x, y, sample_weight) or a data set; returns its logs."""
    arrays = isinstance(data, (tuple, list))
    names = ("x", "y", "sample_weight")
    arguments = {**dict(zip(names, data)), "batch_size": batch_size} if arrays else {"x": data}
    return model.evaluate(**arguments, callbacks=callbacks, return_dict=True)


def _walk_once(model, data, batch_size, callbacks, measure):
    """What `evaluate` does, with a function of one's own for a batch."""
    logs = {}
    model.reset_metrics()
    callbacks.on_test_begin()
    for i, (x, y) in enumerate(Batches(data, batch_size, shuffle=False).of_epoch(0)):
        callbacks.on_test_batch_begin(i)
        measure(x, y)
        logs = model.get_metrics_result()
        callbacks.on_test_batch_end(i, logs)
    callbacks.on_test_end(logs)
    return logs
