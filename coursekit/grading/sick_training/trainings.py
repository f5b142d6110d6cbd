"""What repaired trainings reach, and that they begin at the beginning."""

import numpy as np

from coursekit.grading.key import Beforehand, Check, ForTheJudge, Holds, Slip

TRAININGS = "trained"  # the question whose answers most checks share


def always(inputs, answer, wanted):
    """For a slip that is left when no other shows."""
    return True


def accuracies(answer):
    """The share of validation samples that are predicted rightly, for each seed."""
    return [
        float((run["outputs"].argmax(axis=-1) == run["validation"].reshape(-1)).mean())
        for run in answer["runs"]
    ]


def reaches(least, seeds=3, needed=2, sick_seeds=2, batch_size=32, slips=()):
    """After five epochs a share of the validation samples is predicted rightly.

    Args:
        least: that share.
        seeds: how many there are at most; no more are trained than it takes to know.
        needed: with how many of them that share must be reached: two of three are the median, and all
            of them the worst.
        sick_seeds: how many for the training as it was handed out.
        batch_size: of all trainings.
        slips: those that show in the runs, each by its `shows`; the one for whatever does not learn comes
            with it, and is said where none of them shows.
    """
    which = "in the worst" if needed == seeds else "in the median"

    def cases(rng):
        drawn = [int(seed) for seed in rng.choice(10_000, seeds + sick_seeds, replace=False)]
        of_sick = {"seeds": drawn[seeds:], "batch_size": batch_size}
        sick = ForTheJudge(Beforehand("sick_signs", of_sick))
        enough = {"least": least, "needed": needed}
        yield {"seeds": drawn[:seeds], "batch_size": batch_size, **enough, "sick": sick}

    def test(answer):
        found = accuracies(answer)
        return sum(share >= least for share in found) >= needed or (
            f"After five epochs your training has {_percent(found)} of the validation digits right, with "
            f"{len(found)} of {seeds} seeds, and {least:.0%} {which} of them is wanted"
        )

    return Check(
        "learns",
        f"reaches {least:.0%} of the validation digits after five epochs, {which} of {seeds} seeds",
        cases,
        lambda **inputs: Holds(test, "the outputs are not one number for each class"),
        [
            *slips,
            Slip(
                "still_sick",
                "{found}. It is still sick: look at its vital signs (run it, coursekit run …) and mend "
                "what makes them so.",
                shows=lambda *seen: not any(slip.shows(*seen) for slip in slips),
            ),
        ],
        TRAININGS,
    )


def enters_small(most, slips=()):
    """What the first layer with a kernel gets is no larger than usual: its root mean square is at most this.

    Args:
        most: that size.
        slips: those that show in it; the one for inputs that are as large as before comes with it.
    """

    def test(answer):
        size = answer["size"]
        return (
            size is None
            or size <= most
            or (
                f"the first layer with weights gets numbers of size {size:.3g}, as root mean square"
            )
        )

    return Check(
        "enters_small",
        "gives its first layer with weights inputs of a usual size",
        lambda rng: iter([{"seed": int(rng.integers(10_000))}]),
        lambda seed: Holds(test),
        [
            *slips,
            Slip(
                "symptom_treated",
                "What was too large still is: {found}, where 1 is usual. A change behind that layer, "
                "or in how its weights are drawn, only hides it. Scale the pixels, or let a layer in front "
                "do so.",
                shows=always,
            ),
        ],
        "entering",
    )


def begins_fresh(learns, untrained=True):
    """Other first weights for every seed; and, if `untrained`, nothing is known at the start."""

    def test(answer):
        runs = answer["runs"]
        if _one_start(runs):
            return "every seed gives the same first weights"
        known = [
            float((run["before"]["outputs"].argmax(axis=-1) == run["labels"].reshape(-1)).mean())
            for run in runs
        ]
        if untrained and max(known) > 0.6:
            return f"Before the first step the model knows {max(known):.0%} of the training digits already"
        return True

    def same(inputs, answer, wanted):
        return _one_start(answer["runs"])

    seed_fixed = Slip(
        "seed_fixed",
        "Every seed gives the same first weights: make() sets a seed itself. One lucky run is no repair; "
        "leave the seed to whoever trains.",
        shows=same,
    )
    learned = Slip(
        "trained_before",
        "{found}: it is trained inside make(). Five epochs are the budget, and they come after make().",
        shows=lambda inputs, answer, wanted: not same(inputs, answer, wanted),
    )
    what = "begins untrained, and" if untrained else "begins"
    return Check(
        "begins_fresh",
        f"{what} with other weights for every seed",
        learns.cases,
        lambda **inputs: Holds(test),
        [seed_fixed, learned] if untrained else [seed_fixed],
        TRAININGS,
        learns.name,
    )


def _one_start(runs):
    first, *others = (run["start"] for run in runs)
    return all(all(np.array_equal(one, two) for one, two in zip(first, other)) for other in others)


def _percent(shares):
    """Rounded down: what is just too little does not read as enough."""
    return ", ".join(f"{np.floor(1000 * share) / 10:.1f}%" for share in shares)
