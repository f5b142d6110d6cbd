"""The small CNN's walks for the page, on the plane that shows most of them."""

import keras
import numpy as np

from coursekit.data import digits
from coursekit.hiker.grid import axes_around, losses_on_grid
from coursekit.hiker.hikers import RATES as BEST
from coursekit.hiker.hikers import Hiker
from coursekit.hiker.joint_map import walk
from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.page.references import rounded
from coursekit.hiker.plane import joint_plane
from coursekit.lab.contenders import CONTENDERS
from coursekit.models import mini_cnn
from coursekit.plots.landscape import off_the_map

WALKERS = [Hiker(CONTENDERS[key], rate) for key in BEST for rate in CONTENDERS[key].rates]
IMAGES = 256  # on which the loss is measured
SIZE = 41  # points along each side of the map


def network(tell, walkers=WALKERS, epochs=5, size=SIZE):
    """Trains the small CNN with four optimizers at every rate of the lab, and lays out the map.

    The plane is laid through the walks of the four at the best rate that the lab finds for each. With
    all of them it would show those that go far, and little of those that go well.

    Args:
        tell: called after each of the walks, and after each row of the map.
        walkers: `coursekit.hiker.hikers.Hiker`s, all that the page can show.
        epochs: of every walk.
        size: points along each side of the map.

    Returns:
        What the page holds of it: the grid of losses, and per hiker at every step the place on the
        plane, the true loss, by which the walk is judged, the share of its movement that the plane
        hides (in squares, as the plane's own shares), and whether it is drawn as off the map.
    """
    train = digits().train
    images = tuple(part[:IMAGES] for part in train)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = mini_cnn(seed=0)
    walks = walk(model, loss, walkers, train, images, epochs, tell=tell)
    best = [path for each, path in zip(walkers, walks) if BEST[each.contender.key] == each.rate]
    plane = joint_plane([path.weights for path in best])
    shown = np.concatenate([plane.project(path.weights) for path in best])
    x, y = axes_around(shown, size, shorter=0.75)
    z = losses_on_grid(LossAt(model, loss, images), plane, x, y, tell)
    steps = len(best[0].losses) - 1
    return {
        "title": "the small CNN",
        "about": f"The chapter's CNN has {model.count_params():,} weights; its map is the plane that "
        "shows most of where four optimizers went at good learning rates: "
        f"{100 * plane.shares.sum():.0f} % of their movement. A hiker walks beside the map, not on it: "
        "its true loss is in the table, with the loss of the map below it. Dashed and grey is off the "
        "map: beyond its edge, or at more than 60° to it as seen from the start.",
        "axes": [
            f"direction {i + 1} ({100 * share:.0f} % of the movement)"
            for i, share in enumerate(plane.shares)
        ],
        "limits": [[x[0], x[-1]], [y[0], y[-1]]],
        "grid": {"x": x.tolist(), "y": y.tolist(), "z": rounded(z, 4)},
        "start": [0.0, 0.0],
        "minima": [],
        "lowest": 0.0,
        "rates": BEST,
        "steps": steps,
        "source": "Source of the map: Li et al. (2018), “Visualizing the Loss Landscape of Neural Nets”",
        "hikers": {
            key: [
                _hiker(each.rate, path, plane, x, y, steps)
                for each, path in zip(walkers, walks)
                if each.contender.key == key
            ]
            for key in BEST
        },
    }


def _hiker(rate, path, plane, x, y, steps):
    points, off = plane.project(path.weights), plane.off(path.weights)
    missing = [None] * (steps + 1 - len(off))  # after the last number
    return {
        "rate": rate,
        "path": rounded(points, 4) + [[None, None]] * len(missing),
        "losses": rounded(path.losses, 8) + missing,  # so exact that the verdict stays the same
        "hidden": rounded(off**2, 2) + missing,
        "away": off_the_map(x, y, points, off).astype(int).tolist() + [1] * len(missing),
    }
