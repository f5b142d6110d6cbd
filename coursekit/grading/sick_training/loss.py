"""Whether the loss is still the mean cross-entropy of what the model gives."""

import numpy as np

from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training.trainings import TRAININGS, always


def keeps_loss(learns, slips=()):
    """The loss is the mean cross-entropy of what the model gives, and so is its slope."""

    def test(answer):
        for run in answer["runs"]:
            for when in ("before", "after"):
                found = _other_loss(run[when], run["labels"].reshape(-1))
                if found:
                    return found
            norm, slope = run["gradient"], run["slope"]
            if abs(norm - slope) > 0.3 * max(norm, slope):
                return (
                    f"the gradient has length {norm:.3g}, but along it the loss rises by {slope:.3g} for "
                    "each step of length 1"
                )
        return True

    return Check(
        "keeps_loss",
        "trains on the mean cross-entropy of what the model gives, and on its whole gradient",
        learns.cases,
        lambda **inputs: Holds(test, "outputs and loss are not what they should be"),
        [
            *slips,
            Slip(
                "another_loss",
                "That is not the mean cross-entropy of the model's outputs: {found}. Scaling it, or adding "
                "to it, only hides what is wrong.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def softmax_twice(inputs, answer, wanted):
    """Whether the outputs are probabilities, and the loss takes them for logits."""
    return all(
        _are_probabilities(run["after"]["outputs"])
        and abs(run["after"]["loss"] - from_logits(run["after"]["outputs"], run["labels"])) < 0.01
        for run in answer["runs"]
    )


def logits_for_probabilities(inputs, answer, wanted):
    """Whether the outputs are logits, and the loss takes them for probabilities as Keras does."""
    return all(
        not _are_probabilities(run["before"]["outputs"])
        and np.isclose(
            run["before"]["loss"], _clipped(run["before"]["outputs"], run["labels"]), 0.02
        )
        for run in answer["runs"]
    )


def _are_probabilities(outputs):
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=-1), 1, atol=1e-3))


def _clipped(outputs, labels):
    """What a cross-entropy of Keras's makes of outputs that are no probabilities."""
    return from_logits(np.log(np.clip(outputs, 1e-7, 1 - 1e-7)), labels)


def from_logits(outputs, labels):
    """The mean cross-entropy of logits."""
    outputs = outputs.astype("float64")
    largest = outputs.max(axis=-1)
    total = np.log(np.exp(outputs - largest[:, None]).sum(axis=-1)) + largest
    return (total - outputs[np.arange(len(labels)), labels.reshape(-1).astype(int)]).mean()


def _other_loss(look, labels):
    """What is wrong with a loss, if it is not the mean cross-entropy of these outputs."""
    outputs, loss = look["outputs"].astype("float64"), look["loss"]
    if _are_probabilities(outputs):
        of_label = outputs[np.arange(len(labels)), labels.astype(int)]
        # Keras takes a probability for at least 1e-7
        wanted = [-np.log(np.maximum(of_label, least)).mean() for least in (1e-7, 1e-45)]
        kind = "probabilities"
    else:
        wanted, kind = [from_logits(outputs, labels)], "logits"
    if any(abs(loss - each) <= 0.002 * max(each, 0.1) for each in wanted):
        return None
    if not np.isfinite(loss) and not np.isfinite(wanted).all():
        return None
    return (
        f"for {len(labels)} images whose outputs are {kind} it is {loss:.4g}, and the mean cross-entropy "
        f"is {wanted[-1]:.4g}"
    )
