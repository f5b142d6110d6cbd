"""What is near enough, what is not, and how a difference is put into words."""

import re

import numpy as np
import pytest

from coursekit.grading.comparison import Error, difference
from coursekit.grading.key import Exactly, Holds, Raises, either, near
from coursekit.room.wire import Thing

ONE = np.float32([1.0, 2.0])


def test_a_few_roundings_are_near_and_many_are_not():
    wanted = near([1.0, 2.0], roundings=16)
    assert difference(ONE, wanted) is None
    assert difference(ONE * np.float32(1 + 3e-7), wanted) is None
    assert "was wanted" in difference(ONE * np.float32(1 + 1e-5), wanted)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (np.float32([[1.0, 2.0]]), r"shape \(2,\) was wanted, shape \(1, 2\) came"),
        (np.float64([1.0, 2.0]), "float32 was wanted, float64 came"),
        (np.int32([1, 2]), "float32 was wanted, int32 came"),
        (None, "None came"),
        ([1.0, 2.0], "2 things"),
        (1.0, "the Python float 1 came"),
        ("1, 2", "'1, 2' came"),
        (Thing("a complex128 array"), "a complex128 array came"),
        (np.float32([1.0, np.nan]), "nan.* came"),
        (Error(["ValueError"], "no", []), r"a ValueError \(no\)"),
    ],
)
def test_the_difference_is_said_shapes_and_dtypes_first(answer, says):
    assert re.search(says, difference(answer, near([1.0, 2.0])))


def test_of_a_large_array_the_worst_element_is_said():
    answer = np.zeros(100, "float32")
    answer[[3, 7]] = 1, 5
    found = difference(answer, near(np.zeros(100), of=1))
    assert found == "0 was wanted at [7], 5 came (2 of 100 numbers differ)"


def test_exactly_is_to_the_bit_and_to_the_dtype():
    assert difference(ONE, Exactly(ONE)) is None
    assert difference(np.nextafter(ONE, 9), Exactly(ONE))
    assert difference(ONE.astype("float64"), Exactly(ONE))
    nan = np.float32([np.nan])
    assert difference(nan, Exactly(nan)) is None


def test_either_takes_any_and_raises_wants_an_exception():
    wanted = either(Raises("ValueError"), near(ONE))
    assert difference(ONE, wanted) is None
    assert difference(Error(["ValueError", "Exception"], "", []), wanted) is None
    assert "a ValueError was wanted" in difference(Error(["TypeError"], "", []), wanted)


def test_trees_are_compared_part_by_part():
    wanted = {"w": [near(1.0), near(2.0)], "name": "mine"}
    right = {"w": [np.array(1, "float32"), np.array(2, "float32")], "name": "mine", "more": 1}
    assert difference(right, wanted) is None
    found = difference({**right, "w": right["w"][::-1]}, wanted)
    assert found == "w: number 1 of 2: 1 was wanted, 2 came"
    assert difference({**right, "name": "yours"}, wanted) == "name: 'mine' was wanted, 'yours' came"
    assert "a list or tuple of 2 was wanted" in difference({**right, "w": [1.0]}, wanted)


def test_a_fact_that_does_not_hold_says_so_and_odd_answers_do_not_break_it():
    wanted = Holds(
        lambda answer: answer["n"] < 3 or f"{answer['n']} is too many", "nothing to count"
    )
    assert difference({"n": 2}, wanted) is None
    assert difference({"n": 5}, wanted) == "5 is too many"
    assert difference([], wanted) == "nothing to count"


def test_true_is_not_one():
    assert difference(1, True) and difference(True, 1)


def test_a_whole_number_may_be_numpys():
    assert difference(np.asarray(3), 3) is None
    assert difference(np.asarray(4), 3) and difference(np.asarray(3.0), 3)
    assert difference(np.asarray([3]), 3) and difference(np.asarray(1), True)
    assert difference(np.asarray(True), True) is None and difference(np.asarray(False), True)


def test_a_number_of_another_kind_is_named_as_it_is():
    wanted = near(1.0, dtype=None)
    assert difference(1.0, wanted) is None
    assert difference(1, wanted) == (
        "one floating-point number (tensor) was wanted, the Python int 1 came"
    )
