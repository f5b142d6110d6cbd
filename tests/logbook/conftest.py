"""The log of a lab that never took place, from the exercise report: made in a moment, and whole."""

import json
from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in
from coursekit.grading.verification import example_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def content():
    """The bytes of the log."""
    (report,) = (each for each in exercises_in(ROOT / "solutions") if each.name == "report")
    return example_of(report)["runs.jsonl"]


@pytest.fixture
def rows(content):
    """Its rows, to be altered."""
    return [json.loads(line) for line in content.decode().splitlines()]
