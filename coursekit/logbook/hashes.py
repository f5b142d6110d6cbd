"""Hashes: of a row after the one before it, of a configuration, of data."""

import hashlib
import json

import numpy as np


def digest(row, before):
    """The digest of a row, in which that of the row before it is contained.

        digest = first 16 digits of sha256(digest before, row without its digest)

    Whoever changes a number, or takes a row out, breaks the chain at that place. It is no secret:
    whoever makes the whole chain anew is not found out by it.

    Args:
        row: a dict that can be written as JSON; its "digest" does not count.
        before: the digest of the row before it.

    Example:
        >>> digest({"step": 1, "loss": 2.3}, "") == digest({"loss": 2.3, "step": 1, "digest": "x"}, "")
        True
        >>> digest({"step": 1, "loss": 2.3}, "") == digest({"step": 1, "loss": 2.4}, "")
        False
    """
    content = {name: value for name, value in row.items() if name != "digest"}
    return hashlib.sha256(f"{before}{_text(content)}".encode()).hexdigest()[:16]


def configuration_hash(configuration):
    """The sha256 of what a lab was told to do, whatever the order of its words."""
    return hashlib.sha256(_text(configuration).encode()).hexdigest()


def data_hash(data):
    """The sha256 of all images and labels of a `coursekit.data.Data`, with their shapes."""
    found = hashlib.sha256()
    for part in data:
        for array in part:
            array = np.ascontiguousarray(array)
            found.update(f"{array.dtype.str}{array.shape}".encode())
            found.update(array.tobytes())
    return found.hexdigest()


def _text(content):
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
