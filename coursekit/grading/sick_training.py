"""The checks that sick trainings share: what is protected, what is reached, the cause and the evidence.

Their questions are those of `coursekit.room.sick_training`. A key puts them together:

    learns = reaches(0.9)
    data_kept = keeps_data(digits())
    steps_kept = keeps_steps(sgd(0.1))
    …

Each is a `Check`; those that look at the trainings share their answers, so that nothing is trained twice.
"""

import numpy as np

from coursekit.grading.key import STUB, Check, Holds, Slip

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
STEPS = 190  # of five epochs of 1,198 samples in batches of 32
TRAININGS = "trained"
CLIPPED = 1e4  # a gradient of this size is larger than any clipping lets through


def always(inputs, answer, wanted):
    """For a slip that is left when no other shows."""
    return True


# What it reaches


def accuracies(answer):
    """The share of validation samples that are predicted rightly, for each seed."""
    return [
        float((run["outputs"].argmax(axis=-1) == run["validation"].reshape(-1)).mean())
        for run in answer["runs"]
    ]


def reaches(least, of=np.median, seeds=3, sick_seeds=2, slips=()):
    """After five epochs a share of the validation samples is predicted rightly.

    Args:
        least: that share.
        of: the function of the shares of all seeds that must be so large: np.median or min.
        seeds: how many.
        sick_seeds: how many for the training as it was handed out.
        slips: those that show in the runs; the one for whatever does not learn comes with it.
    """
    which = "in the worst" if of is min else "in the median"

    def cases(rng):
        drawn = [int(seed) for seed in rng.choice(10_000, seeds + sick_seeds, replace=False)]
        yield {"seeds": drawn[:seeds], "sick": STUB, "sick_seeds": drawn[seeds:]}

    def test(answer):
        found = accuracies(answer)
        return bool(of(found) >= least) or (
            f"Of the validation digits it reaches {_percent(found)} after five epochs with "
            f"{seeds} seeds, where {least:.0%} {which} was wanted"
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
                shows=always,
            ),
        ],
        TRAININGS,
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
            return f"before the first step it knows {max(known):.0%} of the training digits already"
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


# What is protected


