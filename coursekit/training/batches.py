"""The batches of each epoch, in the same order for every way of training."""

import numpy as np


def order_of_epoch(size, seed, epoch, shuffle=True):
    """Gives the order in which an epoch visits the samples.

        order = a permutation of 0 … size − 1, drawn from the pair (seed, epoch)

    It depends on nothing else, so a run that is interrupted and resumed, or walked by another
    loop, meets the same batches.

    Args:
        size: number of samples.
        seed: a whole number ≥ 0.
        epoch: counted from 0.
        shuffle: False leaves the samples in the order in which they came.

    Shapes:
        → (size,), int64.

    Example:
        >>> order_of_epoch(5, seed=0, epoch=0).tolist() == order_of_epoch(5, 0, 0).tolist()
        True
        >>> order_of_epoch(5, seed=0, epoch=0, shuffle=False).tolist()
        [0, 1, 2, 3, 4]
    """
    if not shuffle:
        return np.arange(size)
    return np.random.default_rng([seed, epoch]).permutation(size)
