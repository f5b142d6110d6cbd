"""What a loss expects of labels and outputs, read off the loss itself."""

import re
from dataclasses import dataclass

import keras
import numpy as np

FAMILIES = {
    "sparse_categorical_crossentropy": "sparse",
    "categorical_crossentropy": "one-hot",
    "categorical_focal_crossentropy": "one-hot",
    "binary_crossentropy": "binary",
    "binary_focal_crossentropy": "binary",
    "mean_squared_error": "squared",
}


@dataclass
class LossFacts:
    """What is known of a loss; None or False where it is not.

    Args:
        value: function of (y, outputs) that gives the loss as a scalar tensor.
        family: "sparse" (whole numbers as labels), "one-hot", "binary", "squared" or None.
        from_logits: what the loss takes the outputs for; None where the question makes no sense.
        summed: whether the samples are added up.
        ignore_class: the label that a sparse cross-entropy leaves out.
        focal: whether easy samples count less, so that guessing does not cost ln K.
        repaired: whether Keras takes the logits from before a softmax (set by `Probe`).
    """

    value: object
    family: str | None = None
    from_logits: bool | None = None
    summed: bool = False
    ignore_class: int | None = None
    focal: bool = False
    repaired: bool = False

    def guess(self, y, classes):
        """The loss of an answer that ignores the input; None if unknown.

        Cross-entropy: the entropy of the labels, −Σ p ln p, where there are enough labels to know
        their frequencies p; otherwise ln K. Squared error: the variance of the targets.
        """
        y = np.asarray(y, float)
        if self.focal or self.summed or self.family is None:
            return None
        if self.family == "squared":
            return float(y.reshape(len(y), -1).var(axis=0).mean()) if len(y) >= 16 else None
        if self.family == "binary":
            columns = y.reshape(-1, y.shape[-1] if y.ndim > 1 else 1)
            if len(columns) < 20:
                return float(np.log(2))
            p = columns.mean(axis=0)
            # A frequency is known to 1 / n; one of exactly 0 or 1 would make guessing free.
            p = p.clip(1 / len(columns), 1 - 1 / len(columns))
            return float(-np.mean(p * np.log(p) + (1 - p) * np.log(1 - p)))
        if self.family == "sparse":
            labels = y[y != self.ignore_class].astype(int)
            counts = np.bincount(labels.ravel(), minlength=classes)[:classes]
        else:
            counts = y.reshape(-1, classes).sum(axis=0)
        if counts.sum() < 10 * classes:
            return float(np.log(classes))
        p = counts[counts > 0] / counts.sum()
        return float(-np.sum(p * np.log(p)))


def loss_facts(model):
    """Reads them off a compiled model with one output and one loss; None for any other."""
    loss = getattr(model, "loss", None)
    while isinstance(loss, (list, tuple, dict)) and len(loss) == 1:
        (loss,) = loss.values() if isinstance(loss, dict) else loss
    if isinstance(loss, str):
        try:
            loss = keras.losses.get(loss)
        except ValueError:  # "crossentropy" becomes one or another when it meets its labels
            return None
    if not callable(loss):
        return None
    if isinstance(loss, keras.losses.Loss):
        names = [_snake(kind.__name__) for kind in type(loss).__mro__]
        value = loss
    else:
        names = [getattr(loss, "__name__", "")]

        def value(y, outputs):
            return keras.ops.mean(loss(y, outputs))

    name = next((name for name in names if name in FAMILIES), None)
    crossentropy = name is not None and name.endswith("crossentropy")
    return LossFacts(
        value,
        FAMILIES.get(name),
        bool(getattr(loss, "from_logits", False)) if crossentropy else None,
        getattr(loss, "reduction", None) == "sum",
        getattr(loss, "ignore_class", None),
        "focal" in (name or ""),
    )


def _snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
