"""Sharpness along gradient descent on all images of the map at once: it rises to 2 / learning rate."""

import numpy as np

from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.measured import Stability
from coursekit.hiker.sharpness import Sharpness
from coursekit.hiker.trajectories import trajectories
from coursekit.optimizers import SGD

RATES = 0.05, 0.1
STEPS, EVERY = 300, 10


def stability(model, loss, images, rates=RATES, steps=STEPS, every=EVERY, tell=None):
    """Descends with the gradient over all images, and measures the sharpness along the way.

    On a parabola of curvature λ, gradient descent is stable while α λ < 2. A network moves to where
    the curvature is larger, until that limit; there the loss begins to rise at some steps, and falls
    over many.

    Args:
        model: a built Keras model; left as it is.
        loss: a Keras loss object.
        images: (x, y) arrays: what is learnt and measured.
        rates: learning rates α > 0, at which it does not diverge.
        steps: of each run.
        every: so many steps apart the sharpness is measured.
        tell: called after each measurement, with nothing; or None.

    Returns:
        A `Stability`.

    Source: Cohen, Kaur, Li, Kolter & Talwalkar (2021), "Gradient Descent on Neural Networks
    Typically Occurs at the Edge of Stability".
    """
    sharpness = Sharpness(LossAt(model, loss, images))
    runs = trajectories(
        model, loss, SGD(), images, images, rates, epochs=steps, batch_size=len(images[0])
    )
    found, losses = [], []
    for run in runs:
        own = []
        for weights in run.weights[::every]:
            own.append(sharpness(weights))
            if tell:
                tell()
        found.append(own)
        losses.append(run.losses)
    return Stability(
        np.array(rates),
        np.arange(0, steps + 1, every),
        np.array(found),
        np.array(losses),
        np.array(len(images[0])),
    )
