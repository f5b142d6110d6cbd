"""The answer key of repair_logits."""

from dataclasses import replace

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    CUT_OFF,
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


learns = reaches(0.9, slips=[replace(CUT_OFF, says=f"{{found}}. {CUT_OFF.says}")])
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
        CUT_OFF,
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
