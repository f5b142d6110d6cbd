"""Which of the known mistakes is named, and when none of them is."""

import numpy as np

from coursekit.grading.answers import Answers
from coursekit.grading.judge import judge
from coursekit.grading.key import Check, Key, Slip, near
from coursekit.grading.paper import Paper
from coursekit.grading.submission import Submission

MISTAKEN = {"kinds": ["TypeError"], "words": "no such argument", "lines": [[7, "call", "f(dim=1)"]]}
LIKELY = Slip("likely", "It is the likely one.", error="TypeError")


def one(name, slips=(), wanted=lambda x: near(x)):
    return Check(name, f"does {name}", lambda rng: iter([{"x": np.ones(2)}]), wanted, slips)


def verdicts(checks, *given):
    paper = Paper.draw("exercise", Key(checks), "questions.py", 0).complete()
    answers = Answers()
    answers.has_loaded, answers.given = True, dict(enumerate(given))
    report = judge(paper, Submission("exercise.py", b"x = 1\n"), answers)
    return [each for each in report.checks if each.name not in ("loads", "own_work")]


def test_a_mistake_read_off_an_exception_is_named_with_the_students_line():
    (found,) = verdicts([one("a", [LIKELY])], {"error": MISTAKEN})
    assert found.slip == "likely"
    assert found.says == "It is the likely one.\nLine 7 in call: f(dim=1)"


def test_an_exception_that_others_raise_as_well_is_only_itself():
    found, other = verdicts(
        [one("a", [LIKELY]), one("b")], {"error": MISTAKEN}, {"error": MISTAKEN}
    )
    assert found.slip is other.slip is None
    assert found.says.startswith("Line 7 in call: f(dim=1)\nTypeError: no such argument")


def test_another_exception_elsewhere_leaves_the_mistake_what_it_is():
    another = {**MISTAKEN, "words": "something else"}
    found, _ = verdicts([one("a", [LIKELY]), one("b")], {"error": MISTAKEN}, {"error": another})
    assert found.slip == "likely"


def test_a_mistake_that_gives_what_is_wanted_is_not_named_for_its_loose_tolerance():
    loose = Slip("loose", "no", wanted=lambda x: near(x, roundings=1e6))
    half = Slip("half", "half", wanted=lambda x: near(x / 2))
    inexact, halved = (np.float32([value, value]) for value in (1.01, 0.5))
    assert [each.slip for each in verdicts([one("a", [loose])], {"answer": inexact})] == [None]
    assert [each.slip for each in verdicts([one("a", [half])], {"answer": halved})] == ["half"]
