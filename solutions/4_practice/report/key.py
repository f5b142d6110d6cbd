"""The answer key of report: there is none, but the student's own log, from which all is computed."""

import math

import numpy as np

from coursekit.data import digits
from coursekit.grading.answer_table import read_table
from coursekit.grading.claims import Claim, Interval, Number, condition, mistake, question
from coursekit.lab.statistics import (
    paired_interval,
    paired_ratio,
    steps_to_target,
    student_quantile,
    uphill,
    zigzag,
)
from coursekit.logbook import fitting
from coursekit.logbook.hashes import data_hash
from coursekit.logbook.predictions import misfit_of_form
from coursekit.logbook.reading import read

NOT_SHOWN = "not shown"
PAIR = ("momentum", "adam")
CHAPTER = ("sgd", "momentum", "rmsprop", "adam")


def evidence(beside):
    """The log of the student's own lab, and the predictions as they stand in their file."""
    if "runs.jsonl" not in beside:
        raise ValueError(
            "There is no runs.jsonl beside answers.toml. The lab writes it:  coursekit lab --out FOLDER, "
            "with the folder of the report, after predictions.toml is filled in."
        )
    predicted = beside.get("predictions.toml")
    return {
        "log": read(beside["runs.jsonl"]),
        "predictions": None if predicted is None else read_table(predicted),
    }


# What the log must keep before anything is computed from it.


def misfit_of_predictions(log, predictions):
    sealed = log.header.get("predictions")
    if sealed is None:
        return (
            "The lab began without predictions (line 1 of runs.jsonl). Begin a report in a new folder, "
            "fill in predictions.toml, and then do the lab"
        )
    wrong = misfit_of_form(sealed)
    if wrong:
        return f"Line 1 of runs.jsonl was altered: among the predictions {wrong}"
    if str(sealed.get("sealed", "z")) > log.header["began"]:
        return "The predictions were sealed after the lab began (line 1 of runs.jsonl)"
    for name, value in sealed.items():
        if name != "sealed" and predictions is not None and predictions.get(name) != value:
            return (
                f"predictions.toml says {name} = {predictions.get(name)!r}, and before the lab it was "
                f"{value!r} (line 1 of runs.jsonl). A prediction is not changed afterwards"
            )
    return None


def misfit_of_data(log, predictions):
    data = log.configuration["data"]
    if data["name"] == "digits" and data["sha256"] != data_hash(digits()):
        return (
            "Line 1 of runs.jsonl: the digits of this lab are not those of the kit, their hash is another one. "
            "Either the row was altered, or another version of the kit is installed"
        )
    return None


def of_log(misfit):
    return lambda log, predictions: misfit(log)


CONDITIONS = [
    condition(
        "digests",
        "comes with a log of which no row was altered, taken out or put in",
        of_log(fitting.misfit_of_digests),
    ),
    condition("end", "comes with a log that is whole to its end", of_log(fitting.misfit_of_end)),
    condition(
        "steps", "comes with a log whose steps follow each other", of_log(fitting.misfit_of_steps)
    ),
    condition(
        "history",
        "comes with a log in which the mean of every epoch is that of its batches",
        of_log(fitting.misfit_of_history),
    ),
    condition(
        "pairs",
        "comes with a log in which runs of one seed begin alike",
        of_log(fitting.misfit_of_pairs),
    ),
    condition(
        "counts",
        "comes with a log whose accuracies are whole numbers of images",
        of_log(fitting.misfit_of_counts),
    ),
    condition(
        "plan",
        "comes with a log that has the runs which its configuration promises",
        of_log(fitting.misfit_of_plan),
    ),
    condition("data", "comes with a log of the digits that are in the kit", misfit_of_data),
    condition(
        "sealed", "comes with predictions that were made before the lab", misfit_of_predictions
    ),
]
(digests, end, steps, history, pairs, counts, plan, data, sealed) = CONDITIONS
UNALTERED = [each.name for each in CONDITIONS if each.name != "sealed"]


