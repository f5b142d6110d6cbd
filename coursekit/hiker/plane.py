"""The plane through weight space that shows most of where several trainings went."""

from typing import NamedTuple

import numpy as np


class Plane(NamedTuple):
    """A plane in weight space.

    Args:
        origin: (parameters,): where the coordinates are (0, 0).
        directions: (2, parameters): orthonormal, so that distances on the map are distances.
        shares: (2,): the share of the movement along each direction.
    """

    origin: np.ndarray
    directions: np.ndarray
    shares: np.ndarray

    def project(self, weights):
        """The nearest points of the plane: (n, parameters) → coordinates (n, 2)."""
        return (np.asarray(weights, float) - self.origin) @ self.directions.T

    def lift(self, points):
        """The weights at these coordinates: (n, 2) → (n, parameters)."""
        return self.origin + np.asarray(points, float) @ self.directions

    def off(self, weights):
        """How much of the way from the origin is not seen: 0 on the plane, 1 straight out of it.

            off(θ) = |θ − its nearest point of the plane| / |θ − origin|

        Shapes:
            (n, parameters) → (n,); 0 at the origin itself.
        """
        way = np.asarray(weights, float) - self.origin
        squares = np.square(way).sum(axis=1)
        seen = np.square(way @ self.directions.T).sum(axis=1)
        hidden = np.clip(squares - seen, 0, None)
        return np.sqrt(np.divide(hidden, squares, out=np.zeros_like(hidden), where=squares > 0))


def joint_plane(paths, origin=None):
    """The plane through the start that shows most of the movement of all paths together.

        D = rows θ_t − origin, of all paths
        directions = the first two right singular vectors of D
        shares = σ₁² / Σσ², σ₂² / Σσ²

    D has a row per step and a column per weight, so the singular vectors are taken from the small
    matrix D Dᵀ: if D Dᵀ u = σ² u, then v = Dᵀ u / σ. The signs are such that the first path ends
    at the upper right.

    Args:
        paths: arrays (steps + 1, parameters), each at least one step long, finite.
        origin: (parameters,); by default the start of the first path.

    Returns:
        A `Plane`.

    Raises:
        ValueError: there is no path, a number is not finite, or they move in less than two
            dimensions.

    Example:
        >>> path = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [2.0, 1.0, 0.0]])
        >>> plane = joint_plane([path])
        >>> np.allclose(plane.lift(plane.project(path)), path), plane.shares.sum().round(6)
        (True, np.float64(1.0))

    Source: Li, Xu, Taylor, Studer & Goldstein (2018), "Visualizing the Loss Landscape of Neural
    Nets", section 7, for one path; Sirovich (1987), "Turbulence and the Dynamics of Coherent
    Structures", for the small matrix.
    """
    if not len(paths):
        raise ValueError("A plane needs at least one path to show; got none.")
    origin = np.asarray(paths[0][0] if origin is None else origin, float)
    moves = np.concatenate([np.asarray(path, float) - origin for path in paths])
    if not np.isfinite(moves).all():
        raise ValueError(
            "A plane is laid through finite weights; got a path that leaves all numbers. Cut it "
            "before that, as coursekit.hiker.trajectories does."
        )
    squares, left = np.linalg.eigh(moves @ moves.T)
    squares, left = squares[::-1], left[:, ::-1]  # largest first
    if len(squares) < 2 or squares[1] <= 1e-12 * squares[0]:
        raise ValueError(
            "A plane needs paths that move in two dimensions or more; these stay on a line. Take "
            "more steps, or another path beside it."
        )
    directions = (left[:, :2].T @ moves) / np.sqrt(squares[:2, np.newaxis])
    ends = (paths[0][-1] - origin) @ directions.T
    directions *= np.where(ends < 0, -1.0, 1.0)[:, np.newaxis]
    return Plane(origin, directions, squares[:2] / np.square(moves).sum())
