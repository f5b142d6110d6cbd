"""Exercises that need more packages than the others have a warden of their own."""

from pathlib import Path

import pytest

from coursekit.grading.submission import Submission

PORT_WEIGHTS = Path(__file__).parents[2] / "solutions" / "5_pytorch" / "port_weights"
LOOKS = b"""
import sys
def rmsprop_step(*given, **named):
    raise ValueError(f"torch: {'torch' in sys.modules}")
"""


@pytest.mark.slow
def test_what_one_exercise_needs_does_not_lie_about_in_the_room_of_another(examination):
    pytest.importorskip("torch")
    answer = PORT_WEIGHTS / "port_weights.py"
    reports = dict(examination.of([answer, Submission("rmsprop.py", LOOKS), answer]))
    assert reports[0].passed and reports[2].passed
    assert "torch: False" in reports[1].checks[-1].says
