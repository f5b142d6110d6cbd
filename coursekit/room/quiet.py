"""Imports TensorFlow and Keras without their chatter, with one thread each, before anything runs."""

import contextlib
import importlib
import os

from coursekit.quiet_imports import quiet_imports

# The environment that such a process is started with: some of it is read by `import numpy` already.
SETTINGS = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "Agg",
}
# The teacher's environment may hold secrets, and a room can read its own memory.
KEPT = {"PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "LANG", "TMPDIR", "TEMP", "TMP"}
KEPT |= {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START"}

# what a package would else import in every room: PyTorch this, when the first optimizer is made
LATER = {"torch": "torch._dynamo"}


def environment():
    """What a process with students' code is told of ours: where things lie, and no more."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, **SETTINGS}


def heavy_imports(needs=()):
    """Imports what questions and students use, and computes nothing: a fork must find no threads.

    Args:
        needs: further packages, which only some exercises use.
    """
    with quiet_imports():
        import keras  # noqa: F401
        import matplotlib.pyplot  # noqa: F401
        import numpy.testing  # noqa: F401
        import tensorflow as tf
        from tensorflow.python.ops import gen_nn_ops, gen_training_ops  # noqa: F401

        import coursekit.room.as_data  # noqa: F401 - every room uses it
        from coursekit.room.one_trace import build_optimizers_first

        build_optimizers_first()
        _list_operations()
        # Graphs as small as these are run in less time than it takes to improve them
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        for name in needs:
            with contextlib.suppress(Exception):  # it costs those alone that ask for it
                importlib.import_module(LATER.get(name, name))
        tf.get_logger().setLevel("ERROR")


def _list_operations():
    """Has TensorFlow put together its lists of operations, which else the first one in each room does.

    It starts no thread. Where another version of TensorFlow has these lists elsewhere, rooms are slower.
    """
    with contextlib.suppress(Exception):
        from tensorflow.python.framework import kernels
        from tensorflow.python.util import pywrap_xla_ops

        kernels.get_registered_kernels_for_op("AddV2")
        pywrap_xla_ops.get_cpu_kernel_names()
