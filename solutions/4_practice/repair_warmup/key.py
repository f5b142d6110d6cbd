"""The answer key of repair_warmup."""

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
TAKES = 8

PEAK, WARM, STEPS = 0.03, 38, 95  # the steps of two epochs, and of five

learns = reaches(
    0.85,
    seeds=4,
    needed=4,
    batch_size=64,
    slips=[
        Slip(
            "at_once",
            "{found}. The first step moves nothing: the rate is 0 there. If it stays 0 and then is at its "
            "peak at once, the first step that moves is as long as ever. Let it grow, a little in every step.",
            shows=lambda inputs, answer, wanted: all(
                run["signs"]["first_step"] == 0 for run in answer["runs"]
            ),
        ),
    ],
)
fresh = begins_fresh(learns)
data_kept = keeps_data(learns, digits())
loss_kept = keeps_loss(learns)


def warmed_up(rates):
    """Whether the rate begins low, is at its peak after two epochs, and stays there."""
    off = np.abs(rates / PEAK - 1) > 0.01
    if rates.max() > 1.01 * PEAK:
        return f"the rate rises to {rates.max():.3g}"
    if off[-1] or off[WARM:].any():
        step = int(np.flatnonzero(off)[-1]) + 1
        return f"in step {step} the rate is {rates[step - 1]:.3g}"
    return bool(rates[0] <= PEAK / 2) or f"the rate begins at {rates[0]:.3g}"


def rates_of(inputs, answer):
    unit = adam(1.0, beta_2=0.9, amsgrad=True)[0](inputs["gradients"].astype("float64"))
    steps = answer["steps"].astype("float64")
    return ((steps * unit).sum(axis=1) / (unit**2).sum(axis=1))[:STEPS]


steps_kept = keeps_steps(
    adam(PEAK, beta_2=0.9, amsgrad=True),
    rates=warmed_up,
    count=STEPS,
    slips=[
        Slip(
            "no_warm_up",
            "The rate begins as high as it ends ({found}). Let it grow, from half of that or less.",
            shows=lambda inputs, answer, wanted: np.allclose(
                rates_of(inputs, answer), PEAK, rtol=0.01
            ),
        ),
        Slip(
            "peak_not_kept",
            "The peak of 0.03 has to be reached within two epochs, and kept to the end: {found}.",
            shows=lambda inputs, answer, wanted: (
                0 < rates_of(inputs, answer).max() <= 1.01 * PEAK
                and "rate" in str(wanted.test(answer))
            ),
        ),
    ],
)
cause = names_cause(
    "steps too long at the start",
    "steps too long",
    "Later on, steps of the same rate do well, and the rate stays: when are they too long?",
)
evidence = names_evidence(learns, fresh, data_kept, loss_kept)
