"""Hikes: who walked where, at which rate, and what is to be said of it."""

from dataclasses import dataclass

import numpy as np

from coursekit.hiker.hikers import exactly
from coursekit.hiker.verdict import ARRIVED, SLIGHT, Verdict, verdict
from coursekit.hiker.walk import walk
from coursekit.lab.contenders import CONTENDERS
from coursekit.plots.colours import shades
from coursekit.plots.hikers import Map, Trail, hikers, within

GRID = 601  # places of the map in each direction: fewer break the contours of a narrow valley
GRID_OF_DIGITS = 161  # each place costs a sum over all images, and no valley is so narrow


@dataclass(frozen=True)
class Hike:
    """One walk of one optimizer.

    Args:
        name: of the optimizer.
        rate: its learning rate.
        path: places, (steps + 1, 2).
        losses: of all the data at each place, (steps + 1,), float64; inf or nan where it diverged.
        verdict: what it looked like.
        limit: what rate × curvature must stay below for descent to be stable; None if unknown.
        steepest: the largest rate × curvature on the way, as far as it was on the map; None as above.
        momentum: μ, where it is not the usual one; None otherwise.
    """

    name: str
    rate: float
    path: np.ndarray
    losses: np.ndarray
    verdict: Verdict
    limit: float | None
    steepest: float | None
    momentum: float | None

    @property
    def label(self):
        """Of the picture: who walked how, and what it looked like."""
        momentum = "" if self.momentum is None else f" {self.momentum:g}"
        return f"{self.name}{momentum}, rate {exactly(self.rate)}: {self.verdict.in_words()}"


def hike(place, hiker, start, steps, batches=None):
    """Lets a hiker walk over a place.

        plain descent is stable near a minimum where  rate · λ < 2,  with momentum μ where
        rate · λ < 2 + 2 μ,  for the largest curvature λ

    Args:
        place: a `Surface` or an `ExactMap`.
        hiker: a `coursekit.hiker.hikers.Hiker`.
        start: (x, y).
        steps: how many.
        batches: row numbers for every step, of an `ExactMap`; None for all of its data.

    Source: of the limits, Polyak (1964), "Some Methods of Speeding up the Convergence of Iteration
    Methods".
    """
    contender, rate = hiker.contender, hiker.rate
    path = walk(place.function, hiker.make(), start, steps, batches)
    losses = place.heights(*path.T.astype(float))
    limit = steepest = None
    if contender.key in ("sgd", "momentum"):
        limit = 2 + 2 * contender.settings.get("momentum", 0.0)
        on_map = path[within(path, place.limits)]
        if len(on_map):
            steepest = rate * max(place.curvatures(*p)[1] for p in on_map.astype(float))
    found = verdict(path, losses, place.lowest, slight(place))
    usual = CONTENDERS.get(contender.key, contender).settings == contender.settings
    momentum = None if usual else contender.settings["momentum"]
    return Hike(contender.name, rate, path, losses, found, limit, steepest, momentum)


def picture(place, hikes, batches=None):
    """Draws hikes on the map of their place; returns the Figure."""
    x, y, heights = grid(place, GRID_OF_DIGITS if place.name == "digits" else GRID)
    size = 0 if batches is None else np.shape(batches)[1]
    drawn = f", {size} image{'s' * (size > 1)} per step" if size else ""
    title = f"{place.name.capitalize()}: {place.difficulty}{drawn}"
    ground = Map(title, place.axes, x, y, heights, place.minima)
    names = [f"{hike.name}, {exactly(hike.rate)}" for hike in hikes]
    colours = shades(names)
    trails = [
        Trail(hike.label, colours[name], hike.path, hike.losses - place.lowest)
        for hike, name in zip(hikes, names)
    ]
    first = hikes[0].losses[0] - place.lowest
    return hikers(ground, trails, ARRIVED * max(first, ARRIVED * slight(place)))


def grid(place, size):
    """The map of a place: x and y, (size,) each, and the heights above the minimum, (size, size)."""
    x, y = (np.linspace(*limits, size) for limits in place.limits)
    return x, y, np.maximum(place.heights(*np.meshgrid(x, y)) - place.lowest, 0)


def slight(place):
    """A height that is little in a place: a share of that where walks usually start."""
    usual = float(place.heights(*np.array(place.start, float)))
    return SLIGHT * (usual - place.lowest)