# R1, R2: the best learning rates


def racing(log):
    """Those of the chapter that are in this lab; what is the student's own is not asked for."""
    return [each for each in CHAPTER if each in log.configuration["optimizers"]]


def by_rate(log, optimizer):
    found = {}
    for run in log.of("tuning", optimizer=optimizer):
        found.setdefault(run.learning_rate, []).append(run)
    return found


def best_rate(log, optimizer, measure=lambda run: run.scores["validation_loss"], over=np.mean):
    means = {}
    for rate, runs in by_rate(log, optimizer).items():
        values = [measure(run) for run in runs]
        means[rate] = float(over(values)) if np.isfinite(values).all() else math.inf
    return min(means, key=means.get)


def rates_by(measure, over=np.mean):
    def claim(log, **_):
        optimizers = racing(log)
        numbers = {each: Number(best_rate(log, each, measure, over)) for each in optimizers}
        return Claim(numbers, runs=[run for run in log.of("tuning") if run.optimizer in optimizers])

    return claim


def validation_loss(run):
    return run.scores["validation_loss"]


def training_loss(run):
    return run.losses.mean()


def validation_error(run):
    return 1 - run.scores["validation_accuracy"]


def last_batch_loss(run):
    return run.losses[-1]


LUCKY = "That is the rate of the luckiest single run. A rate is judged by the mean over its three seeds."

R1 = question(
    "R1",
    "names each one's best learning rate, by the lowest mean validation loss over the tuning seeds",
    rates_by(validation_loss),
    """
For each optimizer and learning rate: the mean of validation_loss over the rows "run" of the tuning
seeds. The best rate is the one with the lowest mean; one loss that is not finite loses the race.
""",
    [
        mistake(
            "other_criterion",
            "That is the best rate by the training loss, and R1 asks for the validation loss.",
            rates_by(training_loss),
        ),
        mistake(
            "by_accuracy",
            "That is the best rate by the validation accuracy; the lowest mean validation loss is asked.",
            rates_by(validation_error),
        ),
        mistake("one_lucky_run", LUCKY, rates_by(validation_loss, min)),
    ],
    given=UNALTERED,
)
R2 = question(
    "R2",
    "names the best learning rates by the lowest mean training loss instead",
    rates_by(training_loss),
    """
For each optimizer and learning rate: the mean of loss over all steps of a run, then over the tuning
seeds. The best rate is the one with the lowest mean.
""",
    [
        mistake(
            "other_criterion",
            "That is the best rate by the validation loss, which was R1; here the training loss decides.",
            rates_by(validation_loss),
        ),
        mistake(
            "last_batch",
            "That is decided by the loss of the last batch, which shows mostly which images it held. "
            "Take the mean of all steps.",
            rates_by(last_batch_loss),
        ),
    ],
    given=UNALTERED,
)


# R3: steps to the target


def race(log, setting, optimizer):
    return log.of("race", setting=setting, optimizer=optimizer)


def with_all_steps(run, found):
    return len(run.losses) if found is None else found


def first_at_target(curve, target, start):
    found = steps_to_target(curve, target)
    return None if found is None else found + start


def running_mean(log, losses):
    """What Keras shows while it trains: the mean of the epoch so far."""
    epochs = losses.reshape(-1, log.steps_per_epoch)
    return (np.cumsum(epochs, 1) / np.arange(1, epochs.shape[1] + 1)).ravel()


def steps_by(curve_of, start=0, drop=False):
    def claim(log, **_):
        numbers, runs = {}, []
        for optimizer in racing(log):
            own = race(log, "chapter", optimizer)
            found = [
                first_at_target(curve_of(log, run), log.configuration["target"], start)
                for run in own
            ]
            reached = [step for step in found if step is not None]
            counted = reached if drop else [with_all_steps(*pair) for pair in zip(own, found)]
            if counted:
                numbers[f"steps.{optimizer}"] = Number(float(np.mean(counted)))
            numbers[f"reached.{optimizer}"] = Number(len(reached), 0.0, plain=True)
            runs += own
        return Claim(numbers, "steps", runs=runs)

    return claim


