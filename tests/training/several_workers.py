"""A program for one of several processes that train together; run by test_several_devices.

Arguments: the file for the losses, and the batch after which this worker kills itself (or none).
"""

import os
import signal
import sys

import keras
import numpy as np
import tensorflow as tf

from coursekit.training import fit, tape

path, *dies_after = sys.argv[1:]
strategy = tf.distribute.MultiWorkerMirroredStrategy()


class Death(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if dies_after and batch == int(dies_after[0]):
            os.kill(os.getpid(), signal.SIGKILL)


def model_and_optimizer():
    kernel = keras.initializers.GlorotUniform(1)
    layer = keras.layers.Dense(3, kernel_initializer=kernel, kernel_regularizer="l2")
    return keras.Sequential([keras.Input((5,)), layer]), keras.optimizers.Adam(0.05)


random = np.random.default_rng(0)
data = random.normal(size=(61, 5)).astype("float32"), random.integers(0, 3, 61)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
with strategy.scope():
    model, optimizer = model_and_optimizer()


def refused(way, says, **settings):
    try:
        way.train(model, loss, optimizer, data, strategy=strategy, **settings)
    except ValueError as error:
        assert says in str(error), error
    else:
        raise AssertionError(f"wanted to hear: {says}")


refused(fit, "does not run under MultiWorkerMirroredStrategy", seed=0)
refused(tape, "all of them need one order of the data; got seed=None")
settings = {"epochs": 3, "batch_size": 16, "seed": 4, "verbose": 0, "callbacks": [Death()]}
settings |= {"validation_data": tuple(part[:23] for part in data), "metrics": ["accuracy"]}
record = tape.train(model, loss, optimizer, data, strategy=strategy, **settings)
np.savez(path, losses=record.losses, **record.history)

# What the documentation says of Keras 3.15. If this fails, Keras has learnt it: rejoice, and edit.
for own in (model.fit, model.evaluate):
    try:
        own(*data, batch_size=16, verbose=0)
    except ValueError as error:
        assert "PerReplica" in str(error), error
    else:
        raise AssertionError(f"Keras's own {own.__name__} runs under several workers")
