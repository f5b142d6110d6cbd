"""The shape of the minima: round where each training ended, on a scale that can be compared."""

import numpy as np

from coursekit.hiker.filter_normalised import filter_normalised_slice
from coursekit.hiker.grid import losses_on_grid
from coursekit.hiker.measured import Minima
from coursekit.hiker.sharpness import Sharpness


def minima(loss_at, names, walks, size=25, reach=1.0, seed=0, tell=None):
    """Cuts a filter-normalised random slice through the end of each training that stayed in numbers.

    One that diverged has not ended anywhere, and is left out.

    Args:
        loss_at: a `coursekit.hiker.loss_at.LossAt`, on the images of the walks.
        names: of the hikers.
        walks: a list of `coursekit.hiker.trajectories.Trajectory`.
        size: points along each side, at least 2; odd, to hold the end itself.
        reach: how far the slice goes to each side, in lengths of the filters.
        seed: decides the random numbers, the same for all.
        tell: called after each row of a grid, with nothing; or None.

    Returns:
        A `Minima`, of at least one training: `joint_map` has refused them all otherwise.
    """
    ended = [(name, walk) for name, walk in zip(names, walks) if not walk.diverged]
    names, walks = zip(*ended)
    steps = np.linspace(-reach, reach, size)
    sharpness = Sharpness(loss_at, seed)
    grids, found = [], []
    for walk in walks:
        weights = loss_at.split(walk.weights[-1])
        around = filter_normalised_slice(weights, seed)
        grids.append(losses_on_grid(loss_at, around, steps, steps, tell))
        found.append(sharpness(walk.weights[-1]))
    losses = np.array([walk.losses[-1] for walk in walks])
    return Minima(np.array(names), steps, np.stack(grids), losses, np.array(found))
