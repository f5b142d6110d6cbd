"""What else was found, in words: the tuning, binary cross-entropy, weight decay."""

import math

import numpy as np

from coursekit.lab.contenders import name_of
from coursekit.lab.statistics import paired_interval
from coursekit.lab.verdict import in_words, winner


def tuning(results):
    """The sentence on the tuning: would the training curve have chosen another learning rate?

    The protocol can decide a ranking, so the choice by validation loss is set beside the choice by
    the mean training loss of the same runs.
    """
    parts = []
    for key, best in results.best.items():
        runs = {}
        for run in results.of("tuning", optimizer=key):
            runs.setdefault(run.rate, []).append(run)
        curves = {rate: _mean_loss(found) for rate, found in runs.items()}
        other = min(curves, key=curves.get)
        if other != best:
            there, here = (
                100 * np.mean([run.scores["validation_accuracy"] for run in runs[rate]])
                for rate in (other, best)
            )
            parts.append(
                f"{name_of(key)} {other:g} rather than {best:g} (validation accuracy "
                f"{there:.1f} rather than {here:.1f} %)"
            )
    if not results.best:
        return None
    chosen = f"would have chosen {', '.join(parts)}" if parts else "would have chosen the same"
    return (
        "Best means the lowest mean validation loss over the tuning seeds; the mean training loss "
        f"{chosen}."
    )


def binary(results):
    """The sentence on the binary variant."""
    parts = []
    for key in dict.fromkeys(run.optimizer for run in results.of("binary")):
        runs = results.of("binary", optimizer=key)
        accuracy = np.mean([run.scores["test_accuracy"] for run in runs])
        parts.append(f"{name_of(key)} {100 * accuracy:.1f} %")
    if not parts:
        return None
    first = np.mean([run.losses[0] for run in results.of("binary")])
    return (
        f"Binary cross-entropy, odd or even: test accuracy {', '.join(parts)}. The first loss is "
        f"{first:.2f}; guessing costs log 2 = {math.log(2):.2f}."
    )


def decay(results):
    """The sentence on weight decay: does L2 in the gradient shrink as decoupled decay does?"""
    strengths = sorted({run.scores["strength"] for run in results.of("decay", setting="L2")})
    if not strengths:
        return None
    strength = strengths[-1]
    sides = [
        [r for r in results.of("decay", setting=kind) if r.scores["strength"] == strength]
        for kind in ("L2", "decoupled")
    ]
    seeds = min(map(len, sides))
    if seeds < 2:
        return None
    norms = paired_interval(*([r.scores["norm"] for r in side[:seeds]] for side in sides))
    plain = [r.scores["test_accuracy"] for r in results.of("decay", setting="none")][:seeds]
    gains = paired_interval([r.scores["test_accuracy"] for r in sides[0][:seeds]], plain)
    more_or_less = winner(norms, ("shrinks the weights more than", "shrinks the weights less than"))
    smaller = more_or_less or "is not shown to differ from"
    helped = winner((-gains[0], -gains[2], -gains[1]), ("helps", "harms"))
    return (
        f"Weight decay: with momentum, L2 of {strength:g} in the gradient {smaller} decoupled decay "
        f"of the same strength (norm {in_words(norms, '{:+.2f}')}). On test accuracy it "
        f"{helped or 'is not shown to matter'} ({in_words([100 * g for g in gains], '{:+.1f}')} "
        "points against none)."
    )


def _mean_loss(runs):
    mean = float(np.mean([run.losses.mean() for run in runs]))
    return mean if math.isfinite(mean) else math.inf
