"""The exact loss of every batch, which Keras itself never shows."""

import keras
import numpy as np

from coursekit.callbacks.loss_log import LossLog
from coursekit.callbacks.loss_tap import LossTap


class BatchLoss(keras.callbacks.Callback):
    """Records the loss of every batch: the very value that was differentiated.

        Keras shows callbacks  l̄ₜ = Σ_{i ≤ t} nᵢ lᵢ / Σ_{i ≤ t} nᵢ,  the mean of the epoch so far,
        this callback records  lₜ

    The mean hides what one looks for. True losses 0, 100, 0, 400 are shown as 0, 50, 33.3, 125, and
    every epoch begins with a jump. What oscillates in one batch is invisible in the mean of fifty.

    Give it to anybody's `model.fit`. Sample and class weights, regularisation, several outputs,
    `steps_per_execution`, `jit_compile`, mixed precision (the unscaled loss), a strategy, or an
    own `train_step` change nothing, as long as the step computes its loss with
    `self.compute_loss`. Nothing is read per batch: the losses wait inside the graph for the end of
    the epoch, or until somebody looks at `losses`. History and weights are the same to the bit as
    without it, and afterwards nothing of it is left on the model.
    (If an exception of another callback breaks the fit off, it stays until the next fit begins.)

    A further `fit` starts new lists.

    Args:
        path: a .csv or .jsonl file that gets a row (epoch, batch, loss) for every batch; None
            writes none. A crash loses at most the batches since the last flush.
        append: whether to go on behind the rows of an existing file instead of refusing it.
        flush_every: write to the file after so many batches, before the next one begins (with
            `steps_per_execution`, the next execution); None after every epoch.

    Attributes:
        losses: float32 array (batches,), all epochs in a row; also in the middle of an epoch.
        epochs: the index in `losses` at which each epoch starts.

    Raises:
        RuntimeError: the model's own `train_step` does not compute its loss with
            `self.compute_loss`, or another loop than `model.fit` trains.
        FileExistsError, OSError: the path is taken, or cannot be written. Said before training.

    Example:
        >>> import numpy as np
        >>> x, y = np.ones((3, 1), "float32"), np.array([[0.0], [10.0], [20.0]])
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> model.compile(keras.optimizers.SGD(0.25), "mse")
        >>> recorder = BatchLoss()
        >>> _ = model.fit(x, y, batch_size=1, shuffle=False, callbacks=[recorder], verbose=0)
        >>> recorder.losses.tolist()  # the mean so far would be 0, 50, 108.33…
        [0.0, 100.0, 225.0]

    Source: the behaviour of `logs` in Keras 3.15, `keras/src/backend/tensorflow/trainer.py`, where
    the step feeds a `Mean` that is reset once per epoch.
    """

    def __init__(self, path=None, append=False, flush_every=None):
        super().__init__()
        if flush_every is not None and flush_every < 1:
            raise ValueError(
                "flush_every is the number of batches between two writes, at least 1, or None for "
                f"once per epoch; got {flush_every}."
            )
        self.path, self.append, self.flush_every = path, append, flush_every
        self.epochs = []
        self._numbers = []  # of the epochs, as fit counts them
        self._tap = self._log = None
        self._written = self._flushed_at = 0

    @property
    def losses(self):
        """The loss of every batch so far."""
        return np.zeros(0, "float32") if self._tap is None else self._tap.losses()

    def plot(self, ax=None):
        """Draws the loss of every batch, with the mean that Keras shows.

        Args:
            ax: Axes to draw into; None makes a new Figure.

        Returns:
            The Figure.
        """
        if not len(self.losses):
            raise RuntimeError(
                "BatchLoss has recorded nothing yet. Give it to model.fit(..., callbacks=[...]) "
                "first."
            )
        from coursekit.plots.batch_loss import batch_loss

        return batch_loss(self.losses, self.epochs, ax)

    def on_train_begin(self, logs=None):
        if self.path is not None:
            self._flush()  # what a fit that was broken off left behind
            # What this very callback wrote in an earlier fit is its own to go on with.
            self._log = LossLog(self.path, append=self.append or self._log is not None)
        self._tap = LossTap.on(self.model)
        self.epochs, self._numbers, self._written = [], [], 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(self._tap.count())
        self._numbers.append(epoch)
        self._flushed_at, self._calls = 0, None

    # There is no on_train_batch_end on purpose: Keras makes fit wait for the numbers of every batch
    # as soon as one callback has it.
    def on_train_batch_begin(self, batch, logs=None):
        if self._tap.calls == self._calls:
            self._refuse_another_loop()
        self._calls = self._tap.calls
        if self.flush_every and batch - self._flushed_at >= self.flush_every:
            self._flush()
            self._flushed_at = batch

    def on_epoch_end(self, epoch, logs=None):
        # On PyTorch Keras fetches the data outside the train function: at its end no batch begins.
        outside = keras.backend.backend() == "torch" and self._calls is None
        data_ended = outside or self._tap.found_no_batch
        if self._tap.count() == self.epochs[-1] and not data_ended:
            self._refuse_another_loop()
        self._flush()

    def on_train_end(self, logs=None):
        self._tap.remove()
        self._flush()

    def _refuse_another_loop(self):
        self._tap.remove()
        raise RuntimeError(
            "BatchLoss listens to model.fit, and these batches were trained by another loop. The "
            "loops of coursekit.training return the loss of every batch as record.losses."
        )

    def _flush(self):
        if self._log is None or self._tap is None:
            return
        new = self._tap.losses(self._written)
        if len(new):
            first = self._written - self.epochs[-1]
            rows = ((self._numbers[-1], first + i, loss) for i, loss in enumerate(new))
            self._log.write(rows)
            self._written += len(new)
