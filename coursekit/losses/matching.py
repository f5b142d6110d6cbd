"""Labels and predictions brought to one shape and one dtype, or an error that names both shapes."""

from keras import ops


def match(y_true, y_pred, name):
    """Gives both as tensors of the predictions' dtype and of the same shape.

    A last axis of length 1 is added to or taken from the labels where only that is missing, as
    Keras does it: labels (batch,) fit predictions (batch, 1). Nothing else is broadcast, since
    (batch,) against (batch, 1) would silently become (batch, batch).

    Args:
        y_true: labels; whole numbers are cast before anything is subtracted from them.
        y_pred: predictions.
        name: the loss that asks, for the error.

    Raises:
        ValueError: the shapes differ in another way.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(y_true, y_pred.dtype)
    wanted, came = tuple(y_pred.shape), tuple(y_true.shape)
    if len(came) + 1 == len(wanted) and wanted[-1] == 1:
        y_true = ops.expand_dims(y_true, axis=-1)
    elif len(came) == len(wanted) + 1 and came[-1] == 1:
        y_true = ops.squeeze(y_true, axis=-1)
    shape = tuple(y_true.shape)
    same_rank = len(shape) == len(wanted)
    if not same_rank or any(a != b for a, b in zip(shape, wanted) if None not in (a, b)):
        raise ValueError(
            f"{name} compares each prediction with a label of its own, so both must have the same "
            f"shape; got labels {came} for predictions {wanted}. Reshape the labels, or give the "
            "model as many outputs as there are labels per sample."
        )
    return y_true, y_pred
