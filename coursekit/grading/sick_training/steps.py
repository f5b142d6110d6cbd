"""Whether the optimizer still makes its steps: for gradients that the key has drawn, one after the other."""

import numpy as np

from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training.trainings import always

# Sizes of gradients
CLIPPED = 1e4  # larger than any clipping lets through
NOT_CLIPPED = 1e-8  # smaller than any limit, where clipping is allowed
USUAL = 1e-4  # elsewhere: Adam's ε would count beside the root of a smaller one
CLIPS = {"clipnorm", "clipvalue", "global_clipnorm"}


def keeps_steps(optimizer, clips=False, rates=None, count=190, compiles=False, slips=()):
    """The optimizer makes the steps that it made when it was handed out.

    Args:
        optimizer: function of gradients (steps, weights) that gives the steps of a rate of 1, and the
            rate: what `sgd` and `adam` make.
        clips: whether large gradients may be clipped.
        rates: function of the rates that were found, one for each step, that gives True or what is
            wrong with them; by default all must be the rate of the optimizer.
        count: how many steps there are; 190 of five epochs in batches of 32.
        compiles: whether `make` compiles the model, as handed out, so that nobody does so afterwards with the
            optimizer that it returns.
        slips: those that show in the steps.
    """
    unit_steps, rate, words = optimizer

    def constant(found):
        off = np.abs(found / rate - 1) > 0.01
        return not off.any() or (
            f"in step {int(off.argmax()) + 1} its learning rate is {found[off.argmax()]:.4g}, and "
            f"{rate:g} was handed out"
        )

    def test(answer, gradients):
        unit = unit_steps(gradients.astype("float64"))
        steps = answer["steps"].astype("float64")
        found = (steps * unit).sum(axis=1) / (unit**2).sum(axis=1)
        small = slice(None, count)
        apart = np.linalg.norm(steps - found[:, None] * unit, axis=1)
        if (apart > 0.02 * np.linalg.norm(steps, axis=1) + 1e-12)[small].any():
            return f"its steps are not those of {words}"
        fits = (rates or constant)(found[small])
        if isinstance(fits, str):
            return fits
        for name, value in answer["settings"].items():
            if value and not (clips and name in CLIPS):
                return f"it has {name}={True if name == 'use_ema' else f'{value:g}'}"
        if not answer["returned"] and not compiles:
            return "make() returns none, or another one than it has compiled the model with"
        if not clips and abs(found[-1] / found[count - 1] - 1) > 0.01:
            return "large gradients are cut"
        return True

    def cases(rng):
        size = NOT_CLIPPED if clips else USUAL
        gradients = size * rng.normal(size=(count + 1, 8))
        gradients[-1] *= CLIPPED / size
        yield {"seed": int(rng.integers(10_000)), "gradients": gradients.astype("float32")}

    may = "; clipping is allowed" if clips else ""
    stays = "Leave it as it was handed out."
    if rates:
        stays = f"It stays {words}; only the rate at the start may be lower."
    elif clips:
        stays = f"It stays {words}; what may be added is a limit to the gradient."
    return Check(
        "keeps_steps",
        f"keeps the optimizer, {words}{may}",
        cases,
        lambda seed, gradients: Holds(lambda answer: test(answer, gradients)),
        [
            *slips,
            Slip(
                "another_optimizer",
                f"The optimizer is not what was handed out: {{found}}. {stays}",
                shows=always,
            ),
        ],
        "steps",
    )


def limits_steps(steps_kept):
    """A gradient that is far too long is cut: its step is shorter than without a limit.

    Args:
        steps_kept: the check whose steps are looked at.
    """

    def test(answer, gradients):
        last, before = (
            np.linalg.norm(answer["steps"][at].astype("float64"))
            / np.linalg.norm(gradients[at].astype("float64"))
            for at in (-1, -2)
        )
        return not last > 0.5 * before or (
            f"a gradient of length {np.linalg.norm(gradients[-1]):,.0f} makes a step of length "
            f"{np.linalg.norm(answer['steps'][-1]):,.0f}"
        )

    return Check(
        "limits_steps",
        "cuts a gradient that is too long",
        steps_kept.cases,
        lambda seed, gradients: Holds(lambda answer: test(answer, gradients)),
        [
            Slip(
                "no_limit",
                "Nothing limits a step: {found}. Whatever the network is, cut the gradient.",
                shows=always,
            )
        ],
        steps_kept.question,
        steps_kept.name,
    )


def sgd(rate, momentum=0.0):
    """The steps of SGD, as Keras makes them, for `keeps_steps`."""

    def unit_steps(gradients):
        steps, velocity = [], np.zeros(gradients.shape[1])
        for gradient in gradients:
            velocity = momentum * velocity - gradient
            steps.append(velocity)
        return np.array(steps)

    with_momentum = f", momentum={momentum:g}" if momentum else ""
    return unit_steps, rate, f"SGD({rate:g}{with_momentum})"


def adam(rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    """The steps of Adam, for `keeps_steps`."""

    def unit_steps(gradients):
        steps, m, v, largest = [], 0.0, 0.0, 0.0
        for t, gradient in enumerate(gradients, 1):
            m = beta_1 * m + (1 - beta_1) * gradient
            v = beta_2 * v + (1 - beta_2) * gradient**2
            largest = np.maximum(largest, v) if amsgrad else v
            corrected = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            steps.append(-corrected * m / (np.sqrt(largest) + epsilon))
        return np.array(steps)

    others = f", beta_2={beta_2:g}" if beta_2 != 0.999 else ""
    others += ", amsgrad=True" if amsgrad else ""
    return unit_steps, rate, f"Adam({rate:g}{others})"
