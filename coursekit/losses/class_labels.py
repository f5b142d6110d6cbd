"""Class labels that exist: whole numbers from 0 to the number of classes."""

import numpy as np
from keras import ops


def are_classes(labels, classes):
    """Tells of each label whether it is a class: a whole number from 0 to classes − 1.

    To be asked before a cast to whole numbers, which makes a class of 1.5 and of NaN.
    """
    labels = ops.cast(labels, "float32")
    inside = (labels >= 0) & ops.less(labels, classes)
    return inside & (labels == ops.floor(labels))


def refuse_unknown(labels, classes):
    """Raises a ValueError for labels that are no class, where their values can be seen.

    Inside a compiled function nothing has a value yet, so nothing is looked at there; nor where the
    number of classes is unknown.
    """
    if not isinstance(classes, int):
        return
    try:
        values = ops.convert_to_numpy(labels)
    except Exception:  # noqa: BLE001 - each backend refuses to show a traced tensor in its own way
        return
    known = (values >= 0) & (values < classes) & (values == np.floor(values))  # NaN is not
    wrong = values[~known]
    if wrong.size:
        raise ValueError(
            f"The model has {classes} outputs, one per class, so labels are whole numbers from 0 to "
            f"{classes - 1}; got {wrong.flat[0]}. Count classes from 0, give the last layer "
            "one output more, or name a label to leave out as ignore_class."
        )
