import os
import subprocess
import sys

import pytest


def threads(code, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TF_NUM_")}
    code = f"import tensorflow as tf\nfrom coursekit.training import threads\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.slow
def test_small_batches_get_one_thread_large_ones_all():
    for shape, batch_size, wanted in (((8, 8, 1), 128, "1"), ((28, 28, 1), 64, "0")):
        code = f"print(threads.choose({shape}, {batch_size}))\ntf.zeros(1)\n"
        code += "print(tf.config.threading.get_intra_op_parallelism_threads())\n"
        code += "print(tf.config.threading.get_inter_op_parallelism_threads())"
        assert threads(code) == [wanted, wanted, "0"]  # and all cores for what can go side by side


@pytest.mark.slow
def test_once_tensorflow_runs_its_threads_stay():
    assert threads("tf.zeros(1)\nprint(threads.choose((8, 8, 1), 32))") == ["0"]


@pytest.mark.slow
def test_what_the_environment_says_holds():
    assert threads("print(threads.choose((8, 8, 1), 32))", TF_NUM_INTRAOP_THREADS="2") == ["2"]
