import keras
import numpy as np
import pytest

from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.sharpness import Sharpness
from coursekit.hiker.stability import stability

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(20, 3)), RANDOM.integers(0, 3, 20)


def loss_of_a_tanh_network(theta):
    """3 → 4 tanh → 3 logits, softmax cross-entropy, in float64."""
    w, b, w_2, b_2 = np.split(theta, np.cumsum([12, 4, 12]))
    logits = np.tanh(X @ w.reshape(3, 4) + b) @ w_2.reshape(4, 3) + b_2
    return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(20), Y]).mean()


def hessian(function, theta, h=1e-4):
    """Second differences, entry by entry."""
    n, step = len(theta), h * np.eye(len(theta))

    def entry(i, j):
        signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        return sum(a * b * function(theta + a * step[i] + b * step[j]) for a, b in signs)

    return np.array([[entry(i, j) for j in range(n)] for i in range(n)]) / (4 * h**2)


def tanh_network():
    dense = keras.layers.Dense
    return LossAt(
        keras.Sequential([keras.Input((3,)), dense(4, activation="tanh"), dense(3)]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        (X.astype("float32"), Y),
    )


def test_is_the_largest_eigenvalue_of_the_hessian_written_out():
    sharpness = Sharpness(tanh_network(), tolerance=1e-4)
    for _ in range(4):
        theta = RANDOM.normal(size=31)
        eigenvalues = np.linalg.eigvalsh(hessian(loss_of_a_tanh_network, theta))
        assert sharpness(theta) == pytest.approx(eigenvalues[-1], rel=1e-3)


class Weighted(keras.losses.Loss):
    """The mean of y ŷ², which bends down where y is negative."""

    def call(self, y_true, y_pred):
        return keras.ops.mean(y_true * y_pred**2, axis=-1)


@pytest.mark.parametrize("weights, largest", [([-9, 4, 1], 4), ([-9, -4, -1], -1), ([3, 2, 1], 3)])
def test_a_larger_curvature_downwards_does_not_hide_it(weights, largest):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    data = np.eye(3, dtype="float32"), np.array(weights, "float32").reshape(3, 1)
    sharpness = Sharpness(LossAt(model, Weighted(), data), tolerance=1e-4)
    for theta in RANDOM.normal(size=(3, 3)):
        assert sharpness(theta) == pytest.approx(2 * largest / 3, rel=1e-3)


def test_of_a_parabola_stays_the_same_along_gradient_descent():
    x = RANDOM.normal(size=(30, 4)).astype("float32")
    y = RANDOM.normal(size=(30, 1)).astype("float32")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, use_bias=False)])
    w = model.get_weights()[0].astype(float)
    found = stability(model, keras.losses.MeanSquaredError(), (x, y), [0.05, 0.1], 20, every=5)
    largest = np.linalg.eigvalsh(2 * x.T @ x / 30)[-1]
    assert found.steps.tolist() == [0, 5, 10, 15, 20] and found.sharpness.shape == (2, 5)
    assert found.images == 30
    np.testing.assert_allclose(found.sharpness, largest, rtol=1e-2)
    losses = []
    for _ in range(21):
        losses.append(np.square(x @ w - y).mean())
        w -= 0.1 * 2 * x.T @ (x @ w - y) / 30
    np.testing.assert_allclose(found.losses[1], losses, rtol=1e-4)
