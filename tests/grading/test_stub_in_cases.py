"""What a key may say of the stub, and of what came: STUB among the inputs, {found} in a sentence."""

import pytest

from coursekit.grading.answers import Answers
from coursekit.grading.judge import judge
from coursekit.grading.key import STUB, Check, Key, Slip
from coursekit.grading.paper import Paper
from coursekit.grading.submission import Submission


def key(says="no"):
    check = Check(
        "length",
        "says how long the stub is",
        lambda rng: iter([{"text": STUB, "number": 1}]),
        lambda text, number: len(text) + number,
        [Slip("always", says, shows=lambda inputs, answer, wanted: True)],
    )
    return Key([check], slips={"always": says})


def test_the_stub_reaches_question_and_key_as_its_text():
    paper = Paper.draw("exercise", key(), "questions.py", 0, "x = 1\n")
    assert paper.asked[0][1] == {"text": "x = 1\n", "number": 1}
    assert paper.wanted["length", 0] == 7


@pytest.mark.parametrize(
    "says, said",
    [
        ("Not so: {found}.", "Not so: 7 was wanted, the Python int 3 came."),
        ("A plain {}.", "A plain {}."),
    ],
)
def test_a_sentence_can_hold_what_came(says, said):
    paper = Paper.draw("exercise", key(says), "questions.py", 0, "x = 1\n")
    answers = Answers()
    answers.has_loaded, answers.given = True, {0: {"answer": 3}}
    report = judge(paper, Submission("exercise.py", b"x = 1\n"), answers)
    verdict = next(each for each in report.checks if each.name == "length")
    assert verdict.says == said and verdict.slip == "always"
