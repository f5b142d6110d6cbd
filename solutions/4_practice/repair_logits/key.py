"""The answer key of repair_logits."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    SIGMOIDS,
    begins_fresh,
    keeps_data,
    keeps_loss,
    keeps_steps,
    logits_for_probabilities,
    names_cause,
    names_evidence,
    reaches,
    sgd,
    softmax_twice,
)

WRITES = ["make", "CAUSE", "EVIDENCE"]
READY_MADE = []
SECONDS = 180.0
TAKES = 5


def cut_off(inputs, answer, wanted):
    """Whether untrained models give no output below 0, and many that are 0."""
    outputs = np.array([run["before"]["outputs"] for run in answer["runs"]])
    return outputs.min() == 0 < outputs.max() and (outputs == 0).mean() > 0.1


learns = reaches(
    0.9,
    slips=[
        Slip(
            "cut_off",
            "{found}. No output is below 0, and many are 0, as a ReLU makes them: nothing is learned of what "
            "it cuts off. Logits come from a layer without an activation.",
            shows=cut_off,
        ),
    ],
)
fresh = begins_fresh(learns)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(
    learns,
    [
        Slip(
            "softmax_twice",
            "The model ends in a softmax, and the loss applies another. Keras, on TensorFlow, takes the "
            "first one back and warns; nobody else does. Leave one of the two out.",
            shows=softmax_twice,
        ),
        SIGMOIDS,
        Slip(
            "logits_for_probabilities",
            "The loss still takes the outputs for probabilities, and they are none: {found}.",
            shows=logits_for_probabilities,
        ),
    ],
)
steps_kept = keeps_steps(sgd(0.03, momentum=0.9))
cause = names_cause(
    "logits taken for probabilities",
    "steps too long",
    "The loss is far too high before the first step is made: no step can be to blame for that.",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