def probe(log, run):
    return run.probe


R3 = question(
    "R3",
    "says how many steps each optimizer takes to the target, and how many of its runs get there",
    steps_by(probe),
    """
For each run: the first step whose probe_loss is at or below the target (0.5 in the lab; step 0 is before
any training). A run that never gets there counts with all its steps. steps is the mean over the seeds,
reached the number of runs that got there.
""",
    [
        mistake(
            "counted_from_zero",
            "That is one step too few: step 0 is the row before any training, and the first step is "
            "step 1. Take the number in the column step, not the place in a list.",
            steps_by(lambda log, run: run.probe[1:]),
        ),
        mistake(
            "never_dropped",
            "The runs that never reached the target are left out, so that a slow optimizer looks fast. "
            "They count with all their steps.",
            steps_by(probe, drop=True),
        ),
        mistake(
            "batch_loss",
            "That is taken from the loss of the batches, which dips below the target by chance. Take "
            "probe_loss, which is always measured on the same images.",
            steps_by(lambda log, run: run.losses, start=1),
        ),
        mistake(
            "running_mean",
            "That is taken from the mean of the epoch so far, which Keras shows while it trains: it "
            "remembers steps that are long past. Take probe_loss.",
            steps_by(lambda log, run: running_mean(log, run.losses), start=1),
        ),
    ],
    given=UNALTERED,
)


# R4, R9, R12: differences with their interval


def paired(a, b):
    return Interval(*paired_interval(a, b))


def interval_by(ddof=1, quantile=None, root=True, pairs=True):
    """Student's interval with one thing done wrong."""

    def interval(a, b):
        a, b = np.asarray(a, float), np.asarray(b, float)
        n, d = len(a), a - b
        s = d.std(ddof=ddof) if pairs else math.sqrt(a.var(ddof=1) + b.var(ddof=1))
        half = (quantile or student_quantile(0.95, n - 1)) * s / (math.sqrt(n) if root else 1)
        return Interval(float(d.mean()), float(d.mean() - half), float(d.mean() + half))

    return interval


def exchanged(a, b):
    return paired(b, a)


def winner(interval, names, one=0.0):
    """Smaller is better."""
    return names[0] if interval.high < one else names[1] if interval.low > one else NOT_SHOWN


def two_sides(log, setting, measure, names=PAIR):
    """The measure of both optimizers, seed by seed, and the runs."""
    sides = [race(log, setting, name) for name in names]
    seeds = {run.seed for run in sides[0]} & {run.seed for run in sides[1]}
    if len(seeds) < 2:
        raise LookupError("Your log has fewer than two seeds for this, and so no interval.")
    sides = [[run for run in side if run.seed in seeds] for side in sides]
    return [[measure(run) for run in side] for side in sides], sides[0] + sides[1]


def difference(interval, setting="chapter", measure=lambda run: float(run.probe.mean())):
    def claim(log, **_):
        (a, b), runs = two_sides(log, setting, measure)
        found = interval(a, b)
        words = {"verdict": (winner(found, PAIR), (*PAIR, NOT_SHOWN))}
        return Claim(found.numbers(), "nats", words, runs, found.width)

    return claim


def numbers_of(claim):
    """The same claim without its words: the mistake is in the numbers."""

    def numbers(**inputs):
        found = claim(**inputs)
        return Claim(found.numbers, found.unit, width=found.width)

    return numbers


def word_of(field, word):
    """A claim of a word alone."""
    return lambda **_: Claim({}, words={field: (word, ())})


