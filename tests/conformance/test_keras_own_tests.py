"""Keras's own tests of its losses and optimizers, with our classes in the place of Keras's."""

import os
import subprocess
import sys
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path

import keras
import pytest

WANTED = {
    "MeanSquaredErrorTest": 12,
    "BinaryCrossentropyTest": 9,
    "CategoricalCrossentropyTest": 10,
    "SparseCategoricalCrossentropyTest": 12,
    "SGDTest": 7,
    "RMSpropTest": 6,
    "AdamTest": 9,
}
FILES = [
    "losses/losses_test",
    "optimizers/sgd_test",
    "optimizers/rmsprop_test",
    "optimizers/adam_test",
]


def run(tmp_path, **environment):
    """Runs them and gives the numbers passed and failed of each class."""
    source = Path(keras.__file__).parent / "src"
    files = [str(source / f"{file}.py") for file in FILES]
    report = tmp_path / "report.xml"
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parents[1]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "substitution", *files]
    command += ["-k", " or ".join(WANTED), f"--junit-xml={report}", "-p", "no:cacheprovider"]
    subprocess.run(
        command,
        cwd=tmp_path,  # away from this project's own settings
        env={**os.environ, **environment, "PYTHONPATH": path},
        capture_output=True,
        timeout=300,
        check=False,
    )
    passed, failed = Counter(), Counter()
    for case in xml.parse(report).iter("testcase"):
        name = case.get("classname").rsplit(".", 1)[-1]
        if case.find("failure") is not None or case.find("error") is not None:
            failed[name] += 1
        elif case.find("skipped") is None:
            passed[name] += 1
    return passed, failed


@pytest.mark.slow
def test_all_65_pass(tmp_path):
    passed, failed = run(tmp_path)
    assert not failed
    assert passed == WANTED and passed.total() == 65


@pytest.mark.slow
def test_they_run_our_classes(tmp_path):
    # With a fault of 1 % planted in ours, tests of every class must fail.
    _, failed = run(tmp_path, SUBSTITUTE="broken")
    assert failed.keys() == WANTED.keys()
