"""The loss on a grid of points of a plane: the map."""

import numpy as np


def axes_around(points, size=41, margin=0.15, shorter=0.0):
    """The coordinates of a grid that holds all points, with some margin round them.

    Args:
        points: (n, 2), finite.
        size: points along each side, at least 2.
        margin: as a share of the longer side of what holds the points.
        shorter: how long the shorter side of the grid is at least, as a share of the longer one.

    Returns:
        The pair x, y of arrays (size,), growing.

    Example:
        >>> x, y = axes_around([[0, 0], [10, 5]], size=3, margin=0.1)
        >>> x.tolist(), y.tolist()
        ([-1.0, 5.0, 11.0], [-1.0, 2.5, 6.0])
    """
    points = np.asarray(points, float)
    low, high = points.min(axis=0), points.max(axis=0)
    sides = high - low + 2 * margin * (high - low).max()
    sides = np.maximum(sides, shorter * sides.max())
    x, y = (np.linspace(m - s / 2, m + s / 2, size) for m, s in zip((low + high) / 2, sides))
    return x, y


def losses_on_grid(loss_at, plane, x, y, tell=None):
    """The loss at every point of a grid on the plane.

    Args:
        loss_at: a function from (n, parameters) to the losses (n,): a `coursekit.hiker.loss_at.LossAt`.
        plane: a `coursekit.hiker.plane.Plane`.
        x, y: coordinates of the grid, along the plane's first and second direction.
        tell: called after each row of the grid, with nothing; or None.

    Returns:
        (len(y), len(x)); a row is a value of y.

    Example:
        >>> from coursekit.hiker.plane import Plane
        >>> plane = Plane(np.zeros(3), np.eye(3)[:2], np.ones(2) / 2)
        >>> bowl = lambda theta: (theta**2).sum(axis=1)
        >>> losses_on_grid(bowl, plane, [0, 1, 2], [0, 3]).tolist()
        [[0.0, 1.0, 4.0], [9.0, 10.0, 13.0]]
    """
    rows = []
    for height in y:
        rows.append(loss_at(plane.lift([(across, height) for across in x])))
        if tell:
            tell()
    return np.stack(rows)