INTERVALS = {
    "sign_reversed": (
        exchanged,
        "The difference is taken the other way round: a minus b is asked. In R4 a is momentum "
        "and b adam; in R12 they are the two that you name.",
    ),
    "unpaired": (
        interval_by(pairs=False),
        "The spreads of the two groups are added, which throws the pairing away. Take the differences "
        "seed by seed first, then their spread.",
    ),
    "population_sd": (
        interval_by(ddof=0),
        "The standard deviation is that of a population, divided by n; seeds are a sample: n − 1.",
    ),
    "normal_quantile": (
        interval_by(quantile=1.96),
        "The quantile is 1.96, that of very many seeds. With a few it is Student's, with n − 1 degrees of "
        "freedom.",
    ),
    "not_divided_by_root": (
        interval_by(root=False),
        "That is the spread of single differences; the interval of their mean is narrower by √n.",
    ),
}


def wrong_intervals(claim_of):
    return [
        mistake(name, says, numbers_of(claim_of(interval)))
        for name, (interval, says) in INTERVALS.items()
    ]


EQUAL = mistake(
    "equal",
    '"equal" is not one of the words. Write "not shown" if the interval holds 0 (for a ratio: '
    "1): the seeds do not suffice to tell, and that does not mean that there is no difference. "
    "Else answer what the question asks.",
    word_of("verdict", "equal"),
)


def against_the_interval(claim_of):
    """The word that the mean alone would give."""

    def claim(**inputs):
        right = claim_of(**inputs)
        middle = right.numbers.get("mean") or right.numbers["middle"]
        one = 1.0 if right.unit == "times" else 0.0
        names = right.words["verdict"][1]
        by_mean = names[0] if middle.value < one else names[1]
        return Claim({}, words={"verdict": (by_mean, names)})

    return mistake(
        "mean_decides",
        "A winner is named although the interval of your own numbers holds 0 (of a ratio: 1): "
        "that is not shown.",
        claim,
    )


STUDENT = """
d = a − b, seed by seed;   mean(d) ± t · sd(d) / √n,   sd with n − 1, and t from Student's table with
n − 1 degrees of freedom (2.776 for five seeds).
"""

R4 = question(
    "R4",
    "says whose curve is lower at the chapter's rates, with the interval",
    difference(paired),
    f"""
For each run: the mean of probe_loss over all its steps, step 0 included. a is momentum, b is adam.
{STUDENT.strip()}
verdict: the smaller one if the interval leaves out 0, else "not shown".
""",
    [
        *wrong_intervals(lambda interval: difference(interval)),
        mistake(
            "batch_loss",
            "That is computed from the loss of the batches; take probe_loss, which is always measured on "
            "the same images.",
            numbers_of(difference(paired, measure=lambda run: float(run.losses.mean()))),
        ),
        EQUAL,
        against_the_interval(difference(paired)),
    ],
    given=UNALTERED,
)


# R5: accuracy at the best rates


def accuracies(log, part, name, setting=None, factor=1.0):
    numbers, runs = {}, []
    for optimizer in PAIR:
        if part == "tuning":
            own = log.of(part, optimizer=optimizer, learning_rate=best_rate(log, optimizer))
        else:
            own = log.of(part, optimizer=optimizer, setting=setting)
        mean = float(np.mean([run.scores[name] for run in own]))
        numbers[optimizer] = Number(factor * mean, factor / log.configuration["data"]["test"])
        runs += own
    return Claim(numbers, "fraction", runs=runs)


def accuracy_by(part="race", name="test_accuracy", setting="best", factor=1.0):
    return lambda log, **_: accuracies(log, part, name, setting, factor)


def units_confused(claim_of):
    """Both ways to write a fraction with the unit of the other."""
    return [
        mistake(
            "percent_as_fraction",
            'That is in percent, and the unit says "fraction": write "%", or divide by 100.',
            claim_of(100.0),
        ),
        mistake(
            "fraction_as_percent",
            'That is a fraction, and the unit says "%": write "fraction", or multiply by 100.',
            claim_of(0.01),
        ),
    ]


