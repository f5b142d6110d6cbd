"""In the room: an answer as data, which can be sent."""

import keras
import numpy as np
import tensorflow as tf

from coursekit.room.wire import DTYPES, LONGEST_TEXT, Thing

MOST_ITEMS = 20_000


def as_data(value, depth=0):
    """What can be sent of a value: numbers, texts, arrays; of all else a description."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        if kind is int and abs(value) >= 2**63:
            return Thing("a whole number of more than 64 bits")
        return value[:LONGEST_TEXT] if kind is str else value
    if kind in (list, tuple, dict) and depth < 8:
        if len(value) > MOST_ITEMS:
            return Thing(f"a {kind.__name__} of {len(value)} items")
        if kind is dict:
            return {str(key): as_data(each, depth + 1) for key, each in value.items()}
        return [as_data(each, depth + 1) for each in value]
    if isinstance(value, keras.Variable):
        value = value.value
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    if isinstance(value, (tf.Tensor, tf.Variable)):
        if not hasattr(value, "numpy"):
            return Thing("a symbolic tensor, which has no value")
        if value.dtype == tf.bfloat16:
            return Thing(f"a bfloat16 tensor of shape {tuple(value.shape)}")
        value = value.numpy()
    return _numbers(value)


def _numbers(value):
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value, copy=True, subok=False)
        if array.dtype.name in DTYPES:
            return array
        return Thing(f"an array of dtype {array.dtype.name} and shape {array.shape}")
    return Thing(f"an object of type {type(value).__name__}")
