"""Code that is examined looks at no caller of its own, whatever way it tries, and all else goes on working."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ATTACK = Path(__file__).parents[1] / "grading" / "attacks" / "looks_at_its_callers" / "mse.py"
ASKS = """
import sys

from coursekit.room.callers import hide_callers


def examine(questions, deeper=3):
    if deeper:
        return examine(questions, deeper - 1)
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    if hidden:
        hide_callers(scratch, scratch + '-paper.py')
    exec(code, {"__name__": "mse"})


path, scratch, hidden = sys.argv[1:]
examine("of the teacher")
"""
HONEST = '''
"""What people do while they look for a mistake, and what libraries do that look at frames."""
import asyncio, collections, dataclasses, doctest, enum, inspect, io, logging, sys, traceback, typing
import unittest, warnings
import keras, matplotlib.pyplot, tensorflow as tf
import not_yet_compiled

Pair = collections.namedtuple("Pair", "x y")
Colour = enum.Enum("Colour", "RED GREEN")
Typed = typing.NamedTuple("Typed", [("x", int)])

@dataclasses.dataclass
class Point:
    x: float = 0.0

try:
    1 / 0
except ZeroDivisionError:
    traceback.print_exc(file=sys.stdout)
    logging.exception("caught")
warnings.warn("careful")
print(inspect.signature(Point), inspect.getdoc(Point), Pair(1, 2), Colour.RED, Typed(1))
eval(compile("print('evaluated')", "<string>", "eval"))


def halved(x):
    """Half of it.

    >>> halved(3)
    1.5
    """
    return x / 2


class Tests(unittest.TestCase):
    def test_that_fails(self):
        self.assertEqual(halved(3), 1)


doctest.run_docstring_examples(halved, globals())
loader, runner = unittest.TestLoader(), unittest.TextTestRunner(stream=io.StringIO())
print("failed", len(runner.run(loader.loadTestsFromTestCase(Tests)).failures))

@tf.function
def larger(x, y):
    if tf.reduce_sum(x) > tf.reduce_sum(y):
        return x
    return y

model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 2]), tf.ones([4, 1]), verbose=0)
print("larger", larger(tf.constant(1.0), tf.constant(2.0)).numpy())
'''


def examined(path, scratch, hidden, cwd):
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", ASKS, path, scratch, "yes" if hidden else ""],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


@pytest.mark.slow
def test_each_way_to_the_callers_is_closed(tmp_path):
    path = tmp_path / "mse.py"
    path.write_text(ATTACK.read_text(encoding="utf-8"), encoding="utf-8")
    open_, closed = (examined(path, tmp_path, hidden, Path.cwd()) for hidden in (False, True))
    ways = ATTACK.read_text(encoding="utf-8").partition("WATCHES")[0].count("\n    lambda: ")
    assert ways > 40
    succeeded = {line.partition("SUCCEEDED ")[2] for line in open_.stdout.splitlines()}
    assert {*map(str, range(ways)), "to replace"} <= succeeded, open_.stdout + open_.stderr
    assert closed.returncode == 0, closed.stderr
    assert "SUCCEEDED" not in closed.stdout


@pytest.mark.slow
def test_what_libraries_and_honest_people_do_goes_on_working(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = scratch / "mse.py"
    path.write_text(HONEST, encoding="utf-8")
    (tmp_path / "not_yet_compiled.py").write_text(
        "import collections\nPair = collections.namedtuple('Pair', 'x y')\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path[1:]]))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    done = examined(path, scratch, True, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "failed 1" in done.stdout
    assert "ZeroDivisionError" in done.stdout and "careful" in done.stderr
    assert "larger 2.0" in done.stdout