R5 = question(
    "R5",
    "gives the test accuracy of momentum and of adam, each at its own best rate",
    accuracy_by(),
    """
The mean of test_accuracy over the rows "run" of the race at the best rates, over its seeds (not those of
the tuning).
""",
    [
        *units_confused(lambda factor: accuracy_by(factor=factor)),
        mistake(
            "tuning_seeds",
            "That is measured on the tuning seeds, on which the rate was chosen, by luck perhaps. "
            "Judge on the seeds of the race.",
            accuracy_by("tuning"),
        ),
        mistake(
            "validation_accuracy",
            "That is the validation accuracy. The rate was chosen on those images; judge on the test images.",
            accuracy_by(name="validation_accuracy"),
        ),
        mistake(
            "chapter_rates",
            "That is the accuracy at the chapter's rates; asked is each at its own best.",
            accuracy_by(setting="chapter"),
        ),
    ],
    given=UNALTERED,
)


# R6: oscillation


def learnt(log, last):
    return last < log.configuration["learnt"] * math.log(max(log.configuration["classes"], 2))


def zigzags(log, curve_of):
    both, runs = two_sides(log, "chapter", lambda run: run)
    kept = [pair for pair in zip(*both) if all(learnt(log, run.probe[-1]) for run in pair)]
    if len(kept) < 2:
        raise LookupError("On fewer than two seeds both have learnt, so nothing can oscillate.")
    return [[zigzag(curve_of(run)) for run in side] for side in zip(*kept)], runs


def after_first_epoch(log):
    return lambda run: run.probe[log.steps_per_epoch :]


def oscillation(log, curve_of=None, exchange=False, of=None):
    rows, runs = zigzags(log, curve_of or after_first_epoch(log))
    a, b = rows[::-1] if exchange else rows
    if min(map(min, rows)) > 0:
        found, unit, one = Interval(*paired_ratio(a, b)), "times", 1.0
    else:
        found, unit, one = paired(a, b), "none", 0.0
    numbers = found.numbers("middle")
    if of is not None:
        return Claim({"middle": Number(of(a, b))}, unit)
    words = {"verdict": (winner(found, PAIR[::-1], one), (*PAIR[::-1], NOT_SHOWN))}
    return Claim(numbers, unit, words, runs, found.width)


R6 = question(
    "R6",
    "says who oscillates more at the chapter's rates, as a ratio with its interval",
    lambda log, **_: oscillation(log),
    """
For each run: d = the differences of log probe_loss from the last step of the first epoch on;
zigzag = (Σ|d| − |Σd|) / number of d. Only seeds on which both have learnt.
a is momentum, b is adam; the ratio is that of pairs: log a − log b seed by seed, the mean and Student's
interval of these differences, and exp of all three. (If a zigzag is exactly 0, there is no ratio: then
the difference a − b, unit "none".)
verdict: who has the larger zigzag if the interval leaves out 1, else "not shown".
""",
    [
        mistake(
            "ratio_reversed",
            "The ratio is the other way round: momentum over adam is asked.",
            numbers_of(lambda log, **_: oscillation(log, exchange=True)),
        ),
        mistake(
            "ratio_of_means",
            "That is the ratio of the two means, which throws the pairing away. Take the logarithm of the "
            "ratio seed by seed, and exp of the mean.",
            lambda log, **_: oscillation(log, of=lambda a, b: float(np.mean(a) / np.mean(b))),
        ),
        mistake(
            "first_epoch_included",
            "The first epoch is in it: there the curve falls steeply whoever trains. Begin with the last "
            "step of the first epoch.",
            numbers_of(lambda log, **_: oscillation(log, lambda run: run.probe)),
        ),
        mistake(
            "batch_loss",
            "That is the zigzag of the batch losses, and says mostly which images the batches held. Take "
            "probe_loss.",
            numbers_of(
                lambda log, **_: oscillation(log, lambda run: run.losses[log.steps_per_epoch - 1 :])
            ),
        ),
        EQUAL,
        against_the_interval(lambda log, **_: oscillation(log)),
    ],
    given=UNALTERED,
)


# R7: the noise floor


