"""Submissions that cheat, break things or look where they should not: none of them gets anything."""

import os
import re
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.course.catalogue import edition, exercises_in
from coursekit.grading.examination import Examination
from coursekit.grading.report import PASS
from coursekit.grading.warden_rooms import WardenRooms
from coursekit.room.scratch import PREFIX

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="rooms are closed on Linux"),
]
ATTACKS = sorted(Path(__file__).parent.glob("attacks/*/*.py"))
ANSWERS = {each.name: each.file for each in exercises_in(edition("solutions"))}
HONEST = [ANSWERS["mse"], ANSWERS["adam"]]
# what code gets that always gives back what it was given, or zeros, or raises
FREE = {"loads", "own_work", "untouched", "one_column"}


class Hurried(Examination):
    """One that ends what does not end sooner."""

    def key(self, name):
        return replace(super().key(name), seconds=4.0)


class Sitting:
    """All attacks in one sitting, with honest files among them, and what was left of it."""

    def __init__(self, tmp):
        self.tmp = tmp
        with WardenRooms() as rooms:
            examination = Hurried(rooms, seed=20)
            rooms.start()
            warden = rooms._process
            self.reports = dict(examination.of([HONEST[0], *ATTACKS, *HONEST]))
            self.again = dict(examination.of(HONEST))
            self.same_warden = warden is rooms._process and warden.poll() is None
            self.children = Path(f"/proc/{warden.pid}/task/{warden.pid}/children").read_text()
        self.left = sorted(tmp.rglob("*"))

    def of(self, attack):
        return self.reports[1 + ATTACKS.index(attack)]


@pytest.fixture(scope="module")
def sitting(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("rooms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp))
        patch.setenv("COURSEKIT_SECRET", "of the teacher")
        yield Sitting(tmp)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.parent.name)
def test_gains_nothing(sitting, attack):
    report = sitting.of(attack)
    says = "\n".join(each.says for each in report.checks)
    assert not report.passed
    assert {each.name for each in report.checks if each.verdict == PASS} <= FREE, report.checks
    assert "SUCCEEDED" not in report.printed + says
    assert report.doors == []
    assert says.strip() and all(each.says for each in report.checks if each.verdict != PASS)
    assert not re.search(r"AssertionError|Traceback|Error: $", says)
    assert "answer key" not in report.printed


def test_honest_files_pass_among_them(sitting):
    last = len(ATTACKS)
    for report in (*(sitting.reports[n] for n in (0, last + 1, last + 2)), *sitting.again.values()):
        assert report.passed, report.checks
    assert sitting.same_warden


def test_nothing_is_left_of_them(sitting):
    assert sitting.left == []
    assert sitting.children == ""
    outside = [Path.home(), Path.cwd(), Path("/tmp"), Path("/var/tmp"), ANSWERS["mse"].parent]
    assert not [
        name for folder in outside for name in os.listdir(folder) if "coursekit-attack" in name
    ]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_room_does_not_outlive_its_warden(tmp_path, monkeypatch, number):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    endless = next(each for each in ATTACKS if each.parent.name == "loops_without_end_at_import")
    with WardenRooms() as rooms:
        rooms.start()
        warden = rooms._process.pid

        def end_it():
            while not list(tmp_path.glob(f"{PREFIX}*")):
                time.sleep(0.1)
            time.sleep(0.5)
            children = Path(f"/proc/{warden}/task/{warden}/children").read_text()
            found.extend(int(each) for each in children.split())
            os.kill(warden, number)

        found = []
        threading.Thread(target=end_it, daemon=True).start()
        solutions = Path(__file__).parents[2] / "solutions"
        answer = solutions / "1_losses" / "mse" / "mse.py"
        reports = dict(Hurried(rooms, 0, solutions).of([endless, answer]))
    time.sleep(0.5)
    # those that were under way are examined by the next warden
    assert "did not end" in reports[0].checks[0].says and reports[1].passed
    assert found and not any(map(is_alive, found))
    assert number == signal.SIGKILL or list(tmp_path.iterdir()) == []
