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

learns = reaches(0.9, batch_size=64)
fresh = begins_fresh(learns, untrained=False)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(learns)
steps_kept = keeps_steps(sgd(1.0), count=95)


def base_stays(answer):
    """True, or what is wrong with the weights before and after the second training."""
    for run in answer["runs"]:
        moved = [not np.array_equal(*pair) for pair in zip(run["start"], run["end"])]
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
            "In the second training {found}. Which layers learn is read when the step is "
            "compiled: is that done again after the first fit, and is the base frozen at that "
            "moment?",
            shows=found("of the base move"),
        ),
        Slip(
            "frozen_from_the_start",
            "The base is as it was drawn, since it was frozen before the first fit: {found}. First "
            "everything learns, then the last layer alone.",
            shows=found("has learned nothing"),
        ),
    ],
    learns.question,
    learns.name,
)
cause = names_cause(
    "frozen too late",
    "steps too long",
    "For the base they are too long, and the base should not move at all. Why does it?",
)
evidence = names_evidence(learns)
