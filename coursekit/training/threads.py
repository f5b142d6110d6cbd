"""How many threads a step is worth: small steps are faster on one."""

import math
import os

import tensorflow as tf

WORTH_SHARING = 20_000  # numbers in a batch; 8×8 at 128 has 8,192 and wants one thread, 28×28 at 64
#                         has 50,176 and wants all


def choose(sample_shape, batch_size):
    """Sets the number of threads that TensorFlow computes one operation with, and returns it.

    Splitting an operation costs some 10 µs of talking; a convolution over thirty 8×8 images takes
    not much longer than that. So batches of fewer than 20,000 numbers get one thread, larger ones
    all cores. Operations that do not wait for each other, such as a step and the loss on other
    images after the step before, run side by side on all cores either way.

    TensorFlow fixes its threads with its first operation. Call this before any model is built;
    later, and where TF_NUM_INTRAOP_THREADS is set, it changes nothing.

    Args:
        sample_shape: the shape of one sample, such as (8, 8, 1).
        batch_size: samples per batch.

    Returns:
        The number of threads in force; 0 stands for "all cores", as in TensorFlow.

    Example:
        >>> choose((8, 8, 1), 32) in (0, 1, 2)  # whatever TensorFlow was started with
        True
    """
    threading = tf.config.threading
    if "TF_NUM_INTRAOP_THREADS" in os.environ:
        return int(os.environ["TF_NUM_INTRAOP_THREADS"])
    wanted = 1 if batch_size * math.prod(sample_shape) < WORTH_SHARING else 0
    try:
        threading.set_intra_op_parallelism_threads(wanted)
    except RuntimeError:  # TensorFlow runs already
        pass
    return threading.get_intra_op_parallelism_threads()
