"""The protocol of the experiment: tune, race, and what else is asked; every part a list of runs."""

import functools
import math
from dataclasses import dataclass, field

import keras
import numpy as np

from coursekit import data as datasets
from coursekit import losses
from coursekit.lab.contenders import CONTENDERS, Contender
from coursekit.lab.runs import Run, Runner
from coursekit.models import mini_cnn
from coursekit.training import compiled_epoch, fit

TUNING_SEEDS = (100, 101, 102)  # never those of the race: choosing and judging on one is cheating
DECAYS = (1e-4, 1e-3, 1e-2)


@dataclass(frozen=True)
class Plan:
    """What to do.

    Args:
        data: digits, mnist, fashion_mnist or cifar10.
        optimizers: keys of the contenders.
        seeds: number of seeds of the race, 0, 1, …
        epochs: epochs of every run.
        quick: only the race at the chapter's learning rates.
        own: contenders that are the reader's own.
    """

    data: str = "digits"
    optimizers: tuple[str, ...] = tuple(CONTENDERS)
    seeds: int = 5
    epochs: int = 5
    quick: bool = False
    own: tuple[Contender, ...] = ()

    @property
    def contenders(self):
        """Who races, the reader's own last."""
        return [*(CONTENDERS[key] for key in self.optimizers), *self.own]

    def total(self):
        """How many runs there will be, without those that an edge of the grid may add."""
        contenders = self.contenders
        race = len(contenders) * self.seeds
        if self.quick:
            return race
        tuning = len(TUNING_SEEDS) * sum(len(contender.rates) for contender in contenders)
        return tuning + 2 * race + 2 * 3 + (1 + 2 * len(DECAYS)) * self.seeds + 1


@dataclass
class Results:
    """What has been found so far; `missing` says what was not done."""

    plan: Plan
    runs: list = field(default_factory=list)
    best: dict[str, float] = field(default_factory=dict)
    at_edge: list[str] = field(default_factory=list)
    fit_difference: float | None = None
    missing: list[str] = field(default_factory=list)

    def of(self, part, **wanted):
        """The runs of a part, filtered by their attributes."""
        return [
            run
            for run in self.runs
            if run.part == part and all(getattr(run, k) == v for k, v in wanted.items())
        ]

    def settings(self):
        """What the plan says, as plain data."""
        plan = self.plan
        keys = [each.key for each in plan.contenders]
        return {
            "data": plan.data,
            "optimizers": keys,
            "seeds": plan.seeds,
            "epochs": plan.epochs,
            "quick": plan.quick,
        }


