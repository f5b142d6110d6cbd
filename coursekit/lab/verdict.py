"""The verdicts in words, made from the numbers: which converges faster, which oscillates."""

import numpy as np

from coursekit.lab.contenders import name_of
from coursekit.lab.runs import TARGET
from coursekit.lab.statistics import paired_interval, paired_ratio

SETTINGS = {
    "chapter": "At the chapter's learning rates",
    "best": "Each at its own best learning rate",
}


def headline_pair(results):
    """SGD with momentum and Adam where both ran, else the first two; None if there is no pair."""
    keys = results.plan.optimizers
    pair = ("momentum", "adam") if {"momentum", "adam"} <= set(keys) else tuple(keys[:2])
    return pair if len(pair) == 2 else None


def pairs(results):
    """Who is compared in words: the headline pair, and each of the reader's own with its rivals."""
    headline = headline_pair(results)
    there = [contender.key for contender in results.plan.contenders]
    own = [
        (contender.key, rival)
        for contender in results.plan.own
        for rival in contender.against
        if rival in there
    ]
    return ([headline] if headline else []) + own


def verdicts(results):
    """Gives one paragraph per pair and setting of the race.

    Each compares two optimizers over the seeds that both finished, pair by pair. A difference is
    claimed only where its 95 % interval leaves out zero; everything else is "not shown".
    """
    found = [one for pair in pairs(results) for one in _of_pair(results, pair)]
    if not pairs(results):
        return ["One optimizer makes no race: there is nothing to compare."]
    return found


def _of_pair(results, pair):
    found = []
    for setting, opening in SETTINGS.items():
        runs = [
            {run.seed: run for run in results.of("race", optimizer=key, setting=setting)}
            for key in pair
        ]
        seeds = sorted(set(runs[0]) & set(runs[1]))
        if len(seeds) < 2:
            if runs[0] or runs[1]:
                found.append(f"{opening}: fewer than two seeds, so no interval and no verdict.")
            continue
        a, b = ([side[seed] for seed in seeds] for side in runs)
        found.append(" ".join([_opening(opening, a, b), faster(a, b), oscillates(a, b)]))
    return found


def faster(a, b):
    """The sentence on who converges faster.

    Two measures must agree: the steps to a probe loss of 0.5 (a run that never gets there counts
    with all its steps), and the mean probe loss over the whole run.
    """
    names = _names(a, b)
    lost = [name for name, side in zip(names, (a, b)) if not any(run.learnt for run in side)]
    if lost:
        return f"{' and '.join(lost)} did not learn at all, so there is no race."
    diverged = [
        name
        for name, side in zip(names, (a, b))
        if not all(np.isfinite(run.probe).all() for run in side)
    ]
    if diverged:
        return f"{' and '.join(diverged)} had a loss that was not finite, so there is no race."
    steps = paired_interval(*([_steps(run) for run in side] for side in (a, b)))
    means = paired_interval(*([float(run.probe.mean()) for run in side] for side in (a, b)))
    reached = [sum(_reached(run) for run in side) for side in (a, b)]
    measured = (
        f"{names[0]} minus {names[1]}: {in_words(steps, '{:+.0f}')} steps to a loss of {TARGET} "
        f"(reached by {reached[0]} and {reached[1]} of {len(a)} runs), "
        f"{in_words(means, '{:+.2f}')} in the mean loss of the run."
    )
    winners = [winner(interval, names) for interval in (steps, means)]
    if winners[0] and winners[0] == winners[1]:
        return f"{winners[0]} converges faster. {measured}"
    if winners[0] and winners[1]:
        return f"The two measures contradict each other, so neither is called faster. {measured}"
    if winners[1]:
        return (
            f"{winners[1]} has the lower curve, but that it reaches {TARGET} earlier is not shown. "
            f"{measured}"
        )
    if winners[0]:
        return f"{winners[0]} reaches {TARGET} earlier; a lower curve is not shown. {measured}"
    return f"That one converges faster is not shown. {measured}"


def oscillates(a, b):
    """The sentence on who oscillates more, by the zigzag of the probe loss after the first epoch."""
    names = _names(a, b)
    pairs = [pair for pair in zip(a, b) if all(run.learnt for run in pair)]
    if len(pairs) < 2:
        return "Of oscillation nothing can be said: what has collapsed lies still."
    rows = [[run.summary()["zigzag"] for run in side] for side in zip(*pairs)]
    if not np.isfinite(rows).all():
        return "Of oscillation nothing can be said: a loss was not finite."
    means = [float(np.mean(row)) for row in rows]
    measured = f"zigzag {means[0]:.3f} against {means[1]:.3f}"
    if min(min(row) for row in rows) > 0:
        interval, one = paired_ratio(*rows), 1.0
        measured += f", a ratio of {in_words(interval, '{:.1f}')}"
    else:
        interval, one = paired_interval(*rows), 0.0
        measured += f", a difference of {in_words(interval, '{:+.3f}')}"
    if len(pairs) < len(a):
        measured += f", over the {len(pairs)} of {len(a)} seeds on which both learnt"
    if interval[1] > one or interval[2] < one:
        more = names[0] if interval[1] > one else names[1]
        return f"{more} oscillates more: {measured}."
    return f"That one oscillates more is not shown: {measured}."


def step_size_verdict(results):
    """The sentence on what a larger step does to the zigzag of one and the same optimizer."""
    parts = []
    own = [contender.key for contender in results.plan.own]
    for key in (*(headline_pair(results) or ()), *own):
        runs = [
            {run.seed: run for run in results.of("race", optimizer=key, setting=setting)}
            for setting in ("best", "chapter")
        ]
        pairs = [(runs[0][seed], runs[1][seed]) for seed in runs[0] if seed in runs[1]]
        pairs = [pair for pair in pairs if all(run.learnt for run in pair)]
        rows = [[run.summary()["zigzag"] for run in side] for side in zip(*pairs)]
        if len(pairs) < 2 or not np.isfinite(rows).all() or np.min(rows) <= 0:
            continue
        factor = pairs[0][0].rate / pairs[0][1].rate
        parts.append(
            f"{name_of(key)} zigzags {in_words(paired_ratio(*rows), '{:.1f}')} times as "
            f"much with {factor:.2g} times the learning rate"
        )
    if not parts:
        return None
    return f"The best learning rate against the chapter's, each with itself: {'; '.join(parts)}."


def _opening(opening, a, b):
    rates = " and ".join(f"{name_of(s[0].optimizer)} {s[0].rate:g}" for s in (a, b))
    return f"{opening} ({rates}; {len(a)} seeds):"


def _names(a, b):
    return [name_of(side[0].optimizer) for side in (a, b)]


def _reached(run):
    return run.summary()["steps_to_target"] is not None


def _steps(run):
    steps = run.summary()["steps_to_target"]
    return len(run.losses) if steps is None else steps


def winner(interval, names):
    """Smaller is better: the first if the interval lies below 0, the second if above, else None."""
    _, low, high = interval
    return names[0] if high < 0 else names[1] if low > 0 else None


def in_words(interval, form):
    """Writes (mean, low, high) as "mean [low, high]", each in the format."""
    mean, low, high = (form.format(value) for value in interval)
    return f"{mean} [{low}, {high}]"
