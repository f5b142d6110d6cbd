"""The answer key of batch_losses."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check, near

WRITES = ["BatchLossRecorder"]
READY_MADE = []
SECONDS = 40.0
TAKES = 5


def training(
    kernel, bias, x, y, rate, epochs, batch_size, l2=0.0, start=None, after=False, absolute=False
):
    """Each epoch's batch losses, batch sizes and final weights of a linear model, in float64."""
    x, y = x.astype("float64"), y.astype("float64")
    w, b = (np.asarray(p, "float64") for p in (start or (kernel, bias)))
    by_epoch, sizes = [], []
    for _ in range(epochs):
        losses, sizes = [], []
        for at in range(0, len(x), batch_size):
            xs, ys = x[at : at + batch_size], y[at : at + batch_size]
            e = xs @ w + b - ys
            loss = (np.abs(e) if absolute else e**2).mean() + l2 * (w**2).sum()
            slope = (np.sign(e) if absolute else 2 * e) / e.size
            w, b = w - rate * (xs.T @ slope + 2 * l2 * w), b - rate * slope.sum(0)
            if after:
                e = xs @ w + b - ys
                loss = (np.abs(e) if absolute else e**2).mean() + l2 * (w**2).sum()
            losses.append(loss)
            sizes.append(len(xs))
        by_epoch.append(losses)
    return by_epoch, sizes, (w, b)


def flat(by_epoch):
    return [value for part in by_epoch for value in part]


def to_1e_4(values):
    """Every batch's own loss, right to 1e-4 of itself, as the task says."""
    return [near(each, abs(each), 1e-4 / 2**-23, dtype=None) for each in values]


def running_mean(by_epoch, sizes):
    return [
        np.average(part[: i + 1], weights=sizes[: i + 1])
        for part in by_epoch
        for i in range(len(part))
    ]


def un_averaged_without_reset(by_epoch, sizes):
    """mean · i − mean before · (i − 1), as if the epochs were one."""
    found, before = [], 0.0
    for count, mean in enumerate(running_mean(by_epoch, sizes), 1):
        found.append(mean * count - before * (count - 1))
        before = mean
    return found


def un_averaged_equally(by_epoch, sizes):
    """mean · i − mean before · (i − 1): right only if all batches have one size."""
    found = []
    for part in by_epoch:
        means = [np.average(part[: i + 1], weights=sizes[: i + 1]) for i in range(len(part))]
        found += [means[i] * (i + 1) - (means[i - 1] * i if i else 0) for i in range(len(means))]
    return found


REPORTS = {
    "running_mean": (
        'Those are the means of the epoch so far, which Keras puts into logs["loss"]; each '
        "batch's own loss is what self.model.compute_loss returns.",
        running_mean,
    ),
    "mean_of_each_epoch": (
        "There is one loss for each epoch: it is kept in on_epoch_end. Wanted is one for each batch.",
        lambda by_epoch, sizes: [
            float(np.average(part, weights=sizes[: len(part)])) for part in by_epoch
        ],
    ),
    "short_batch_as_a_whole_one": (
        "The losses are worked out from the means as if all batches were of one size; the last one "
        "is shorter. Better: a function round self.model.compute_loss that keeps its result in a "
        "tf.Variable.",
        un_averaged_equally,
    ),
    "not_reset_each_epoch": (
        "The losses are worked out from the means across the end of an epoch, where Keras's mean "
        "begins anew. Better: a function round self.model.compute_loss that keeps its result in a "
        "tf.Variable.",
        un_averaged_without_reset,
    ),
    "last_epoch_only": (
        "Only the losses of the last epoch are there: make the list anew in on_train_begin, not "
        "in every epoch.",
        lambda by_epoch, sizes: by_epoch[-1],
    ),
    "first_epoch_only": (
        "Only the losses of the first epoch are there: keep those of the later ones, too.",
        lambda by_epoch, sizes: by_epoch[0],
    ),
    "first_batch_missing": (
        "The first batch of each epoch is missing: keep its loss too.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part[1:]],
    ),
    "last_batch_missing": (
        "The last batch of each epoch, the short one, is missing: keep its loss too.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part[:-1]],
    ),
    "every_batch_twice": (
        "Every loss is there twice: keep it once, in one method.",
        lambda by_epoch, sizes: [value for part in by_epoch for value in part for _ in range(2)],
    ),
    "divided_by_batch_size": (
        "The losses are divided by the number of samples: leave that out, Keras's loss is a mean "
        "already.",
        lambda by_epoch, sizes: [
            value / size for part in by_epoch for value, size in zip(part, sizes)
        ],
    ),
    "multiplied_by_batch_size": (
        "The losses are multiplied by the number of samples, sums instead of means: keep the mean.",
        lambda by_epoch, sizes: [
            value * size for part in by_epoch for value, size in zip(part, sizes)
        ],
    ),
}


