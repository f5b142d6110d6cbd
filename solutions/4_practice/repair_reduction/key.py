"""The answer key of repair_reduction."""

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    begins_fresh,
    for_full_batches_only,
    from_logits,
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

learns = reaches(0.9)
fresh = begins_fresh(learns)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(
    learns,
    [
        Slip(
            "summed",
            "The loss is still the sum over the samples of a batch: {found}. Take the mean; "
            "without any reduction the tape adds up the losses of the samples, too.",
            shows=lambda inputs, answer, wanted: all(
                28
                < run["before"]["loss"] / from_logits(run["before"]["outputs"], run["labels"])
                < 36
                for run in answer["runs"]
            ),
        ),
        Slip(
            "for_full_batches_only",
            "That is the mean cross-entropy of 32 samples, and not of any other number: {found}. The last "
            "batch of an epoch is smaller. Divide by the number of samples that there are, or leave the "
            "mean to Keras.",
            shows=for_full_batches_only,
        ),
    ],
)
steps_kept = keeps_steps(sgd(0.03, momentum=0.9))
cause = names_cause(
    "loss summed over the batch",
    "steps too long",
    "The steps are too long, by a factor of 32: that is the effect. The rate is the usual one; "
    "what is it multiplied by?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
