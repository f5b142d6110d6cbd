"""Label smoothing: a cross-entropy that does not ask for certainty.

After: crossentropy_gradient

The idea. A one-hot target is only reached by infinite logits. Give every class a small share s/C of the
truth, and the best answer becomes a finite one:

    y ← (1 − s) onehot(y) + s/C,    L = −Σ over classes of y log softmax(z)

The trap. A Keras loss returns ONE LOSS PER SAMPLE from `call`; the mean over the batch, sample weights
and the reduction are added by `__call__` of the base class. A mean taken in `call` makes sample weights
meaningless, silently. And what `__init__` is given must be in `get_config`, or a saved model forgets it.

Write the class `SmoothedCrossentropy`. Labels (batch,) are whole numbers, predictions (batch, classes)
are logits. A smoothing outside [0, 1), nan included, is a ValueError; smoothing 0 is the plain
cross-entropy; logits up to ±10,000 overflow nothing.

By hand: two classes, s = 0.5, z = (0, 0) costs log 2, as without smoothing. When do they differ?

Source: Szegedy et al. (2016), "Rethinking the Inception Architecture for Computer Vision", section 7.
"""

import keras
from keras import ops


class SmoothedCrossentropy(keras.losses.Loss):
    """Cross-entropy from logits, towards targets that leave every class a share of smoothing / C."""

    def __init__(self, smoothing=0.1, **kwargs):
        super().__init__(**kwargs)
        # BEGIN SOLUTION
        if not 0 <= smoothing < 1:
            raise ValueError(f"smoothing is a share in [0, 1); got {smoothing}.")
        self.smoothing = smoothing
        # END SOLUTION

    def call(self, y_true, y_pred):
        # BEGIN SOLUTION
        log_p = ops.log_softmax(y_pred, axis=-1)
        y = ops.one_hot(ops.cast(y_true, "int32"), ops.shape(y_pred)[-1], dtype=log_p.dtype)
        # (1 − s) log p[y] + s · mean of log p: the sum over classes, taken apart
        of_the_truth = ops.sum(y * log_p, axis=-1)
        return -(1 - self.smoothing) * of_the_truth - self.smoothing * ops.mean(log_p, axis=-1)
        # END SOLUTION

    def get_config(self):
        # BEGIN SOLUTION
        return {**super().get_config(), "smoothing": self.smoothing}
        # END SOLUTION
