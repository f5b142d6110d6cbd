"""The log of a lab that never took place, made up so that every known mistake gives another number.

It has what a real one has, in little: 20 steps a run instead of 185. Frozen generators make it the same
everywhere, so that the model answers fit it.
"""

import math
from types import SimpleNamespace

import numpy as np

from coursekit.data import digits
from coursekit.logbook.hashes import data_hash
from coursekit.logbook.predictions import read_predictions
from coursekit.logbook.writing import Logbook

EPOCHS, BATCH_SIZE, STEPS = 4, 200, 5
SEEDS, TUNING_SEEDS = range(5), (100, 101, 102)
SIZES = {"train": 1198, "validation": 299, "test": 300}
GUESS = math.log(10)
# optimizer: learning rate: (validation losses of the tuning seeds, validation accuracy, speed)
TUNED = {
    "sgd": {
        0.01: ((2.2, 2.25, 2.21), 0.31, 0.002),
        0.1: ((0.40, 0.42, 0.41), 0.90, 0.12),
        0.316: ((0.16, 0.20, 0.18), 0.94, 0.20),
        1.0: ((2.31, 0.30, 2.30), 0.35, 0.30),
        3.16: ((2.33, 2.32, 2.34), 0.10, 0.40),
    },
    "momentum": {
        0.01: ((0.28, 0.30, 0.29), 0.955, 0.12),
        0.0316: ((0.15, 0.16, 0.17), 0.945, 0.22),
        0.1: ((0.05, 0.50, 0.40), 0.91, 0.30),
    },
    "rmsprop": {
        0.001: ((0.38, 0.36, 0.39), 0.91, 0.10),
        0.01: ((0.14, 0.15, 0.16), 0.95, 0.30),
        0.0316: ((0.35, 0.36, 0.34), 0.89, 0.20),
    },
    "adam": {
        0.001: ((0.29, 0.30, 0.28), 0.92, 0.13),
        0.00316: ((0.10, 0.11, 0.12), 0.955, 0.24),
        0.01: ((0.13, 0.12, 0.14), 0.96, 0.33),
    },
}
DEAD = {("sgd", 1.0): (0, 2), ("sgd", 3.16): (0, 1, 2)}
CHAPTER = {"sgd": 0.01, "momentum": 0.01, "rmsprop": 0.001, "adam": 0.001}
BEST = {"sgd": 0.316, "momentum": 0.0316, "rmsprop": 0.01, "adam": 0.00316}
SPEED = {"sgd": 0.002, "momentum": 0.155, "rmsprop": 0.07, "adam": 0.185}
DECAYS = (1e-4, 1e-3, 1e-2)


def write(folder, seed=0):
    """Writes runs.jsonl into a folder in which predictions.toml lies already."""
    random = np.random.RandomState(seed)
    predictions = read_predictions(folder / "predictions.toml")
    sealed = {"sealed": "2024-05-06T09:58:10+00:00", **predictions}
    log = Logbook(folder / "runs.jsonl", configuration(), "2024-05-06T09:58:31+00:00", sealed)
    for run in (*tuning(random), *race(random), *binary(random), *decay(random), fit(random)):
        log.add(run)
    log.close()


def configuration():
    """What the lab would have been told."""
    return {
        "data": {"name": "digits", "sha256": data_hash(digits()), **SIZES},
        "model": {"name": "mini_cnn", "parameters": 13706},
        "classes": 10,
        "optimizers": {
            name: {"rates": list(rates), "chapter": CHAPTER[name], "loss": None}
            for name, rates in TUNED.items()
        },
        "decays": list(DECAYS),
        "seeds": list(SEEDS),
        "tuning_seeds": list(TUNING_SEEDS),
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "target": 0.5,
        "learnt": 0.9,
    }


def tuning(random):
    for optimizer, rates in TUNED.items():
        for rate, (losses, accuracy, speed) in rates.items():
            for place, seed in enumerate(TUNING_SEEDS):
                dead = place in DEAD.get((optimizer, rate), ())
                speed_here = 0.0 if dead else speed
                floor = 0.08 if speed_here >= 0.3 else 0.02  # what falls fast stops early
                run = training(random, seed, speed_here, probe=False, floor=floor)
                # on the seeds on which a rate was chosen, it looks better than it is
                scores = scored(random, losses[place], accuracy, accuracy + 0.02)
                yield named(run, "tuning", "tuning", optimizer, rate, seed, scores)


