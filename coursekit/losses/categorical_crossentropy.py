"""Categorical cross-entropy: one class of many, the truth given as a distribution (one-hot)."""

import keras
from keras import ops

from coursekit.losses.matching import match
from coursekit.losses.smoothing import check_smoothing


@keras.saving.register_keras_serializable(package="coursekit")
class CategoricalCrossentropy(keras.losses.Loss):
    """How surprised the model is by the true class, which is given one-hot or as probabilities.

        L = −Σ over classes of  y log p

        from logits:  log p = log softmax(z) = z − log Σ exp z
        smoothing s:  y ← (1 − s) y + s/C,  C classes

    Whoever guesses blindly among C classes pays log C: the first loss to expect. With
    `from_logits=True` the logarithm and the exponential meet before either can overflow, and the
    gradient is softmax(z) − y.

    Probabilities are first divided by their sum and then clipped to [ε, 1 − ε],
    ε = `keras.config.epsilon()` = 1e-7, as in Keras. PyTorch's `CrossEntropyLoss` always takes
    logits and equals this one with `from_logits=True`. Unlike Keras's own class this one never
    looks behind the predictions for the logits of a softmax layer: it takes what it is given. And
    where `axis` is not the last one, Keras 3.15 takes the length of the last for C.

    Args:
        from_logits: True if the model ends without a softmax (better), False if with one.
        label_smoothing: s in [0, 1]; gives every class the share s/C.
        axis: the axis of the classes.
        reduction: how the samples' losses become one number: "sum_over_batch_size" (their mean),
            "mean", "mean_with_sample_weight", "sum", or None (one loss per sample).
        name: a name for logs.
        dtype: in which to compute; by default `keras.config.floatx()`.

    Shapes:
        y_true, y_pred: (batch, ..., classes) → (batch, ...), one loss per sample.

    Raises:
        ValueError: smoothing outside [0, 1], or shapes that do not fit.

    Example:
        >>> loss = CategoricalCrossentropy(from_logits=True)
        >>> round(float(loss([[0.0, 1.0, 0.0]], [[0.0, 0.0, 0.0]])), 4)  # log 3
        1.0986

    Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network
    Outputs"; smoothing: Szegedy et al. (2016), "Rethinking the Inception Architecture".
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.from_logits = from_logits
        self.label_smoothing = check_smoothing(label_smoothing)
        self.axis = axis

    def call(self, y_true, y_pred):
        y, y_pred = match(y_true, y_pred, "CategoricalCrossentropy")

        classes = ops.cast(ops.shape(y_pred)[self.axis], y.dtype)
        y = (1 - self.label_smoothing) * y + self.label_smoothing / classes
        if self.from_logits:
            log_p = ops.log_softmax(y_pred, axis=self.axis)
        else:
            epsilon = keras.config.epsilon()
            p = y_pred / ops.sum(y_pred, axis=self.axis, keepdims=True)
            log_p = ops.log(ops.clip(p, epsilon, 1 - epsilon))
        return -ops.sum(y * log_p, axis=self.axis)

    def get_config(self):
        return {
            **super().get_config(),
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }
