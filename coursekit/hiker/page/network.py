"""The small CNN's walks for the page, on the plane that shows most of them."""

import keras
import numpy as np

from coursekit.data import digits
from coursekit.hiker.hikers import RATES as BEST
from coursekit.hiker.hikers import Hiker
from coursekit.hiker.joint_map import joint_map, walk
from coursekit.hiker.page.references import rounded
from coursekit.lab.contenders import CONTENDERS
from coursekit.models import mini_cnn

WALKERS = [Hiker(CONTENDERS[key], rate) for key in BEST for rate in CONTENDERS[key].rates]
IMAGES = 256  # on which the loss is measured
SIZE = 41  # points along each side of the map
LEFT = 0.8  # whose movement is hidden to a larger share has left the plane


def network(tell, walkers=WALKERS, epochs=5, size=SIZE):
    """Trains the small CNN with four optimizers at every rate of the lab, and lays out the map.

    Args:
        tell: called after each of the walks, and after each row of the map.
        walkers: `coursekit.hiker.hikers.Hiker`s, all that the page can show.
        epochs: of every walk.
        size: points along each side of the map.

    Returns:
        What the page holds of it: the grid of losses, and per hiker at every step the place on the
        plane, the true loss, the loss of the map below it, and the share of its movement that the
        plane hides (in squares, as the plane's own shares).
    """
    train = digits().train
    images = tuple(part[:IMAGES] for part in train)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = mini_cnn(seed=0)
    walks = walk(model, loss, walkers, train, images, epochs, tell=tell)
    found = joint_map(model, loss, [each.name for each in walkers], walks, images, size, tell)
    return {
        "title": "the small CNN",
        "about": f"The chapter's CNN has {model.count_params():,} weights; its map is the plane that "
        "shows most of where its trainings went, if they learnt something: "
        f"{100 * found.shares.sum():.0f} % of their movement. A hiker walks beside the map, not on it: "
        "its true loss is in the table, with the loss of the map below it. Who has left the plane is "
        "dashed and grey.",
        "axes": [
            f"direction {i + 1} ({100 * share:.0f} % of the movement)"
            for i, share in enumerate(found.shares)
        ],
        "limits": [[along[0], along[-1]] for along in (found.x, found.y)],
        "grid": {"x": found.x.tolist(), "y": found.y.tolist(), "z": rounded(found.grid, 4)},
        "start": [0.0, 0.0],
        "minima": [],
        "lowest": 0.0,
        "rates": BEST,
        "steps": found.losses.shape[1] - 1,
        "source": "Source of the map: Li et al. (2018), “Visualizing the Loss Landscape of Neural Nets”",
        "hikers": {
            key: [
                _hiker(each.rate, found, i)
                for i, each in enumerate(walkers)
                if each.contender.key == key
            ]
            for key in BEST
        },
    }


def _hiker(rate, found, i):
    hidden = found.off[i] ** 2
    return {
        "rate": rate,
        "path": rounded(found.points[i], 4),
        "losses": rounded(found.losses[i], 4),
        "mapLosses": rounded(found.map_losses[i], 3),
        "hidden": rounded(hidden, 2),
        "offPlane": bool(np.isnan(hidden[-1]) or hidden[-1] > LEFT),
    }
