"""Whether every image is still there, with its label, in whatever order and, if allowed, scale."""

import numpy as np

from coursekit.grading.key import Check, Holds, Slip
from coursekit.grading.sick_training.trainings import TRAININGS, always

MAP = 1e-3  # so far off, relative to their spread, are pixels that another a · pixel + b has made
ANOTHER_SCALE = "the validation images have another scale than the training images"


def keeps_data(learns, data, scaled=False, slips=()):
    """Every image is there, with its label, in whatever order.

    Args:
        learns: the check whose trainings are looked at.
        data: what was handed out, with parts `train` and `validation`.
        scaled: whether the pixels may have another scale.
        slips: those that show in the data.
    """

    def test(answer):
        came = answer["data"]
        (x, y), (x_known, y_known) = came["train"], data.train
        (v, v_labels), (v_known, v_labels_known) = came["validation"], data.validation
        flat = [each.reshape(len(each), -1).astype("float64") for each in (x, v, x_known, v_known)]
        as_came = flat
        if scaled:
            flat = _unscaled(*flat)
        x, v, x_known, v_known = flat
        may_be_lost = 0.01 if scaled else 0
        of_x, lost = _originals(x, y.reshape(-1), x_known, y_known, may_be_lost)
        if lost:
            return f"of the training images {lost}"
        if scaled and not _one_scale(v, v_known):
            return ANOTHER_SCALE
        of_v, lost = _originals(v, v_labels.reshape(-1), v_known, v_labels_known, may_be_lost)
        if lost:
            return f"of the validation images {lost}"
        if scaled and _two_maps(*as_came, of_x, of_v):
            return ANOTHER_SCALE
        return True

    stays = (
        "Only the scale of the pixels may change."
        if scaled
        else "Every image stays, with its own label; only the order may change."
    )
    return Check(
        "keeps_data",
        "keeps every image and its label"
        + (
            "; only the scale of the pixels may change, and in the same way for both parts"
            if scaled
            else ""
        ),
        learns.cases,
        lambda **inputs: Holds(test, "the data is not two pairs of arrays"),
        [
            *slips,
            Slip(
                "other_data",
                f"The data is not what was handed out: {{found}}. {stays}",
                shows=always,
            ),
        ],
        TRAININGS,
        learns.name,
    )


def _unscaled(x, v, x_known, v_known):
    """The pixels in units of their own spread in the training part, as were handed out and as came."""
    spread = x_known.std(axis=0)
    varies = spread > 0.05 * spread.max()

    def by(part, train):
        train, part = train[:, varies], part[:, varies]
        return (part - train.mean(axis=0)) / np.maximum(train.std(axis=0), 1e-12)

    return by(x, x), by(v, x), by(x_known, x_known), by(v_known, x_known)


def _one_scale(came, known):
    return 0.5 < np.sqrt((came**2).mean() / (known**2).mean()) < 2


def _originals(part, labels, known, known_labels, may_be_lost):
    """Of each image the number of the one that it was, and what is wrong with images and labels.

    The second is None if all are there, in whatever order; the first only if there is another number of them.
    """
    if part.shape != known.shape:
        form = f"there are {len(part)}, of {part.shape[1]} pixels each, and {len(known)} were handed out"
        return None, form
    if may_be_lost:  # scaled, perhaps each image by itself: it is most like its own original
        part, known = _of_length_1(part), _of_length_1(known)
    apart = _apart(part, known)
    nearest = apart.argmin(axis=1)
    near = may_be_lost or apart.min(axis=1) < 1e-4
    lost = len(known) - len(np.unique(nearest[near] if np.ndim(near) else nearest))
    if lost > may_be_lost * len(known):
        return nearest, f"{lost} of {len(known)} are missing or changed"
    others = int((labels != known_labels[nearest]).sum())
    if others > may_be_lost * len(known):
        return nearest, f"{others} of {len(known)} have another label than their own"
    return nearest, None


def _two_maps(x, v, x_known, v_known, of_x, of_v):
    """Whether a · pixel + b makes the training images, with an a and b for each pixel, and not the others.

    Where nothing of the kind makes the training images, as where each image is scaled by itself, nothing is
    known. The originals are compared as they are, and as whole numbers up to 255.
    """
    varies = x_known.std(axis=0) > 0.05 * x_known.std(axis=0).max()
    for rounded in (False, True):
        known = [
            np.round(255 * each) / 255 if rounded else each
            for each in (x_known[of_x][:, varies], v_known[of_v][:, varies])
        ]
        came = [each[:, varies] for each in (x, v)]
        middle, mean = known[0].mean(axis=0), came[0].mean(axis=0)
        around = known[0] - middle
        slope = (around * (came[0] - mean)).sum(axis=0) / (around**2).sum(axis=0)
        size = np.abs(slope) * known[0].std(axis=0)
        off = [
            np.sqrt(((each - mean - slope * (by - middle)) ** 2).mean()) / np.sqrt((size**2).mean())
            for each, by in zip(came, known)
        ]
        if off[0] < MAP / 3:
            return bool(off[1] > MAP)
    return False


def _of_length_1(images):
    return images / np.linalg.norm(images, axis=1)[:, None]


def _apart(part, known):
    """The squared distance of each of these images to each of those."""
    return (part**2).sum(axis=1)[:, None] - 2 * part @ known.T + (known**2).sum(axis=1)
