"""The loss of every batch, from inside model.fit.

After: training_loop

The idea. `fit` tells callbacks a loss after every batch, in `logs["loss"]`. But that is the mean of the
epoch so far: it hides the very jumps that you want to see. From two means, and the numbers of samples
behind them, the batch's own loss can be had:

    own = (mean now · samples now − mean before · samples before) / samples in this batch

The trap. The last batch is shorter, so counting batches is not enough. And float32 means of a long
epoch have lost the digits that you would need. Better to catch the loss where it is computed.

Write the class `BatchLossRecorder`, a Keras callback. Its attribute `batch_losses` is a list of Python
floats, one for each batch of the last fit, right to 1e-4 of itself, with any batch size, metrics,
validation data and regularizers. A second fit starts a new list. What fit reports is as without it.

By hand: two batches of one sample with means 1.0 and 0.75 have the losses 1.0 and 0.5.

Source: https://keras.io/guides/writing_your_own_callbacks/
"""

import keras


class BatchLossRecorder(keras.callbacks.Callback):
    """Keeps the own loss of every batch in the list `batch_losses`."""

    def __init__(self):
        super().__init__()
        self.batch_losses = []

    # BEGIN SOLUTION
    def on_train_begin(self, logs=None):
        self.batch_losses = []

    def on_epoch_begin(self, epoch, logs=None):
        self._total = self._count = 0.0

    def on_train_batch_end(self, batch, logs=None):
        # The mean behind logs["loss"] keeps sum and number of samples; their growth is this batch.
        mean = self.model.metrics[0]
        total, count = float(mean.total), float(mean.count)
        self.batch_losses.append((total - self._total) / (count - self._count))
        self._total, self._count = total, count

    # END SOLUTION
