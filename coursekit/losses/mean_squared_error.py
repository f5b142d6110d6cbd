"""Mean squared error: the loss of regression."""

import keras
from keras import ops

from coursekit.losses.matching import match


@keras.saving.register_keras_serializable(package="coursekit")
class MeanSquaredError(keras.losses.Loss):
    """The square of the error, averaged over the outputs of each sample.

        e = ŷ − y
        L = mean over outputs of  e²

    Its gradient, 2e / outputs, grows with the error: one wild target pulls as hard as many tame
    ones. Behind a sigmoid or a softmax the gradient is multiplied by the activation's slope and
    vanishes where the network is confidently wrong, which is why classifiers use cross-entropy.

    PyTorch's `MSELoss` gives the same number; it broadcasts (batch,) against (batch, 1) where this
    one does not.

    Args:
        reduction: how the samples' losses become one number: "sum_over_batch_size" (their mean),
            "mean", "mean_with_sample_weight", "sum", or None (one loss per sample).
        name: a name for logs.
        dtype: in which to compute; by default `keras.config.floatx()`.

    Shapes:
        y_true, y_pred: (batch, ..., outputs) → (batch, ...), one loss per sample.

    Raises:
        ValueError: labels and predictions differ in shape by more than a last axis of length 1.

    Example:
        >>> y_true, y_pred = [[0.0, 1.0], [2.0, 2.0]], [[1.0, 1.0], [0.0, 2.0]]
        >>> float(MeanSquaredError()(y_true, y_pred))  # ((1² + 0²)/2 + (2² + 0²)/2) / 2
        1.25

    Source: Gauss (1809), "Theoria motus corporum coelestium", book 2, section 3.
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(name=name, reduction=reduction, dtype=dtype)

    def call(self, y_true, y_pred):
        y_true, y_pred = match(y_true, y_pred, "MeanSquaredError")

        e = y_pred - y_true
        return ops.mean(ops.square(e), axis=-1)
