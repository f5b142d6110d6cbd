"""Random directions that are as long, filter by filter, as the weights that they start from."""

from typing import NamedTuple

import numpy as np


class Slice(NamedTuple):
    """What two directions span; they need be neither orthogonal nor of length one.

    Args:
        origin: (parameters,): where the coordinates are (0, 0).
        directions: (2, parameters).
    """

    origin: np.ndarray
    directions: np.ndarray

    def lift(self, points):
        """The weights at these coordinates: (n, 2) → (n, parameters)."""
        return self.origin + np.asarray(points, float) @ self.directions


def filter_normalised_slice(weights, seed=0):
    """A random slice through a point, on a scale that is the same for all networks.

        d ~ N(0, 1)
        d_f ← d_f / |d_f| · |θ_f|    for every filter f

    A network with ReLU computes the same if one layer is doubled and the next one halved, but one
    step of the same length is then a larger or a smaller change. Measured in lengths of the
    filters, it is the same change. A filter is what makes one output: the kernel's part with one
    last index. Biases stay as they are (d = 0).

    Args:
        weights: the trainable weights at the point, a list of arrays as `model.get_weights()`.
        seed: decides the directions.

    Returns:
        A `Slice`.

    Example:
        >>> kernel, bias = np.array([[3.0, 0.0], [4.0, 2.0]]), np.ones(2)
        >>> along = filter_normalised_slice([kernel, bias]).directions[0]
        >>> np.linalg.norm(along[:4].reshape(2, 2), axis=0).round(6).tolist(), along[4:].tolist()
        ([5.0, 2.0], [0.0, 0.0])

    Source: Li, Xu, Taylor, Studer & Goldstein (2018), "Visualizing the Loss Landscape of Neural
    Nets", section 4.
    """
    random = np.random.default_rng(seed)
    directions = [[_direction(weight, random) for weight in weights] for _ in range(2)]
    return Slice(_in_one_row(weights), np.stack([_in_one_row(each) for each in directions]))


def _direction(weight, random):
    weight = np.asarray(weight, float)
    if weight.ndim < 2:
        return np.zeros_like(weight)
    d = random.normal(size=weight.shape)
    inputs = tuple(range(weight.ndim - 1))
    length, wanted = (np.sqrt(np.square(a).sum(inputs, keepdims=True)) for a in (d, weight))
    return d / length * wanted


def _in_one_row(weights):
    return np.concatenate([np.ravel(weight) for weight in weights])
