"""The walk round the training step: epochs, batches, validation and callbacks, as in `fit`."""

import time

import keras
import numpy as np

from coursekit.training.record import Record


def walk(model, step, batches, epochs, validation_data, callbacks, verbose):
    """Calls `step` on every batch of every epoch and tells the callbacks what `fit` tells them.

    Args:
        model: a compiled model; `step` trains it.
        step: a function from a batch (x, y) to the batch's loss; it feeds `model.metrics`.
        batches: a `Batches`.
        epochs: how many times to walk the data.
        validation_data: (x, y) or a data set, evaluated after every epoch; or None.
        callbacks: Keras callbacks.
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch, "auto" as in `fit`.

    Returns:
        The Record.
    """
    try:
        steps = len(batches)
    except TypeError:
        steps = None
    callbacks = keras.callbacks.CallbackList(
        list(callbacks),
        add_history=True,
        add_progbar=verbose != 0,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
    )
    losses, starts, logs, began = [], [], {}, time.perf_counter()
    model.stop_training = False
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
        logs = dict(model.get_metrics_result())
        if validation_data is not None:
            logs |= _validate(model, validation_data, batches.batch_size, callbacks)
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    model.optimizer.finalize_variable_values(model.trainable_variables)
    callbacks.on_train_end(logs)
    seconds = time.perf_counter() - began
    return Record(np.array(losses, "float32"), starts, model.history.history, seconds)


def _validate(model, data, batch_size, callbacks):
    pair = isinstance(data, (tuple, list))
    arguments = {"x": data[0], "y": data[1], "batch_size": batch_size} if pair else {"x": data}
    logs = model.evaluate(**arguments, callbacks=callbacks, return_dict=True)
    return {f"val_{name}": value for name, value in logs.items()}