class Study:
    """The parts of the experiment; each adds its runs to `results`.

    Args:
        plan: what to do.
        data: the images; by default those that the plan names.
    """

    def __init__(self, plan, data=None):
        self.plan, self.tell = plan, lambda run: None
        self.results = Results(plan)
        self.contenders = plan.contenders
        self.data = data or load(plan.data)
        images = self.data.train[0]
        self.classes = int(self.data.train[1].max()) + 1
        self.make_model = functools.partial(_model, images.shape[1:], self.classes)
        self.loss = losses.SparseCategoricalCrossentropy(from_logits=True)

    def carry_out(self, tell=lambda run: None):
        """Does the experiment part by part; yields the Results after each, to be kept if one breaks off.

        Args:
            tell: called with every finished run.
        """
        self.tell = tell
        parts = {"race at the chapter's learning rates": self.race_as_in_the_chapter}
        if not self.plan.quick:
            parts = {
                "tuning": self.tune,
                **parts,
                "race at the best learning rates": self.race_at_the_best,
                "binary cross-entropy": self.binary,
                "weight decay": self.decay,
                "comparison with model.fit": self.compare_with_fit,
            }
        self.results.missing = list(parts)
        yield self.results
        for name, part in parts.items():
            part()
            self.results.missing.remove(name)
            yield self.results

    def tune(self):
        """Tries every learning rate on the tuning seeds; the lowest mean validation loss is best."""
        for contender in self.contenders:
            runner = self._runner(contender)
            means = {rate: self._tune_at(runner, contender, rate) for rate in contender.rates}
            best = min(means, key=means.get)
            if best in (contender.rates[0], contender.rates[-1]):
                beyond = best * (10**0.5 if best == contender.rates[-1] else 10**-0.5)
                beyond = float(f"{beyond:.3g}")
                means[beyond] = self._tune_at(runner, contender, beyond)
                best = min(means, key=means.get)
                self.results.at_edge.append(contender.key)
            self.results.best[contender.key] = best

    def _tune_at(self, runner, contender, rate):
        runs = [
            self._run(runner, "tuning", contender.key, rate, seed, "tuning")
            for seed in TUNING_SEEDS
        ]
        found = [run.scores["validation_loss"] for run in runs]
        return float(np.mean(found)) if np.isfinite(found).all() else np.inf

    def race_as_in_the_chapter(self):
        """Every optimizer at the chapter's learning rate."""
        self._race("chapter", {contender.key: contender.chapter for contender in self.contenders})

    def race_at_the_best(self):
        """Every optimizer at its own best learning rate."""
        self._race("best", self.results.best)

    def _race(self, setting, rates):
        for contender in self.contenders:
            runner = self._racer(contender.key)
            for seed in range(self.plan.seeds):
                run = self._run(
                    runner, "race", contender.key, rates[contender.key], seed, setting, tell=False
                )
                if seed == 0:
                    run.at_rest = runner.batch_losses_at_rest(seed)
                self.tell(run)

    @functools.cache  # noqa: B019 - one study, one life
    def _racer(self, key):
        (contender,) = (each for each in self.contenders if each.key == key)
        return self._runner(contender, probe=True)

    def binary(self):
        """The same network with one logit: is the digit odd?"""
        if self.plan.data == "cifar10":
            return  # its classes are no numbers
        pair = datasets.odd_or_even(self.data)
        make_model = functools.partial(_model, pair.train[0].shape[1:], 1)
        loss = losses.BinaryCrossentropy(from_logits=True)
        for contender in self._two():
            runner = Runner(make_model, loss, contender.make(), pair)
            for seed in range(3):
                rate = self.results.best[contender.key]
                self._run(runner, "binary", contender.key, rate, seed, "odd or even")

    def decay(self):
        """L2 in the gradient against decoupled decay, on SGD with momentum, over strengths."""
        contender = CONTENDERS["momentum"]
        rate = self.results.best.get("momentum", 0.0316)
        for kind, strength in [("none", 0.0)] + [
            (kind, strength) for kind in ("L2", "decoupled") for strength in DECAYS
        ]:
            penalty = strength if kind == "L2" else 0.0
            make_model = functools.partial(
                _model, self.data.train[0].shape[1:], self.classes, l2=penalty
            )
            optimizer = contender.make(weight_decay=strength if kind == "decoupled" else None)
            optimizer.exclude_from_weight_decay(var_names=["bias"])
            runner = Runner(make_model, self.loss, optimizer, self.data)
            for seed in range(self.plan.seeds):
                run = self._run(runner, "decay", "momentum", rate, seed, kind, tell=False)
                kernels = [weight for weight in runner.model.get_weights() if weight.ndim > 1]
                run.scores["strength"] = strength
                run.scores["norm"] = float(np.sqrt(sum((kernel**2).sum() for kernel in kernels)))
                self.tell(run)

    def compare_with_fit(self):
        """One training by model.fit with BatchLoss must give the losses of the compiled epoch."""
        contender = self._two()[-1]
        settings = {"epochs": self.plan.epochs, "seed": 0, "verbose": 0}
        records = [
            way.train(
                self.make_model(0),
                self.loss,
                contender.make(),
                self.data.train,
                **settings,
            )
            for way in (fit, compiled_epoch)
        ]
        # Rounding grows along the path; the first 60 steps show whether it is the same path.
        first = [record.losses[:60] for record in records]
        self.results.fit_difference = float(np.abs(first[0] - first[1]).max())
        record, none = records[0], np.zeros(0, "float32")
        steps, guess = len(record.losses) // self.plan.epochs, math.log(self.classes)
        history = record.history["loss"]
        of_run = "fit", contender.key, contender.chapter, 0, "model.fit", steps, guess
        run = Run(*of_run, record.losses, none, none, history=history)
        self.results.runs.append(run)
        self.tell(run)

    def _two(self):
        """SGD with momentum and Adam where both run, else the first two; none with a loss of its own."""
        plain = [c for c in self.contenders if c.loss is None]
        both = [c for c in plain if c.key in ("momentum", "adam")]
        return both if len(both) == 2 else plain[:2]

    def _runner(self, contender, probe=False):
        return Runner(
            self.make_model,
            self.loss,
            contender.make(),
            self.data,
            probe=probe,
            trained_on=contender.loss,
        )

    def _run(self, runner, part, key, rate, seed, setting, tell=True):
        run = runner.run(part, key, rate, seed, self.plan.epochs, setting)
        self.results.runs.append(run)
        if tell:
            self.tell(run)
        return run


def _model(input_shape, classes, seed, l2=0.0):
    model = mini_cnn(input_shape, classes, seed)
    for layer in model.layers:
        if l2 and hasattr(layer, "kernel"):
            # Keras's L2(c) has the gradient 2cθ.
            layer.kernel.regularizer = keras.regularizers.L2(l2 / 2)
    return model


def load(name):
    """The data by its name; of the large sets the first images, so that a lab stays a lab."""
    whole = getattr(datasets, name)()
    if name == "digits":
        return whole
    sizes = (2000, 1000, 1000)
    return datasets.Data(*((x[:n], y[:n]) for (x, y), n in zip(whole, sizes)))