def noise(log, spread=lambda values: values.std(ddof=1), shown=lambda log, losses: losses):
    (run,) = log.of(
        "race", setting="chapter", optimizer="adam", seed=min(log.configuration["seeds"])
    )
    last = shown(log, run.losses)[-log.steps_per_epoch :]
    numbers = {
        "at_rest": Number(float(spread(run.at_rest))),
        "last_epoch": Number(float(spread(last))),
    }
    return Claim(numbers, "nats", runs=[run])


R7 = question(
    "R7",
    "says how much the loss of a batch varies with the weights held still, and in the last epoch",
    lambda log, **_: noise(log),
    """
at_rest: the standard deviation (n − 1) of losses in the row "rest" of adam at the chapter's rate, first
seed: one epoch of batches with the weights held still at the end.
last_epoch: the same of loss over the steps of that run's last epoch.
""",
    [
        mistake(
            "population_sd",
            "The standard deviation is that of a population, divided by n; batches are a sample: n − 1.",
            lambda log, **_: noise(log, lambda values: values.std()),
        ),
        mistake(
            "mean_not_spread",
            "That is the mean of the losses; asked is how much they vary, the standard deviation.",
            lambda log, **_: noise(log, lambda values: values.mean()),
        ),
        mistake(
            "running_mean",
            "The last epoch is taken from the mean of the epoch so far, which Keras shows "
            "while it trains. It hides most of what varies; take the column loss.",
            lambda log, **_: noise(log, shown=running_mean),
        ),
    ],
    given=UNALTERED,
)


# R8: too large a learning rate


def last_epoch_loss(log, run):
    return float(run.losses[-log.steps_per_epoch :].mean())


def dead(log, side):
    """Learning rate → runs that did not learn, beyond the best rate on this side: 1 above, −1 below."""
    best, found = best_rate(log, "sgd"), {}
    for rate, runs in sorted(by_rate(log, "sgd").items()):
        lost = [run for run in runs if not learnt(log, last_epoch_loss(log, run))]
        if lost and side * rate > side * best:
            found[rate] = lost
    return found


SIGNS = ("guessing", "above guessing", "not finite", "none died")


def death(log, side=1, which=min):
    found = dead(log, side)
    if not found:
        words = {"sign": ("none died", SIGNS)}
        return Claim({"died": Number(0, 0.0, plain=True)}, words=words)
    rate = which(found)
    losses = [last_epoch_loss(log, run) for run in found[rate]]
    mean, guess = float(np.mean(losses)), math.log(log.configuration["classes"])
    numbers = {"rate": Number(rate, plain=True), "died": Number(len(losses), 0.0, plain=True)}
    if math.isfinite(mean):
        numbers["loss"] = Number(mean)
    sign = (
        "not finite"
        if not math.isfinite(mean)
        else "above guessing"
        if mean > 1.1 * guess
        else "guessing"
    )
    return Claim(numbers, "nats", {"sign": (sign, SIGNS)}, log.of("tuning", optimizer="sgd"))


def only(field, claim):
    """The part of a claim in which a mistake shows."""

    def part(**inputs):
        found = claim(**inputs)
        if field not in found.numbers:
            return None
        return Claim({field: found.numbers[field]}, found.unit)

    return part


R8 = question(
    "R8",
    "says at which learning rate SGD dies, and how that shows",
    lambda log, **_: death(log),
    """
A run has died if it is trained at more than SGD's best rate (R1), and the mean of loss over its last epoch
is at or above 90 % of log 10, the loss of guessing. rate: the lowest rate at which a tuning run died;
died: how many did there; loss: the mean of their mean losses of the last epoch.
sign: "not finite" if that is no number, "above guessing" if it is more than 110 % of log 10, else
"guessing"; "none died" (and died = 0) where no run did.
""",
    [
        mistake(
            "too_small",
            "At that rate SGD has not died, it has hardly begun: the rate is too small. Look above the best "
            "rate.",
            only("rate", lambda log, **_: death(log, side=-1)),
        ),
        mistake(
            "highest_rate",
            "That is the highest rate at which a run died; asked is the lowest.",
            only("rate", lambda log, **_: death(log, which=max)),
        ),
        mistake(
            "nan_expected",
            "No loss of these runs is NaN or infinite: they died with a finite loss. Compare it "
            "with log 10, the loss of guessing.",
            word_of("sign", "not finite"),
        ),
    ],
    given=UNALTERED,
)


