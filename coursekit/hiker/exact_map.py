"""An exact map: a real loss that has two weights only, so that nothing of it is hidden."""

import numpy as np
from keras import ops

from coursekit.data import digits, two_classes
from coursekit.hiker.surfaces import eigenvalues

SCALES = 1e-3, 1e3  # beyond them single precision has too few digits for one weight or the other


class ExactMap:
    """Logistic regression with two weights: is the digit an 8 or a 3?

        u = two features: the first two principal components of all images of both digits, centred,
            (n, 2); each points from the 3s to the 8s
        u₂ ← scale · u₂
        z = w₁ u₁ + w₂ u₂
        L(w₁, w₂) = mean of  log(1 + exp z) − t z,   t = 1 for an 8, 0 for a 3

    There are no other weights: the map is the loss, and no projection of it. With a small `scale`
    the round bowl becomes a ravine, as it does for anybody who does not normalise the inputs.

    Args:
        scale: what the second feature is multiplied by, from 0.001 to 1000.

    It has the attributes of a `Surface`, and

        features: u, (357, 2), float64.
        labels: t, (357,), float64.

    Raises:
        ValueError: the scale is none of these.

    Example:
        >>> map = ExactMap()
        >>> len(map.labels), [round(w, 1) for w in map.minima[0]], round(map.lowest, 3)
        (357, [6.6, 3.0], 0.098)
        >>> [round(curvature, 3) for curvature in map.curvatures(0.0, 0.0)]
        [0.095, 0.206]

    Source: Cox (1958), "The Regression Analysis of Binary Sequences"; the digits as in
    `coursekit.data.digits`.
    """

    name = "digits"
    axes = ("weight of the first feature", "weight of the second feature")

    def __init__(self, scale=1.0):
        low, high = SCALES
        if not low <= scale <= high:
            raise ValueError(
                f"The second feature is multiplied by a number from {low:g} to {high:g}; got {scale:g}. "
                "1 leaves it as it is, 0.2 makes a ravine."
            )
        self.difficulty = (
            "3 against 8, a real loss" if scale == 1 else f"second feature × {scale:g}"
        )
        images, labels = (np.concatenate(part) for part in zip(*two_classes(digits(), 3, 8)))
        self.labels = labels.ravel().astype(float)
        self.features = components(images.reshape(len(images), -1), self.labels) * [1.0, scale]
        self.minima = (self._minimum(),)
        self.lowest = float(np.mean(self._losses(*self.minima[0])))
        self.start = (-6.0, 6.0 / scale)
        self.limits = ((-9.0, 15.0), (-7.0 / scale, 11.0 / scale))
        self.rates = {"sgd": 6.0, "momentum": 0.1, "rmsprop": 0.2, "adam": 0.5}
        self.source = self.__doc__.partition("Source: ")[2].strip()

    def function(self, x, y, rows=None):
        """L at one point, of all images or of the rows of a batch; numbers or tensors."""
        u, t = ops.cast(self.features, "float32"), ops.cast(self.labels, "float32")
        if rows is not None:
            u, t = ops.take(u, rows, axis=0), ops.take(t, rows)
        z = x * u[:, 0] + y * u[:, 1]
        return ops.mean(ops.softplus(z) - t * z)

    def heights(self, x, y):
        """L at many points, in NumPy and float64; what overflows is inf or nan.

        Shapes:
            x, y: any, the same → that.
        """
        with np.errstate(all="ignore"):
            return np.vectorize(lambda *point: np.mean(self._losses(*point)), otypes=[float])(x, y)

    def gradient(self, x, y, rows=slice(None)):
        """(∂L/∂w₁, ∂L/∂w₂) = mean of (σ(z) − t) u, of all images or of the rows of a batch."""
        u, t = self.features[rows], self.labels[rows]
        return tuple((u * (sigmoid(u @ (x, y)) - t)[:, None]).mean(0).tolist())

    def hessian(self, x, y):
        """L_xx, L_xy, L_yy: the mean of σ(z) (1 − σ(z)) u uᵀ."""
        share = sigmoid(self.features @ (x, y))
        h = (self.features.T * (share * (1 - share))) @ self.features / len(self.features)
        return float(h[0, 0]), float(h[0, 1]), float(h[1, 1])

    def curvatures(self, x, y):
        """The two eigenvalues of the Hessian at a point, the smaller first."""
        return eigenvalues(*self.hessian(x, y))

    def batches(self, size, steps, seed=0):
        """Row numbers for every step: all images in a new random order, epoch after epoch.

        A batch may reach from one epoch into the next, so that all have one size.

        Args:
            size: images per batch, from 1 to all of them.
            steps: how many batches.
            seed: a whole number ≥ 0.

        Shapes:
            → (steps, size), int.

        Raises:
            ValueError: a size or a seed that there is not.
        """
        n = len(self.labels)
        if not 1 <= size <= n:
            raise ValueError(f"A batch has from 1 to {n} images; got {size}.")
        if seed < 0:
            raise ValueError(f"seed is a whole number of at least 0; got {seed}.")
        random = np.random.default_rng(seed)
        epochs = -(-steps * size // n)
        order = np.concatenate([random.permutation(n) for _ in range(epochs)])
        return order[: steps * size].reshape(steps, size)

    def _losses(self, x, y):
        z = self.features @ (x, y)
        return np.logaddexp(0, z) - self.labels * z

    def _minimum(self):
        """Newton's method; the loss is convex, and twenty steps from 0 are more than enough."""
        w = np.zeros(2)
        for _ in range(20):
            xx, xy, yy = self.hessian(*w)
            w = w - np.linalg.solve([[xx, xy], [xy, yy]], self.gradient(*w))
        return float(w[0]), float(w[1])


def components(samples, labels):
    """The first two principal components of samples, each turned to where the labels are 1.

        X − mean = U S Vᵀ,   u = (X − mean) V

    Shapes:
        samples: (n, features) → (n, 2), float64.

    Source: Pearson (1901), "On Lines and Planes of Closest Fit to Systems of Points in Space".
    """
    centred = np.asarray(samples, float) - np.mean(samples, axis=0, dtype=float)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
    u = centred @ directions.T
    return u * np.sign((labels - labels.mean()) @ u)  # a direction has no sign of its own


def sigmoid(z):
    """1 / (1 + exp(−z)), without overflow."""
    return np.exp(-np.logaddexp(0, -z))
