"""What was measured of a landscape, as plain arrays that a file keeps."""

import zipfile
import zlib
from typing import NamedTuple

import numpy as np

from coursekit.lab.new_file import whole


class JointMap(NamedTuple):
    """A map with paths on it, as arrays. Where a training has left all numbers, they are NaN.

    Args:
        names: (n,): of the hikers.
        points: (n, steps + 1, 2): the nearest points of the plane.
        off: (n, steps + 1): how much of the way from the start is not seen, 0 to 1.
        losses: (n, steps + 1): the loss where the hiker is.
        map_losses: (n, steps + 1): the loss at the nearest point of the plane.
        fitted: (n,): whether the plane was laid through this hiker's path (see `who_got_down`).
        moved: (n,): the movement of each hiker, Σ |θ_t − θ_0|².
        seen: (n,): the share of it that is seen in the plane; NaN of one that took no step.
        shares: (2,): the share of the movement of all that the plane was laid through, by direction.
        x, y: the coordinates of the grid.
        grid: (len(y), len(x)): the loss on it.
    """

    names: np.ndarray
    points: np.ndarray
    off: np.ndarray
    losses: np.ndarray
    map_losses: np.ndarray
    fitted: np.ndarray
    moved: np.ndarray
    seen: np.ndarray
    shares: np.ndarray
    x: np.ndarray
    y: np.ndarray
    grid: np.ndarray

    shapes = "n", "ns2", "ns", "ns", "ns", "n", "n", "n", "2", "w", "h", "hw"

    def wrong(self):
        """What no map can have, in words; None if there is nothing."""
        if not _above_0(self.losses[:, 0]):
            return "losses does not begin with numbers above 0"
        if not (np.isfinite(self.moved).all() and (self.moved >= 0).all() and self.moved.any()):
            return "moved is no movement"
        if not _are_losses(self.grid):
            return "grid holds no losses"
        for name, side in (("x", self.x), ("y", self.y)):
            if not _grows(side):
                return f"{name} does not grow"
        if not self.fitted.any():
            return "fitted is true of nobody"
        return None

    @property
    def seen_of_all(self):
        """The share of the movement of all hikers that is seen."""
        went = self.moved > 0
        return float(self.moved[went] @ self.seen[went] / self.moved.sum())


class Minima(NamedTuple):
    """Slices through the ends of several trainings, as arrays.

    Args:
        names: (n,): of the hikers that did not diverge.
        steps: (size,): the coordinates along both directions; 1 is the length of the filters.
        grids: (n, size, size): the loss.
        losses: (n,): at the ends themselves.
        sharpness: (n,): the largest eigenvalue of the Hessian there.
    """

    names: np.ndarray
    steps: np.ndarray
    grids: np.ndarray
    losses: np.ndarray
    sharpness: np.ndarray

    shapes = "n", "s", "nss", "n", "n"

    def wrong(self):
        """What no slices can have, in words; None if there is nothing."""
        if not _are_losses(self.grids):
            return "grids holds no losses"
        return None if _grows(self.steps) else "steps does not grow"


class Stability(NamedTuple):
    """Runs of gradient descent, as arrays.

    Args:
        rates: (n,): the learning rates α.
        steps: (m,): after how many steps the sharpness was measured.
        sharpness: (n, m): the largest eigenvalue of the Hessian.
        losses: (n, steps + 1): the loss, after every step.
        images: (): how many images were learnt and measured, all of them in every step.
    """

    rates: np.ndarray
    steps: np.ndarray
    sharpness: np.ndarray
    losses: np.ndarray
    images: np.ndarray

    shapes = "n", "m", "nm", "ns", ""

    def wrong(self):
        """What no runs can have, in words; None if there is nothing."""
        if not _above_0(self.rates):
            return "rates holds what is not above 0"
        for name, numbers in (("sharpness", self.sharpness), ("losses", self.losses)):
            if not np.isfinite(numbers).all():
                return f"{name} holds what is no number"
        return None if _grows(self.steps) else "steps does not grow"


def save(measured, path):
    """Writes one of these into an .npz file, all of it or nothing.

    Raises:
        OSError: it cannot be written; one sentence says what to do.
    """
    with whole(path) as part:
        np.savez_compressed(part, **measured._asdict())


def load(kind, path):
    """Reads one of these from the file that `save` wrote.

    Args:
        kind: `JointMap`, `Minima` or `Stability`.
        path: of the .npz file.

    Raises:
        ValueError: it is not such a file; one sentence says what to do.
        OSError: it cannot be read.
    """
    try:
        file = np.load(path)
        if not hasattr(file, "files"):
            raise ValueError("it is one array alone")
        with file:
            found = kind(*(file[field] for field in kind._fields))
        _check_shapes(found)
        if wrong := found.wrong():
            raise ValueError(wrong)
        return found
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} should hold the arrays {', '.join(kind._fields)}, as coursekit landscape "
            f"writes them, and does not ({error}). Measure them again, without --from."
        ) from error


def _above_0(numbers):
    return bool((np.isfinite(numbers) & (numbers > 0)).all())


def _are_losses(grid):
    """Whether some can be drawn and none is negative; far out a loss may be inf or nan."""
    return bool((np.isfinite(grid) & (grid > 0)).any() and not (grid < 0).any())


def _grows(side):
    return len(side) > 1 and bool(np.isfinite(side).all() and (np.diff(side) > 0).all())


def _check_shapes(measured):
    """Whether sides that have one letter have one length, and numbers stand where numbers should.

    Raises:
        ValueError: they do not.
    """
    lengths = {"2": 2}
    for field, letters, array in zip(measured._fields, measured.shapes, measured):
        fits = array.ndim == len(letters) and array.size > 0
        if not fits or any(
            lengths.setdefault(*each) != each[1] for each in zip(letters, array.shape)
        ):
            raise ValueError(f"{field} has the shape {array.shape}")
        if array.dtype.kind not in (
            "U" if field == "names" else "b" if field == "fitted" else "fiu"
        ):
            raise ValueError(f"{field} is of {array.dtype}")