# R9: weight decay


def norms(interval=paired, place=-1):
    names = ("L2", "decoupled")

    def claim(log, **_):
        strength = sorted(log.configuration["decays"])[place]
        sides = [
            [run for run in log.of("decay", setting=each) if run.scores.get("strength") == strength]
            for each in names
        ]
        if min(map(len, sides)) < 2:
            raise LookupError(
                "Your log has fewer than two seeds with weight decay, and no interval."
            )
        values = [[run.scores["norm"] for run in side] for side in sides]
        found = interval(*values)
        means = {name: Number(float(np.mean(side))) for name, side in zip(names, values)}
        words = {"verdict": (winner(found, names), (*names, NOT_SHOWN))}
        return Claim({**means, **found.numbers()}, "none", words, sides[0] + sides[1], found.width)

    return claim


def interval_only(claim):
    """Without the means of both sides, which are right in any case."""

    def part(**inputs):
        found = claim(**inputs)
        numbers = {name: found.numbers[name] for name in ("mean", "low", "high")}
        return Claim(numbers, found.unit, width=found.width)

    return part


R9 = question(
    "R9",
    "compares what L2 and decoupled decay of the largest strength leave of the weights",
    norms(),
    f"""
norm in the rows "run" of the weight decay, at strength 0.01: the means of L2 and of decoupled, and the
interval of L2 minus decoupled.
{STUDENT.strip()}
verdict: who has the smaller norm if the interval leaves out 0, else "not shown".
""",
    [
        *(
            mistake(
                name,
                "The difference is taken the other way round: L2 minus decoupled is asked."
                if name == "sign_reversed"
                else says,
                interval_only(norms(interval)),
            )
            for name, (interval, says) in INTERVALS.items()
        ),
        mistake(
            "another_strength",
            "Those are numbers of a weaker decay: take the rows of the strongest of the lab, 0.01.",
            numbers_of(norms(place=-2)),
        ),
    ],
    given=UNALTERED,
)


# R10, R11: binary cross-entropy


def first_loss(of_run):
    def claim(log, **_):
        runs = log.of("binary")
        return Claim(
            {"first_loss": Number(float(np.mean([of_run(run) for run in runs])))}, "nats", runs=runs
        )

    return claim


R10 = question(
    "R10",
    "gives the first loss of binary cross-entropy",
    first_loss(lambda run: run.losses[0]),
    """
The mean of loss at step 1 over the runs of the part binary.
""",
    [
        mistake(
            "first_epoch",
            "That is the mean of the first epoch, in which the network has learnt already. The first loss is "
            "that of the first batch, before any step.",
            first_loss(lambda run: run.history[0]),
        ),
        mistake(
            "ten_classes",
            "That is log 10, the loss of guessing among ten digits; here there are two answers.",
            lambda **_: Claim({"first_loss": Number(math.log(10))}, "nats"),
        ),
    ],
    given=UNALTERED,
)


def binary_accuracy(name="test_accuracy", factor=1.0):
    def claim(log, **_):
        runs = log.of("binary", optimizer="adam")
        mean = float(np.mean([run.scores[name] for run in runs]))
        allowed = factor / log.configuration["data"]["test"]
        return Claim({"accuracy": Number(factor * mean, allowed)}, "fraction", runs=runs)

    return claim


