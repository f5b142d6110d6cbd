"""The answer key of repair_frozen."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training import (
    begins_fresh,
    keeps_data,
    keeps_loss,
    keeps_steps,
    names_cause,
    names_evidence,
    reaches,
    sgd,
)

WRITES = ["make", "CAUSE", "EVIDENCE"]
READY_MADE = []
SECONDS = 180.0
TAKES = 7

HALF = len(digits().train[0][::2])

learns = reaches(0.9, batch_size=64)
fresh = begins_fresh(learns, untrained=False)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(learns)
steps_kept = keeps_steps(sgd(1.0), count=95, compiles=True)


def base_stays(answer):
    """True, or what is wrong with the weights before and after the second training."""
    for run in answer["runs"]:
        moved = [not np.array_equal(*pair) for pair in zip(run["start"], run["end"])]
        if not any(moved):
            return "nothing learns any more"
        if moved[-2:] != [True, True]:
            return "the last layer does not move"
        if any(moved[:-2]):
            return f"{sum(moved[:-2])} of the {len(moved) - 2} arrays of the base move"
        if any(not weights.any() for weights in run["start"][:-2]):
            return "the base has learned nothing: its biases are 0 still"
    return True


def found(words):
    return lambda inputs, answer, wanted: words in str(base_stays(answer))


base_kept = Check(
    "keeps_base",
    "trains the last layer, and leaves the base as the first training left it",
    learns.cases,
    lambda **inputs: Holds(base_stays, "the weights cannot be compared"),
    [
        Slip(
            "base_moves",
            "In the second training {found}. Which layers learn is read when the training step is built, "
            "and that is in the first fit after a compile: is compile called again after the first fit, "
            "and is the base frozen when the second begins?",
            shows=found("of the base move"),
        ),
        Slip(
            "frozen_from_the_start",
            "The base has learned nothing, since it was frozen before the first fit: its "
            "biases are still 0. First everything learns, then the last layer alone.",
            shows=found("has learned nothing"),
        ),
        Slip(
            "last_layer_rests",
            "In the second training {found}: only the base is to be frozen, and the last layer goes on.",
            shows=lambda inputs, answer, wanted: (
                base_stays(answer) in ("nothing learns any more", "the last layer does not move")
            ),
        ),
    ],
    learns.question,
    learns.name,
)


def first_fit_stays(answer):
    """True, or how the first training differs from the one that was handed out."""
    for run in answer["runs"]:
        samples, sizes = ({fit[name] for fit in run["fits"]} for name in ("samples", "batch_size"))
        epochs = sum(fit["epochs"] for fit in run["fits"])
        if not run["fits"] or 0 in samples:
            return True  # by another way than fit with arrays: nothing is known
        if samples != {HALF}:
            return f"a fit has {max(samples - {HALF})} images"
        if sizes != {64}:
            return f"a fit has batches of {max(sizes - {64})}"
        if epochs != 6:
            return f"the epochs add up to {epochs}"
    return True


first_kept = Check(
    "keeps_first_fit",
    "leaves the first fit as it was",
    learns.cases,
    lambda **inputs: Holds(first_fit_stays),
    [
        Slip(
            "first_fit_changed",
            f"Inside make() {{found}}. What is trained there stays as it was handed out, {HALF} images, six "
            "epochs and batches of 64, and then the base is frozen.",
            shows=lambda inputs, answer, wanted: True,
        ),
    ],
    learns.question,
    learns.name,
)
cause = names_cause(
    "frozen too late",
    "steps too long",
    "For the base the steps are too long, but the base should not move at all. Why does it?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept, base_kept, first_kept)
