"""The hiker: a map of the loss with the path of a training on it.

After: verdicts

The idea. All weights of a network, one after the other, are one long vector; a training is a path of
such vectors. A sheet of paper has two directions. The best two are those along which the path moves
most, its first two principal components: with the mean subtracted, the path's matrix is U S Vᵀ, the rows
of Vᵀ are the directions, and S² says how much of the movement each of them shows.

    origin = mean of the path
    path − origin = U S Vᵀ,    d1, d2 = first two rows of Vᵀ
    explained = (S₁², S₂²) / Σ S²
    map[i, j] = loss at the weights origin + a[i] d1 + b[j] d2

The trap. The path lies beside the map, not on it: what the other thousands of directions do is not
drawn. And a random walk in many dimensions already shows three quarters of its movement in two
components: a high share proves nothing.

Write two functions. `pca_plane(trajectory)` gets an array (steps, weights) and returns (origin, d1, d2,
explained): three vectors of the length of the weights, and the two shares. `loss_surface(model, loss_fn,
images, labels, origin, d1, d2, a, b)` returns an array (len(a), len(b)) of losses, measured as
`model.evaluate` would, with the weights in the order of `model.get_weights()`, flattened one after the
other; afterwards the model is as it was.

By hand: the path (0, 0), (2, 0), (4, 0) has the origin (2, 0), the direction (1, 0) or (−1, 0), and the
shares (1, 0).

Source: Li et al. (2018), "Visualizing the Loss Landscape of Neural Nets"; on random walks Antognini &
Sohl-Dickstein (2018), "PCA of high dimensional random walks with comparison to neural network training".
"""

import numpy as np


def pca_plane(trajectory):
    """The plane in which a path moves most: (origin, d1, d2, explained)."""
    # BEGIN SOLUTION
    path = np.asarray(trajectory, "float64")
    origin = path.mean(axis=0)
    _, s, directions = np.linalg.svd(path - origin, full_matrices=False)
    return origin, directions[0], directions[1], s[:2] ** 2 / np.sum(s**2)
    # END SOLUTION


def loss_surface(model, loss_fn, images, labels, origin, d1, d2, a, b):
    """The loss at origin + a[i] d1 + b[j] d2: an array (len(a), len(b))."""
    # BEGIN SOLUTION
    before = model.get_weights()
    ends = np.cumsum([weight.size for weight in before])[:-1]
    surface = np.empty((len(a), len(b)))
    try:
        for i, along in enumerate(a):
            for j, across in enumerate(b):
                parts = np.split(origin + along * d1 + across * d2, ends)
                model.set_weights([p.reshape(w.shape) for p, w in zip(parts, before)])
                loss = loss_fn(labels, model(images, training=False))
                surface[i, j] = float(loss + sum(model.losses))
    finally:
        model.set_weights(before)
    return surface
    # END SOLUTION
