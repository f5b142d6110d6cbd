"""Seconds per submission: this kit, warm and cold, against other graders, on one exercise in one run.

    python benchmarks/grading.py [--submissions N] [--others PYTHON] [--markdown]

All grade the same submissions of `adam`: the model answer and known slips. Ours asks all its checks;
the others run one short test of the update rule each, and must find the answer right and a slip wrong.
Seconds are those of the clock; "core" seconds are those that all processes together computed, so that
their inverse is the throughput of one core. pytest runs a process for each submission.
otter-grader and nbgrader are run if PYTHON is an interpreter that has them (and this kit):

    python -m venv others
    others/bin/pip install . otter-grader==7.0.0 nbgrader==0.9.6 ipykernel pytest
"""

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from coursekit.course.catalogue import exercises_in
from coursekit.grading.examination import Examination
from coursekit.grading.verification import trials_of
from coursekit.grading.warden_rooms import WardenRooms
from coursekit.room.quiet import SETTINGS

ROOT = Path(__file__).parents[1]
NAME = "adam"
TEST = """
import numpy as np
from adam import adam_step

def test_adam():
    rng = np.random.default_rng(0)
    w, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    state = [part.astype("float32") for part in (w, m, v)]
    for t in range(1, 7):
        g = rng.normal(size=3)
        state = adam_step(*state, t, g.astype("float32"), 0.1, 0.8, 0.95, 1e-2)
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        w = w - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-2)
        np.testing.assert_allclose(state[0], w, rtol=1e-4)
"""


def submissions(folder, n):
    """Files of the model answer and of slips, n in all."""
    solutions = ROOT / "solutions"
    (exercise,) = (each for each in exercises_in(solutions) if each.name == NAME)
    trials = [trial for trial in trials_of(exercise, solutions) if trial.name != "stub"]
    files = []
    for number in range(n):
        file = folder / f"{number:03}" / f"{NAME}.py"
        file.parent.mkdir(parents=True)
        file.write_text(trials[number % len(trials)].source, encoding="utf-8")
        files.append(file)
    return files


def private_megabytes(warden):
    """The largest private memory of a room that is running now; 0 where nobody may look."""
    found = [0.0]
    try:
        children = Path(f"/proc/{warden}/task/{warden}/children").read_text().split()
        for pid in children:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            lines = [line.split() for line in rollup.splitlines() if line.startswith("Private_")]
            found.append(sum(int(line[1]) for line in lines) / 1024)
    except OSError:
        pass
    return max(found)


class Cost(NamedTuple):
    """What one submission costs: seconds of the clock, and seconds that processes computed."""

    clock: float
    core: float


def computed(warden=None):
    """Seconds that this process and those it has waited for computed, with those of a running warden."""
    times = os.times()
    seconds = times.user + times.system + times.children_user + times.children_system
    if warden is not None:
        fields = Path(f"/proc/{warden}/stat").read_text().rpartition(") ")[2].split()
        seconds += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return seconds


def cost_of(work, warden=None):
    """What a piece of work costs."""
    began, before = time.perf_counter(), computed(warden)
    work()
    return Cost(time.perf_counter() - began, computed(warden) - before)


def median(costs):
    """Both medians."""
    return Cost(*map(statistics.median, zip(*costs)))


def ours(files):
    """The cost of each warm and alone, of each in one call, megabytes per room, the cost of a cold call."""
    with WardenRooms() as rooms:
        examination = Examination(rooms, 0, ROOT / "solutions", ROOT / "exercises")
        list(examination.of(files[:1]))  # the warden imports
        warden, memory = rooms._process.pid, [0.0]
        alone = [cost_of(lambda file=file: list(examination.of([file])), warden) for file in files]
        together = cost_of(lambda: list(examination.of(files)), warden)
        for _ in examination.of(files):
            memory.append(private_megabytes(warden))
    command = [sys.executable, "-m", "coursekit", "check", str(files[0])]
    cold = cost_of(lambda: subprocess.run(command, check=True, capture_output=True))
    each = Cost(*(part / len(files) for part in together))
    return median(alone), each, max(memory), cold


def run(command, cwd, codes=(0,)):
    """Runs a command, with what lies beside it on the PATH; returns its exit code."""
    folder = str(Path(command[0]).parent)
    path = os.pathsep.join([folder, os.environ["PATH"]])
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **SETTINGS, "PATH": path},
    )
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr[-2000:] or done.stdout}")
    return done.returncode


def checked(who, costs, right):
    """The median cost, if the grader has found the answer right, which is the first, and not all."""
    if not right[0] or all(right) and len(right) > 1:
        raise SystemExit(f"{who} found these right: {right}. It has not graded what it should.")
    return median(costs)


