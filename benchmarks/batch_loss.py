"""What BatchLoss costs: fit with it against fit without it, and against reading every batch.

    python benchmarks/batch_loss.py [--rounds N] [--epochs N] [--markdown]

All contenders train the same compiled model in turn, each round in another order, so that a slow
minute of the machine slows them all; a ratio is taken within its round, and the median of the
rounds is shown with its quartiles. Every contender is warmed up by a fit of its own first. The
trace that BatchLoss adds to each fit is a fixed cost: it is shown apart, not spread over epochs.
"""

import argparse
import os
import platform
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from coursekit import data, models
from coursekit.callbacks import BatchLoss

BATCH_SIZE = 32


class ReadEveryBatch(keras.callbacks.Callback):
    """The recorder that one writes first: the tracker is read and reset after every batch."""

    def on_train_begin(self, logs=None):
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        tracker = self.model.metrics[0]
        self.losses.append(float(tracker.result()))
        tracker.reset_state()


class Clock(keras.callbacks.Callback):
    """Seconds from the end of the first epoch, which traces, to the end of the last one."""

    def on_train_begin(self, logs=None):
        self.began, self.ends = time.perf_counter(), []

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(time.perf_counter())

    @property
    def first(self):
        return self.ends[0] - self.began

    @property
    def rest(self):
        return self.ends[-1] - self.ends[0]


CONTENDERS = {"plain fit": None, "BatchLoss": BatchLoss, "read every batch": ReadEveryBatch}


def measure(model, x, y, contender, epochs):
    clock = Clock()
    # The clock stands last, so that its end of an epoch comes after the recorder's own work.
    callbacks = [contender(), clock] if contender else [clock]
    model.fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, verbose=0, callbacks=callbacks)
    return clock


def compare(x, y, rounds, epochs, **settings):
    """Contender → its clocks, one a round."""
    model = models.mini_cnn(x.shape[1:], seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(), loss, **settings)
    names = list(CONTENDERS)
    if settings.get("steps_per_execution", 1) > 1:
        names.remove("read every batch")  # it sees an execution, not a batch
    clocks = {name: [] for name in names}
    random = np.random.default_rng(0)
    for round_ in range(-1, rounds):
        for i in random.permutation(len(names)):
            clock = measure(model, x, y, CONTENDERS[names[i]], epochs)
            if round_ >= 0:
                clocks[names[i]].append(clock)
    return clocks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--epochs", type=int, default=11, help="in a fit; the first is not timed")
    parser.add_argument("--markdown", action="store_true", help="a table to paste")
    arguments = parser.parse_args()
    x, y = data.digits().train
    batches = -(-len(x) // BATCH_SIZE)
    every = {"default": {}}
    if keras.backend.backend() != "torch":
        every["steps_per_execution = epoch"] = {"steps_per_execution": batches}
    row = "| {} | {} | {} | {} | {} |" if arguments.markdown else "{:28} {:18} {:>9} {:>24} {:>12}"
    print(
        f"digits, batch {BATCH_SIZE}, Keras {keras.__version__} on {keras.backend.backend()}, "
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {arguments.rounds} rounds of "
        f"{arguments.epochs - 1} epochs\n"
    )
    print(row.format("fit", "callback", "ms/step", "ratio (quartiles)", "1st epoch +s"))
    if arguments.markdown:
        print("|---|---|---|---|---|")
    for setting, settings in every.items():
        clocks = compare(x, y, arguments.rounds, arguments.epochs, **settings)
        plain = np.array([clock.rest for clock in clocks["plain fit"]])
        first = np.array([clock.first for clock in clocks["plain fit"]])
        for name, own in clocks.items():
            rest = np.array([clock.rest for clock in own])
            low, middle, high = np.quantile(rest / plain, [0.25, 0.5, 0.75])
            extra = np.median([clock.first for clock in own] - first)
            milliseconds = 1e3 * np.median(rest) / (batches * (arguments.epochs - 1))
            ratio = f"{middle:.3f} ({low:.3f}–{high:.3f})"
            print(row.format(setting, name, f"{milliseconds:.2f}", ratio, f"{extra:+.2f}"))


if __name__ == "__main__":
    main()
