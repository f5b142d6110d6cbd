"""Class labels that exist: whole numbers from 0 to the number of classes."""

from keras import ops


def refuse_unknown(labels, classes):
    """Raises a ValueError for labels outside 0 … classes − 1, where their values can be seen.

    Inside a compiled function nothing has a value yet, so nothing is looked at there.
    """
    try:
        values = ops.convert_to_numpy(labels)
    except Exception:  # noqa: BLE001 - each backend refuses to show a traced tensor in its own way
        return
    wrong = values[~((values >= 0) & (values < classes))]  # NaN is wrong too
    if wrong.size:
        raise ValueError(
            f"The model has {classes} outputs, one per class, so labels are whole numbers from 0 to "
            f"{classes - 1}; got {wrong.flat[0]:g}. Count classes from 0, give the last layer "
            "one output more, or name a label to leave out as ignore_class."
        )