def losses_by(report=lambda by_epoch, sizes: flat(by_epoch), **settings):
    def answer(kernel, bias, x, y, rate, epochs, batch_size, l2=0.0, more=False):
        by_epoch, sizes, _ = training(kernel, bias, x, y, rate, epochs, batch_size, l2, **settings)
        return {"losses": to_1e_4(report(by_epoch, sizes))}

    return answer


def without_penalty(kernel, bias, x, y, rate, epochs, batch_size, l2=0.0, more=False):
    """The path is that of the penalised model; what is kept lacks the penalty."""
    x, y = x.astype("float64"), y.astype("float64")
    w, b, found = kernel.astype("float64"), bias.astype("float64"), []
    for _ in range(epochs):
        for at in range(0, len(x), batch_size):
            xs, ys = x[at : at + batch_size], y[at : at + batch_size]
            e = xs @ w + b - ys
            found.append((e**2).mean())
            slope = 2 * e / e.size
            w, b = w - rate * (xs.T @ slope + 2 * l2 * w), b - rate * slope.sum(0)
    return {"losses": to_1e_4(found)}


def lists_in(answer, wanted):
    """Pairs of the lists that came and the lists that were wanted."""
    if isinstance(answer, dict):
        return [(answer["losses"], wanted["losses"])]
    return list(zip(answer, wanted)) if isinstance(wanted[0], list) else [(answer, wanted)]


def _is(loss, near_to):
    return abs(loss - near_to.value) <= near_to.allowed


