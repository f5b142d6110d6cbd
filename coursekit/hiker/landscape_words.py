"""What a landscape shows, as a table and in sentences, from what was measured."""

import numpy as np

from coursekit.plots.landscape import off_the_map, share

COLUMNS = "hiker", "final loss", "seen", "map wrong by", "at most", ""


def table(found):
    """One row of text per hiker of a `JointMap`."""
    rows = []
    for i, name in enumerate(found.names):
        walked = np.isfinite(found.losses[i])
        gaps = np.abs(found.map_losses[i] - found.losses[i])[walked][1:]  # the start is on the map
        gaps = gaps[np.isfinite(gaps)]  # far out, the loss on the map may be none
        rows.append(
            (
                str(name),
                f"{found.losses[i][-1]:.3g}" if walked.all() else "–",
                share(found.seen[i]),
                f"{np.median(gaps):.2g}" if len(gaps) else "–",
                f"{gaps.max():.2g}" if len(gaps) else "–",
                _remark(found, i, walked),
            )
        )
    return rows


def of_map(found):
    """The sentences on a `JointMap`."""
    fitted = "; ".join(found.names[found.fitted])
    left = "; ".join(found.names[~np.isfinite(found.losses).all(axis=1)])
    return [
        f"You see {100 * found.seen_of_all:.0f} % of the movement: the plane goes through the start "
        f"and shows as much as one plane can of the ways of {fitted}.",
        "Wrong by: how far the loss on the map is from the loss where the hiker is, up or down, in the "
        "median and at most.",
        *([f"Diverged, so without a final loss and a minimum: {left}."] if left else []),
    ]


def of_minima(found):
    """The sentences on a `Minima`."""
    sharp = "; ".join(f"{name}: {value:.2g}" for name, value in zip(found.names, found.sharpness))
    return [
        "Sharpness (the largest curvature) where they ended: "
        f"{sharp}. A slice shows two directions of very many; the sharpness is of all."
    ]


def of_stability(found):
    """The sentences on a `Stability`, one per learning rate."""
    return [
        f"Learning rate {rate:g}, gradient descent on all {found.images} images of the map at once: "
        f"the sharpness {_against_the_limit(rate, found.steps, sharpness, losses)}"
        for rate, sharpness, losses in zip(found.rates, found.sharpness, found.losses)
    ]


def _remark(found, i, walked):
    end = int(walked.sum()) - 1
    if end + 1 < len(walked):
        return f"diverged, step {end + 1}"
    away = off_the_map(found.x, found.y, found.points[i], found.off[i])
    return "off the map" if away[end] else ""


def _against_the_limit(rate, steps, sharpness, losses):
    over = np.flatnonzero(sharpness >= 2 / rate)
    if not len(over):
        return f"stays below 2/α = {2 / rate:g}, at {sharpness.max():.3g} at most."
    up, reached = np.diff(losses) > 0, steps[over[0]]
    before, after = up[:reached], up[reached:]
    return (
        f"reaches 2/α = {2 / rate:g} by step {reached}, {sharpness.max():.3g} at most. "
        f"Of the steps before, {before.sum()} of {len(before)} raised the loss; after, "
        f"{after.sum()} of {len(after)}."
    )
