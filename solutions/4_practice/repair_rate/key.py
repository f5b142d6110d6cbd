"""The answer key of repair_rate."""

from coursekit.data import digits
from coursekit.grading.key import Slip
from coursekit.grading.sick_training import (
    begins_fresh,
    keeps_data,
    keeps_loss,
    keeps_steps,
    limits_steps,
    names_cause,
    names_evidence,
    reaches,
    sgd,
)

WRITES = ["make", "CAUSE", "EVIDENCE"]
READY_MADE = []
SECONDS = 180.0
TAKES = 5

learns = reaches(
    0.9,
    slips=[
        Slip(
            "steps_too_short",
            "{found}. Now the steps are far too short: the first moves the weights by less than a thousandth "
            "of their length. Whatever shortens them has to let more through.",
            shows=lambda inputs, answer, wanted: all(
                0 < run["signs"]["first_step"] < 1e-3 for run in answer["runs"]
            ),
        ),
    ],
)
fresh = begins_fresh(learns)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(learns)
steps_kept = keeps_steps(sgd(1.0), clips=True)
limited = limits_steps(steps_kept)
cause = names_cause(
    "steps too long",
    "steps too long at the start",
    "The start is not what is special here: in all five epochs nothing limits the length of a "
    "step. With a rate that begins small the training dies once the rate has grown.",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
