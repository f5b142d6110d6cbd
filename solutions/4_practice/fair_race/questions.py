"""The question paper of fair_race."""

import keras
import numpy as np
from keras import layers


class Guarded:
    """A data set whose test and validation parts must not be touched."""

    def __init__(self, images, labels):
        self.train = images, labels

    @property
    def test(self):
        raise PermissionError("the test part was read")

    @property
    def validation(self):
        raise PermissionError("the validation part was read")


def _race(student, images, labels, optimizers, seeds, epochs):
    made = []

    def make_model():
        model = keras.Sequential([keras.Input(images.shape[1:]), layers.Flatten(), layers.Dense(3)])
        made.append(model)
        return model

    counts = dict.fromkeys(optimizers, 0)

    def maker(name, rate):
        def make():
            counts[name] += 1
            return keras.optimizers.SGD(rate, momentum=0.5)

        return make

    makers = {name: maker(name, float(rate)) for name, rate in optimizers.items()}
    seeds = [int(seed) for seed in seeds]
    rows = student.race(make_model, makers, Guarded(images, labels), seeds, int(epochs))
    return [dict(row) for row in rows], counts


def race(student, images, labels, optimizers, seeds, epochs):
    """The rows as columns, sorted out by run; and how often each optimizer was made."""
    rows, counts = _race(student, images, labels, optimizers, seeds, epochs)
    keys = sorted({key for row in rows for key in row})
    complete = all(sorted(row) == keys for row in rows)
    runs = {}
    for row in rows:
        if {"seed", "optimizer", "step", "loss"} <= row.keys():
            runs.setdefault(f"{row['optimizer']} {row['seed']}", []).append(
                [int(row["step"]), float(row["loss"])]
            )
    return {
        "keys": keys if complete else ["of different rows"],
        "runs": {name: np.asarray(run, "float64") for name, run in runs.items()},
        "rows": len(rows),
        "made": counts,
        "dicts": all(isinstance(row, dict) for row in rows),
    }


def both_ways(student, images, labels, optimizers, seeds, epochs):
    """The same race with the optimizers in the other order."""
    other = dict(reversed(list(optimizers.items())))
    return [
        race(student, images, labels, each, seeds, epochs)["runs"] for each in (optimizers, other)
    ]
