"""Questions and answers as bytes: JSON for the shape of things, raw numbers for arrays, no pickles."""

import json
import math
import struct

import numpy as np

DTYPES = {
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64",
}  # fmt: skip
HEADER = struct.Struct("<II")  # bytes of JSON, bytes of numbers
LARGEST = 64 * 2**20
LONGEST_TEXT = 4000  # of one text in an answer
LONGEST_JSON = 4 * 2**20
DEEPEST = 20


class Thing:
    """Stands for what is neither a number, a text nor an array of numbers: only its description."""

    def __init__(self, description):
        self.description = description

    def __repr__(self):
        return self.description


def pack(tree):
    """Makes bytes of a tree of dicts, lists, numbers, texts, None, arrays and Things.

    Example:
        >>> unpack(pack({"answer": [1, np.zeros(2), None]}))
        {'answer': [1, array([0., 0.]), None]}
    """
    numbers = []

    def plain(value):
        if isinstance(value, np.ndarray):
            array = np.ascontiguousarray(value).reshape(value.shape)
            numbers.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
            return {"array": [array.dtype.name, list(array.shape)]}
        if isinstance(value, Thing):
            return {"thing": value.description}
        if isinstance(value, dict):
            return {"dict": [[str(key), plain(each)] for key, each in value.items()]}
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        return value

    text = json.dumps(plain(tree)).encode()
    body = b"".join(numbers)
    return HEADER.pack(len(text), len(body)) + text + body


def unpack(message):
    """Makes the tree again; whatever the bytes are, the worst that comes of them is a ValueError.

    Raises:
        ValueError: this is no message, or one that does not keep to the limits.
    """
    if len(message) < HEADER.size:
        raise ValueError("The message is cut short.")
    size, numbers = HEADER.unpack_from(message)
    if len(message) != HEADER.size + size + numbers:
        raise ValueError("The message has not the length that it says.")
    if size > LONGEST_JSON:
        raise ValueError("The message holds more lists and texts than allowed.")
    body, offset = memoryview(message)[HEADER.size + size :], 0

    def full(value, depth=0):
        nonlocal offset
        if depth > DEEPEST:
            raise ValueError("The message is nested too deeply.")
        if isinstance(value, list):
            return [full(each, depth + 1) for each in value]
        if not isinstance(value, dict):
            return value
        kind, content = next(iter(value.items()), (None, None))
        if kind == "thing":
            return Thing(str(content)[:500])
        if kind == "dict":
            return {str(key): full(each, depth + 1) for key, each in content}
        if kind != "array":
            raise ValueError("The message holds something unknown.")
        dtype, shape = content
        if dtype not in DTYPES or not all(type(n) is int and 0 <= n < 2**40 for n in shape):
            raise ValueError("The message holds an array of an unknown kind.")
        kind = np.dtype(dtype)
        end = offset + math.prod(shape) * kind.itemsize
        if len(shape) > 16 or end > len(body):
            raise ValueError("An array of the message is larger than the message.")
        array = np.frombuffer(body[offset:end], kind.newbyteorder("<")).astype(kind)
        offset = end
        return array.reshape(shape)

    try:
        return full(json.loads(message[HEADER.size : HEADER.size + size]))
    except (TypeError, KeyError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise ValueError("The message is not one of ours.") from error


def messages(buffer):
    """Yields the whole messages at the front of a bytearray, and leaves what is not complete yet.

    Raises:
        ValueError: a message says that it is larger than allowed.
    """
    while len(buffer) >= HEADER.size:
        end = HEADER.size + sum(HEADER.unpack_from(buffer))
        if end > LARGEST:
            raise ValueError(f"A message is larger than {LARGEST // 2**20} MB.")
        if len(buffer) < end:
            return
        message = bytes(buffer[:end])
        del buffer[:end]
        yield message