R11 = question(
    "R11",
    "gives the test accuracy that adam reaches with binary cross-entropy",
    binary_accuracy(),
    """
The mean of test_accuracy over the runs of the part binary with adam.
""",
    [
        *units_confused(lambda factor: binary_accuracy(factor=factor)),
        mistake(
            "validation_accuracy",
            "That is the validation accuracy; asked is that on the test images.",
            binary_accuracy("validation_accuracy"),
        ),
    ],
    given=UNALTERED,
)


# R12: what is not shown

MEASURES = {
    "steps": lambda log, run: with_all_steps(
        run, steps_to_target(run.probe, log.configuration["target"])
    ),
    "mean_probe_loss": lambda log, run: float(run.probe.mean()),
    "test_accuracy": lambda log, run: run.scores["test_accuracy"],
    "zigzag": lambda log, run: zigzag(after_first_epoch(log)(run)),
    "uphill": lambda log, run: uphill(after_first_epoch(log)(run)),
    "overshoot": lambda log, run: float(np.mean(run.losses_after > run.losses)),
}


def chosen(said, field, words):
    if not isinstance(said, dict) or said.get(field) not in list(words):
        raise LookupError(f"{field} should be one of {', '.join(words)}.")
    return said[field]


def not_shown(interval=paired):
    def claim(log, said, **_):
        measure = MEASURES[chosen(said, "measure", MEASURES)]
        setting = chosen(said, "setting", ("chapter", "best"))
        names = [chosen(said, side, tuple(log.configuration["optimizers"])) for side in "ab"]
        if names[0] == names[1]:
            raise LookupError("a and b should be two optimizers.")
        (a, b), runs = two_sides(log, setting, lambda run: measure(log, run), names)
        found = interval(a, b)
        shown = found.low > 0 or found.high < 0
        words = {"verdict": ("shown" if shown else NOT_SHOWN, (NOT_SHOWN,))}
        return Claim(found.numbers(), None, words, runs, found.width)

    return claim


R12 = question(
    "R12",
    "names one thing that this lab does not show, with the interval",
    not_shown(),
    f"""
measure of each run of both optimizers, as in R3, R4 and R6 (uphill: the share of steps after the first
epoch that raise probe_loss; overshoot: the share of all steps with loss_after above loss).
{STUDENT.strip()}
It is not shown if the interval holds 0.
""",
    [
        EQUAL,
        mistake(
            "shown_after_all",
            "The interval of this comparison leaves out 0, so it is shown. Choose another one.",
            word_of("verdict", NOT_SHOWN),
        ),
        *wrong_intervals(not_shown),
    ],
    given=UNALTERED,
)


# R13: the predictions


def came_true(log, predictions, said):
    predicted = log.header.get("predictions")
    if predicted is None:
        raise LookupError(
            "Your lab began without predictions (line 1 of runs.jsonl), so none of them can have come true."
        )
    accuracy = accuracies(log, "race", "test_accuracy", "best").numbers["adam"].value
    low, high = predicted["test_accuracy"]
    true = {
        "lower_curve": predicted["lower_curve"] == difference(paired)(log=log).words["verdict"][0],
        "oscillates": predicted["oscillates"] == oscillation(log).words["verdict"][0],
        "best_rate": Number(best_rate(log, "adam")).is_close(predicted["best_rate"]),
        "test_accuracy": low <= accuracy <= high,
    }
    return Claim({}, words={name: (bool(value), (True, False)) for name, value in true.items()})


def wishes(**inputs):
    words = came_true(**inputs).words
    return Claim({}, words={name: (True, (True, False)) for name in words})


R13 = question(
    "R13",
    "says which predictions came true",
    came_true,
    """
Line 1 of your runs.jsonl has what you predicted. lower_curve is held against the verdict of R4,
oscillates against that of R6, best_rate against R1 (adam), test_accuracy against R5 (adam): true if the
mean lies between the two numbers.
""",
    [
        mistake(
            "wishful",
            "Not all of them came true, and that is no shame: a prediction that fails has taught you "
            "something. Hold each against R1, R4, R5 and R6.",
            wishes,
        ),
    ],
    given=[*UNALTERED, "sealed"],
)