def race(random):
    for setting, rates in (("chapter", CHAPTER), ("best", BEST)):
        for optimizer, rate in rates.items():
            for seed in SEEDS:
                hard = 1 - 0.16 * (seed - 2) / 2  # a hard seed is hard for all
                speed = SPEED[optimizer] * hard * (2 if setting == "best" else 1)
                speed *= 1 + 0.03 * random.uniform(-1, 1)
                run = training(random, seed, speed, wobble=0.2)
                if seed == 0:
                    run.at_rest = start(seed)[0] * 0.1 * np.exp(0.5 * random.normal(size=STEPS))
                accuracy = 0.30 if optimizer == "sgd" and setting == "chapter" else 0.9
                accuracy += 0.04 * (setting == "best") + 0.01 * (optimizer == "adam")
                scores = scored(random, 0.2, accuracy - 0.02, accuracy)
                yield named(run, "race", setting, optimizer, rate, seed, scores)


def binary(random):
    for optimizer in ("momentum", "adam"):
        for seed in range(3):
            run = training(random, seed, 0.15, probe=False, begin=math.log(2))
            scores = scored(random, 0.1, 0.94, 0.965)
            yield named(run, "binary", "odd or even", optimizer, BEST[optimizer], seed, scores)


def decay(random):
    for kind, strength in [("none", 0.0), *((k, s) for k in ("L2", "decoupled") for s in DECAYS)]:
        for seed in SEEDS:
            run = training(random, seed, 0.2, probe=False)
            norm = 15 - (400 if kind == "L2" else 60) * strength * (1 + 0.2 * random.uniform(-1, 1))
            more = {"strength": strength, "norm": norm + 0.3 * seed}
            scores = {**scored(random, 0.2, 0.94, 0.95), **more}
            yield named(run, "decay", kind, "momentum", BEST["momentum"], seed, scores)


def fit(random):
    """A training by `fit` takes the shorter last batch, too."""
    run = training(random, 0, 0.15, probe=False, steps=STEPS + 1)
    weights = [BATCH_SIZE] * STEPS + [SIZES["train"] - BATCH_SIZE * STEPS]
    run.history = np.average(run.losses.reshape(EPOCHS, -1), axis=1, weights=weights)
    return named(run, "fit", "model.fit", "adam", 0.001, 0, {})


def start(seed, begin=GUESS):
    """The loss of a seed's first batch, and that on the fixed images, before any step."""
    random = np.random.RandomState(1000 + seed)
    return begin * (1 + 0.02 * random.uniform(-1, 1, size=2))


def training(random, seed, speed, wobble=0.05, probe=True, begin=GUESS, steps=STEPS, floor=0.02):
    """A curve that falls and wavers, and batch losses about it."""
    first, fixed = start(seed, begin)
    times = np.arange(EPOCHS * steps + 1)
    curve = floor + fixed * np.exp(-speed * times + wobble * random.normal(size=len(times)))
    curve[0] = fixed
    losses = curve[:-1] * np.exp(0.3 * random.normal(size=len(times) - 1)) if speed else curve[:-1]
    losses[0] = first
    return SimpleNamespace(
        losses=losses,
        losses_after=losses * np.exp(0.2 * random.normal(size=len(losses)) - 0.1) if probe else [],
        probe=curve if probe else [],
        history=losses.reshape(EPOCHS, -1).mean(1),
        at_rest=[],
    )


def scored(random, loss, validation, test):
    """Losses and accuracies, which are whole numbers of images."""
    found = {"validation_loss": loss, "test_loss": loss * 1.1}
    for name, accuracy in (("validation", validation), ("test", test)):
        images = round(SIZES[name] * min(accuracy + 0.01 * random.uniform(-1, 1), 1))
        found[f"{name}_accuracy"] = images / SIZES[name]
    return found


def named(run, part, setting, optimizer, rate, seed, scores):
    run.part, run.setting, run.optimizer = part, setting, optimizer
    run.rate, run.seed, run.scores = rate, seed, scores
    return run
