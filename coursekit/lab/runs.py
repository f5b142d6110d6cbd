"""Runs: one training each, with what was measured along the way."""

import math
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from coursekit.lab import statistics
from coursekit.training.batches import order_of_epoch
from coursekit.training.compiled_epoch import CompiledEpoch

TARGET = 0.5  # the probe loss that a race is run to
BATCH_SIZE = 32
LEARNT = 0.9  # a run has learnt if its probe loss ends below this share of the loss of guessing


@dataclass
class Run:
    """One training.

    Args:
        part: which part of the experiment it belongs to: tuning, race, binary, decay.
        optimizer: the contender's key.
        rate: the learning rate.
        seed: decides first weights and batches.
        setting: "chapter" or "best" in the race; otherwise what was varied.
        steps_per_epoch: number of batches in an epoch.
        guess: the loss of guessing, log of the number of classes.
        losses: of every batch, before its step.
        losses_after: of the same batch after its step; empty unless measured.
        probe: of the probe set after 0, 1, 2, … steps; empty unless measured.
        scores: loss and accuracy on validation and test data, and what else was measured once.
        history: the mean loss of each epoch, as Keras's History gives it.
        at_rest: the losses of an epoch's batches with the weights held still; empty unless measured.
    """

    part: str
    optimizer: str
    rate: float
    seed: int
    setting: str
    steps_per_epoch: int
    guess: float
    losses: np.ndarray
    losses_after: np.ndarray
    probe: np.ndarray
    scores: dict[str, float] = field(default_factory=dict)
    history: list[float] = field(default_factory=list)
    at_rest: np.ndarray = field(default_factory=lambda: np.zeros(0, "float32"))

    @property
    def learnt(self):
        """Whether it ended clearly below the loss of guessing."""
        last = self.probe[-1] if len(self.probe) else self.losses[-self.steps_per_epoch :].mean()
        return bool(last < LEARNT * self.guess)

    def summary(self):
        """Everything of the run that is one number."""
        row = {
            "part": self.part,
            "setting": self.setting,
            "optimizer": self.optimizer,
            "learning_rate": self.rate,
            "seed": self.seed,
            "learnt": self.learnt,
            "last_epoch_loss": float(self.losses[-self.steps_per_epoch :].mean()),
            **self.scores,
        }
        if len(self.probe):
            after_first_epoch = self.probe[self.steps_per_epoch :]
            settled = np.isfinite(after_first_epoch).all() and len(after_first_epoch) > 1
            row |= {
                "steps_to_target": statistics.steps_to_target(self.probe, TARGET),
                "mean_probe_loss": float(self.probe.mean()),
                "zigzag": statistics.zigzag(after_first_epoch) if settled else math.nan,
                "uphill": statistics.uphill(after_first_epoch) if settled else math.nan,
                "overshoot": float(np.mean(self.losses_after > self.losses)),
            }
        return row


class Runner:
    """Makes runs of one optimizer, all through one traced engine.

    Args:
        make_model: a function from a seed to a model.
        loss: a loss object that takes logits; every run is measured by it.
        optimizer: the optimizer to run; its learning rate is set for each run.
        data: a `coursekit.data.Data`.
        batch_size: samples per batch; a shorter last batch is left out.
        probe: whether to measure the probe loss and each batch's loss after its step.
        trained_on: the loss object to train with, where it is another one.
    """

    def __init__(
        self, make_model, loss, optimizer, data, batch_size=BATCH_SIZE, probe=False, trained_on=None
    ):
        self.make_model, self.loss, self.data = make_model, loss, data
        self.model = make_model(0)
        self.probe = probe_set(*data.train) if probe else None
        self.steps = len(data.train[0]) // batch_size
        self.engine = CompiledEpoch(
            self.model,
            trained_on or loss,
            optimizer,
            data.train,
            batch_size,
            drop_remainder=True,
            probe=self.probe,
            probe_loss=loss,
            look_back=probe,
        )
        any_batch = tf.TensorSpec((None, *data.train[0].shape[1:]))
        self._forward = tf.function(
            lambda x: self.model(x, training=False), input_signature=[any_batch], autograph=False
        )

    def run(self, part, key, rate, seed, epochs, setting=""):
        """Trains once and returns the Run."""
        self.engine.restart(first_weights(self.make_model, seed), rate)
        start = [] if self.probe is None else [self.score(*self.probe)[0]]
        orders = (order_of_epoch(len(self.data.train[0]), seed, epoch) for epoch in range(epochs))
        results = [self.engine.epoch(order) for order in orders]

        def joined(values):
            return np.concatenate(values) if values[0] is not None else np.zeros(0, "float32")

        losses, after, probe, _ = (joined(values) for values in zip(*results))
        scores = {}
        for name in ("validation", "test"):
            scores[f"{name}_loss"], scores[f"{name}_accuracy"] = self.score(
                *getattr(self.data, name)
            )
        outputs = self.model.output_shape[-1]
        guess = math.log(max(outputs, 2))
        probe = np.concatenate([np.array(start, "float32"), probe])
        history = [float(epoch.losses.mean()) for epoch in results]
        return Run(
            part, key, rate, seed, setting, self.steps, guess, losses, after, probe, scores, history
        )

    def score(self, x, y):
        """Loss and accuracy of the weights as they are."""
        logits = self._forward(x)
        guess = np.argmax(logits, -1) if logits.shape[-1] > 1 else np.asarray(logits)[:, 0] > 0
        accuracy = float(np.mean(guess == np.asarray(y).reshape(-1)))
        return float(self.loss(y, logits)), accuracy

    def batch_losses_at_rest(self, seed):
        """The losses of an epoch's batches with the weights held still: what chance alone does."""
        x, y = self.data.train
        order = order_of_epoch(len(x), seed, 0)
        size = self.engine.batch_size
        batches = (order[i * size : (i + 1) * size] for i in range(self.steps))
        return np.array([self.score(x[batch], y[batch])[0] for batch in batches])


_FIRST_WEIGHTS = {}


def first_weights(make_model, seed):
    """The weights that a seed stands for, the same for every optimizer."""
    if (make_model, seed) not in _FIRST_WEIGHTS:
        _FIRST_WEIGHTS[make_model, seed] = make_model(seed).get_weights()
    return _FIRST_WEIGHTS[make_model, seed]


def probe_set(x, y, per_class=25):
    """The first images of each class, as many of each: a fixed place to measure the loss at."""
    labels = np.asarray(y).reshape(-1)
    chosen = np.concatenate([np.flatnonzero(labels == c)[:per_class] for c in np.unique(labels)])
    return x[chosen], y[chosen]
