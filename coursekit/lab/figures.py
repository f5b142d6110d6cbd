"""The figures of a lab, from its runs; of a lab that was broken off, those that can be drawn."""

import math

import matplotlib.pyplot as plt

from coursekit import plots
from coursekit.lab import verdict
from coursekit.lab.contenders import CONTENDERS, name_of
from coursekit.lab.runs import TARGET
from coursekit.lab.statistics import band, mean_interval


def draw(results, folder):
    """Draws what can be drawn so far into the folder, and returns the names of the files."""
    drawn = []
    for name, figure_of in FIGURES.items():
        figure = figure_of(results)
        if figure is not None:
            figure.savefig(folder / name, dpi=150)
            plt.close(figure)
            drawn.append(name)
    return drawn


def race(results):
    """Probe losses against steps, a panel per setting; None without a race."""
    curves, rates = {}, {}
    for (setting, name), runs in _races(results).items():
        curves.setdefault(setting, {})[name] = band([run.probe for run in runs])
        rates.setdefault(setting, {})[name] = runs[0].rate
    return plots.race.race(curves, rates, TARGET) if curves else None


def batch_losses(results):
    """Every batch of seed 0 at the chapter's rates, of the two that are compared; None without."""
    pair = verdict.headline_pair(results) or results.plan.optimizers
    own = [contender.key for contender in results.plan.own]
    runs = [
        run
        for run in results.of("race", setting="chapter", seed=0)
        if run.optimizer in (*pair, *own) and len(run.at_rest)
    ]
    panels = {
        f"{name_of(run.optimizer)}, learning rate {run.rate:g}": (
            run.losses,
            run.probe,
            run.at_rest,
        )
        for run in runs
    }
    return plots.batch_losses.batch_losses(panels, runs[0].steps_per_epoch) if runs else None


def oscillation(results):
    """The zigzag of every run of the race that learnt; None without a race."""
    zigzags, intervals = {}, {}
    for (setting, name), runs in _races(results).items():
        found = [run.summary()["zigzag"] for run in runs if run.learnt]
        zigzags[name, setting] = [zigzag for zigzag in found if math.isfinite(zigzag)]
        if zigzags[name, setting]:
            intervals[name, setting] = mean_interval(zigzags[name, setting])
    return plots.oscillation.oscillation(zigzags, intervals) if zigzags else None


def learning_rates(results):
    """Validation losses of the tuning against learning rates; None without tuning."""
    found = {}
    for run in results.of("tuning"):
        rates = found.setdefault(name_of(run.optimizer), {})
        rates.setdefault(run.rate, []).append(run.scores["validation_loss"])
    found = {name: dict(sorted(rates.items())) for name, rates in found.items()}
    everybody = [*CONTENDERS.values(), *results.plan.own]
    chapter = {contender.name: contender.chapter for contender in everybody}
    if not found:
        return None
    guess = results.of("tuning")[0].guess
    return plots.learning_rates.learning_rates(found, chapter, guess)


def weight_decay(results):
    """Norms and validation losses against the strength of the decay; None without both kinds."""
    found = {}
    for run in results.of("decay"):
        strengths = found.setdefault(run.setting, {})
        pair = run.scores["norm"], run.scores["validation_loss"]
        strengths.setdefault(run.scores["strength"], []).append(pair)
    none = found.pop("none", {}).get(0.0, [])
    return plots.weight_decay.weight_decay(found, none) if len(found) == 2 else None


FIGURES = {
    "race.png": race,
    "batch_losses.png": batch_losses,
    "oscillation.png": oscillation,
    "learning_rates.png": learning_rates,
    "weight_decay.png": weight_decay,
}


def _races(results):
    """The runs of the race by (setting, name of the optimizer), in the order they were made."""
    races = {}
    for run in results.of("race"):
        races.setdefault((run.setting, name_of(run.optimizer)), []).append(run)
    return races
