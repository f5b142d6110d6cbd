"""The report: the sentences, the table, and both as Markdown."""

import math

import numpy as np

from coursekit.lab import findings, verdict
from coursekit.lab.contenders import name_of
from coursekit.lab.runs import TARGET
from coursekit.lab.statistics import mean_interval


def words(results):
    """All sentences, the verdicts first."""
    found = verdict.verdicts(results) if results.of("race") else []
    more = (
        verdict.step_size_verdict,
        findings.tuning,
        findings.binary,
        findings.decay,
    )
    found += filter(None, (sentence(results) for sentence in more))
    if results.fit_difference is not None:
        found.append(
            "The same training by model.fit with BatchLoss: over the first 60 batches its losses are "
            + (
                f"within {results.fit_difference:.0e} of these."
                if results.fit_difference
                else "these, to the last bit."
            )
        )
    for key in results.at_edge:
        found.append(
            f"The best learning rate of {name_of(key)} lay on the edge of its grid, which "
            "was widened by one."
        )
    if results.missing:
        found.append(f"Not done: {', '.join(results.missing)}.")
    return found


COLUMNS = (
    "optimizer", "learning rate", "runs", f"steps to {TARGET}", "mean loss", "test accuracy", "zigzag",
    "uphill", "overshoot",
)  # fmt: skip


EXPLANATION = (
    "± is half a 95 % interval over seeds. Loss: on 25 training images of each class, with the "
    "weights as they are after each step. Zigzag: how far its logarithm goes up and down beyond its "
    "net change, per step after the first epoch. Uphill: share of those steps that raised it. "
    "Overshoot: share of steps that raised the loss of their own batch."
)


def table(results):
    """The race as rows of text, one per optimizer and setting, with 95 % intervals over seeds."""
    rows = []
    for setting in ("chapter", "best"):
        for key in (contender.key for contender in results.plan.contenders):
            runs = results.of("race", optimizer=key, setting=setting)
            if not runs:
                continue
            summaries = [run.summary() for run in runs]
            steps = [s["steps_to_target"] for s in summaries]
            reached = [step for step in steps if step is not None]
            typical = f"{np.mean(reached):.0f}" if reached else "–"
            rows.append(
                (
                    name_of(key),
                    f"{runs[0].rate:g}, {setting}",
                    str(len(runs)),
                    f"{typical} ({len(reached)}/{len(runs)})",
                    _with_interval(summaries, "mean_probe_loss", "{:.2f}"),
                    _with_interval(summaries, "test_accuracy", "{:.1%}"),
                    _with_interval(summaries, "zigzag", "{:.3f}"),
                    _with_interval(summaries, "uphill", "{:.0%}"),
                    _with_interval(summaries, "overshoot", "{:.0%}"),
                )
            )
    return rows


TITLE = "Which optimizer converges faster, and which oscillates?"


def introduction(results):
    """What was done, in two or three sentences."""
    plan = results.plan
    done = f"Data: {plan.data}. {plan.epochs} epochs in batches of 32, {plan.seeds} seeds"
    if plan.quick:
        return f"{done}, the chapter's learning rates only."
    return (
        f"{done}; a seed fixes the first weights and the batches for every optimizer. Learning rates "
        "were chosen on seeds 100 to 102 by the lowest mean validation loss."
    )


def report(results):
    """The report as lines of Markdown."""
    return [
        f"# {TITLE}",
        "",
        introduction(results),
        "",
        *(line for sentence in words(results) for line in (sentence, "")),
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(row) + " |" for row in table(results)),
        "",
        EXPLANATION,
        "",
    ]


def _with_interval(summaries, name, form):
    values = [summary[name] for summary in summaries if math.isfinite(summary[name])]
    if not values:
        return "–"
    mean, low, _ = mean_interval(values)
    half = f" ± {form.format(mean - low)}" if math.isfinite(low) else ""
    return form.format(mean) + half
