"""Messages come back as they were sent, and no bytes at all can do worse than a ValueError."""

import json

import numpy as np
import pytest

from coursekit.room.wire import HEADER, LARGEST, Thing, messages, pack, unpack

TREES = [
    None,
    True,
    3,
    -0.5,
    "ŷ − y",
    [1, [2, [None]]],
    {"a": [1.5, "b"], "array": {"thing": 1}},
    np.float32([[1, -2], [np.inf, 0]]),
    np.zeros((0, 3), "int64"),
    np.uint8([255]),
    np.array(7.0),
    np.float16([1, 2])[::-1],
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_comes_back_as_it_was(tree):
    again = unpack(pack(tree))
    if isinstance(tree, np.ndarray):
        assert again.dtype == tree.dtype and again.shape == tree.shape
        np.testing.assert_array_equal(again, tree)
    else:
        assert again == tree


def test_nan_stays_nan_and_what_is_no_number_keeps_its_description():
    assert np.isnan(unpack(pack([float("nan")]))[0])
    assert repr(unpack(pack(Thing("a complex128 array")))) == "a complex128 array"


def message(content, body=b""):
    text = json.dumps(content).encode()
    return HEADER.pack(len(text), len(body)) + text + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        pack([1])[:-1],
        pack([1]) + b"x",
        HEADER.pack(3, 0) + b"\xff\xfe\xfd",
        HEADER.pack(1, 0) + b"{",
        message({"array": ["object", [1]]}, b"12345678"),
        message({"array": ["float64", [2**39, 2**39]]}, b"12345678"),
        message({"array": ["float64", [-1]]}, b"12345678"),
        message({"array": ["float64", [2]]}, b"12345678"),
        message({"array": ["complex128", [1]]}, b"0" * 16),
        message({"array": "x"}),
        message({"dict": [[1]]}),
        message({"new": 1}),
        message({}),
        HEADER.pack(200_000, 0) + b"[" * 200_000,
    ],
    ids=range(16),
)
def test_no_bytes_are_worse_than_a_value_error(data):
    with pytest.raises(ValueError):
        unpack(data)


def test_whole_messages_are_taken_from_a_stream_that_comes_in_pieces():
    stream, buffer, found = pack("one") + pack(["two"]), bytearray(), []
    for byte in stream:
        buffer.append(byte)
        found += [unpack(each) for each in messages(buffer)]
    assert found == ["one", ["two"]] and not buffer


def test_a_message_that_claims_to_be_huge_is_refused_at_once():
    with pytest.raises(ValueError, match="larger than"):
        list(messages(bytearray(HEADER.pack(10, LARGEST))))
