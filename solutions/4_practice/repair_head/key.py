"""The answer key of repair_head."""

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
    squashed,
)

WRITES = ["make", "CAUSE", "EVIDENCE"]
READY_MADE = []
SECONDS = 180.0
TAKES = 5

learns = reaches(0.9)
fresh = begins_fresh(learns)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(
    learns,
    [
        Slip(
            "softmax_twice",
            "The model makes probabilities, multiplied by a number perhaps, and the loss takes them for "
            "logits: the softmax is applied twice. If only the Reshape is gone, Keras on TensorFlow hides "
            "that; leave out one of the two softmaxes.",
            shows=softmax_twice,
        ),
        SIGMOIDS,
        CUT_OFF,
        Slip(
            "logits_for_probabilities",
            "Now nobody applies the softmax: the loss takes the outputs for probabilities, and they are "
            "none: {found}.",
            shows=logits_for_probabilities,
        ),
        Slip(
            "squashed",
            "The loss takes the outputs for logits, which may be any real numbers, and {found}: an "
            "activation keeps them there, so that no answer can be sure and the loss has a floor. Logits "
            "come from a layer without an activation.",
            shows=squashed,
        ),
    ],
)
steps_kept = keeps_steps(sgd(0.03, momentum=0.9))
cause = names_cause(
    "probabilities taken for logits",
    "steps too short",
    "The steps are short since the gradient is: the loss hardly tells a sure answer from a guess. "
    "Why?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
