"""The answer key of repair_scale."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    begins_fresh,
    enters_small,
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
TAKES = 5


def gets_too_little(run):
    """Whether all outputs are alike before the first step, though the first weights are of usual size."""
    kernel = next((each for each in run["start"] if each.ndim > 1), np.zeros(1))
    return np.ptp(run["before"]["outputs"]) < 0.02 and kernel.std() > 0.02


learns = reaches(
    0.9,
    slips=[
        Slip(
            "divided_twice",
            "{found}. Before the first step all its outputs are nearly alike, as if the pixels were far too "
            "small now. Are they divided twice, in two lines, or once more by a layer?",
            shows=lambda inputs, answer, wanted: all(map(gets_too_little, answer["runs"])),
        ),
    ],
)
fresh = begins_fresh(learns)
data_kept = keeps_data(
    learns,
    digits(),
    scaled=True,
    slips=[
        Slip(
            "validation_not_scaled",
            "The validation images have another scale than the training images: whatever is done to the "
            "ones is done to the others, with the same numbers. Mean, deviation or largest value are those "
            "of the training images for both.",
            shows=lambda inputs, answer, wanted: "another scale" in str(wanted.test(answer)),
        ),
    ],
)
small = enters_small(20.0)  # sick: 124; of those that are divided by 16, which do not learn, 8
loss_kept = keeps_loss(learns)
steps_kept = keeps_steps(sgd(0.05, momentum=0.9))
cause = names_cause(
    "inputs too large",
    "steps too long",
    "The steps are long since the gradients are, and the loss is far too high before the first of them: "
    "what are the outputs made of?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
