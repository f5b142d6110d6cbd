import numpy as np
import pytest
import tensorflow as tf

from coursekit.hiker.surfaces import SURFACES

EACH = pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))


@EACH
def test_the_minima_are_level_points_at_the_lowest_height_with_curvature_upwards(surface):
    for minimum in surface.minima:
        x, y = (tf.Variable(value, dtype=tf.float64) for value in minimum)
        with tf.GradientTape() as tape:
            height = surface.function(x, y)
        assert float(height) == pytest.approx(surface.lowest, abs=1e-12)
        np.testing.assert_allclose(tape.gradient(height, [x, y]), 0, atol=1e-10)
        assert surface.curvatures(*minimum)[0] > 0


@EACH
def test_no_point_of_the_map_is_lower_than_the_minimum(surface):
    x, y = np.meshgrid(*(np.linspace(*limit, 201) for limit in surface.limits))
    assert surface.heights(x, y).min() >= surface.lowest - 1e-12


@EACH
def test_the_hessian_is_the_second_derivative(surface):
    for point in ((0.7, -1.3), (-1.1, 0.4)):
        w = tf.Variable(point, dtype=tf.float64)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                height = surface.function(w[0], w[1])
            gradient = inner.gradient(height, w)
        want = outer.jacobian(gradient, w).numpy()
        xx, xy, yy = surface.hessian(*point)
        np.testing.assert_allclose([[xx, xy], [xy, yy]], want, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(surface.curvatures(*point), np.linalg.eigvalsh(want), rtol=1e-10)


@EACH
def test_start_and_minima_lie_on_the_map(surface):
    for point in (surface.start, *surface.minima):
        for value, (low, high) in zip(point, surface.limits):
            assert low < value < high


def test_between_the_minima_of_the_saddle_the_ground_is_level_and_no_minimum():
    smaller, larger = SURFACES["saddle"].curvatures(0.0, 0.0)
    assert (smaller, larger) == (-1.0, 1.0)