def pytest_each(files):
    """A pytest process for each submission."""
    costs, right = [], []
    for file in files:
        (file.parent / "test_adam.py").write_text(TEST, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_adam.py"]
        work = partial(run, command, file.parent, codes=(0, 1))
        costs.append(cost_of(lambda work=work: right.append(work() == 0)))
    return checked("pytest", costs, right)


def cell(source, kind="code", **metadata):
    base = {
        "cell_type": kind,
        "metadata": metadata,
        "source": source,
        "id": f"c{abs(hash(source))}",
    }
    return base | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(cells):
    kernel = {"kernelspec": {"name": "python3", "display_name": "python3", "language": "python"}}
    whole = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def body_of_test():
    """The test as a cell: its imports without that of the answer, and a call."""
    return TEST.replace("from adam import adam_step\n", "") + "\ntest_adam()"


def otter_each(files, folder, python):
    """otter-grader: `otter run` for each notebook."""
    (folder / "tests").mkdir(parents=True)
    lines = body_of_test().strip().splitlines()
    code = "".join(
        f"{'... ' if line.startswith(' ') or not line else '>>> '}{line}\n" for line in lines
    )
    case = {"code": code, "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": "q1", "points": 1, "suites": [suite]}
    text = f"OK_FORMAT = True\ntest = {test!r}\n"
    (folder / "tests" / "q1.py").write_text(text, encoding="utf-8")
    otter = Path(python).parent / "otter"
    run([otter, "generate", "-t", "tests", "-o", "grader.zip", "--no-requirements"], folder)
    costs, right = [], []
    for number, file in enumerate(files):
        name = f"hw{number}.ipynb"
        (folder / name).write_text(notebook([cell(file.read_text(encoding="utf-8"))]), "utf-8")
        command = [otter, "run", "-a", "grader.zip", name]
        costs.append(cost_of(partial(run, command, folder)))
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        right.append(sum(each.get("score", 0) for each in results["tests"]) == 1)
    return checked("otter-grader", costs, right)


def nbgrader_each(files, folder, python):
    """nbgrader: `nbgrader autograde` for each student."""
    grade = {"grade_id": "adam", "schema_version": 3, "task": False}
    answer = {"nbgrader": {**grade, "grade": False, "locked": False, "solution": True}}
    marks = {"grade_id": "test", "points": 1, "grade": True, "locked": True, "solution": False}
    test = {"nbgrader": {**grade, **marks}}
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    code = files[0].read_text(encoding="utf-8")
    cells = [cell(code, **answer), cell(body_of_test(), **test)]
    (source / "p.ipynb").write_text(notebook(cells), encoding="utf-8")
    nbgrader = Path(python).parent / "nbgrader"
    run([nbgrader, "generate_assignment", "ps1", "--force"], folder)
    costs = []
    for number, file in enumerate(files):
        place = folder / "submitted" / f"s{number}" / "ps1"
        place.mkdir(parents=True)
        cells[0] = cell(file.read_text(encoding="utf-8"), **answer)
        (place / "p.ipynb").write_text(notebook(cells), encoding="utf-8")
        command = [nbgrader, "autograde", "ps1", "--student", f"s{number}"]
        costs.append(cost_of(partial(run, command, folder)))
    run([nbgrader, "export", "--to", "grades.csv"], folder)
    with open(folder / "grades.csv", encoding="utf-8", newline="") as table:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    return checked("nbgrader", costs, [marks[f"s{number}"] == 1 for number in range(len(files))])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=10)
    parser.add_argument("--others", help="an interpreter that has otter-grader and nbgrader")
    parser.add_argument("--markdown", action="store_true", help="print a table for docs/")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = submissions(folder / "files", asked.submissions)
        alone, together, memory, cold = ours(files)
        rows.append(("coursekit, warm, one by one", alone))
        rows.append((f"coursekit, warm, all {len(files)} in one call", together))
        rows.append(("coursekit, cold (one call of `coursekit check`)", cold))
        rows.append(("a pytest process each", pytest_each(files)))
        if asked.others:
            few = files[: min(4, len(files))]  # they take their time
            others = (("otter-grader", otter_each), ("nbgrader", nbgrader_each))
            for grader, measure in others:
                rows.append((grader, measure(few, folder / grader, asked.others)))
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {NAME}")
    for what, cost in rows:
        times = cost.clock / alone.clock, cost.core / together.core
        clock, core = f"{cost.clock:.3f}", f"{cost.core:.3f}"
        if asked.markdown:
            print(f"| {what} | {clock} | {times[0]:.1f} | {core} | {times[1]:.1f} |")
        else:
            print(f"{what:48} {clock:>7} s {times[0]:6.1f} × {core:>9} core s {times[1]:6.1f} ×")
    print(f"private memory of a room: at most {memory:.0f} MB")


if __name__ == "__main__":
    main()