def keeps_data(learns, data, scaled=False, slips=()):
    """Every image is there, with its label, in whatever order.

    Args:
        learns: the check whose trainings are looked at.
        data: what was handed out, with parts `train` and `validation`.
        scaled: whether the pixels may have another scale.
        slips: those that show in the data.
    """

    def test(answer):
        came = answer["data"]
        (x, y), (x_known, y_known) = came["train"], data.train
        (v, v_labels), (v_known, v_labels_known) = came["validation"], data.validation
        flat = [each.reshape(len(each), -1).astype("float64") for each in (x, v, x_known, v_known)]
        if scaled:
            flat = _unscaled(*flat)
        x, v, x_known, v_known = flat
        may_be_lost = 0.01 if scaled else 0
        found = _lost(x, y.reshape(-1), x_known, y_known, may_be_lost)
        if found:
            return f"of the training images {found}"
        if scaled and not _one_scale(v, v_known):
            return "the validation images have another scale than the training images"
        found = _lost(v, v_labels.reshape(-1), v_known, v_labels_known, may_be_lost)
        return f"of the validation images {found}" if found else True

    return Check(
        "keeps_data",
        "keeps every image and its label"
        + (
            "; only the scale of the pixels may be another, and one for both parts"
            if scaled
            else ""
        ),
        learns.cases,
        lambda **inputs: Holds(test, "the data is not two pairs of arrays"),
        [
            *slips,
            Slip(
                "other_data",
                "The data is not what was handed out: {found}. Leave it as it is.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def keeps_loss(learns, slips=()):
    """The loss is the mean cross-entropy of what the model gives, and so is its slope."""

    def test(answer):
        for run in answer["runs"]:
            for when in ("before", "after"):
                found = _other_loss(run[when], run["labels"].reshape(-1))
                if found:
                    return found
            norm, slope = run["gradient"], run["slope"]
            if abs(norm - slope) > 0.3 * max(norm, slope):
                return (
                    f"the gradient has length {norm:.3g}, but along it the loss rises by {slope:.3g} for "
                    "each step of length 1"
                )
        return True

    return Check(
        "keeps_loss",
        "trains on the mean cross-entropy of what the model gives, and on its whole gradient",
        learns.cases,
        lambda **inputs: Holds(test, "outputs and loss are not what they should be"),
        [
            *slips,
            Slip(
                "another_loss",
                "That is not the mean cross-entropy of the model's outputs: {found}. Scaling it, or adding "
                "to it, only hides what is wrong.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def keeps_steps(optimizer, clips=False, rates=None, slips=()):
    """The optimizer makes the steps that it made when it was handed out.

    Args:
        optimizer: function of gradients (steps, weights) that gives the steps of a rate of 1, and the
            rate: what `sgd` and `adam` make.
        clips: whether large gradients may be clipped.
        rates: function of the rates that were found, one for each step, that gives True or what is
            wrong with them; by default all must be the rate of the optimizer.
        slips: those that show in the steps.
    """
    unit_steps, rate, words = optimizer

    def constant(found):
        off = np.abs(found / rate - 1) > 0.01
        return not off.any() or (
            f"in step {int(off.argmax()) + 1} its learning rate is {found[off.argmax()]:.4g}, and "
            f"{rate:g} was handed out"
        )

    def test(answer, gradients):
        unit = unit_steps(gradients.astype("float64"))
        steps = answer["steps"].astype("float64")
        found = (steps * unit).sum(axis=1) / (unit**2).sum(axis=1)
        small = slice(None, STEPS)
        apart = np.linalg.norm(steps - found[:, None] * unit, axis=1)
        if (apart > 0.02 * np.linalg.norm(steps, axis=1) + 1e-12)[small].any():
            return f"its steps are not those of {words}"
        fits = (rates or constant)(found[small])
        if fits is not True or clips:
            return fits
        if abs(found[-1] / found[STEPS - 1] - 1) > 0.01:
            return "large gradients are cut"
        return True

    def cases(rng):
        gradients = 1e-4 * rng.normal(size=(STEPS + 1, 8))
        gradients[-1] *= CLIPPED / 1e-4
        yield {"seed": int(rng.integers(10_000)), "gradients": gradients.astype("float32")}

    may = "; clipping is allowed" if clips else ""
    return Check(
        "keeps_steps",
        f"keeps the optimizer, {words}{may}",
        cases,
        lambda seed, gradients: Holds(lambda answer: test(answer, gradients)),
        [
            *slips,
            Slip(
                "another_optimizer",
                "The optimizer is not what was handed out: {found}. Here it is not what is to be changed.",
                shows=always,
            ),
        ],
        "steps",
    )


def sgd(rate, momentum=0.0):
    """The steps of SGD, as Keras makes them, for `keeps_steps`."""

    def unit_steps(gradients):
        steps, velocity = [], np.zeros(gradients.shape[1])
        for gradient in gradients:
            velocity = momentum * velocity - gradient
            steps.append(velocity)
        return np.array(steps)

    with_momentum = f", momentum={momentum:g}" if momentum else ""
    return unit_steps, rate, f"SGD({rate:g}{with_momentum})"


def adam(rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """The steps of Adam, for `keeps_steps`."""

    def unit_steps(gradients):
        steps, m, v = [], 0.0, 0.0
        for t, gradient in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * gradient
            v = beta_2 * v + (1 - beta_2) * gradient**2
            corrected = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            steps.append(-corrected * m / (np.sqrt(v) + epsilon))
        return np.array(steps)

    return unit_steps, rate, f"Adam({rate:g})"


# What is said about it


def names_cause(cause, mistaken, says):
    """CAUSE is the right one of the list.

    Args:
        cause: the right one.
        mistaken: the one that it is most often taken for.
        says: what is said then.
    """

    def test(answer):
        if answer not in CAUSES:
            return f"{answer!r} is none of them"
        return answer == cause or "it is another"

    return Check(
        "names_cause",
        "names the cause",
        lambda rng: iter([{}]),
        lambda: Holds(test),
        [
            _NOT_IN_THE_LIST("CAUSE", lambda answer: answer, CAUSES),
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


def names_evidence(learns, slips=()):
    """EVIDENCE is a vital sign that tells the sick training from the repaired one."""
    healthy = learns.wanted(seeds=None, sick=None, sick_seeds=None).test

    def test(answer):
        name = answer["evidence"]
        if name not in SHARES | SIZES:
            return f"{name!r} is none of them"
        if healthy(answer) is not True:
            return "the training is still sick, so that nothing can tell it from what it was"
        sick, well = ([run[name] for run in runs] for runs in _signs(answer))
        return separates(name, sick, well) or (
            f"{name} is {_few(sick)} in the sick training and {_few(well)} in yours"
        )

    return Check(
        "names_evidence",
        "names a vital sign that tells the sick training from the repaired one",
        learns.cases,
        lambda **inputs: Holds(test),
        [
            *slips,
            Slip(
                "still_sick",
                "That can be judged when your training is well: {found}.",
                shows=lambda inputs, answer, wanted: healthy(answer) is not True,
            ),
            _NOT_IN_THE_LIST("EVIDENCE", lambda answer: answer["evidence"], SHARES | SIZES),
            Slip(
                "says_nothing",
                "That is no evidence: {found}. Take a sign that is far off in every sick run and in no "
                "healthy one.",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def separates(name, sick, well):
    """Whether a vital sign is, in every sick run, far above or far below what it is in any healthy one.

    Shares must differ by 0.2, sizes by half.

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
    return False


def _NOT_IN_THE_LIST(name, word, words):
    return Slip(
        "not_in_the_list",
        f"{{found}}: {name} is one of the words in the list of the task, letter by letter.",
        shows=lambda inputs, answer, wanted: word(answer) not in words,
    )


def _one_start(runs):
    first, *others = (run["start"] for run in runs)
    return all(all(np.array_equal(one, two) for one, two in zip(first, other)) for other in others)


def _signs(answer):
    return answer["sick"], [run["signs"] for run in answer["runs"]]


def softmax_twice(inputs, answer, wanted):
    """Whether the outputs are probabilities, and the loss takes them for logits."""
    return all(
        _are_probabilities(run["after"]["outputs"])
        and abs(run["after"]["loss"] - from_logits(run["after"]["outputs"], run["labels"])) < 0.01
        for run in answer["runs"]
    )


def _are_probabilities(outputs):
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=-1), 1, atol=1e-3))


def logits_for_probabilities(inputs, answer, wanted):
    """Whether the outputs are logits, and the loss takes them for probabilities as Keras does."""
    return all(
        not _are_probabilities(run["before"]["outputs"])
        and np.isclose(
            run["before"]["loss"], _clipped(run["before"]["outputs"], run["labels"]), 0.02
        )
        for run in answer["runs"]
    )


def _clipped(outputs, labels):
    """What a cross-entropy of Keras's makes of outputs that are no probabilities."""
    return from_logits(np.log(np.clip(outputs, 1e-7, 1 - 1e-7)), labels)


def from_logits(outputs, labels):
    """The mean cross-entropy of logits."""
    outputs = outputs.astype("float64")
    largest = outputs.max(axis=-1)
    total = np.log(np.exp(outputs - largest[:, None]).sum(axis=-1)) + largest
    return (total - outputs[np.arange(len(labels)), labels.reshape(-1).astype(int)]).mean()


def _other_loss(look, labels):
    """What is wrong with a loss, if it is not the mean cross-entropy of these outputs."""
    outputs, loss = look["outputs"].astype("float64"), look["loss"]
    if _are_probabilities(outputs):
        of_label = outputs[np.arange(len(labels)), labels.astype(int)]
        # Keras takes a probability for at least 1e-7
        wanted = [-np.log(np.maximum(of_label, least)).mean() for least in (1e-7, 1e-45)]
        kind = "probabilities"
    else:
        wanted, kind = [from_logits(outputs, labels)], "logits"
    if any(abs(loss - each) <= 0.002 * max(each, 0.1) for each in wanted):
        return None
    if not np.isfinite(loss) and not np.isfinite(wanted).all():
        return None
    return (
        f"for {len(labels)} images whose outputs are {kind} it is {loss:.4g}, and the mean cross-entropy "
        f"is {wanted[-1]:.4g}"
    )


def _unscaled(x, v, x_known, v_known):
    """The pixels in units of their own spread in the training part, as were handed out and as came."""
    spread = x_known.std(axis=0)
    varies = spread > 0.05 * spread.max()

    def by(part, train):
        train, part = train[:, varies], part[:, varies]
        return (part - train.mean(axis=0)) / np.maximum(train.std(axis=0), 1e-12)

    return by(x, x), by(v, x), by(x_known, x_known), by(v_known, x_known)


def _one_scale(came, known):
    return 0.5 < np.sqrt((came**2).mean() / (known**2).mean()) < 2


def _lost(part, labels, known, known_labels, may_be_lost):
    """What is wrong with images and labels; None if all are there, in whatever order."""
    if part.shape != known.shape:
        return f"there are {len(part)} of {part.shape[1]} pixels, and {len(known)} were handed out"
    if may_be_lost:  # scaled, perhaps each image by itself: it is most like its own original
        part, known = (each / np.linalg.norm(each, axis=1)[:, None] for each in (part, known))
    apart = (part**2).sum(axis=1)[:, None] - 2 * part @ known.T + (known**2).sum(axis=1)
    nearest = apart.argmin(axis=1)
    near = may_be_lost or apart.min(axis=1) < 1e-4
    lost = len(known) - len(np.unique(nearest[near] if np.ndim(near) else nearest))
    if lost > may_be_lost * len(known):
        return f"{lost} of {len(known)} are missing or changed"
    others = int((labels != known_labels[nearest]).sum())
    if others > may_be_lost * len(known):
        return f"{others} of {len(known)} have another label than their own"
    return None


def _percent(shares):
    return ", ".join(f"{share:.0%}" for share in shares)


def _few(numbers):
    return ", ".join(f"{number:.3g}" for number in numbers)
