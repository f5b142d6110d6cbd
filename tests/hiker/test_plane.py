import numpy as np
import pytest

from coursekit.hiker.plane import Plane, joint_plane

RANDOM = np.random.default_rng(0)


def wander(steps, parameters=200):
    """A path that moves in every dimension, in some more than in others."""
    return np.cumsum(RANDOM.normal(size=(steps, parameters)) / np.arange(1, parameters + 1), axis=0)


START = RANDOM.normal(size=200)
PATHS = [np.concatenate([[START], START + wander(steps)]) for steps in (30, 12)]


def test_is_spanned_by_the_first_two_singular_vectors():
    plane = joint_plane(PATHS)
    _, sigma, right = np.linalg.svd(np.concatenate(PATHS) - START, full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.directions @ right[:2].T), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(plane.shares, sigma[:2] ** 2 / (sigma**2).sum(), rtol=1e-9)


def test_is_orthonormal_and_the_first_path_ends_at_the_upper_right():
    plane = joint_plane(PATHS)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-9)
    assert (plane.project(PATHS[0][-1:]) > 0).all()
    np.testing.assert_allclose(plane.project(PATHS[0][:1]), 0, atol=1e-12)


def test_projects_to_the_nearest_point_of_the_plane():
    plane = joint_plane(PATHS)
    weights = PATHS[1]
    nearest, *_ = np.linalg.lstsq(plane.directions.T, (weights - START).T)
    np.testing.assert_allclose(plane.project(weights), nearest.T, atol=1e-9)
    np.testing.assert_allclose(plane.project(plane.lift(nearest.T)), nearest.T, atol=1e-9)


def test_no_other_plane_through_the_start_shows_more():
    plane, moves = joint_plane(PATHS), np.concatenate(PATHS) - START
    for _ in range(50):
        other, _ = np.linalg.qr(RANDOM.normal(size=(200, 2)))
        seen = np.square(moves @ other).sum() / np.square(moves).sum()
        assert seen < plane.shares.sum()


def test_off_is_the_sine_of_the_angle_to_the_plane():
    plane = Plane(np.zeros(3), np.eye(3)[:2], np.ones(2) / 2)
    weights = [[0, 0, 0], [1, 2, 0], [0, 0, -5], [3, 0, 4]]
    np.testing.assert_allclose(plane.off(weights), [0, 0, 1, 0.8])


@pytest.mark.parametrize(
    "paths, says",
    [
        ([], "at least one path.*got none"),
        ([np.outer(np.arange(4), [1.0, 2.0, 3.0])], "stay on a line"),
        ([np.array([[0.0, 0], [1, np.inf]])], "finite weights.*leaves all numbers"),
    ],
)
def test_says_why_there_is_no_plane(paths, says):
    with pytest.raises(ValueError, match=says):
        joint_plane(paths)
