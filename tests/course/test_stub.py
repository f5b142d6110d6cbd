import tomllib
from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in
from coursekit.course.stub import cut

ROOT = Path(__file__).parents[2]
ANSWERS = exercises_in(ROOT / "solutions")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: each.name)
def test_the_stub_is_the_answer_without_its_solution(answer):
    stub = ROOT / "exercises" / answer.section / answer.names[0]
    for file in answer.printed:
        printed = stub if file == answer.file else stub.with_name(file.name)
        assert printed.read_text(encoding="utf-8") == cut(file.read_text(encoding="utf-8"))


def test_no_stub_is_left_over():
    stubs = {(each.section, each.name) for each in exercises_in(ROOT / "exercises")}
    assert stubs == {(each.section, each.name) for each in ANSWERS}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: each.name)
def test_a_stub_can_be_read_and_holds_the_whole_task(answer):
    text = cut(answer.file.read_text(encoding="utf-8"))
    if answer.is_program:
        compile(text, answer.name, "exec")
    else:
        tomllib.loads(text)
    assert answer.task.split("\n")[-1] in text
    assert "SOLUTION" not in text and "not written yet" in text.lower()


def test_each_function_says_its_own_name():
    text = "def f():\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n"
    text += "class C:\n    def g(self,\n          x):\n        # BEGIN SOLUTION\n        y = 1\n        # END SOLUTION\n"
    stub = cut(text)
    assert '    raise NotImplementedError("f: not written yet")' in stub
    assert '        raise NotImplementedError("g: not written yet")' in stub
    assert "y = 1" not in stub


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("x = 1\n", "There is no block"),
        ("# BEGIN SOLUTION\nx = 1\n", "line 1 does not end"),
        ("# END SOLUTION\n", "Line 1"),
        ("# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n", "inside the one of line 1"),
        ("# BEGIN SOLUTION\n    # END SOLUTION\n", "own indent"),
    ],
)
def test_markers_that_do_not_match_are_an_error(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        cut(text)
