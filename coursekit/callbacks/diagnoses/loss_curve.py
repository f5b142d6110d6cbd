"""What the loss itself tells: not a number, rising, swinging, flat, or turning on new data."""

import math

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis


def non_finite_loss(loss, epoch, batch):
    """Names a loss that is NaN or infinite."""
    if math.isfinite(loss):
        return None
    return Diagnosis(
        "non_finite_loss",
        f"The loss is {loss}. From here on every weight that it reaches is NaN as well.",
        "a tenth of the learning rate, global_clipnorm=1; look for NaN in the inputs, labels out "
        "of range, log(0) or a softmax written by hand (use a loss with from_logits=True).",
        epoch,
        batch,
    )


def diverging(mean, first, guess, epoch, batch):
    """Names a loss that has left the ground, while the epoch runs.

    Args:
        mean: mean loss of the epoch so far.
        first: the loss before the first step.
        guess: the loss of an answer that ignores the input; None if unknown.
        epoch, batch: where we are. The first few batches prove little by themselves.
    """
    start = max(first, guess or 0.0)
    if start <= 0 or not (4 if batch >= 8 else 100) * start <= mean < math.inf:
        return None
    return Diagnosis(
        "diverging",
        f"The mean loss of this epoch is {mean:.3g}, {mean / start:.2g} times that of an untrained "
        "network: each step lands further away than it started.",
        _SMALLER_STEPS,
        epoch,
        batch,
    )


def rising_again(losses, guess, epoch):
    """Names a loss that had been learned and is lost again (also called `diverging`).

    Args:
        losses: mean loss of every epoch so far.
        guess: the loss of an answer that ignores the input; None if unknown.
    """
    best = min(losses)
    if guess is None or losses[-1] < 0.5 * guess or losses[-1] < 2 * best:
        return None
    return Diagnosis(
        "diverging",
        f"The loss of the epoch rose to {losses[-1]:.3g}; it had been {best:.3g} in epoch "
        f"{losses.index(best) + 1}. A step was too large for the place where it was taken.",
        _SMALLER_STEPS,
        epoch,
    )


def oscillating(swing, guess, epoch):
    """Names a loss that jumps up and down with every step and gets nowhere.

    Args:
        swing: mean change, up or down, of the loss of the same samples from one batch to the next,
            measured in an epoch that brought no progress after one that brought none. (The batch
            losses themselves always differ, since the samples do.)
        guess: the loss of an answer that ignores the input.
    """
    if not swing >= 0.05 * guess:
        return None
    return Diagnosis(
        "oscillating",
        f"From one batch to the next the loss of the same samples jumps by {swing:.2g}, and from "
        "epoch to epoch it no longer falls: the steps go to and fro across the valley.",
        "a third of the learning rate; less momentum; a larger batch; a schedule that lowers the "
        "rate.",
        epoch,
    )


def stuck_at_guessing(losses, probe, guess, classes, epoch):
    """Names a training that stays where an answer that ignores the input would be.

    Args:
        losses: mean loss of every epoch so far, in the units of the training.
        probe: the plain loss of a few samples now.
        guess: the loss of an answer that ignores the input; None if unknown.
        classes: number of outputs, 1 for two classes; None for a regression.
    """
    if guess is None or len(losses) < 2 or not probe >= 0.95 * guess:
        return None
    # The last two steps from epoch to epoch: one alone may stand still by chance.
    falls = [losses[i] - losses[i + 1] for i in range(max(0, len(losses) - 3), len(losses) - 1)]
    if max(falls) > 0.004 * losses[-2] or min(falls) < -0.03 * losses[-2]:
        return None  # slow, but under way; or rising, which is another matter
    if classes is None:
        whom = f"An answer that is always the mean of the targets costs {guess:.3g}."
    elif math.isclose(guess, math.log(max(classes, 2)), rel_tol=1e-3):
        whom = f"Guessing among {max(classes, 2)} classes costs ln {max(classes, 2)} = {guess:.3g}."
    else:
        whom = f"An answer that knows only how frequent each class is costs {guess:.3g}."
    return Diagnosis(
        "stuck_at_guessing",
        f"The loss is {probe:.3g} and no longer falls. {whom} Nothing of the input is in the answer.",
        "a learning rate three or ten times larger, or smaller if the loss fell before. Then train "
        "on 32 samples only: a network that cannot learn even them by heart is built wrongly; one "
        "that can has labels which do not belong to its inputs (shuffled apart?).",
        epoch,
    )


def weights_stand_still(change, probe, guess, epoch):
    """Names an epoch that hardly moved a weight although there was much to learn.

    Args:
        change: the largest relative change of a layer's weights in this epoch.
        probe: the plain loss of a few samples now.
        guess: the loss of an answer that ignores the input; None if unknown.
    """
    if guess is None or not probe >= 0.9 * guess or not change < 1e-3:
        return None
    return Diagnosis(
        "weights_stand_still",
        f"In this epoch no layer's weights changed by more than {change:.1g} of their size, and the "
        f"loss ({probe:.3g}) is still that of guessing.",
        "a learning rate ten or a hundred times larger; a clipnorm that is not smaller than the "
        "gradient; layer.trainable = True and compile again, if layers were frozen.",
        epoch,
    )


def validation_turns(losses, validation, epoch):
    """Names a validation loss that has passed its minimum while the training loss falls on.

    Args:
        losses, validation: training and validation loss of every epoch so far.
    """
    if len(losses) != len(validation) or not all(map(math.isfinite, validation)):
        return None
    best = validation.index(min(validation))
    since = validation[best + 1 :]
    if (
        len(since) < 3
        or min(since) < 1.05 * validation[best]
        or since[-1] < 1.15 * validation[best]
    ):
        return None
    if losses[-1] > 0.9 * losses[best]:
        return None
    return Diagnosis(
        "validation_turns",
        f"The validation loss was lowest in epoch {best + 1} ({validation[best]:.3g}) and is now "
        f"{validation[-1]:.3g}, while the training loss went from {losses[best]:.3g} to "
        f"{losses[-1]:.3g}: the network learns its samples by heart.",
        "EarlyStopping(restore_best_weights=True), more or augmented data, dropout, weight decay, a "
        "smaller network.",
        epoch,
    )


_SMALLER_STEPS = (
    "a third or a tenth of the learning rate, from new weights; global_clipnorm=1; for Adam a "
    "warm-up. LearningRateFinder finds a rate to start from."
)