ONE_LATE = Slip(
    "one_batch_late",
    "Each loss is that of the batch before: keep it once its batch is over, in on_train_batch_end.",
    shows=lambda inputs, answer, wanted: all(
        len(own) == len(true)
        and all(_is(one, before) for one, before in zip(own[1:], true))
        and not _is(own[-1], true[-1])
        for own, true in lists_in(answer, wanted)
        if len(true) > 1
    ),
)
AFTER_SAYS = (
    "Those are the losses of the batches after their step, with the new weights: keep those that were "
    "differentiated, from before it."
)
NOTHING_KEPT = [
    Slip(
        "nothing_kept",
        "The list is empty after fit: append each loss to self.batch_losses in one of the "
        "callback's own methods, such as on_train_batch_end.",
        shows=lambda inputs, answer, wanted: answer["losses"] == [],
    ),
    Slip(
        "nothing_kept",
        "There is no list of losses after fit: append to self.batch_losses.",
        shows=lambda inputs, answer, wanted: answer["losses"] is None,
    ),
]
SLIPS = [
    ONE_LATE,
    *[Slip(name, says, losses_by(report)) for name, (says, report) in REPORTS.items()],
    Slip(
        "loss_after_the_step",
        AFTER_SAYS,
        losses_by(after=True),
    ),
    Slip(
        "penalties_forgotten",
        "The penalties of regularizers are missing: keep the loss that is differentiated, which "
        "contains them.",
        without_penalty,
    ),
    Slip(
        "validation_too",
        "There are more losses than training batches: those of the validation are among them. "
        "Keep only those of training batches.",
        shows=lambda inputs, answer, wanted: (
            inputs.get("more")
            and len(answer["losses"]) == len(wanted["losses"]) + inputs["epochs"]  # one batch each
        ),
    ),
    *NOTHING_KEPT,
]
ERRORS = [
    Slip(
        "loss_not_returned",
        "fit has no loss to differentiate: does what you put round the model's compute_loss return the "
        "loss?",
        error=r"None values not supported",
    ),
    Slip(
        "metrics_not_updated",
        "fit has no loss to report: a train_step of your own must update the model's metrics, as "
        "Keras's does. Easier: call Keras's own train_step inside yours, or put a function round "
        "compute_loss.",
        error=r"metric has not yet been built",
    ),
    Slip(
        "logs_not_returned",
        "fit gets no logs: does what you put round the model's train_step return what that returns?",
        error=r"'NoneType' object is not iterable|OptionalFromValue",
    ),
    Slip(
        "count_never_falls",
        "A new epoch is not noticed where an epoch is one batch: the number of samples seen "
        "does not fall then. Set your sums to 0 in on_epoch_begin.",
        error=r"division by zero",
    ),
    Slip(
        "training_function_lost",
        "When on_train_begin has run, fit has no training function to call: compile() and train_function = "
        "None take it away. Compile nothing; self.model.make_train_function(force=True) makes a new one.",
        error=r"'NoneType' object is not callable",
    ),
    Slip(
        "no_logs",
        "`logs` is None or empty where it is read: Keras fills it where a batch or an epoch ends, "
        "in an argument that is named logs, and with means. A batch's own loss is what "
        "self.model.compute_loss returns.",
        error=r"NoneType' object is not subscriptable|KeyError.*'loss'|unexpected keyword argument 'logs'|"
        r"'NoneType' object has no attribute '(?:get|items)'",
    ),
    Slip(
        "no_list_before_fit",
        "There is no attribute batch_losses: make the list in __init__, and anew in on_train_begin.",
        error=r"has no attribute 'batch_losses'",
    ),
]


def regression(rng, samples=11, **rest):
    x = rng.normal(size=(samples, 3)).astype("float32")
    y = (x @ np.float32([[2], [-1], [3]]) + 4 + rng.normal(size=(samples, 1)) * 2).astype("float32")
    return {
        "kernel": rng.normal(size=(3, 1)).astype("float32"),
        "bias": np.zeros(1, "float32"),
        "x": x,
        "y": y,
        "rate": 0.01,
        "epochs": 2,
        "batch_size": 4,
        **rest,
    }


@check(
    "keeps each batch's own loss, over all epochs, also that of the short last batch",
    wanted=losses_by(),
    slips=[*SLIPS, *ERRORS],
    question="fit",
)
def own(rng):
    yield regression(rng)


@check(
    "is not confused by further metrics and validation data",
    wanted=losses_by(),
    slips=[
        Slip(
            "emptied_by_the_validation",
            "After a fit with validation data the list is empty: begin a new one in on_train_begin only, not "
            "where a validation begins.",
            shows=lambda inputs, answer, wanted: answer["losses"] == [],
        ),
        *SLIPS,
        *ERRORS,
    ],
    question="fit",
)
def metrics_and_validation(rng):
    yield regression(rng, 13, more=True, batch_size=5)


@check(
    "includes the penalties of regularizers",
    wanted=losses_by(),
    slips=[*SLIPS, *ERRORS],
    question="fit",
)
def penalties(rng):
    yield regression(rng, 14, l2=0.3, batch_size=6)


def own_squares(kernel, bias, x, y, rate, epochs, batch_size):
    """The mean squared errors on the path of the mean absolute error."""
    w, found = (kernel, bias), []
    for _ in range(epochs):
        for at in range(0, len(x), batch_size):
            part = x[at : at + batch_size], y[at : at + batch_size]
            found.append(((part[0].astype("float64") @ w[0] + w[1] - part[1]) ** 2).mean())
            _, _, w = training(kernel, bias, *part, rate, 1, batch_size, start=w, absolute=True)
    return {"losses": to_1e_4(found)}


def beside_an_outlier(report):
    """What comes of sums in float32, where a loss of a billion is among them: it hides the others."""

    def answer(**inputs):
        by_epoch, sizes, _ = training(**inputs, absolute=True)
        values = report(by_epoch, sizes)
        largest = np.abs(values).max(initial=0.0)
        return {"losses": [near(each, largest, 1e-6 / 2**-23, dtype=None) for each in values]}

    return answer


def lost_in_the_sum(inputs, answer, wanted):
    """The first loss is right; the others are off by far more than themselves, and little beside it."""
    own, true = (
        np.float64(part) for part in (answer["losses"], [w.value for w in wanted["losses"]])
    )
    if own.shape != true.shape or not np.isfinite(own).all():
        return False
    off, small = np.abs(own - true), true < 1e-6 * true.max()
    return bool((off < 1e-6 * true.max()).all() and (off[small] > 0.2 * true[small]).all())


@check(
    "keeps the loss that the model was compiled with, whichever it is, beside a loss of a billion, too",
    wanted=losses_by(absolute=True),
    slips=[
        ONE_LATE,
        *[Slip(name, says, beside_an_outlier(report)) for name, (says, report) in REPORTS.items()],
        Slip("loss_after_the_step", AFTER_SAYS, losses_by(after=True, absolute=True)),
        Slip(
            "own_loss",
            "The mean squared error is computed, whatever the model was compiled with: keep the "
            "loss that fit computes.",
            own_squares,
        ),
        Slip(
            "lost_in_the_sum",
            "After a batch with a loss of a billion the losses are wrong: they are worked out as differences "
            "of sums or means in float32, in which such a loss hides the others. Keep the loss where it is "
            "computed.",
            shows=lost_in_the_sum,
        ),
        *NOTHING_KEPT,
        *ERRORS,
    ],
)
def another_loss(rng):
    inputs = regression(rng)
    inputs["y"][0] = 4e9  # one of four samples; the gradient of the absolute error stays small
    yield inputs


@check(
    "keeps Python floats, in a list",
    wanted=lambda **inputs: {"floats": True},
    slips=[
        Slip(
            "not_floats",
            "Python floats in a list were wanted, not tensors or arrays: append float(loss), "
            "outside of the graph.",
            shows=lambda inputs, answer, wanted: not answer["floats"] and answer["losses"] != [],
        ),
        *ERRORS,
    ],
    shares=own,
)
def floats():
    """The list itself."""


def first_and_second(kernel, bias, x, y, rate, epochs, batch_size):
    _, _, weights = training(kernel, bias, x, y, rate, epochs, batch_size)
    second, sizes, _ = training(kernel, bias, x, y, rate, epochs, batch_size, start=weights)
    return second, sizes


def in_pairs(losses):
    return np.allclose(losses[::2], losses[1::2])


def in_second(report):
    def answer(**inputs):
        return to_1e_4(report(*first_and_second(**inputs)))

    return answer


def in_third(report):
    """In a fit after another one and one of one epoch."""

    def answer(kernel, bias, x, y, rate, epochs, batch_size):
        given = x, y, rate
        _, _, weights = training(kernel, bias, *given, epochs + 1, batch_size)
        by_epoch, sizes, _ = training(kernel, bias, *given, epochs, batch_size, start=weights)
        return to_1e_4(report(by_epoch, sizes))

    return answer


@check(
    "begins a new list with a second fit",
    wanted=in_second(lambda by_epoch, sizes: flat(by_epoch)),
    slips=[
        ONE_LATE,
        Slip(
            "list_goes_on",
            "The losses of the first fit are still there after the second: begin a new list in "
            "on_train_begin.",
            shows=lambda inputs, answer, wanted: (
                len(answer) == 2 * len(wanted) and not in_pairs(answer)
            ),
        ),
        Slip(
            "wrapper_left_on_the_model",
            "In a second fit every loss is there twice: what the first fit put round a method of "
            "the model is still there. In on_train_end put the model back as it was before.",
            shows=lambda inputs, answer, wanted: (
                len(answer) == 2 * len(wanted) and in_pairs(answer)
            ),
        ),
        Slip(
            "deaf_in_the_second_fit",
            "A later fit leaves nothing, or one number again and again. If the first left its "
            "losses, Keras still runs a graph that it traced before: call "
            "self.model.make_train_function(force=True) in on_train_begin.",
            shows=lambda inputs, answer, wanted: len(answer) == 0 or len({*answer}) == 1,
        ),
        *[Slip(name, says, in_second(report)) for name, (says, report) in REPORTS.items()],
        Slip(
            "not_floats",
            "The list holds tensors or arrays: make a Python float of each loss.",
            shows=lambda inputs, answer, wanted: any(
                not isinstance(each, float) for each in answer
            ),
        ),
        *ERRORS,
    ],
)
def twice(rng):
    yield regression(rng)


def of_two(kernel, bias, x, y, rate, epochs, batch_size, report=None):
    report = report or (lambda by_epoch, sizes: flat(by_epoch))
    found = []
    for size in (batch_size, len(x)):
        by_epoch, sizes, _ = training(kernel, bias, x, y, rate, epochs, size)
        found.append(to_1e_4(report(by_epoch, sizes)))
    return found


@check(
    "keeps the lists of two recorders apart, also where an epoch is one batch",
    wanted=of_two,
    slips=[
        ONE_LATE,
        Slip(
            "shared_list",
            "Two recorders share one list: make it in __init__ or on_train_begin as self.batch_losses, "
            "not in the class.",
            shows=lambda inputs, answer, wanted: len(answer[0]) > 0 and answer[0] == answer[1],
        ),
        *[
            Slip(name, says, lambda report=report, **inputs: of_two(**inputs, report=report))
            for name, (says, report) in REPORTS.items()
        ],
        *ERRORS,
    ],
)
def two_recorders(rng):
    yield regression(rng)


def history_of(kernel, bias, x, y, rate, epochs, batch_size, more):
    """What fit reports: means over the samples of each epoch, and the validation after it."""
    told = {"loss": [], "mae": [], "mse": [], "val_loss": [], "val_mae": [], "val_mse": []}
    weights = None
    for _ in range(epochs):
        errors, w = [], weights or (kernel, bias)
        for at in range(0, len(x), batch_size):
            part = x[at : at + batch_size], y[at : at + batch_size]
            errors.append(part[0].astype("float64") @ w[0] + w[1] - part[1])
            _, _, w = training(kernel, bias, *part, rate, 1, batch_size, start=w)
        weights, e = w, np.concatenate(errors)
        after = (x[:5] + 1.0) @ w[0] + w[1] - (y[:5] - 1.0)
        for name, error in (("", e), ("val_", after)):
            told[f"{name}loss"].append((error**2).mean())
            told[f"{name}mse"].append((error**2).mean())
            told[f"{name}mae"].append(np.abs(error).mean())
    return told


def last_of_each_epoch(more, **inputs):
    return [part[-1] for part in training(**inputs)[0]]


def same_history(**inputs):
    told = history_of(**inputs)

    def test(answer):
        found = answer["history"]
        if found.keys() != told.keys():
            return (
                f"fit's History has {', '.join(sorted(found))} with the recorder and "
                f"{', '.join(sorted(told))} without it"
            )
        for name, values in told.items():
            if not np.allclose(found[name], values, rtol=1e-4):
                return (
                    f"{name} in fit's History is {found[name][0]:.6g} after the first epoch with the "
                    f"recorder and {values[0]:.6g} without it"
                )
        return True

    return Holds(test)


@check(
    "changes nothing in what fit reports",
    wanted=same_history,
    slips=[
        Slip(
            "metrics_reset",
            "What fit reports has changed: the metrics are reset within the epoch, so that History "
            "shows the last batch alone, or 0. Do not reset them.",
            shows=lambda inputs, answer, wanted: any(
                np.allclose(answer["history"]["loss"], left, rtol=1e-4)
                for left in (0, last_of_each_epoch(**inputs))
            ),
        ),
        Slip(
            "history_changed",
            "What fit reports has changed: only listen, add nothing to logs, train nothing, and "
            "let what you put round a method of the model return what that returns.",
            shows=lambda inputs, answer, wanted: "history" in answer,
        ),
        *ERRORS,
    ],
    shares=metrics_and_validation,
)
def history():
    """What fit reports with the recorder, against what it would report without."""


@check(
    "has an empty list before fit",
    wanted=list,
    slips=[
        *ERRORS,
        Slip(
            "no_list_before_fit",
            "There is no empty list batch_losses before fit: make it in __init__.",
            shows=lambda inputs, answer, wanted: True,
        ),
    ],
)
def before(rng):
    yield {}


@check(
    "works with a new recorder in a later fit of the same model, also after one without a recorder",
    wanted=in_third(lambda by_epoch, sizes: flat(by_epoch)),
    slips=[
        *[each for each in twice.slips if each.name not in REPORTS],
        *[Slip(name, says, in_third(report)) for name, (says, report) in REPORTS.items()],
        Slip(
            "bound_to_the_first_recorder",
            "A second recorder in a second fit of the same model does not work: something of "
            "the first one is left on the model. In on_train_end, put the model back as it was "
            "before.",
            shows=lambda inputs, answer, wanted: len({*answer}) <= 1,
        ),
        Slip(
            "bound_to_the_first_recorder",
            "A second recorder in a second fit of the same model does not work: something of "
            "the first one is left on the model. In on_train_end, put the model back as it was "
            "before.",
            error="",
        ),
    ],
)
def in_turn(rng):
    yield regression(rng)


def normalised_path(
    kernel, bias, x, y, rate, epochs, batch_size, training=True, moves=1, late=False
):
    """BatchNormalization (momentum ½, ε 0.01), then a dense layer, in float64."""
    w, b = kernel.astype("float64"), bias.astype("float64")
    gamma, beta, mean, variance = np.ones(3), np.zeros(3), np.zeros(3), np.ones(3)
    losses = []
    for _ in range(epochs):
        for at in range(0, len(x), batch_size):
            xs, ys = (part[at : at + batch_size].astype("float64") for part in (x, y))
            m, s = xs.mean(0), xs.var(0)
            x_hat, as_before = (xs - m) / np.sqrt(s + 0.01), (xs - mean) / np.sqrt(variance + 0.01)
            for _ in range(moves):
                mean, variance = (mean + m) / 2, (variance + s) / 2
            if late:  # the second pass comes after the one in training mode
                as_before = (xs - mean) / np.sqrt(variance + 0.01)
            e = (x_hat * gamma + beta) @ w + b - ys
            shown = e if training else (as_before * gamma + beta) @ w + b - ys
            losses.append((shown**2).mean())
            slope = 2 * e / e.size
            back = slope @ w.T
            g = (x_hat * gamma + beta).T @ slope, slope.sum(0), (back * x_hat).sum(0), back.sum(0)
            w, b = w - rate * g[0], b - rate * g[1]
            gamma, beta = gamma - rate * g[2], beta - rate * g[3]
    averages = [near(part, max(2, np.abs(part).max()), 2000) for part in (mean, variance)]
    return {"losses": to_1e_4(losses), "averages": averages}


@check(
    "keeps the loss of training mode, and leaves the averages of batch normalisation alone",
    wanted=normalised_path,
    slips=[
        *[
            Slip(
                "training_mode_off",
                "The loss is computed a second time, without training mode: batch normalisation uses "
                "old averages then. Keep the loss that fit computes.",
                lambda late=late, **inputs: normalised_path(**inputs, training=False, late=late),
            )
            for late in (False, True)
        ],
        Slip(
            "second_forward_pass",
            "The model runs a second time for every batch, so that the averages of batch normalisation "
            "move twice: keep the loss that fit computes.",
            lambda **inputs: normalised_path(**inputs, moves=2),
        ),
        ONE_LATE,
        *ERRORS,
    ],
)
def normalised(rng):
    yield regression(rng)
