"""Points of a map per second: one graph for many weights, against one model.evaluate per point.

    python benchmarks/landscape.py [--images N] [--points N] [--rounds N]

Both measure the loss of the small CNN on the same images at the same weights, and their losses are
compared. They take turns, so that a slow minute of the machine slows both; the median of the rounds
is shown. model.evaluate is measured as one would write it, on all images as one batch, after a call
that traces it. Last, the whole of `coursekit landscape --quick`, without the import of TensorFlow.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does

import keras
import numpy as np

from coursekit.data import digits
from coursekit.hiker.loss_at import LossAt
from coursekit.models import mini_cnn
from coursekit.training import threads


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--points", type=int, default=82, help="per round of the graph")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    threads.choose((8, 8, 1), 32)
    images = tuple(part[: asked.images] for part in digits().train)
    model, loss = mini_cnn(seed=0), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    start = np.concatenate([weight.ravel() for weight in model.get_weights()])
    random = np.random.default_rng(0)
    rows = start + 0.05 * random.normal(size=(asked.points, start.size)).astype("float32")
    loss_at = LossAt(model, loss, images)
    model.compile(loss=loss)

    def one_by_one(some):
        losses = []
        for row in some:
            model.set_weights([weight.numpy() for weight in loss_at.split(row)])
            losses.append(model.evaluate(*images, batch_size=asked.images, verbose=0))
        return losses

    few = rows[: max(4, asked.points // 8)]
    one_by_one(few[:1]), loss_at(rows[:1])  # trace
    rates = {"one graph": [], "model.evaluate": []}
    for _ in range(asked.rounds):
        for name, function, some in (
            ("one graph", loss_at, rows),
            ("model.evaluate", one_by_one, few),
        ):
            began = time.perf_counter()
            found = function(some)
            rates[name].append(len(some) / (time.perf_counter() - began))
            if name == "one graph":
                ours = found
    largest = np.abs(ours[: len(few)] - found).max()
    ratios = [a / b for a, b in zip(*rates.values())]
    print(f"{platform.machine()}, {os.cpu_count()} cores, {asked.images} images")
    for name, values in rates.items():
        print(f"{name:15} {statistics.median(values):8.1f} points per second")
    print(
        f"ratio           {statistics.median(ratios):8.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
    )
    print(f"largest difference of the losses {largest:.1e}")
    model.set_weights([weight.numpy() for weight in loss_at.split(start)])
    whole()


def whole():
    from coursekit.hiker import landscape_session
    from coursekit.hiker.hikers import hikers

    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), time.process_time()
        everybody = hikers(["sgd,momentum,rmsprop,adam"])
        landscape_session.carry_out(everybody, Path(folder), quick=True)
        seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"four trainings, plane, 41×41 points, picture: {seconds:.1f} s, {busy:.1f} s of processor"
    )


if __name__ == "__main__":
    main()
