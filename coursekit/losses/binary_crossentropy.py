"""Binary cross-entropy: the loss of yes-or-no questions, from logits or from probabilities."""

import keras
from keras import ops

from coursekit.losses.matching import match
from coursekit.losses.smoothing import check_smoothing


@keras.saving.register_keras_serializable(package="coursekit")
class BinaryCrossentropy(keras.losses.Loss):
    """How surprised the model is by the truth, for labels between 0 and 1.

        L = mean over outputs of  −y log p − (1 − y) log(1 − p)

        from logits:  p = σ(z),  −log σ(z) = softplus(−z),  −log(1 − σ(z)) = softplus(z)
        smoothing s:  y ← (1 − s) y + s/2

    A confident mistake is expensive without bound, and the gradient with respect to the logit is
    simply σ(z) − y: it does not vanish where the model is wrong. Written with softplus it is finite
    and right for any logit; first the sigmoid and then the logarithm is log 0 from z ≈ 17 on.

    Probabilities are clipped to [ε, 1 − ε], ε = `keras.config.epsilon()` = 1e-7, as in Keras: the
    loss stops near 16 and the gradient is zero beyond. PyTorch's `BCELoss` stops at 100 instead;
    its `BCEWithLogitsLoss` equals this one with `from_logits=True`.

    Args:
        from_logits: True if the model ends without a sigmoid (better), False if with one.
        label_smoothing: s in [0, 1]; draws the labels towards ½.
        axis: the axis of the outputs, over which the mean is taken.
        reduction: how the samples' losses become one number: "sum_over_batch_size" (their mean),
            "mean", "mean_with_sample_weight", "sum", or None (one loss per sample).
        name: a name for logs.
        dtype: in which to compute; by default `keras.config.floatx()`.

    Shapes:
        y_true, y_pred: (batch, ..., outputs) → (batch, ...), one loss per sample.

    Raises:
        ValueError: smoothing outside [0, 1], or shapes that do not fit.

    Example:
        >>> loss = BinaryCrossentropy(from_logits=True)
        >>> round(float(loss([[1.0], [0.0]], [[0.0], [0.0]])), 4)  # log 2: the model has no idea
        0.6931
        >>> float(loss([[1.0]], [[-10_000.0]]))
        10000.0

    Source: Good (1952), "Rational Decisions", J. R. Statist. Soc. B 14.
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="binary_crossentropy",
        dtype=None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.from_logits = from_logits
        self.label_smoothing = check_smoothing(label_smoothing)
        self.axis = axis

    def call(self, y_true, y_pred):
        y, y_pred = match(y_true, y_pred, "BinaryCrossentropy")

        y = (1 - self.label_smoothing) * y + self.label_smoothing / 2
        if self.from_logits:
            minus_log_p, minus_log_not_p = ops.softplus(-y_pred), ops.softplus(y_pred)
        else:
            epsilon = keras.config.epsilon()
            half = keras.backend.standardize_dtype(y_pred.dtype) in ("float16", "bfloat16")
            p = ops.cast(y_pred, "float32") if half else y_pred  # 1 − ε is 1 in half precision
            p = ops.clip(p, epsilon, 1 - epsilon)
            log_p, log_not_p = ops.log(p), ops.log(1 - p)
            minus_log_p, minus_log_not_p = (-ops.cast(part, y.dtype) for part in (log_p, log_not_p))
        return ops.mean(y * minus_log_p + (1 - y) * minus_log_not_p, axis=self.axis)

    def get_config(self):
        return {
            **super().get_config(),
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }
