"""What is changed in a module that was found by its name changes no answer."""

import sys
import types

import pytest

import coursekit.room.wire  # noqa: F401 - it is there when the decoys are put
from coursekit.room.decoys import put_decoys

PAPER = """
LIMIT = 3


class Kind:
    pass


def measured(x, *, plus=1):
    return _doubled(x) + plus if x < LIMIT else 0


def _doubled(x):
    return 2 * x
"""


@pytest.fixture
def questions(monkeypatch):
    for name in [each for each in sys.modules if each.partition(".")[0] == "coursekit"]:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    module = types.ModuleType("questions")
    monkeypatch.setitem(sys.modules, "questions", module)
    exec(PAPER, vars(module))  # noqa: S102 - the text stands above
    put_decoys()
    return module


@pytest.mark.parametrize("name", ["measured", "_doubled"])
def test_neither_another_function_nor_other_code_in_it_is_asked(questions, name):
    decoy = sys.modules["questions"]
    assert decoy is not questions
    getattr(decoy, name).__code__ = (lambda x, plus=1: 100).__code__
    assert questions.measured(1) == 3
    setattr(decoy, name, lambda x, plus=1: 100)
    decoy.LIMIT = 0
    assert questions.measured(1) == 3


def test_a_copy_does_what_its_original_does(questions):
    decoy = sys.modules["questions"]
    assert decoy.measured(2, plus=5) == 9 and decoy.measured(2) == 5
    assert decoy.measured.__globals__ is vars(decoy) and decoy.Kind is questions.Kind


def test_parts_of_coursekit_are_copies_by_whatever_name_they_are_reached(questions):
    import coursekit.room.wire as by_name
    from coursekit.room import wire

    assert (
        by_name is wire is sys.modules["coursekit.room.wire"] is sys.modules["coursekit"].room.wire
    )
    assert wire.pack.__globals__ is vars(wire)
    assert wire.unpack(wire.pack({"a": 1})) == {"a": 1}
