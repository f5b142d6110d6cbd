"""The question paper of batch_losses."""

import keras
import tensorflow as tf
from keras import layers


def _model(kernel, bias, rate, l2=0.0, metrics=(), loss=None):
    penalty = keras.regularizers.L2(l2) if l2 else None
    dense = layers.Dense(1, kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), dense])
    model.set_weights([kernel, bias])
    loss = loss or keras.losses.MeanSquaredError()
    model.compile(keras.optimizers.SGD(rate), loss, metrics=list(metrics))
    return model


def _fit(model, recorder, x, y, epochs, batch_size, validation=None):
    return model.fit(
        x,
        y,
        epochs=int(epochs),
        batch_size=int(batch_size),
        shuffle=False,
        verbose=0,
        callbacks=[recorder] if recorder else [],
        validation_data=validation,
    ).history


def _fit_batches(model, recorder, x, y, epochs, batch_size):
    """The same with a data set in the place of arrays, which Keras has to prepare less."""
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(int(batch_size))
    listening = [recorder] if recorder else []
    model.fit(batches, epochs=int(epochs), shuffle=False, verbose=0, callbacks=listening)


def fit(student, kernel, bias, x, y, rate, epochs, batch_size, l2=0.0, more=False):
    recorder = student.BatchLossRecorder()
    model = _model(kernel, bias, rate, l2, metrics=["mae", "mse"] if more else [])
    validation = (x[:5] + 1, y[:5] - 1) if more else None
    history = _fit(model, recorder, x, y, epochs, batch_size, validation)
    return {
        "losses": recorder.batch_losses,
        "floats": _floats(recorder.batch_losses),
        "history": history,
        "weights": model.get_weights(),
    }


def _floats(losses):
    return isinstance(losses, list) and all(isinstance(each, float) for each in losses)


def another_loss(student, kernel, bias, x, y, rate, epochs, batch_size):
    recorder = student.BatchLossRecorder()
    model = _model(kernel, bias, rate, loss=keras.losses.MeanAbsoluteError())
    _fit_batches(model, recorder, x, y, epochs, batch_size)
    return {"losses": recorder.batch_losses}


def twice(student, kernel, bias, x, y, rate, epochs, batch_size):
    """A second fit of the same model with the same recorder."""
    recorder, model = student.BatchLossRecorder(), _model(kernel, bias, rate)
    _fit_batches(model, recorder, x, y, epochs, batch_size)
    _fit_batches(model, recorder, x, y, epochs, batch_size)
    return recorder.batch_losses


def normalised(student, kernel, bias, x, y, rate, epochs, batch_size):
    """A model whose forward pass in training is another one, and leaves averages behind."""
    norm, dense = layers.BatchNormalization(momentum=0.5, epsilon=0.01), layers.Dense(1)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), norm, dense])
    dense.set_weights([kernel, bias])
    model.compile(keras.optimizers.SGD(rate), keras.losses.MeanSquaredError())
    recorder = student.BatchLossRecorder()
    _fit_batches(model, recorder, x, y, epochs, batch_size)
    return {"losses": recorder.batch_losses, "averages": norm.get_weights()[2:]}


def in_turn(student, kernel, bias, x, y, rate, epochs, batch_size):
    """A second recorder in a third fit of the same model, after one to which nobody listened."""
    model = _model(kernel, bias, rate)
    _fit_batches(model, student.BatchLossRecorder(), x, y, epochs, batch_size)
    _fit_batches(model, None, x, y, 1, batch_size)
    recorder = student.BatchLossRecorder()
    _fit_batches(model, recorder, x, y, epochs, batch_size)
    return recorder.batch_losses


def two_recorders(student, kernel, bias, x, y, rate, epochs, batch_size):
    """Two recorders, two models: the lists are their own. For the second an epoch is one batch."""
    first, second = student.BatchLossRecorder(), student.BatchLossRecorder()
    _fit_batches(_model(kernel, bias, rate), first, x, y, epochs, batch_size)
    _fit_batches(_model(kernel, bias, rate), second, x, y, epochs, len(x))
    return [first.batch_losses, second.batch_losses]


def before(student):
    return student.BatchLossRecorder().batch_losses
