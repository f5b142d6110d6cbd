"""The batches of each epoch, in the same order for every way of training."""

import math

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


class Batches:
    """Pairs (x, y), epoch by epoch.

    Args:
        data: a pair of arrays (x, y), which is cut into batches; or an iterable of batches, such as
            a `tf.data.Dataset`, which is walked once per epoch as it is.
        batch_size: samples per batch; the last one may be shorter. For arrays only.
        seed: decides the order (see `order_of_epoch`); None draws one. For arrays only.
        shuffle: whether to shuffle arrays.

    Example:
        >>> batches = Batches((np.arange(5), np.arange(5)), batch_size=2, seed=0)
        >>> len(batches), [len(x) for x, y in batches.of_epoch(0)]
        (3, [2, 2, 1])
    """

    def __init__(self, data, batch_size=32, seed=None, shuffle=True):
        self.arrays = isinstance(data, (tuple, list)) and len(data) == 2 and is_array(data[0])
        self.data = tuple(np.asarray(part) for part in data) if self.arrays else data
        self.batch_size, self.shuffle = batch_size, shuffle
        self.seed_was_drawn = seed is None
        self.seed = int(np.random.default_rng().integers(2**31)) if seed is None else seed

    def __len__(self):
        """The number of batches in an epoch; a TypeError where nobody knows it."""
        if self.arrays:
            return math.ceil(len(self.data[0]) / self.batch_size)
        return len(self.data)

    def of_epoch(self, epoch):
        """Yields the batches of an epoch, counted from 0."""
        if not self.arrays:
            yield from self.data
            return
        x, y = self.data
        order = order_of_epoch(len(x), self.seed, epoch, self.shuffle)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield x[batch], y[batch]


def is_array(thing):
    """Whether this is one array of many samples, not a batch or a list of batches."""
    return hasattr(thing, "shape") and hasattr(thing, "dtype")
