"""The answer key of fine_tuning."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import Beforehand, Holds, Raises, Slip, check

WRITES = ["fine_tune"]
READY_MADE = []
SECONDS = 180.0
TAKES = 10
MOST = {"full": 1.0, "two_phase": 0.5}  # by which the body may change, relative to its size
TRAINED = Beforehand("trained", {"seed": 0})
SAME = 1e-3  # two trainings with one seed, as far as threads may part them


def vector(arrays, least_axes=0):
    kept = [np.ravel(each) for each in arrays if each.ndim >= least_axes]
    return np.concatenate([np.zeros(0), *kept]).astype("float64")


def change(answer):
    """How far the body has moved, relative to its size."""
    after = vector(answer["after"])
    before = vector(answer["before"][: len(answer["after"])])
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))


def untouched(answer):
    pairs = zip(answer["after"], answer["before"])
    return bool(answer["after"]) and all(np.array_equal(a, b) for a, b in pairs)


def lost(answer):
    """Whether the kernels have nothing to do with those that were given."""
    after, before = (vector(answer[name], 2) for name in ("after", "before"))
    before = before[: len(after)]
    size, sizes = np.linalg.norm(before), np.linalg.norm(after)
    return not answer["after"] or bool(after @ before < 0.4 * size * sizes and sizes < 2 * size)


def trains_the_body(answer):
    """Of each phase, whether an optimizer was given kernels of the body."""
    kernels = [list(each.shape) for each in answer["before"] if each.ndim > 1]
    return [any(shape in kernels for shape in shapes) for shapes in answer["applied"]]


def head_came_first(answer):
    phases = trains_the_body(answer)
    return not phases or not phases[0]


def falling(losses):
    return len(losses) > 1 and np.isfinite(losses).all() and losses[-1] < 0.98 * losses[0]


def by_percent(number):
    return f"{number:.1%}" if np.isfinite(number) else "beyond all numbers"


NO_BODY = "the weights of the base's body are nowhere in the model that came back"


def kept(**inputs):
    def test(answer):
        if not answer["after"]:
            return NO_BODY
        return untouched(answer) or f"the body has changed by {by_percent(change(answer))}"

    return Holds(test)


def head_learns(**inputs):
    def test(answer):
        losses = answer["losses"] or answer["history"]
        return bool(falling(losses)) or f"the losses of the epochs do not fall: {few(losses)}"

    return Holds(test)


def moved(mode):
    def wanted(**inputs):
        def test(answer):
            for one in answer.get("runs", [answer]):
                if lost(one):
                    return NO_BODY
                if not 0 < change(one) < MOST[mode]:
                    return (
                        f"the body has changed by {by_percent(change(one))} of its size; more than 0 and "
                        f"less than {MOST[mode]:.0%} was wanted"
                    )
            return True

        return Holds(test)

    return wanted


def few(losses):
    return [round(float(loss), 3) for loss in losses[:3]] + ["…"] * (len(losses) > 3)


def head_first(**inputs):
    return Holds(
        lambda answer: (
            head_came_first(answer) or "the body learns from the first step on, not only the head"
        )
    )


def first_of(answer):
    return answer.get("runs", [answer])[0]


def true_history(**inputs):
    def test(answer):
        said, true = (np.float64(first_of(answer)[name]) for name in ("history", "losses"))
        if not len(said):
            return "no losses came: the history that fit returns was wanted"
        if not np.isfinite(said).all():
            return "the losses of the history are not finite"
        if not len(true) or within(true, said):
            return True
        return (
            f"the epochs had {len(true)} losses, {few(true)}; in the history there are {len(said)}, "
            f"{few(said)}"
        )

    return Holds(test)


def within(true, said):
    """Whether the true losses are among those that are said, in their order."""
    rest = iter(said)
    return all(any(np.isclose(loss, each, rtol=1e-3) for each in rest) for loss in true)


def part_of_history(end):
    def shows(inputs, answer, wanted):
        said, true = answer["history"], answer["losses"]
        part = true[-len(said) :] if end == "last" else true[: len(said)]
        return 0 < len(said) < len(true) and np.allclose(said, part, rtol=1e-3)

    return shows


def right(outputs):
    """The share of new images that are right."""
    return float((outputs.argmax(-1) == digits().test[1]).mean())


def beats_scratch(scratch, **inputs):
    def test(answer):
        tuned = [right(run["outputs"]) for run in answer["runs"][:-1]]
        new = [right(outputs) for outputs in scratch[: len(tuned)]]
        behind = sum(a <= b for a, b in zip(tuned, new))
        return behind < 2 or (
            f"fine-tuned {', '.join(f'{share:.0%}' for share in tuned)} of the new images are right, from "
            f"scratch {', '.join(f'{share:.0%}' for share in new)}: not better with {behind} seeds"
        )

    return Holds(test)


def apart(one, two):
    return float(np.abs(one["outputs"] - two["outputs"]).max())


def seeded(**inputs):
    def test(answer):
        run, other, *_, again = answer["runs"]
        if apart(run, again) > SAME:
            return "the same seed, called twice, gives two models"
        return apart(run, other) > SAME or "two seeds give the same model"

    return Holds(test)


def ten_outputs(images, test, **inputs):
    def holds(answer):
        outputs = answer["outputs"]
        shape = outputs.shape if isinstance(outputs, np.ndarray) else "something else"
        return shape == (len(test), 10) or (
            f"a model that gives ({len(test)}, 10) numbers was wanted, {shape} came"
        )

    return Holds(holds)


FORM = [
    Slip(
        "head_alone_returned",
        "What comes back does not take images: return body and head together.",
        error=r"incompatible with the layer|expected (?:axis|shape|min_ndim)|Input 0|"
        r"Invalid input shape|Matrix size-incompatible",
    ),
    Slip(
        "history_and_model_exchanged",
        "The two things that come back are exchanged: (model, history).",
        error=r"(?:History|dict|list)\W.*(?:has no attribute 'get_weights'|not callable)",
    ),
    Slip(
        "not_two_things",
        "Two things were wanted: return model, history.",
        error=r"unpack|'(?:History|dict|list|NoneType)' object.*get_weights",
    ),
    Slip(
        "labels_not_one_hot",
        "The labels are class numbers, not one-hot rows: take SparseCategoricalCrossentropy, with "
        "from_logits=True where the head gives logits.",
        error=r"same rank|same shape|must have the same|Shapes .* are incompatible|"
        r"Arguments `target` and `output`",
    ),
    Slip(
        "optimizer_reused",
        "An optimizer belongs to the weights that it saw first. When others begin to learn, compile with "
        "a new one.",
        error=r"Unknown variable|not recognized",
    ),
]
LOST = Slip(
    "weights_lost",
    "The body that came back has nothing to do with the base: its weights are new ones. clone_model "
    "copies the layers only; set_weights(base.get_weights()) copies what was learned.",
    shows=lambda inputs, answer, wanted: all(lost(one) for one in answer.get("runs", [answer])),
)


def shifted(rng):
    """Five images of each digit, moved by two pixels, and the test images moved alike."""
    images, labels = digits().train
    order = rng.permutation(len(labels))
    chosen = np.concatenate([order[labels[order] == digit][:5] for digit in range(10)])
    return {
        "images": np.roll(images[chosen], 2, axis=2),
        "labels": labels[chosen],
        "weights": TRAINED,
        "test": np.roll(digits().test[0], 2, axis=2),
    }


def seed_of(rng):
    return int(rng.integers(1, 1000))


@check(
    "frozen: leaves the body as it is, to the bit, averages of a batch normalisation included",
    wanted=kept,
    slips=[
        *FORM,
        LOST,
        Slip(
            "averages_moved",
            "The averages of the batch normalisation in the body have moved. They need no gradient: they "
            "move in training mode. Set trainable = False, or call the body with training=False.",
            shows=lambda inputs, answer, wanted: untouched(
                {name: vectors[:2] + vectors[4:] for name, vectors in bodies(answer).items()}
            ),
        ),
        Slip(
            "body_not_frozen",
            'In "frozen" the body has changed, too: set trainable = False for its layers, before '
            "compile.",
            shows=lambda inputs, answer, wanted: bool(answer["after"]) and not untouched(answer),
        ),
    ],
    question="tuned",
)
def frozen(rng):
    yield {**shifted(rng), "mode": "frozen", "seed": seed_of(rng), "normalised": True}


def bodies(answer):
    return {name: answer[name] for name in ("before", "after")}


@check(
    "frozen: trains the head",
    wanted=head_learns,
    slips=[
        *FORM,
        Slip(
            "one_epoch",
            "The head learns for one epoch only, which is a few steps: let fit go on for some twenty "
            "(epochs=20).",
            shows=lambda inputs, answer, wanted: len(answer["losses"] or answer["history"]) == 1,
        ),
        Slip(
            "head_not_trained",
            "Nothing has learned: the losses stay where they were. Is the head frozen, too (the whole "
            "model, instead of all layers but the last), or fit forgotten?",
            shows=lambda inputs, answer, wanted: unmoved(answer),
        ),
        Slip(
            "head_learns_nothing",
            "The losses of the head do not fall. Does the loss know whether it gets logits or "
            "probabilities (from_logits), and is the learning rate neither far too large nor far too "
            "small?",
            shows=lambda inputs, answer, wanted: not unmoved(answer),
        ),
    ],
    shares=frozen,
)
def frozen_head():
    """The losses of the epochs."""


def unmoved(answer):
    losses = answer["losses"] or answer["history"]
    return not losses or np.ptp(losses) < 1e-4 * max(np.abs(losses))


@check(
    "gives back a model from images to ten outputs",
    wanted=ten_outputs,
    slips=[
        *FORM,
        Slip(
            "features_returned",
            "What comes back ends before the head: return the model from images to the ten classes.",
            shows=lambda inputs, answer, wanted: (
                answer["outputs"].ndim == 2 and answer["outputs"].shape[1] != 10
            ),
        ),
    ],
    shares=frozen,
)
def ten_classes():
    """The outputs on new images."""


@check(
    "leaves the images and labels that it was given as they are",
    wanted=lambda **inputs: {"left": True},
    slips=[
        Slip(
            "arrays_changed",
            "The images or labels have changed: what was given belongs to whoever called. Make new "
            "arrays.",
            shows=lambda inputs, answer, wanted: answer["left"] is False,
        ),
        *FORM,
    ],
    shares=frozen,
)
def left():
    """The arrays afterwards."""


@check(
    "full: trains the body, too, and does not destroy it",
    wanted=moved("full"),
    slips=[
        *FORM,
        LOST,
        Slip(
            "body_left_frozen",
            'In "full" the body has not changed: it is still frozen, or nothing was trained. Set '
            "trainable = True for its layers, then compile, then fit.",
            shows=lambda inputs, answer, wanted: all(untouched(one) for one in answer["runs"]),
        ),
        Slip(
            "body_destroyed",
            "The body has changed by more than its own size: the learning rate, good for a new network, "
            "destroys a trained one. Take a smaller one.",
            shows=lambda inputs, answer, wanted: any(
                one["after"] and not change(one) < MOST["full"] for one in answer["runs"]
            ),
        ),
    ],
    question="several",
)
def full(rng):
    *seeds, last = (int(seed) for seed in rng.choice(np.arange(1, 1000), 5, replace=False))
    # the second seed begins with the chance of the first, which must not matter; the last does not
    task = shifted(rng)
    of_both = {name: task[name] for name in ("images", "labels", "test")}
    scratch = Beforehand("from_scratch", {**of_both, "seeds": seeds})
    yield {**task, "seeds": seeds, "chances": [1, 1, 2, 3, last], "scratch": scratch}


@check(
    "full: is better on new images than a training from scratch, in at least three of four seeds",
    wanted=beats_scratch,
    slips=[
        *FORM,
        LOST,
        Slip(
            "body_destroyed",
            "It is worse than a training from scratch, and the body has changed by more than its own "
            "size: the learning rate destroys what was learned. Take a smaller one.",
            shows=lambda inputs, answer, wanted: any(
                one["after"] and not change(one) < MOST["full"] for one in answer["runs"]
            ),
        ),
        Slip(
            "body_left_frozen",
            "It is worse than a training from scratch, and the body has not changed: set trainable "
            "= True for its layers, then compile, then fit.",
            shows=lambda inputs, answer, wanted: all(untouched(one) for one in answer["runs"]),
        ),
        Slip(
            "learns_too_little",
            "It is worse than a training from scratch. Does the loss know whether it gets logits or "
            "probabilities (from_logits)? If yes: more steps (smaller batches, 20 epochs), a somewhat "
            "larger rate, or let the old head go on learning instead of a new one.",
            shows=lambda inputs, answer, wanted: (
                not any(lost(one) or one["outputs"].shape[-1] != 10 for one in answer["runs"])
            ),
        ),
    ],
    shares=full,
)
def better_than_scratch():
    """The share of new images that are right."""


@check(
    "the same seed gives the same model, another seed another one",
    wanted=seeded,
    slips=[
        *FORM,
        Slip(
            "seed_ignored",
            "The seed plays no part: keras.utils.set_random_seed(seed), before the head is made and "
            "before fit.",
            shows=lambda inputs, answer, wanted: apart(*answer["runs"][:2]) <= SAME,
        ),
        Slip(
            "seed_not_everywhere",
            "The same seed gives two different models: it decides about only some of the "
            "random numbers, or too late. Head and order of the batches both belong to it: "
            "keras.utils.set_random_seed(seed) first.",
            shows=lambda inputs, answer, wanted: (
                apart(answer["runs"][0], answer["runs"][-1]) > SAME
            ),
        ),
    ],
    shares=full,
)
def seeds():
    """The outputs on new images."""


@check(
    "two_phase: the head learns alone first",
    wanted=head_first,
    slips=[
        *FORM,
        Slip(
            "changed_without_compile",
            "`trainable` is changed after a fit, and the next fit goes on as before: what learns is read when "
            "the step is written down, in the first fit after a compile. Change it, then compile, then fit.",
            shows=lambda inputs, answer, wanted: answer["late"],
        ),
        Slip(
            "phases_exchanged",
            "The order is the wrong way round: let the head learn alone first, then "
            "everything. A head that has learned nothing yet sends large, random gradients "
            "into the body.",
            shows=lambda inputs, answer, wanted: (
                trains_the_body(answer)[0] and not all(trains_the_body(answer))
            ),
        ),
        Slip(
            "no_frozen_phase",
            "There is no phase in which only the head learns: the body is trained from the first "
            "step on, or the first phase trains nothing. Freeze the body, not the head, before the "
            "first compile.",
            shows=lambda inputs, answer, wanted: all(trains_the_body(answer)),
        ),
    ],
    question="tuned",
)
def two_phase(rng):
    yield {**shifted(rng), "mode": "two_phase", "seed": seed_of(rng)}


@check(
    "two_phase: then the body learns, too, and changes by less than half its size",
    wanted=moved("two_phase"),
    slips=[
        *FORM,
        LOST,
        Slip(
            "never_unfrozen",
            'In "two_phase" the body is what it was. Either it is not unfrozen, or `trainable` '
            "is changed without a new compile: what learns is read when the step is written down, "
            "in the first fit after a compile, so compile again after the change.",
            shows=lambda inputs, answer, wanted: untouched(answer),
        ),
        Slip(
            "second_phase_too_fast",
            "The body has changed by half its size or more: the learning rate of the second phase is too "
            "large. Take a tenth of that of the first.",
            shows=lambda inputs, answer, wanted: bool(answer["after"]),
        ),
    ],
    shares=two_phase,
)
def second_phase():
    """How far the body has moved."""


HISTORY = Slip(
    "no_history",
    "The second thing that comes back holds no losses: return what fit returns.",
    shows=lambda inputs, answer, wanted: not first_of(answer)["history"],
)
ACCURACIES = Slip(
    "accuracies_kept",
    'The history holds accuracies, not losses: keep what fit\'s History has as "loss".',
    shows=lambda inputs, answer, wanted: _are_shares(
        first_of(answer)["history"], len(inputs["labels"])
    ),
)


def _are_shares(said, count):
    """Whether they are accuracies on so many images: between 0 and 1, and whole numbers of images."""
    right = np.float64(said) * count
    return (
        len(right) > 1
        and 0 <= min(right) <= max(right) <= count
        and np.allclose(right, np.round(right), atol=1e-3)
    )


@check(
    "full: the history holds the loss of every epoch",
    wanted=true_history,
    slips=[*FORM, HISTORY, ACCURACIES],
    shares=full,
)
def history():
    """Against what fit reported."""


@check(
    "two_phase: the history holds the losses of both phases",
    wanted=true_history,
    slips=[
        *FORM,
        HISTORY,
        ACCURACIES,
        Slip(
            "second_phase_only",
            "The history holds the second phase alone: keep that of the first, too, and return both.",
            shows=part_of_history("last"),
        ),
        Slip(
            "first_phase_only",
            "The history holds the first phase alone: keep that of the second, too, and return both.",
            shows=part_of_history("first"),
        ),
    ],
    shares=two_phase,
)
def both_histories():
    """Against what fit reported."""


@check(
    "refuses a mode that it does not know with a ValueError",
    wanted=lambda **inputs: Raises("ValueError"),
    slips=[
        Slip(
            "any_mode_accepted",
            "An unknown mode is trained without a word: raise a ValueError.",
            shows=lambda inputs, answer, wanted: answer is None,
        ),
        Slip(
            "another_error",
            "An unknown mode ends in another exception than a ValueError: test the mode first, "
            "and raise one.",
            error="",
        ),
    ],
)
def refuses(rng):
    images = shifted(rng)
    yield {name: images[name] for name in ("images", "labels", "weights")}
