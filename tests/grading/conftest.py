"""One warm warden for all tests of a worker that put files into rooms."""

from pathlib import Path

import pytest

from coursekit.grading.examination import Examination
from coursekit.grading.rooms import rooms

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def warden():
    with rooms("warden") as place:
        yield place


@pytest.fixture(scope="session")
def examination(warden):
    """With one seed, so that a run of the tests can be repeated; `coursekit dev verify` draws its own."""
    return Examination(warden, 20, solutions=ROOT / "solutions", stubs=ROOT / "exercises")


@pytest.fixture
def examine(examination, tmp_path):
    """Examines one text as a file of this exercise."""

    def report_on(exercise, text):
        file = tmp_path / f"{exercise}.py"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        ((_, report),) = examination.of([file])
        return report

    return report_on
