"""Sharpness: the largest eigenvalue of the loss's Hessian, without the Hessian."""

import numpy as np
import tensorflow as tf


class Sharpness:
    """Gives the largest curvature of the loss at given weights, by the Lanczos method.

        β q_next = H q − α q − β q_before,   α = qᵀ H q,   from a random q on
        λ = largest eigenvalue of the small matrix with α on the diagonal and β beside it
        until |H v − λ v| ≤ tolerance · |λ|

    H q is the gradient of gᵀq, where g is the gradient: two backward passes, and no large matrix.
    (The power iteration q ← H q / |H q| finds the eigenvalue farthest from zero, be it a negative
    one; begun where it ended a few steps of training before, it stays with that direction when
    another has become steeper. The small matrix knows both ends, from as few passes.)

    Gradient descent with the learning rate α shrinks an error along v only while λ < 2/α.

    Args:
        loss_at: a `coursekit.hiker.loss_at.LossAt`.
        seed: decides the first direction, the same in every call.
        tolerance: how near, relative to λ; > 0.
        passes: H q is computed at most so often in a call.

    Shapes:
        θ: (parameters,) → a float.

    Example:
        >>> import keras
        >>> from coursekit.hiker.loss_at import LossAt
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
        >>> data = np.diag([1.0, 3.0]).astype("float32"), np.zeros((2, 1), "float32")
        >>> sharpness = Sharpness(LossAt(model, keras.losses.MeanSquaredError(), data))
        >>> round(sharpness([0.5, 0.5]), 3)  # the loss is (θ₁² + 9 θ₂²) / 2
        9.0

    Source: Lanczos (1950), "An Iteration Method for the Solution of the Eigenvalue Problem";
    Pearlmutter (1994), "Fast Exact Multiplication by the Hessian", for H q; Cohen, Kaur, Li, Kolter
    & Talwalkar (2021), "Gradient Descent on Neural Networks Typically Occurs at the Edge of
    Stability".
    """

    def __init__(self, loss_at, seed=0, tolerance=1e-2, passes=60):
        self.loss_at, self.tolerance = loss_at, tolerance
        parameters = sum(loss_at.sizes)
        self.passes = min(passes, parameters)
        first = np.random.default_rng(seed).normal(size=parameters)
        self.first = tf.constant(first / np.linalg.norm(first), tf.float32)
        row = tf.TensorSpec((parameters,), tf.float32)
        self._product = tf.function(
            self._hessian_times, input_signature=[row, row], autograph=False
        )

    def __call__(self, theta):
        theta = tf.constant(np.asarray(theta, "float32"))
        directions = [self.first]
        small = np.zeros((self.passes + 1, self.passes + 1))
        for k in range(self.passes):
            rest = self._product(theta, directions[k])
            small[k, k] = tf.tensordot(directions[k], rest, 1)
            basis = tf.stack(directions)
            for _ in range(2):  # against all before, and twice, since rounding brings them back
                along = tf.linalg.matvec(basis, rest)
                rest -= tf.linalg.matvec(basis, along, transpose_a=True)
            length = float(tf.norm(rest))
            values, vectors = np.linalg.eigh(small[: k + 1, : k + 1])
            if length * abs(vectors[-1, -1]) <= self.tolerance * abs(values[-1]):
                break
            small[k, k + 1] = small[k + 1, k] = length
            directions.append(rest / length)
        return float(values[-1])

    def _hessian_times(self, theta, q):
        with tf.GradientTape() as outer:
            outer.watch(theta)
            with tf.GradientTape() as inner:
                inner.watch(theta)
                loss = self.loss_at.of_one(theta)
            slope = tf.tensordot(inner.gradient(loss, theta), q, 1)
        return outer.gradient(slope, theta)
