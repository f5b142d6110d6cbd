"""Which of the known mistakes is named, and when none of them is."""

from dataclasses import replace

import numpy as np
import pytest

from coursekit.grading.answers import Answers
from coursekit.grading.judge import ELSEWHERE, judge
from coursekit.grading.key import Check, Key, Slip, near
from coursekit.grading.paper import Paper
from coursekit.grading.report import Report, Verdict
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


def test_where_any_exception_is_taken_for_a_mistake_it_is_said_itself():
    (found,) = verdicts([one("a", [replace(LIKELY, error="")])], {"error": MISTAKEN})
    assert found.says.startswith(
        "It is the likely one.\nLine 7 in call: f(dim=1)\nTypeError: no such argument"
    )


def test_the_line_inside_the_graph_is_shown_and_not_the_one_that_calls_it():
    inside = """in user code:

    File "/tmp/coursekit-room-1/loop.py", line 4, in step  *
        loss = f(dim=1)

    TypeError: no such argument
"""
    (found,) = verdicts([one("a", [LIKELY])], {"error": {**MISTAKEN, "words": inside}})
    assert found.says == "It is the likely one.\nLine 4 in step: loss = f(dim=1)"


def test_an_exception_that_others_raise_as_well_is_only_itself():
    found, other = verdicts(
        [one("a", [LIKELY]), one("b")], {"error": MISTAKEN}, {"error": MISTAKEN}
    )
    assert found.slip is other.slip is None
    assert found.says.startswith("Line 7 in call: f(dim=1)\nTypeError: no such argument")


def test_one_exception_is_the_same_whatever_names_are_in_it():
    of_two = [{**MISTAKEN, "words": f"unknown thing <Variable {name}>"} for name in "ab"]
    found, _ = verdicts([one("a", [LIKELY]), one("b")], *({"error": each} for each in of_two))
    assert found.slip is None


@pytest.mark.parametrize(
    "words",
    [
        ("no such argument", "something else"),
        (
            "'NoneType' object is not callable",
            "'list' object cannot be interpreted as an integer",
        ),
    ],
)
def test_another_exception_elsewhere_leaves_the_mistake_what_it_is(words):
    mistaken, another = ({**MISTAKEN, "words": each} for each in words)
    found, _ = verdicts([one("a", [LIKELY]), one("b")], {"error": mistaken}, {"error": another})
    assert found.slip == "likely"


def test_a_failed_check_points_to_the_one_whose_mistake_is_named_where_it_may_come_of_it():
    checks = [one("a", [LIKELY]), one("b"), one("c")]
    missing = {**MISTAKEN, "kinds": ["Missing"], "words": "g"}
    _, other, without = verdicts(
        checks, {"error": MISTAKEN}, {"answer": np.float32([2, 2])}, {"error": missing}
    )
    assert other.says.endswith(ELSEWHERE)
    assert ELSEWHERE not in without.says


def test_what_was_found_is_said_in_the_sentence_and_not_in_the_students_line():
    slip = replace(LIKELY, says="It is wrong: {found}.")
    error = {**MISTAKEN, "lines": [[7, "call", "print(f'{found}')"]]}
    (found,) = verdicts([one("a", [slip])], {"error": error})
    assert found.says.startswith("It is wrong: ") and "TypeError" in found.says
    assert found.says.endswith("\nLine 7 in call: print(f'{found}')")


def test_a_mistake_that_gives_what_is_wanted_is_not_named_for_its_loose_tolerance():
    loose = Slip("loose", "no", wanted=lambda x: near(x, roundings=1e6))
    half = Slip("half", "half", wanted=lambda x: near(x / 2))
    inexact, halved = (np.float32([value, value]) for value in (1.01, 0.5))
    assert [each.slip for each in verdicts([one("a", [loose])], {"answer": inexact})] == [None]
    assert [each.slip for each in verdicts([one("a", [half])], {"answer": halved})] == ["half"]


def test_the_same_thing_is_said_once_whatever_stands_before_it():
    says = ["Sum it.", "The gradient, too: Sum it.", "", "Square it."]
    report = Report("mse.py", "mse", [Verdict("a", "does", "fail", each) for each in says])
    assert [said for _, said in report.said()] == ["Sum it.", "(the same)", "", "Square it."]
