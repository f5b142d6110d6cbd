"""Ways to put a question to a student's function: by its value, its slope, or inside a tf.function."""

import numpy as np
import tensorflow as tf

from coursekit.room.upstream import upstream


def slope(function, x):
    """The derivative of the weighted sum of function(x) by x, by tape; None where x is not reached."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    if not (isinstance(value, tf.Tensor) and value.dtype.is_floating):
        return None  # a NumPy array, a Python number or a whole number has left the tape
    return tape.gradient(value, x, tf.constant(upstream(value.shape), value.dtype))


def compiled(function, **settings):
    """tf.function(function, **settings), but quicker where the function has no `if` on tensors.

    AutoGraph rewrites the text of a function, which takes a tenth of a second; what runs without it
    comes to the same, so that it is asked only where an exception says that it is needed.
    """
    without = tf.function(function, autograph=False, **settings)
    rewritten = tf.function(function, **settings)

    def call(*inputs, **others):
        try:
            return without(*inputs, **others)
        except Exception:  # noqa: BLE001 - if it has another reason, it comes again
            return rewritten(*inputs, **others)

    return call


def in_graph(function, *inputs):
    """function(*inputs) inside a tf.function that does not know the first size of any array."""
    signature = [
        tf.TensorSpec([None, *np.shape(each)[1:]], np.asarray(each).dtype) for each in inputs
    ]
    return compiled(function, input_signature=signature)(*inputs)


def after(function, *arrays):
    """The arrays as they are after function(*arrays): nobody may have changed them."""
    function(*arrays)
    return list(arrays)


def kept(value):
    """A value to be looked at later: a NumPy array is copied, since others may go on writing to it."""
    return value.copy() if isinstance(value, np.ndarray) else value
