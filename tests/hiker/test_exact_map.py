import numpy as np
import pytest
import tensorflow as tf

from coursekit.data import digits
from coursekit.hiker.exact_map import SCALES, ExactMap


@pytest.fixture(scope="module")
def exact():
    return ExactMap()


def test_the_features_are_the_principal_components_of_all_images(exact):
    images, labels = (np.concatenate(part) for part in zip(*digits()))
    kept = (labels == 3) | (labels == 8)
    x = images[kept].reshape(-1, 64).astype(float)
    x -= x.mean(0)
    variances = np.linalg.eigvalsh(x.T @ x)[::-1][:2]  # another way than by an SVD
    np.testing.assert_allclose((exact.features**2).sum(0), variances, rtol=1e-6)
    np.testing.assert_allclose(exact.features[:, 0] @ exact.features[:, 1], 0, atol=1e-6)
    eights = exact.labels == 1
    assert eights.sum() == (labels == 8).sum() and len(eights) == 357
    assert (exact.features[eights].mean(0) > exact.features[~eights].mean(0)).all()


def test_gradient_and_hessian_are_the_derivatives_of_the_loss(exact):
    w = tf.Variable([2.0, -1.5])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = exact.function(w[0], w[1])
        gradient = inner.gradient(loss, w)
    np.testing.assert_allclose(gradient, exact.gradient(2.0, -1.5), rtol=1e-4)
    xx, xy, yy = exact.hessian(2.0, -1.5)
    np.testing.assert_allclose(outer.jacobian(gradient, w), [[xx, xy], [xy, yy]], rtol=1e-4)
    np.testing.assert_allclose(loss, exact.heights(2.0, -1.5), rtol=1e-6)


def test_a_batch_is_measured_and_differentiated_on_its_rows(exact):
    rows = np.array([3, 200, 17])
    z, t = exact.features[rows] @ (2.0, -1.5), exact.labels[rows]
    p = 1 / (1 + np.exp(-z))
    want = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    np.testing.assert_allclose(exact.function(2.0, -1.5, rows), want, rtol=1e-5)
    np.testing.assert_allclose(exact.gradient(2.0, -1.5, rows), (p - t) @ exact.features[rows] / 3)


def test_at_the_minimum_the_ground_is_level(exact):
    np.testing.assert_allclose(exact.gradient(*exact.minima[0]), 0, atol=1e-12)
    correct = np.mean((exact.features @ exact.minima[0] > 0) == exact.labels)
    assert correct == pytest.approx(0.966, abs=5e-4)


def test_a_scaled_feature_only_stretches_the_map(exact):
    ravine = ExactMap(scale=0.2)
    np.testing.assert_allclose(ravine.minima[0], np.multiply(exact.minima[0], [1, 5]), rtol=1e-6)
    assert ravine.lowest == pytest.approx(exact.lowest)
    wide, narrow = (np.divide(*reversed(m.curvatures(0, 0))) for m in (ravine, exact))
    assert wide > 10 * narrow


def test_batches_go_through_all_images_before_any_comes_again(exact):
    batches = exact.batches(size=100, steps=10, seed=1)
    assert batches.shape == (10, 100)
    assert sorted(batches.ravel()[:357]) == list(range(357))
    assert sorted(batches.ravel()[357:714]) == list(range(357))
    assert not np.array_equal(batches, exact.batches(100, 10, seed=2))
    np.testing.assert_array_equal(batches, exact.batches(100, 10, seed=1))


def test_errors_say_what_came(exact):
    with pytest.raises(ValueError, match="from 1 to 357 images; got 358"):
        exact.batches(358, 1)
    with pytest.raises(ValueError, match="from 0.001 to 1000; got 0"):
        ExactMap(scale=0)


@pytest.mark.parametrize("scale", SCALES)
def test_at_the_limits_of_its_scale_the_minimum_is_the_same_classifier(exact, scale):
    place = ExactMap(scale)
    assert place.lowest == pytest.approx(exact.lowest, rel=1e-9)
    (x, y), (u, v) = place.minima[0], exact.minima[0]
    assert (x, scale * y) == pytest.approx((u, v), rel=1e-6)
