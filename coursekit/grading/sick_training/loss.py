"""Whether the loss is still the mean cross-entropy of what the model gives."""

import numpy as np

from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training.trainings import TRAININGS, always


def keeps_loss(learns, slips=()):
    """The loss is the mean cross-entropy of what the model gives, and so is its slope."""

    def test(answer):
        for run in answer["runs"]:
            labels = run["labels"].reshape(-1)
            for when in ("before", "after"):
                found = _other_loss(run[when], labels) or _other_loss(_fewer(run[when]), labels)
                if found:
                    return found
            found = _no_logits(run["after"]["outputs"])
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
                "That is not the mean cross-entropy of the model's outputs: {found}. Keep the cross-entropy "
                "and its gradient as they are, neither replaced nor scaled nor cut off.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def softmax_twice(inputs, answer, wanted):
    """Whether the outputs are probabilities, multiplied perhaps, and the loss takes them for logits."""
    return all(
        (_are_probabilities(run["after"]["outputs"]) or _are_multiplied(run["after"]["outputs"]))
        and _is_from_logits(run["after"], run["labels"])
        for run in answer["runs"]
    )


def for_full_batches_only(inputs, answer, wanted):
    """Whether the loss of 32 samples is the mean cross-entropy, and that of fewer is not."""
    return all(
        not _other_loss(run["before"], run["labels"].reshape(-1))
        and _other_loss(_fewer(run["before"]), run["labels"].reshape(-1))
        for run in answer["runs"]
    )


def squashed(inputs, answer, wanted):
    """Whether the outputs that the loss takes for logits lie between 0 and 1."""
    return all(
        _lie_between_0_and_1(run["after"]["outputs"])
        and _is_from_logits(run["after"], run["labels"])
        for run in answer["runs"]
    )


def sigmoids(inputs, answer, wanted):
    """Whether the outputs lie between 0 and 1 without adding up to 1, and the loss takes no logits."""
    return all(
        _lie_between_0_and_1(run["after"]["outputs"])
        and not _is_from_logits(run["after"], run["labels"])
        for run in answer["runs"]
    )


SIGMOIDS = Slip(
    "sigmoids",
    "Each output lies between 0 and 1, as a sigmoid's does, and their sum is not 1: they are "
    "neither probabilities of the ten digits nor logits. Logits come from a layer without an "
    "activation, and the loss has to know that they are logits.",
    shows=sigmoids,
)


def cut_off(inputs, answer, wanted):
    """Whether the outputs of untrained models are those of a ReLU."""
    return all(_is_cut_off(run["before"]["outputs"]) for run in answer["runs"])


CUT_OFF = Slip(
    "cut_off",
    "No output is below 0, and many are 0, as a ReLU makes them: nothing is learned of what it cuts off. "
    "Logits come from a layer without an activation.",
    shows=cut_off,
)


def logits_for_probabilities(inputs, answer, wanted):
    """Whether the outputs are logits, and the loss takes them for probabilities as Keras does."""
    return all(
        not _are_probabilities(run["before"]["outputs"])
        and not _lie_between_0_and_1(run["after"]["outputs"])
        and not _is_from_logits(run["after"], run["labels"])
        and np.isclose(
            run["before"]["loss"], _clipped(run["before"]["outputs"], run["labels"]), 0.02
        )
        for run in answer["runs"]
    )


def _are_probabilities(outputs):
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=-1), 1, atol=1e-3))


def _no_logits(outputs):
    """What is wrong with outputs that an activation keeps from being logits; None if nothing is."""
    if _are_multiplied(outputs):
        total = outputs.sum(axis=-1).mean()
        return f"the outputs of every image are positive and add up to {total:.4g}"
    if _is_cut_off(outputs):
        zeros = f"{(outputs == 0).mean():.0%} are 0"
        return f"no output is below 0, and {zeros}: a ReLU has cut off what should be logits"
    if _lie_between_0_and_1(outputs):
        return "the outputs of every image lie between 0 and 1, and do not add up to 1"
    return None


def _are_multiplied(outputs):
    """Whether they are, image by image, a softmax multiplied by a number other than 1."""
    total, apart = outputs.sum(axis=-1), np.ptp(outputs, axis=0).max()
    adds_up = np.ptp(total) < 1e-3 * total.mean() < apart
    return bool(not _are_probabilities(outputs) and (outputs >= 0).all() and adds_up)


def _is_cut_off(outputs):
    """Whether no output is below 0, and many are 0, as a ReLU makes them."""
    many = (outputs == 0).mean() > 0.1
    return bool(not _are_probabilities(outputs) and outputs.min() == 0 < outputs.max() and many)


def _lie_between_0_and_1(outputs):
    """Whether an activation keeps the outputs there, as a sigmoid does, without making probabilities."""
    inside = 0 <= outputs.min() < outputs.max() <= 1
    return bool(inside and not _are_probabilities(outputs) and not _is_cut_off(outputs))


def _is_from_logits(look, labels):
    return abs(look["loss"] - from_logits(look["outputs"], labels)) < 0.01


def _clipped(outputs, labels):
    """What a cross-entropy of Keras's makes of outputs that are no probabilities."""
    return from_logits(np.log(np.clip(outputs, 1e-7, 1 - 1e-7)), labels)


def from_logits(outputs, labels):
    """The mean cross-entropy of logits."""
    outputs = outputs.astype("float64")
    largest = outputs.max(axis=-1)
    total = np.log(np.exp(outputs - largest[:, None]).sum(axis=-1)) + largest
    return (total - outputs[np.arange(len(labels)), labels.reshape(-1).astype(int)]).mean()


def _fewer(look):
    return {"outputs": look["outputs"][: look["fewer"]], "loss": look["loss_of_fewer"]}


def _other_loss(look, labels):
    """What is wrong with a loss, if it is not the mean cross-entropy of these outputs."""
    outputs, loss = look["outputs"].astype("float64"), look["loss"]
    labels = labels[: len(outputs)]
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
        f"for {len(labels)} images your loss is {loss:.4g}, and the mean cross-entropy of their {kind} is "
        f"{wanted[-1]:.4g}"
    )
