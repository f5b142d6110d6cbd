"""The finder and the monitor on Keras's JAX and PyTorch backends, each in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SAME_FACTS = [
    str(HERE / name)
    for name in (
        "test_first_batch.py",
        "test_learning_rate_finder.py",
        "test_probe.py",
        "test_training_monitor.py",
    )
]
# What can differ there, once: JAX compiles for seconds where the others take one.
ON_JAX = (
    "walks or whatever or by_hand or changes_nothing or dead_in or does_not_repair or shows_the"
)
ON_TORCH = f"{ON_JAX} or repairs or copies or schedule or too_much_momentum or examine"


@pytest.mark.slow
@pytest.mark.parametrize("backend, chosen, number", [("jax", ON_JAX, 8), ("torch", ON_TORCH, 15)])
def test_the_same_on_another_backend(backend, chosen, number):
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, "-k", chosen, *SAME_FACTS],
        env={**os.environ, "KERAS_BACKEND": backend},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", result.stdout)[1]) >= number, result.stdout[-3000:]
