"""What is had from TensorFlow's inside before rooms are forked; where it is not there, rooms are slower."""

import pytest


def test_the_lists_of_operations_are_where_they_are_looked_for():
    pytest.importorskip("tensorflow")
    from tensorflow.python.framework import kernels
    from tensorflow.python.util import pywrap_xla_ops

    listed = kernels.get_registered_kernels_for_op("AddV2").kernel
    assert {"CPU"} <= {each.device_type for each in listed}
    assert "AddV2" in pywrap_xla_ops.get_cpu_kernel_names()
