"""The checks that sick trainings share: what is protected, what is reached, the cause and the evidence.

Their questions are those of `coursekit.room.sick_training`. A key puts them together:

    learns = reaches(0.9)
    data_kept = keeps_data(learns, digits())
    steps_kept = keeps_steps(sgd(0.1))
    …

Each is a `Check`; those that look at the trainings share their answers, so that nothing is trained twice.
"""

from coursekit.grading.sick_training.data import keeps_data
from coursekit.grading.sick_training.loss import (
    CUT_OFF,
    SIGMOIDS,
    for_full_batches_only,
    from_logits,
    keeps_loss,
    logits_for_probabilities,
    softmax_twice,
    squashed,
)
from coursekit.grading.sick_training.steps import adam, keeps_steps, limits_steps, sgd
from coursekit.grading.sick_training.trainings import begins_fresh, enters_small, reaches
from coursekit.grading.sick_training.words import (
    CAUSES,
    SHARES,
    SIZES,
    names_cause,
    names_evidence,
    separates,
)

__all__ = [
    "CAUSES",
    "CUT_OFF",
    "SHARES",
    "SIGMOIDS",
    "SIZES",
    "adam",
    "begins_fresh",
    "enters_small",
    "for_full_batches_only",
    "from_logits",
    "keeps_data",
    "keeps_loss",
    "keeps_steps",
    "limits_steps",
    "logits_for_probabilities",
    "names_cause",
    "names_evidence",
    "reaches",
    "separates",
    "sgd",
    "softmax_twice",
    "squashed",
]
