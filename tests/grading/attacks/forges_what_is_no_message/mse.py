"""Writes what is no message of ours: numbers without end, lists without end, wrong lengths."""

import os
import struct

TEXTS = [
    '{"dict": [["number", Infinity]]}',
    '{"dict": [["number", 1e400]]}',
    '{"dict": [["number", NaN]]}',
    '{"dict": [["number", {"array": ["float64", [1]]}]]}',
    '{"dict": [["asks", Infinity]]}',
    '{"dict": [["doors", 5]]}',
    '"number"',
    "5",
    "[" * 100_000,
    '{"array": ["float64", [1099511627775, 1099511627775, 0]]}',
    '{"array": [[], {}]}',
]


def mean_squared_error(y_true, y_pred):
    text = TEXTS[len(y_pred) % len(TEXTS)].encode()
    for handle in range(3, 64):
        try:
            os.write(handle, struct.pack("<II", len(text), 0) + text)
        except OSError:
            pass
    return y_pred[..., 0] * 0
