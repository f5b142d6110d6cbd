"""The loss of every batch, from inside model.fit.

After: training_loop

The idea. `fit` tells callbacks a loss after every batch, in `logs["loss"]`. But that is the mean of the
epoch so far: it hides the very jumps that you want to see. You want the value that was differentiated.

The trap. One can work it out from the mean now and the mean before:

    own = (mean now · samples now − mean before · samples before) / samples in this batch

But the last batch is shorter, so counting batches is not enough; and float32 has seven digits: after one
batch with a loss of a million, a loss of 0.01 is lost in the sum. Better to catch the loss where it is
computed.

Write the class `BatchLossRecorder`, a Keras callback. Its attribute `batch_losses` is a list of Python
floats, one for each batch of the last fit, right to 1e-4 of itself, with any batch size, metrics,
validation data and regularizers. A second fit starts a new list. What fit reports is as without it.

By hand: two batches of one sample with means 1.0 and 0.75 have the losses 1.0 and 0.5.

Source: https://keras.io/guides/writing_your_own_callbacks/
"""

import keras
import tensorflow as tf


class BatchLossRecorder(keras.callbacks.Callback):
    """Keeps the own loss of every batch in the list `batch_losses`."""

    def __init__(self):
        super().__init__()
        self.batch_losses = []

    # Not written yet: the methods of this class are yours.
