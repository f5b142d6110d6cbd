"""What a key may say of the stub, and of what came: Beforehand and ForTheJudge among the inputs,
{found} in a sentence."""

import pytest

from coursekit.grading.answers import Answers
from coursekit.grading.examination import Examination
from coursekit.grading.judge import judge
from coursekit.grading.key import Beforehand, Check, ForTheJudge, Key, Slip
from coursekit.grading.paper import Paper
from coursekit.grading.submission import Submission


def key(says="no"):
    length = Beforehand("length")
    check = Check(
        "length",
        "says how long the stub is",
        lambda rng: iter([{"stub": length, "number": number} for number in (1, 2)]),
        lambda stub, number: stub + number,
        [Slip("always", says, shows=lambda inputs, answer, wanted: True)],
    )
    return Key([check], slips={"always": says})


def test_what_the_stub_answered_reaches_question_and_key():
    paper = Paper.draw("exercise", key(), "questions.py", 0)
    (asked,) = paper.beforehand()  # in two cases, and asked once
    assert asked.question == "length"
    paper = paper.complete([6])
    assert [inputs for _, inputs in paper.asked] == [{"stub": 6, "number": n} for n in (1, 2)]
    assert paper.wanted == {("length", 0): 7, ("length", 1): 8}


def test_what_is_for_the_judge_does_not_go_into_the_room():
    kept = {"stub": ForTheJudge(Beforehand("length")), "truth": ForTheJudge(4), "x": 1}
    check = Check("c", "s", lambda rng: iter([kept]), lambda stub, truth, x: stub + truth + x)
    paper = Paper.draw("exercise", Key([check]), "questions.py", 0).complete([6])
    assert paper.wanted["c", 0] == 11 and paper.asked[0][1] == {"stub": 6, "truth": 4, "x": 1}
    assert paper.request(b"")["asked"] == [["", {"x": 1}]]


@pytest.mark.parametrize(
    "says, said",
    [
        ("Not so: {found}.", "Not so: 7 was wanted, the Python int 3 came."),
        ("A plain {}.", "A plain {}."),
    ],
)
def test_a_sentence_can_hold_what_came(says, said):
    paper = Paper.draw("exercise", key(says), "questions.py", 0).complete([6])
    answers = Answers()
    answers.has_loaded, answers.given = True, {0: {"answer": 3}, 1: {"answer": 3}}
    report = judge(paper, Submission("exercise.py", b"x = 1\n"), answers)
    verdict = next(each for each in report.checks if each.name == "length")
    assert verdict.says == said and verdict.slip == "always"


STUB = '''"""Double."""

SIZE = {size}


def double(x):
    """Twice x."""
    raise NotImplementedError("double is not written yet.")
'''
QUESTIONS = """
def size(student):
    return student.SIZE

def double(student, x):
    return student.double(x)
"""
KEY = """
from coursekit.grading.key import Beforehand, check

WRITES = ["double"]

@check("doubles", wanted=lambda x: 2 * x)
def double(rng):
    yield {"x": Beforehand("size")}
"""


class Counted:
    """Rooms that note for how many requests they were asked."""

    def __init__(self, rooms):
        self.rooms, self.asked = rooms, []

    def examine(self, requests):
        self.asked.append(len(requests))
        return self.rooms.examine(requests)


@pytest.fixture
def course(tmp_path):
    """A course with one exercise whose stub has this size: (solutions, stubs)."""

    def written(size):
        for folder, files in (
            ("solutions/1_a/double", {"questions.py": QUESTIONS, "key.py": KEY}),
            ("exercises/1_a", {"double.py": STUB.replace("{size}", size)}),
        ):
            (tmp_path / folder).mkdir(parents=True)
            for name, text in files.items():
                (tmp_path / folder / name).write_text(text, encoding="utf-8")
        return tmp_path / "solutions", tmp_path / "exercises"

    return written


def submissions(*texts):
    return [Submission(f"{n}/double.py", text.encode()) for n, text in enumerate(texts)]


def test_the_stub_is_asked_once_in_a_room_of_its_own(warden, course):
    counted = Counted(warden)
    examination = Examination(counted, 0, *course("21"))
    right = "SIZE = 5\ndef double(x): return 2 * x\n"  # what it makes of SIZE changes nothing
    files = submissions(right, "def double(x): return 10\n", right)
    reports = dict(examination.of(files))
    assert [reports[n].passed for n in range(3)] == [True, False, True]
    assert "x = 21" in reports[1].checks[-1].says
    assert dict(examination.of(files))[0].passed
    assert counted.asked == [1, 3, 3]


@pytest.mark.parametrize(
    "size, says",
    [
        ("1 / int()", "division by zero"),
        ("object()", "an object of type object came, which is no data"),
        ("None", "unsupported operand"),
    ],
)
def test_a_stub_that_gives_no_answer_is_the_fault_of_the_autograder(warden, course, size, says):
    examination = Examination(warden, 0, *course(size))
    ((_, report),) = examination.of(submissions("def double(x): return 2 * x\n"))
    (verdict,) = report.checks
    assert verdict.verdict == "error" and "the fault is that of the autograder" in verdict.says
    assert says in verdict.says


class DiesOnce:
    """Rooms of which the first ends too soon."""

    def __init__(self, rooms):
        self.rooms, self.died = rooms, False

    def examine(self, requests):
        if self.died:
            yield from self.rooms.examine(requests)
        else:
            self.died = True
            yield 0, Answers()


def test_a_stub_whose_room_died_is_asked_once_more(warden, course):
    examination = Examination(DiesOnce(warden), 0, *course("21"))
    ((_, report),) = examination.of(submissions("def double(x): return 2 * x\n"))
    assert report.passed
