"""The answer key of fair_race."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check

WRITES = ["race"]
READY_MADE = []
SECONDS = 60.0
TAKES = 5
# two that stand still: with a rate of 0 the losses show weights and batches, and nothing else
NAMES = {"still": 0.0, "moving": 0.5, "also still": 0.0}
# an odd number of batches: one epoch too few or too many looks like no other size of the batches
IMAGES, BATCH_SIZE = 140, 32
BATCHES = [(at, min(at + BATCH_SIZE, IMAGES)) for at in range(0, IMAGES, BATCH_SIZE)]
SIZES = np.array([end - start for start, end in BATCHES])
OTHER_SIZES = 1, 8, 10, 16, 20, 64


def runs_of(inputs):
    return [f"{name} {seed}" for seed in inputs["seeds"] for name in inputs["optimizers"]]


def steps_of(inputs):
    return inputs["epochs"] * len(SIZES)


def losses(answer, run, race="runs"):
    return answer[race][run][:, 1]


def stills(inputs, answer, race="runs"):
    """The losses of the one that stands still, for each seed."""
    return [losses(answer, f"still {seed}", race) for seed in inputs["seeds"]]


def alike(one, two, rtol=1e-4):
    return len(one) == len(two) and np.allclose(one, two, rtol=rtol)


def whole(inputs, answer):
    """Whether no row is missing."""
    return all(len(answer["runs"].get(run, ())) == steps_of(inputs) for run in runs_of(inputs))


def complete(**inputs):
    def test(answer):
        if answer["keys"] != ["loss", "optimizer", "seed", "step"]:
            return f"the keys seed, optimizer, step and loss were wanted, {answer['keys']} came"
        missing = set(runs_of(inputs)) - answer["runs"].keys()
        if missing:
            return f"there are no rows of {min(missing)} (optimizer and seed)"
        for run in runs_of(inputs):
            steps = answer["runs"][run][:, 0]
            if len(steps) != steps_of(inputs):
                return f"{steps_of(inputs)} rows were wanted of each run, {len(steps)} came"
            if not np.array_equal(steps, 1 + np.arange(len(steps))):
                return f"the steps of a run count 1, 2, 3, …; {steps[:4].tolist()} came"
        return answer["floats"] or "a float was wanted for each loss"

    return Holds(test)


BROKEN = "This is judged once the rows are as wanted: mend the first check that failed"


def judged(inputs, test):
    """A test of complete rows."""
    return Holds(lambda answer: test(answer) if whole(inputs, answer) else BROKEN, BROKEN)


def epoch_means(run):
    """The mean over the samples of each epoch: of one that stands still it tells the weights."""
    return np.reshape(run, (-1, len(SIZES))) @ SIZES / IMAGES


def epoch_mean(answer, run):
    return epoch_means(losses(answer, run))[0]


def one_start(**inputs):
    def test(answer):
        for seed in inputs["seeds"]:
            means = [epoch_mean(answer, f"{name} {seed}") for name in ("still", "also still")]
            if not np.isclose(*means, rtol=1e-4):
                return (
                    f"two optimizers that stand still (learning rate 0) have the mean losses "
                    f"{np.round(means, 4).tolist()} with seed {seed}: their weights differ"
                )
        return True

    return judged(inputs, test)


def one_order(**inputs):
    def test(answer):
        for seed in inputs["seeds"]:
            one, two = (losses(answer, f"{name} {seed}") for name in ("still", "also still"))
            if not alike(one, two, rtol=1e-5):
                return (
                    f"two optimizers that stand still (learning rate 0) see different batches with "
                    f"seed {seed}: {np.round(one[:3], 4).tolist()} and {np.round(two[:3], 4).tolist()}"
                )
        return True

    return judged(inputs, test)


def single_losses(images, labels, change=lambda logits: logits):
    """The loss of each image where the weights are the identity: its first pixels are the logits."""
    logits = change(images.reshape(len(images), -1)[:, :3].astype("float64"))
    right = logits[np.arange(len(labels)), labels]
    return np.log(np.exp(logits).sum(-1)) - right


def means_are(run, value):
    return np.allclose(epoch_means(run), value, rtol=2e-5, atol=1e-6)


def every_image_once(**inputs):
    mean = single_losses(inputs["images"], inputs["labels"]).mean()

    def test(answer):
        for run in stills(inputs, answer, "known"):
            if not means_are(run, mean):
                return (
                    f"a model that stands still has the mean loss {mean:.5f} over all images; the losses "
                    f"of the batches of an epoch, each weighted by its size, have {epoch_means(run)[0]:.5f}"
                )
        return True

    return judged(inputs, test)


def orders_differ(**inputs):
    def test(answer):
        one, two = stills(inputs, answer, "known")
        return not alike(one, two, 1e-5) or "two seeds show the same batches in the same order"

    return judged(inputs, test)


def weights_differ(**inputs):
    def test(answer):
        means = [epoch_means(run)[0] for run in stills(inputs, answer)]
        return not np.isclose(*means, rtol=1e-5) or "two seeds begin with the same weights"

    return judged(inputs, test)


def same_alone(**inputs):
    def test(answer):
        run = f"still {inputs['seeds'][1]}"
        same = all(
            alike(losses(answer, run, of_two), losses(answer, run, alone))
            for of_two, alone in (("known", "alone"), ("runs", "drawn_alone"))
        )
        return same or "a seed alone gave other losses than the same seed as the second of two"

    return judged(inputs, test)


def pair_that_moves(inputs, answer):
    return [losses(answer, f"{name} {inputs['seeds'][1]}", "alone") for name in ("moving", "still")]


def trains(**inputs):
    def test(answer):
        moving, still = pair_that_moves(inputs, answer)
        if alike(moving, still):
            return "an optimizer with a learning rate of 0.5 stands still"
        if one_order(**inputs).test(answer) is True and not alike(moving[:1], still[:1]):
            return f"the first loss is {still[0]:.4f} before the step; {moving[0]:.4f} came"
        first, last = epoch_means(moving)[[0, -1]]
        return bool(last < 0.9 * first) or "its losses do not fall"

    return judged(inputs, test)


def made_anew(**inputs):
    def test(answer):
        few = {name: n for name, n in answer["made"].items() if n < len(inputs["seeds"])}
        return not few or (
            f"{min(few)} was made {min(few.values())} times for {len(inputs['seeds'])} seeds"
        )

    return Holds(test)


def same_both_ways(**inputs):
    def test(answer):
        runs = [f"{name} {inputs['seeds'][0]}" for name in ("moving", "still")]
        same = all(alike(losses(answer, run), losses(answer, run, "other_way")) for run in runs)
        return same or "with the optimizers in another order other losses came"

    return judged(inputs, test)


REUSED = Slip(
    "optimizer_reused",
    "An optimizer meets variables that it does not know. Either it is used for a second run: call the "
    "function that makes one anew for each run. Or it gets the pairs (gradient, variable) in several calls: "
    "hand all of them to one call of apply_gradients.",
    error=r"Unknown variable|not recognized",
)
TOUCHED = Slip(
    "test_part_read",
    "The test or validation part of the data was read. Whoever looks at it while choosing has no test "
    "left: dataset.train is all that is needed.",
    error=r"PermissionError|part was read",
)
FORM = [
    Slip(
        "not_rows",
        "A list of dictionaries was wanted, one for each step of each run.",
        error=r"not iterable|cannot convert|dictionary update|has no attribute 'keys'|NoneType|"
        r"unhashable|sequence",
    ),
    REUSED,
    TOUCHED,
    Slip(
        "mistaken_for_one_hot",
        "Your loss wants one-hot rows, and the labels are class numbers: take "
        "SparseCategoricalCrossentropy(from_logits=True).",
        error=r"(?:must have|same) (?:the same )?(?:rank|shape)|Incompatible shapes|logits.*labels",
    ),
]


def draw(rng):
    """Images of which one pixel, that of the class, is bright: all of them are easily learnt."""
    labels = rng.permutation(np.arange(IMAGES) % 3)
    images = np.zeros((IMAGES, 4))
    images[np.arange(IMAGES), labels] = rng.uniform(1, 3, IMAGES)
    images[:, 3] = rng.normal(size=IMAGES)
    return {
        "images": images.reshape(-1, 2, 2, 1).astype("float32"),
        "labels": labels.astype("int64"),
        "optimizers": NAMES,
        "seeds": [int(seed) for seed in 2 + rng.choice(1000, 2, replace=False)],
        "epochs": 2,
    }


def anywhere(test):
    return lambda inputs, answer, wanted: bool(test(inputs, answer))


def every_run(test):
    return anywhere(lambda inputs, answer: all(test(run) for run in answer["runs"].values()))


def of_whole(test):
    return anywhere(lambda inputs, answer: whole(inputs, answer) and test(inputs, answer))


def per_epoch(count):
    return anywhere(
        lambda inputs, answer: all(
            len(run) == inputs["epochs"] * count for run in answer["runs"].values()
        )
    )


@check(
    "gives a row for every step of every run, with seed, optimizer, step and loss",
    wanted=complete,
    slips=[
        *FORM,
        Slip(
            "other_keys",
            "The rows have other keys than seed, optimizer, step and loss.",
            shows=anywhere(
                lambda inputs, answer: answer["keys"] != ["loss", "optimizer", "seed", "step"]
            ),
        ),
        Slip(
            "named_otherwise",
            "The rows give the optimizers other names than `optimizers` does: write its key, such "
            'as "adam", not what the optimizer calls itself (optimizer.name).',
            shows=anywhere(
                lambda inputs, answer: (
                    not {run.rpartition(" ")[0] for run in answer["runs"]}
                    <= inputs["optimizers"].keys()
                )
            ),
        ),
        Slip(
            "one_seed_only",
            "There are rows of one seed only: the loop over the seeds ends after the first.",
            shows=anywhere(
                lambda inputs, answer: len({run.split()[-1] for run in answer["runs"]}) == 1
            ),
        ),
        Slip(
            "one_row_per_epoch",
            "There is one row for each epoch; wanted is one for each step, that is, for each batch of 32.",
            shows=per_epoch(1),
        ),
        Slip(
            "short_batch_left_out",
            "The last, shorter batch of each epoch is missing.",
            shows=per_epoch(len(SIZES) - 1),
        ),
        *[
            Slip(
                "other_batch_size",
                f"{{found}}. That is as many as batches of {size} make; wanted are batches of 32.",
                shows=per_epoch(-(-IMAGES // size)),
            )
            for size in OTHER_SIZES
        ],
        Slip(
            "other_epochs",
            "{found}. That is another number of epochs than `epochs`: for _ in range(epochs) goes through "
            "all of them.",
            shows=anywhere(
                lambda inputs, answer: (
                    {len(run) / len(SIZES) for run in answer["runs"].values()}
                    in ({inputs["epochs"] - 1}, {inputs["epochs"] + 1})
                )
            ),
        ),
        Slip(
            "steps_begin_anew",
            "The steps begin anew in every epoch: let them count through the whole run.",
            shows=of_whole(
                lambda inputs, answer: all(
                    len(set(run[:, 0])) == len(SIZES) for run in answer["runs"].values()
                )
            ),
        ),
        Slip(
            "counted_from_zero",
            "The steps are counted from 0; the first is 1.",
            shows=every_run(lambda run: np.array_equal(run[:, 0], np.arange(len(run)))),
        ),
        Slip(
            "loss_not_a_float",
            "The losses are no floats but tensors or arrays, which keep a piece of TensorFlow in every "
            "row: write float(loss).",
            shows=anywhere(lambda inputs, answer: not answer["floats"]),
        ),
    ],
)
def race(rng):
    yield draw(rng)


ARRAYS_CHANGED = Slip(
    "arrays_changed",
    "The arrays of dataset.train are changed, by a shuffle in place for example, and the next run "
    "starts from that. Draw a permutation of the indices, and leave the arrays as they are.",
    shows=of_whole(lambda inputs, answer: not answer["left"]),
)


@check(
    "starts all optimizers of a seed from the same weights",
    wanted=one_start,
    slips=[
        *FORM,
        Slip(
            "weights_not_put_back",
            "The optimizers of one seed begin with different first losses: either each goes on "
            "where the one before ended, or each has weights of its own. Before each run put the "
            "seed's first weights back.",
            shows=of_whole(lambda inputs, answer: True),
        ),
    ],
    shares=race,
)
def same_start():
    """The first losses of each seed."""


@check(
    "shows all optimizers of a seed the same batches in the same order",
    wanted=one_order,
    slips=[
        *FORM,
        ARRAYS_CHANGED,
        Slip(
            "order_differs",
            "The optimizers of one seed see the batches in different orders: the generator "
            "goes on from run to run, or is made from more than the seed. Make it anew for "
            "each run, from the seed alone.",
            shows=of_whole(
                lambda inputs, answer: np.isclose(
                    epoch_mean(answer, f"still {inputs['seeds'][0]}"),
                    epoch_mean(answer, f"also still {inputs['seeds'][0]}"),
                    rtol=1e-4,
                )
            ),
        ),
        Slip(
            "weights_not_put_back",
            "The optimizers of one seed do not begin with the same weights: before each run put "
            "the seed's first ones back.",
            shows=of_whole(lambda inputs, answer: True),
        ),
    ],
    shares=race,
)
def same_order():
    """Two optimizers that stand still."""


def not_once(name, says, test):
    """A mistake in what a loss is made of: the test gets what the still ones recorded, and the case."""

    def shows(inputs, answer):
        singles = single_losses(inputs["images"], inputs["labels"])
        return all(test(run, singles, inputs) for run in stills(inputs, answer, "known"))

    return Slip(name, says, shows=of_whole(shows))


def as_probabilities(logits):
    return np.log(np.clip(logits, 1e-7, 1 - 1e-7))


PROBABILITIES = not_once(
    "not_from_logits",
    "The loss takes the outputs for probabilities; they are logits: from_logits=True.",
    lambda run, singles, inputs: means_are(
        run, single_losses(inputs["images"], inputs["labels"], as_probabilities).mean()
    ),
)


IGNORED = Slip(
    "seed_ignored",
    "Every seed gives the same losses: it has to decide about the weights and about the order of the "
    "batches.",
    shows=of_whole(lambda inputs, answer: alike(*stills(inputs, answer))),
)


@check(
    "draws other weights for another seed",
    wanted=weights_differ,
    slips=[
        *FORM,
        IGNORED,
        Slip(
            "one_start_for_all_seeds",
            "All seeds begin with the same weights: call set_random_seed with the seed itself, "
            "then make a new model, for each seed.",
            shows=of_whole(lambda inputs, answer: not alike(*stills(inputs, answer))),
        ),
    ],
    shares=race,
)
def other_weights():
    """The mean loss of an epoch of standing still."""


def in_the_order_of_the_data(inputs, answer):
    single = single_losses(inputs["images"], inputs["labels"])
    unmixed = [single[start:end].mean() for start, end in BATCHES]
    return alike(stills(inputs, answer, "known")[0][: len(unmixed)], unmixed)


@check(
    "draws another order of the batches for another seed",
    wanted=orders_differ,
    slips=[
        *FORM,
        IGNORED,
        PROBABILITIES,
        Slip(
            "never_shuffled",
            "The batches come in the order of the data: draw a permutation from the seed.",
            shows=of_whole(in_the_order_of_the_data),
        ),
        Slip(
            "one_order_for_all_seeds",
            "All seeds see the batches in the same order: make the generator of the order from the seed.",
            shows=of_whole(lambda inputs, answer: True),
        ),
    ],
    shares=race,
)
def other_orders():
    """One that stands still, from the same weights with two seeds."""


PLACE = Slip(
    "place_of_the_seed",
    "A seed that comes alone gives other losses than as the second of two. The seed itself has to decide, "
    "not its place in the list, nor a generator that goes on from one seed to the next.",
    shows=of_whole(lambda inputs, answer: True),
)


@check(
    "gives a seed the same rows when it comes alone",
    wanted=same_alone,
    slips=[*FORM, ARRAYS_CHANGED, PLACE],
    shares=race,
)
def alone():
    """One that stands still, with the second seed after the first and without; its weights known, and not."""


def without_means(run, sizes):
    """The losses of which these are the means from the first batch on."""
    sums = np.cumsum(sizes) * run
    return np.diff(sums, prepend=0) / sizes


def running(run, singles, inputs):
    """Means of the whole run so far or of the epoch, by batches or by samples."""
    epochs, n = inputs["epochs"], len(SIZES)
    of_the_run = [without_means(run, s) for s in (np.ones(len(run)), np.tile(SIZES, epochs))]
    of_the_epoch = [
        np.concatenate([without_means(part, s) for part in np.reshape(run, (epochs, n))])
        for s in (np.ones(n), SIZES)
    ]
    return any(means_are(each, singles.mean()) for each in of_the_run + of_the_epoch)


@check(
    "records the mean cross-entropy of each batch, with every image once in an epoch",
    wanted=every_image_once,
    slips=[
        *FORM,
        PROBABILITIES,
        not_once(
            "running_mean",
            "The losses are means of all batches so far, as Keras shows them; wanted is that of each batch "
            "alone.",
            running,
        ),
        not_once(
            "summed",
            "The losses are sums over the batch; wanted are means.",
            lambda run, singles, inputs: means_are(
                run / np.tile(SIZES, inputs["epochs"]), singles.mean()
            ),
        ),
        not_once(
            "other_labels",
            "The losses are far too large: the images do not meet their own labels. Take both by "
            "the same indices, and leave the labels as they are.",
            lambda run, singles, inputs: run.max() > 1.5 * singles.max(),
        ),
        not_once(
            "not_every_image",
            "{found}. So some images come twice and others not at all: in each epoch cut one "
            "permutation of all images into batches.",
            lambda run, singles, inputs: (
                len(run) == steps_of(inputs)
                and singles.min() < run.min() < run.max() < singles.max()
            ),
        ),
    ],
    shares=race,
)
def batches():
    """One that stands still, whose weights are known, against the loss of all images."""


@check(
    "trains: an optimizer that moves has falling losses, and the first is that before its step",
    wanted=trains,
    slips=[
        *FORM,
        PROBABILITIES,
        Slip(
            "not_trained",
            "The losses of an optimizer with a learning rate of 0.5 are those of one that stands still: "
            "its gradients are not applied.",
            shows=of_whole(lambda inputs, answer: alike(*pair_that_moves(inputs, answer))),
        ),
        Slip(
            "loss_after_the_step",
            "The loss is measured after the step; wanted is the one whose gradient was taken, before it.",
            shows=of_whole(
                lambda inputs, answer: (
                    one_order(**inputs).test(answer) is True
                    and pair_that_moves(inputs, answer)[0][0]
                    < pair_that_moves(inputs, answer)[1][0]
                )
            ),
        ),
    ],
    shares=race,
)
def moving():
    """One that moves beside one that stands still."""


@check(
    "makes a fresh optimizer for every run",
    wanted=made_anew,
    slips=[
        *FORM,
        Slip("optimizer_reused", REUSED.says, shows=of_whole(lambda inputs, answer: True)),
    ],
    shares=race,
)
def fresh():
    """How often each was made."""


@check(
    "gives the same rows when the optimizers come in another order",
    wanted=same_both_ways,
    slips=[
        *FORM,
        ARRAYS_CHANGED,
        Slip(
            "order_of_names_matters",
            "With the optimizers in another order each has other losses: put the weights back, and "
            "make the random generator anew, for every run.",
            shows=of_whole(lambda inputs, answer: True),
        ),
    ],
    shares=race,
)
def both_ways():
    """The first seed, with the optimizers the other way round."""
