"""The cause and the evidence: the words that may be named, and which of them are right."""

import numpy as np

from coursekit.grading.comparison import difference
from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training.trainings import TRAININGS, always

CAUSES = [
    "inputs too large",
    "steps too long",
    "steps too long at the start",
    "steps too short",
    "loss summed over the batch",
    "logits taken for probabilities",
    "probabilities taken for logits",
    "images and labels do not belong together",
    "frozen too late",
    "all weights start equal",
    "model too small",
    "too few epochs",
    "learned by heart",
]
SHARES = {"neighbour_agreement", "dead_share", "most_predicted_share"}
SIZES = {
    "first_loss",
    "gradient_norm",
    "first_step",
    "weight_growth",
    "output_range",
    "frozen_change",
}
APART = 0.2  # so far apart are shares that differ
TIMES = 1.5  # so much larger is one of two sizes that differ
SMALLEST = 1e-3  # a size below it is 0
GROWN = 0.15  # weights that have grown by no more have hardly grown


def names_cause(cause, mistaken, says):
    """CAUSE is the right one of the list.

    Args:
        cause: the right one.
        mistaken: the one that it is most often taken for.
        says: what is said then.
    """

    def test(answer):
        if answer not in CAUSES:
            return f"{answer!r} is not in the list"
        return answer == cause or "it is another"

    return Check(
        "names_cause",
        "names the cause",
        lambda rng: iter([{}]),
        lambda: Holds(test),
        [
            _not_in_the_list("CAUSE", lambda answer: answer, CAUSES),
            Slip("effect_for_cause", says, shows=lambda inputs, answer, wanted: answer == mistaken),
            Slip(
                "another_cause",
                "That is not what is wrong here. Which line of the file makes the vital signs what they "
                "are?",
                shows=always,
            ),
        ],
        "cause",
    )


def names_evidence(learns, *repairs):
    """EVIDENCE is a vital sign that tells the sick training from the repaired one.

    Args:
        learns: the check whose trainings are looked at.
        repairs: the other checks that look at them: where one fails, a sign that does not tell them apart
            may be right all the same. What they want hangs on no inputs.
    """
    healthy = learns.wanted().test

    def still_sick(inputs, answer, wanted):
        return any(difference(answer, each.wanted()) for each in (learns, *repairs))

    def test(answer, sick):
        name = answer["evidence"]
        if name not in SHARES | SIZES:
            return f"{name!r} is not in the list"
        if healthy(answer) is not True:
            return "the training is still sick"
        runs = [run["signs"] for run in answer["runs"]]
        sick, well = ([signs[name] for signs in each] for each in (sick, runs))
        return separates(name, sick, well) or (
            f"{name} is {_few(sick)} in the sick training and {_few(well)} in yours"
        )

    return Check(
        "names_evidence",
        "names a vital sign that tells the sick training from the repaired one",
        learns.cases,
        lambda sick, **inputs: Holds(lambda answer: test(answer, sick)),
        [
            Slip(
                "still_sick",
                "This is judged once your training is well: evidence is what differs between a sick and a "
                "healthy training, and another check says what yours lacks.",
                shows=still_sick,
            ),
            _not_in_the_list("EVIDENCE", lambda answer: answer["evidence"], SHARES | SIZES),
            Slip(
                "says_nothing",
                "That does not tell the two apart: {found}. If another check of the repair fails, mend that "
                "first; else take a sign that is far off in every sick run and in no healthy one.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def separates(name, sick, well):
    """Whether a vital sign is, in every sick run, far above or far below what it is in any healthy one.

    Shares must differ by 0.2, sizes by half; or of the growth of the weights what is above 1, by twice.

    Example:
        >>> separates("first_loss", [45.0, 52.0], [2.3, 2.4, 2.2])
        True
        >>> separates("dead_share", [0.2, 0.9], [0.1, 0.1])
        False
    """
    sick, well = (np.nan_to_num(each, nan=np.inf) for each in (sick, well))
    for low, high in ((sick, well), (well, sick)):
        if name in SHARES and high.min() - low.max() >= APART:
            return True
        if name in SIZES and high.min() >= TIMES * max(low.max(), SMALLEST):
            return True
        if name == "weight_growth" and high.min() - 1 >= 2 * max(low.max() - 1, GROWN):
            return True
    return False


def _not_in_the_list(name, word, words):
    return Slip(
        "not_in_the_list",
        f"{{found}}: {name} is one of its words in the task, letter by letter.",
        shows=lambda inputs, answer, wanted: word(answer) not in words,
    )


def _few(numbers):
    return ", ".join(f"{number:.3g}" for number in numbers)
