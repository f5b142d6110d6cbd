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


def _rows(student, images, labels, optimizers, seeds, epochs, weights="glorot_uniform"):
    def make_model():
        dense = layers.Dense(3, kernel_initializer=weights)
        return keras.Sequential([keras.Input(images.shape[1:]), layers.Flatten(), dense])

    counts = dict.fromkeys(optimizers, 0)

    def maker(name, rate):
        def make():
            counts[name] += 1
            return keras.optimizers.SGD(rate, momentum=0.5)

        return make

    makers = {name: maker(name, float(rate)) for name, rate in optimizers.items()}
    seeds = [int(seed) for seed in seeds]
    own = images.copy(), labels.copy()
    rows = student.race(make_model, makers, Guarded(*own), seeds, int(epochs))
    left = np.array_equal(own[0], images) and np.array_equal(own[1], labels)
    return [dict(row) for row in rows], counts, bool(left)


def _runs(rows):
    """The steps and losses of each run, in the order of the steps."""
    runs = {}
    for row in rows:
        if {"seed", "optimizer", "step", "loss"} <= row.keys():
            runs.setdefault(f"{row['optimizer']} {row['seed']}", []).append(
                [int(row["step"]), float(row["loss"])]
            )
    for run in runs.values():
        if len({step for step, _ in run}) == len(run):
            run.sort()
    return {name: np.asarray(run, "float64") for name, run in runs.items()}


def race(student, images, labels, optimizers, seeds, epochs):
    """Five races: the runs of each, and of the first how its rows look, what was made and what was left."""
    rest = images, labels
    rows, counts, left = _rows(student, *rest, optimizers, seeds, epochs)
    keys = sorted({key for row in rows for key in row})
    complete = all(sorted(row) == keys for row in rows)
    still, moving = ({name: optimizers[name]} for name in ("still", "moving"))
    return {
        "keys": keys if complete else ["of different rows"],
        "floats": all(isinstance(row.get("loss", 0.0), (float, np.floating)) for row in rows),
        "made": counts,
        "left": left,
        "runs": _runs(rows),
        "other_way": _runs(_rows(student, *rest, moving | still, seeds[:1], epochs)[0]),
        "drawn_alone": _runs(_rows(student, *rest, still, seeds[1:], epochs)[0]),
        "known": _runs(_rows(student, *rest, still, seeds, epochs, "identity")[0]),
        "alone": _runs(_rows(student, *rest, still | moving, seeds[1:], epochs, "identity")[0]),
    }
