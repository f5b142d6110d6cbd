"""The answer key of repair_shuffle."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    adam,
    begins_fresh,
    keeps_data,
    keeps_loss,
    keeps_steps,
    names_cause,
    names_evidence,
    reaches,
)

WRITES = ["make", "CAUSE", "EVIDENCE"]
READY_MADE = []
SECONDS = 180.0
TAKES = 5

learns = reaches(0.9)
fresh = begins_fresh(learns)


def differing(answer):
    """The share of training images whose label is not that of the image as it was handed out."""
    (x, y), (x_known, y_known) = answer["data"]["train"], digits().train
    known = {image.tobytes(): label for image, label in zip(x_known, y_known)}
    return np.mean([known[image.tobytes()] != label for image, label in zip(x, y)])


data_kept = keeps_data(
    learns,
    digits(),
    slips=[
        Slip(
            "labels_apart",
            "Images and labels have different orders: {found}. Whatever moves the ones moves the others.",
            shows=lambda inputs, answer, wanted: differing(answer) > 0.5,
        ),
    ],
)
loss_kept = keeps_loss(learns)
steps_kept = keeps_steps(adam(0.003))
cause = names_cause(
    "images and labels do not belong together",
    "model too small",
    "A network of this size learns the digits when it is told which digit each image shows. Is it?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
