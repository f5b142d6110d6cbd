"""The joint map: several trainings from one start, on the plane that shows most of them."""

import numpy as np

from coursekit.hiker.grid import axes_around, losses_on_grid
from coursekit.hiker.hikers import by_optimizer
from coursekit.hiker.measured import JointMap
from coursekit.hiker.plane import joint_plane
from coursekit.hiker.trajectories import trajectories

LEARNT = 0.9  # a training has learnt if it ends below this share of the loss that it began with


def walk(model, loss, everybody, data, images, epochs=5, seed=0, tell=None):
    """The trajectory of each hiker, in their order, all from the model's weights.

    Args:
        model: a built Keras model; left as it is.
        loss: a Keras loss object.
        everybody: a list of `coursekit.hiker.hikers.Hiker`.
        data: (x, y) arrays to train on.
        images: (x, y) arrays that the loss is measured on.
        epochs: a whole number of at least 1.
        seed: decides the order of the batches.
        tell: called after each training, with nothing; or None.
    """
    found = {}
    for group in by_optimizer(everybody):
        optimizer, rates = group[0].contender.make(), [hiker.rate for hiker in group]
        walks = trajectories(model, loss, optimizer, data, images, rates, epochs, seed=seed)
        for hiker, trajectory in zip(group, walks):
            found[hiker.name] = trajectory
            if tell:
                tell()
    return [found[hiker.name] for hiker in everybody]


def joint_map(loss_at, names, walks, size=41, tell=None):
    """Lays the plane, measures the loss on it, and puts every path on it.

    Args:
        loss_at: a `coursekit.hiker.loss_at.LossAt`, on the images of the walks.
        names: of the hikers.
        walks: a list of `coursekit.hiker.trajectories.Trajectory`, from one start.
        size: points along each side of the grid.
        tell: called after each row of the grid, with nothing; or None.

    Returns:
        A `JointMap`.

    Raises:
        ValueError: no training has learnt anything, so that there is nothing to lay a plane through.
    """
    fitted = who_got_down(names, walks)
    plane = joint_plane([walk.weights for walk, learnt in zip(walks, fitted) if learnt])
    points = [plane.project(walk.weights) for walk in walks]
    off = [plane.off(walk.weights) for walk in walks]
    map_losses = [loss_at(plane.lift(each)) for each in points]
    shown = np.concatenate([each for each, learnt in zip(points, fitted) if learnt])
    x, y = axes_around(shown, size, shorter=0.75)
    grid = losses_on_grid(loss_at, plane, x, y, tell)
    moved = np.array([np.square(walk.weights - plane.origin).sum() for walk in walks])
    seen = np.array([np.square(each).sum() for each in points])
    nothing = np.full_like(seen, np.nan)
    steps = max(len(walk.losses) for walk in walks)

    def padded(arrays):
        return np.stack([_padded(array, steps) for array in arrays])

    return JointMap(
        np.array(names),
        padded(points),
        padded(off),
        padded([walk.losses for walk in walks]),
        padded(map_losses),
        np.array(fitted),
        moved,
        np.divide(seen, moved, out=nothing, where=moved > 0),
        plane.shares,
        x,
        y,
        grid,
    )


def who_got_down(names, walks):
    """Whether each training made at least half of the best one's way down, on a scale of log loss.

    Only their paths decide about the plane: one that explodes goes so far that nothing else of the
    movement would be left to see.

    Raises:
        ValueError: none ends below 90 % of the loss that it began with.
    """
    ends = [np.inf if walk.diverged else walk.losses[-1] for walk in walks]
    start, best = walks[0].losses[0], min(ends)
    if best > LEARNT * start:
        raise ValueError(
            f"A map needs at least one training that learns something; of {', '.join(names)} none "
            f"ends below {LEARNT:.0%} of the loss that it begins with. Take another learning rate, "
            "as in adam:0.003, or more epochs."
        )
    return [end <= np.sqrt(start * best) for end in ends]


def _padded(array, length):
    rest = np.full((length - len(array), *array.shape[1:]), np.nan)
    return np.concatenate([array, rest])
