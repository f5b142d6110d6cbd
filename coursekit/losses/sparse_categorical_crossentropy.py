"""Sparse categorical cross-entropy: one class of many, the truth given as its number."""

import keras
from keras import ops
from keras.src.backend.common.masking import set_keras_mask  # no public name in Keras 3.15

from coursekit.losses.class_labels import are_classes, refuse_unknown


@keras.saving.register_keras_serializable(package="coursekit")
class SparseCategoricalCrossentropy(keras.losses.Loss):
    """How surprised the model is by the true class, which is given as a whole number.

        L = −log p[y]

        from logits:         log p = log softmax(z) = z − log Σ exp z
        from probabilities:  log p = log softmax(log p)

    The same loss as the categorical one, without the one-hot vectors, for logits and for
    probabilities whose sum is 1. A constant added to all
    logits changes nothing; two logits of ±10,000 overflow nothing.

    Probabilities are clipped to [ε, 1 − ε], ε = `keras.config.epsilon()` = 1e-7, and their
    logarithms normalised, as Keras does on TensorFlow; on JAX and PyTorch Keras divides by their
    sum before it clips, which shows where the sum is not 1. PyTorch's `CrossEntropyLoss` equals
    this one with `from_logits=True`; its class weights divide by Σw, Keras's sample weights by
    their number. Unlike Keras's own class this one never looks behind the predictions for the
    logits of a softmax layer: it takes what it is given.

    Args:
        from_logits: True if the model ends without a softmax (better), False if with one.
        ignore_class: a label whose samples count for nothing, also not in the mean; may lie
            outside the classes (−1 or 255 are common in segmentation).
        reduction: how the samples' losses become one number: "sum_over_batch_size" (their mean),
            "mean", "mean_with_sample_weight", "sum", or None (one loss per sample).
        axis: the axis of the classes in the predictions; as in Keras, the last one or an error.
        name: a name for logs.
        dtype: in which to compute; by default `keras.config.floatx()`.

    Shapes:
        y_true: (batch, ...) or (batch, ..., 1); y_pred: (batch, ..., classes) → (batch, ...).

    Raises:
        ValueError: shapes that do not fit, or a label that is no class. Inside a compiled function
            labels have no value yet: there the sample's loss is NaN, which a sample weight of 0 does not help
            (0 · NaN is NaN): name such a label as ignore_class.

    Example:
        >>> loss = SparseCategoricalCrossentropy(from_logits=True)
        >>> round(float(loss([1], [[0.0, 0.0, 0.0]])), 4)  # log 3
        1.0986
        >>> float(loss([1], [[10_000.0, -10_000.0]]))
        20000.0

    Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network
    Outputs".
    """

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        reduction="sum_over_batch_size",
        axis=-1,
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def call(self, y_true, y_pred):
        y, y_pred = self._as_labels(y_true, y_pred)
        counts = None if self.ignore_class is None else y != self.ignore_class
        if counts is not None:
            y = ops.where(counts, y, 0)
        classes = ops.shape(y_pred)[-1]
        refuse_unknown(y, classes)
        known = are_classes(y, classes)
        y = ops.cast(y, "int32")

        if not self.from_logits:
            epsilon = keras.config.epsilon()
            y_pred = ops.log(ops.clip(y_pred, epsilon, 1 - epsilon))
        log_p = ops.log_softmax(y_pred, axis=self.axis)
        chosen = ops.expand_dims(y, -1) == ops.arange(classes, dtype="int32")
        loss = -ops.sum(ops.where(chosen, log_p, 0.0), axis=self.axis)

        loss = ops.where(known, loss, float("nan"))
        if counts is not None:
            loss = ops.where(counts, loss, 0.0)
            set_keras_mask(loss, counts)
        return loss

    def get_config(self):
        return {
            **super().get_config(),
            "from_logits": self.from_logits,
            "ignore_class": self.ignore_class,
            "axis": self.axis,
        }

    def _as_labels(self, y_true, y_pred):
        """Labels without an axis of length 1 for the classes; the shapes must fit."""
        y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
        came, predicted = tuple(y_true.shape), tuple(y_pred.shape)
        if self.axis not in (-1, len(predicted) - 1):
            raise ValueError(
                f"Only axis=-1 is currently supported. Received: axis={self.axis}. Move the classes "
                "to the last axis of the predictions, as with keras.ops.moveaxis."
            )
        if len(came) == len(predicted) and came[-1] == 1:
            y_true = ops.squeeze(y_true, axis=-1)
        wanted, shape = predicted[:-1], tuple(y_true.shape)
        if len(shape) != len(wanted) or any(
            a != b for a, b in zip(shape, wanted) if None not in (a, b)
        ):
            raise ValueError(
                "SparseCategoricalCrossentropy wants one whole number per sample, labels of shape "
                f"{wanted} for predictions {predicted}; got {came}. If the labels are "
                "one-hot, use CategoricalCrossentropy."
            )
        return y_true, y_pred
