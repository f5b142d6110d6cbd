"""Outputs that are not what the loss takes them for: logits, probabilities."""

import numpy as np

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis


def softmax_into_logits_loss(outputs, loss, sigmoid_at_the_end):
    """Names probabilities that are handed to a loss which expects logits.

    Args:
        outputs: what the model gives for a few samples.
        loss: `LossFacts`; `repaired` where Keras takes the logits from before the softmax.
        sigmoid_at_the_end: whether the last layer is a sigmoid. (A single output between 0 and 1
            could as well be a logit.)
    """
    if not loss.from_logits or loss.repaired or outputs.min() < 0 or outputs.max() > 1:
        return None
    if loss.family in ("sparse", "one-hot") and outputs.shape[-1] > 1:
        if np.abs(outputs.sum(-1) - 1).max() > 1e-2:  # bfloat16 has two and a half digits
            return None
        name = "softmax"
    elif loss.family == "binary" and sigmoid_at_the_end:
        name = "sigmoid"
    else:
        return None
    return Diagnosis(
        "softmax_into_logits_loss",
        f"The model gives probabilities (a {name} at its end), but the loss has from_logits=True "
        f"and applies a {name} of its own: of the steps between right and wrong little is left.",
        f"no {name} in the model, or from_logits=False.",
    )


def logits_into_probability_loss(outputs, loss):
    """Names numbers outside 0 to 1 that are handed to a loss which expects probabilities."""
    if loss.from_logits is not False or loss.family not in ("sparse", "one-hot", "binary"):
        return None
    low, high = outputs.min(), outputs.max()
    if low >= -1e-6 and high <= 1 + 1e-2:
        return None
    return Diagnosis(
        "logits_into_probability_loss",
        f"The model gives logits (here from {low:.2g} to {high:.2g}), but the loss has "
        "from_logits=False and takes them for probabilities: it clips them to 0 … 1, and where it "
        "clips there is no gradient.",
        "from_logits=True in the loss.",
    )


def relu_on_logits(outputs, loss):
    """Names logits that a ReLU has cut off at 0."""
    if not loss.from_logits or outputs.min() < 0 or outputs.max() <= 0:
        return None
    zeros = np.mean(outputs == 0)
    if zeros < 0.05:
        return None
    return Diagnosis(
        "relu_on_logits",
        f"No logit is below 0 and {zeros:.0%} are exactly 0: a ReLU stands at the end of the model, "
        "and where it gives 0 no gradient comes back, so some classes are never learned.",
        "no activation in the last layer.",
    )
