"""Compares what came with what was wanted, and says the difference in words."""

import numpy as np

from coursekit.grading.key import Either, Exactly, Holds, Near, Raises, near
from coursekit.room.wire import Thing

SHOWN = 8  # an array of at most so many elements is shown whole


def difference(answer, wanted):
    """None where the answer is right, else the difference in words.

    Args:
        answer: a tree of what came: arrays, numbers, texts, lists, dicts, or an `Error`.
        wanted: the same tree, of numbers, texts, Near, Exactly, Raises, Either and Holds.
    """
    if isinstance(wanted, Either):
        found = [difference(answer, each) for each in wanted.choices]
        return None if None in found else found[0]
    if isinstance(wanted, Raises):
        if isinstance(answer, Error) and wanted.kind in answer.kinds:
            return None
        return f"a {wanted.kind} was wanted, {came(answer)} came"
    if isinstance(answer, Error):
        return came(answer)
    if isinstance(wanted, Holds):
        try:
            found = wanted.test(answer)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            found = False
        if found is True or isinstance(found, np.bool_) and found:
            return None
        return found if isinstance(found, str) else (wanted.says or f"{came(answer)} came")
    if isinstance(wanted, (np.ndarray, np.floating)):
        wanted = near(wanted, roundings=64, dtype=None)
    if isinstance(wanted, Near):
        return _near(answer, wanted)
    if isinstance(wanted, Exactly):
        alike = isinstance(answer, np.ndarray) and answer.dtype == wanted.value.dtype
        if alike and np.array_equal(answer, wanted.value, equal_nan=answer.dtype.kind == "f"):
            return None
        return f"{show(wanted.value)} was wanted, {came(answer)} came"
    if isinstance(wanted, dict):
        if not isinstance(answer, dict):
            return f"{came(answer)} came"
        for name, part in wanted.items():
            found = difference(answer.get(name), part)
            if found:
                return f"{name}: {found}"
        return None
    if isinstance(wanted, (list, tuple)):
        if not isinstance(answer, list) or len(answer) != len(wanted):
            return f"a list or tuple of {len(wanted)} was wanted, {came(answer)} came"
        for number, (one, part) in enumerate(zip(answer, wanted), 1):
            found = difference(one, part)
            if found:
                return f"number {number} of {len(wanted)}: {found}"
        return None
    kinds = {int: "iu", bool: "b"}.get(type(wanted), "")
    if isinstance(answer, np.ndarray) and answer.ndim == 0 and answer.dtype.kind in kinds:
        answer = answer.item()  # NumPy counts as well as Python
    if type(answer) is type(wanted) and answer == wanted:
        return None
    return f"{show(wanted)} was wanted, {came(answer)} came"


class Error:
    """An exception that came instead of an answer."""

    def __init__(self, kinds, words, lines):
        self.kinds, self.words, self.lines = kinds, words, lines

    def __repr__(self):
        return f"a {self.kinds[0]} ({self.words})" if self.words else f"a {self.kinds[0]}"


def _near(answer, wanted):
    value = wanted.value
    if isinstance(answer, float) and value.ndim == 0 and wanted.dtype is None:
        answer = np.asarray(answer)
    if not isinstance(answer, np.ndarray):
        return f"{_kind(value, wanted.dtype)} was wanted, {came(answer)} came"
    if answer.shape != value.shape:
        return f"shape {value.shape} was wanted, shape {answer.shape} came"
    if wanted.dtype and answer.dtype.name != wanted.dtype:
        return f"{wanted.dtype} was wanted, {answer.dtype.name} came"
    if not wanted.dtype and answer.dtype.kind != "f":
        return f"floating-point numbers were wanted, {answer.dtype.name} came"
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.abs(answer.astype("float64") - value)
        same = (answer == value) | (np.isnan(answer) & np.isnan(value)) | (gap <= wanted.allowed)
    if same.all():
        return None
    if value.size <= SHOWN:
        return f"{show(value)} was wanted, {show(answer)} came"
    worst = np.where(same, -1, np.nan_to_num(gap / wanted.allowed, nan=np.inf, posinf=np.inf))
    where = tuple(int(n) for n in np.unravel_index(np.argmax(worst), value.shape))
    place = ", ".join(map(str, where))
    return (
        f"{show(value[where])} was wanted at [{place}], {show(answer[where])} came "
        f"({int((~same).sum())} of {value.size} numbers differ)"
    )


def _kind(value, dtype):
    name = dtype or "floating-point"
    return (
        f"a {name} tensor of shape {value.shape}" if value.ndim else f"one {name} number (tensor)"
    )


def came(answer):
    """What came, in words that fit into "… came"."""
    if answer is None:
        return "None"
    if isinstance(answer, (Error, Thing)):
        return repr(answer)
    if isinstance(answer, dict):
        names = [each[:40] for each in list(answer)[:6]] + ["…"] * (len(answer) > 6)
        return f"a dict with {', '.join(names) or 'nothing'}"
    if isinstance(answer, list):
        inside = ", ".join(came(each) for each in answer[:4])
        things = "one thing" if len(answer) == 1 else f"{len(answer)} things"
        return f"{things} ({inside}{', …' * (len(answer) > 4)})" if answer else "an empty list"
    if isinstance(answer, np.ndarray):
        if answer.size <= SHOWN:
            return show(answer)
        return f"a {answer.dtype.name} array of shape {answer.shape}"
    if type(answer) in (bool, int, float):
        return f"the Python {type(answer).__name__} {show(answer)}"
    return show(answer)


def show(value):
    """A number or a small array as one would write it."""
    if isinstance(value, str):
        return repr(value[:200])
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show(each) for each in value) + "]"
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return repr(value)[:200]
    if array.size > 12:
        return f"a {array.dtype.name} array of shape {array.shape}"
    if array.ndim == 0:
        return f"{array.item():.7g}" if array.dtype.kind == "f" else str(array.item())
    return "[" + ", ".join(show(each) for each in array) + "]"
