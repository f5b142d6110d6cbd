"""The answer key of fair_race."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check

WRITES = ["race"]
READY_MADE = []
SECONDS = 60.0
TAKES = 5
# two that stand still: with a rate of 0 the losses show weights and batches, and nothing else
NAMES = {"still": 0.0, "moving": 0.1, "also still": 0.0}


def runs_of(inputs):
    return [f"{name} {seed}" for seed in inputs["seeds"] for name in inputs["optimizers"]]


def steps_of(inputs):
    return inputs["epochs"] * -(-len(inputs["images"]) // 32)


def losses(answer, run):
    return answer["runs"][run][:, 1]


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
            if not np.array_equal(steps, steps[0] + np.arange(len(steps))):
                return f"the steps of a run count 1, 2, 3, …; {steps[:4].tolist()} came"
        return True

    return Holds(test)


BROKEN = "the rows are not complete, so that this cannot be judged"


def epoch_mean(inputs, answer, run):
    """The mean over the samples of the first epoch: of one that stands still it tells the weights."""
    sizes = np.full(steps_of(inputs) // inputs["epochs"], 32)
    sizes[-1] = len(inputs["images"]) - 32 * (len(sizes) - 1)
    return np.average(losses(answer, run)[: len(sizes)], weights=sizes)


def one_start(**inputs):
    def test(answer):
        for seed in inputs["seeds"]:
            means = [epoch_mean(inputs, answer, f"{n} {seed}") for n in ("still", "also still")]
            if not np.isclose(*means, rtol=1e-4):
                return (
                    f"two optimizers that stand still (learning rate 0) have the mean losses "
                    f"{np.round(means, 4).tolist()} with seed {seed}: their weights differ"
                )
        return True

    return Holds(test, BROKEN)


def one_order(**inputs):
    def test(answer):
        for seed in inputs["seeds"]:
            one, two = (losses(answer, f"{name} {seed}") for name in ("still", "also still"))
            if len(one) != len(two) or not np.allclose(one, two, rtol=1e-5):
                return (
                    f"two optimizers that stand still (learning rate 0) see different batches with "
                    f"seed {seed}: {np.round(one[:3], 4).tolist()} and {np.round(two[:3], 4).tolist()}"
                )
        return True

    return Holds(test, BROKEN)


def seeds_differ(**inputs):
    def test(answer):
        a, b = (losses(answer, f"still {seed}") for seed in inputs["seeds"][:2])
        return not np.allclose(a, b, rtol=1e-4) or "two seeds give the same losses"

    return Holds(test, BROKEN)


def epochs_differ(**inputs):
    def test(answer):
        run = losses(answer, f"still {inputs['seeds'][0]}")
        half = len(run) // 2
        same = np.allclose(run[:half], run[half:], rtol=1e-4)
        return not same or "the batches of the second epoch are those of the first"

    return Holds(test, BROKEN)


def weights_differ(**inputs):
    def test(answer):
        means = [epoch_mean(inputs, answer, f"still {seed}") for seed in inputs["seeds"]]
        return not np.isclose(*means, rtol=1e-4) or "two seeds begin with the same weights"

    return Holds(test, BROKEN)


def trains(**inputs):
    def test(answer):
        run = losses(answer, f"moving {inputs['seeds'][0]}")
        still = losses(answer, f"still {inputs['seeds'][0]}")
        if np.allclose(run, still, rtol=1e-4):
            return "an optimizer with a learning rate of 0.1 stands still"
        if len(run) != steps_of(inputs):
            return True  # that rows are missing is said by another check
        one = len(run) // inputs["epochs"]
        return bool(run[-one:].mean() < 0.97 * run[:one].mean()) or "its losses do not fall"

    return Holds(test, BROKEN)


def made_anew(**inputs):
    def test(answer):
        few = {name: n for name, n in answer["made"].items() if n < len(inputs["seeds"])}
        return not few or (
            f"{min(few)} was made {min(few.values())} times for {len(inputs['seeds'])} seeds"
        )

    return Holds(test)


def same_both_ways(**inputs):
    def test(answer):
        one, two = answer
        return one.keys() == two.keys() and all(
            np.allclose(one[run], two[run], rtol=1e-4) for run in one
        )

    return Holds(test, "with the optimizers in another order other losses came")


REUSED = Slip(
    "optimizer_reused",
    "An optimizer is used for a second run: it remembers its velocity and its steps, and Keras refuses "
    "it for other variables. Call the function that makes one anew for each run.",
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
        "The labels are class numbers, and your loss wants one-hot rows: take "
        "SparseCategoricalCrossentropy.",
        error=r"(?:must have|same) (?:the same )?(?:rank|shape)|Incompatible shapes|logits.*labels",
    ),
]


def draw(rng, epochs=4):
    images = rng.normal(size=(70, 2, 2, 1)).astype("float32")
    labels = (images[:, 0, 0, 0] > 0).astype("int64") + (images[:, 1, 1, 0] > 0.5)
    seeds = [int(seed) for seed in rng.choice(1000, 2, replace=False)]
    return {
        "images": images,
        "labels": labels,
        "optimizers": NAMES,
        "seeds": seeds,
        "epochs": epochs,
    }


def anywhere(test):
    return lambda inputs, answer, wanted: bool(test(inputs, answer))


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
            "one_seed_only",
            "There are rows of one seed only: the loop over the seeds ends after the first.",
            shows=anywhere(
                lambda inputs, answer: len({run.split()[-1] for run in answer["runs"]}) == 1
            ),
        ),
        Slip(
            "one_row_per_epoch",
            "There is one row for each epoch; wanted is one for each step.",
            shows=anywhere(
                lambda inputs, answer: all(
                    len(run) == inputs["epochs"] for run in answer["runs"].values()
                )
            ),
        ),
        Slip(
            "short_batch_left_out",
            "The last, shorter batch of each epoch is missing.",
            shows=anywhere(
                lambda inputs, answer: all(
                    len(run) == steps_of(inputs) - inputs["epochs"]
                    for run in answer["runs"].values()
                )
            ),
        ),
        Slip(
            "steps_begin_anew",
            "The steps begin anew in every epoch; they count through the whole run.",
            shows=anywhere(
                lambda inputs, answer: all(
                    len(run) == steps_of(inputs) and run[-1, 0] < len(run) - 1
                    for run in answer["runs"].values()
                )
            ),
        ),
    ],
)
def race(rng):
    yield draw(rng)


@check(
    "starts all optimizers of a seed from the same weights",
    wanted=one_start,
    slips=[
        *FORM,
        Slip(
            "weights_not_put_back",
            "The optimizers of one seed begin with different first losses: either each goes on where "
            "the one before ended, or each has weights of its own. Keep the first weights and put them "
            "back.",
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
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
        Slip(
            "order_differs",
            "The optimizers of one seed see the batches in different orders: a generator made once goes "
            "on from run to run. Make it anew from the seed for each.",
            shows=anywhere(
                lambda inputs, answer: np.isclose(
                    epoch_mean(inputs, answer, f"still {inputs['seeds'][0]}"),
                    epoch_mean(inputs, answer, f"also still {inputs['seeds'][0]}"),
                    rtol=1e-4,
                )
            ),
        ),
        Slip(
            "weights_not_put_back",
            "The optimizers of one seed do not begin with the same weights: keep the first ones and put "
            "them back.",
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
        ),
    ],
    shares=race,
)
def same_order():
    """Two optimizers that stand still."""


@check(
    "draws other weights and another order for another seed",
    wanted=seeds_differ,
    slips=[
        *FORM,
        Slip(
            "seed_ignored",
            "Every seed gives the same losses: it has to decide about the weights and about the order "
            "of the batches.",
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
        ),
    ],
    shares=race,
)
def other_seeds():
    """One optimizer that stands still, with two seeds."""


@check(
    "draws other weights for another seed, not only another order",
    wanted=weights_differ,
    slips=[
        *FORM,
        Slip(
            "one_start_for_all_seeds",
            "All seeds begin with the same weights: set the seed before the model is made, and make one "
            "for each seed.",
            shows=anywhere(
                lambda inputs, answer: (
                    not np.allclose(
                        losses(answer, f"still {inputs['seeds'][0]}"),
                        losses(answer, f"still {inputs['seeds'][1]}"),
                        rtol=1e-4,
                    )
                )
            ),
        ),
        Slip(
            "seed_ignored",
            "Every seed gives the same losses: it has to decide about the weights and about the order "
            "of the batches.",
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
        ),
    ],
    shares=race,
)
def other_weights():
    """The mean loss of an epoch of standing still."""


@check(
    "shuffles the batches anew in every epoch",
    wanted=epochs_differ,
    slips=[
        *FORM,
        Slip(
            "one_order_for_all_epochs",
            "Every epoch has the same batches: draw a new permutation in each.",
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
        ),
    ],
    shares=race,
)
def other_epochs():
    """An optimizer that stands still, in two epochs."""


@check(
    "trains: an optimizer that moves has falling losses",
    wanted=trains,
    slips=[
        *FORM,
        Slip(
            "not_trained",
            "The losses of an optimizer with a learning rate of 0.1 are those of one that stands still: "
            "its gradients are not applied.",
            shows=anywhere(
                lambda inputs, answer: np.allclose(
                    losses(answer, f"moving {inputs['seeds'][0]}"),
                    losses(answer, f"still {inputs['seeds'][0]}"),
                    rtol=1e-4,
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
        Slip(
            "optimizer_reused",
            REUSED.says,
            shows=anywhere(lambda inputs, answer: set(runs_of(inputs)) <= answer["runs"].keys()),
        ),
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
        Slip(
            "order_of_names_matters",
            "With the optimizers in another order each has other losses: what one run leaves behind "
            "(weights, a random generator) reaches the next.",
            shows=lambda inputs, answer, wanted: isinstance(answer, list),
        ),
    ],
)
def both_ways(rng):
    inputs = draw(rng, epochs=1)
    yield {**inputs, "seeds": inputs["seeds"][:1]}
