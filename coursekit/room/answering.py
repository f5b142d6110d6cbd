"""In the room: loads the student's file, puts the questions to it, and writes down the answers."""

import linecache
import os
import sys
import traceback
import types

from coursekit.room.callers import hide_callers
from coursekit.room.ready_made import ReadyMade, close_ready_made, hide_packages
from coursekit.room.wire import DTYPES, Thing, pack

MOST_ITEMS = 20_000
LONGEST_TEXT = 4000


def answer_all(request, questions, send, scratch):
    """Loads the student's file and answers question after question.

    Args:
        request: `name` of the exercise, `source` of the file (an array of bytes), `ready_made`
            (the groups of things that are closed) and `asked`, a list of [question, inputs].
        questions: the module of the question paper.
        send: takes the packed answer to one question.
        scratch: the folder of the room, where the student's file is put.
    """
    path = os.path.join(scratch, f"{request['name']}.py")
    with open(path, "wb") as file:
        file.write(request["source"].tobytes())
    hide_packages(request["ready_made"], request["needs"])
    close_ready_made(request["ready_made"])  # before the file runs: it could keep a copy
    asked = [(_question(questions, name), inputs) for name, inputs in request["asked"]]
    hide_callers(scratch, [question.__code__.co_filename for question, _ in asked])
    student, problem = load(path, request["name"])
    send(pack({"loaded": problem}))
    if problem is not None:
        return
    for number, (question, inputs) in enumerate(asked):
        send(pack({"asks": number}))
        answer = ask(question, student, inputs, path)
        send(pack({"number": number, **answer}))


def _question(paper, name):
    """The question of this name, held before the student's code could put another in its place."""

    def missing(student, **inputs):
        raise LookupError(f"The question paper has no question {name!r}; the key asks it.")

    return getattr(paper, name, missing)


def load(path, name):
    """Runs the student's file as a module; returns (module, None) or (None, what went wrong)."""
    module = types.ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        exec(code, vars(module))  # noqa: S102 - this is what the room is for
    except BaseException as error:  # noqa: BLE001 - SystemExit and hostile ones too
        return None, describe_error(error, path, module)
    return module, None


def ask(question, student, inputs, path):
    """One answer: {"answer": tree} or {"error": what was raised}."""
    try:
        return {"answer": as_data(question(student, **inputs))}
    except BaseException as error:  # noqa: BLE001
        return {"error": describe_error(error, path, student)}


def describe_error(error, path, student):
    """The type of an exception and its bases, its words, and the student's lines it went through."""
    try:
        kinds = [kind.__name__ for kind in type(error).__mro__][:-2] or ["BaseException"]
        if isinstance(error, AttributeError) and getattr(error, "obj", None) is student:
            kinds = ["Missing"]
        try:
            words = str(error.name if kinds == ["Missing"] else error)
        except BaseException:  # noqa: BLE001 - __str__ is the student's
            words = "(it has no words that can be shown)"
        lines = [
            [frame.lineno, frame.name, (frame.line or "").strip()[:200]]
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == path
        ]
        if isinstance(error, SyntaxError) and error.filename == path:
            lines = [[error.lineno or 0, "", (error.text or "").strip()[:200]]]
            words = error.msg
        if isinstance(error, ReadyMade):
            kinds = ["ReadyMade"]
        return {"kinds": kinds, "words": words[:LONGEST_TEXT], "lines": lines[-20:]}
    except BaseException:  # noqa: BLE001 - an exception that fights back
        return {"kinds": ["Exception"], "words": "(it cannot be shown)", "lines": []}


def as_data(value, depth=0):
    """What can be sent of a value: numbers, texts, arrays; of all else a description."""
    import keras
    import tensorflow as tf

    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        if kind is int and abs(value) >= 2**63:
            return Thing("a whole number of more than 64 bits")
        return value[:LONGEST_TEXT] if kind is str else value
    if kind in (list, tuple, dict) and depth < 8:
        if len(value) > MOST_ITEMS:
            return Thing(f"a {kind.__name__} of {len(value)} items")
        if kind is dict:
            return {str(key): as_data(each, depth + 1) for key, each in value.items()}
        return [as_data(each, depth + 1) for each in value]
    if isinstance(value, keras.Variable):
        value = value.value
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    if isinstance(value, (tf.Tensor, tf.Variable)):
        if not hasattr(value, "numpy"):
            return Thing("a symbolic tensor, which has no value")
        if value.dtype == tf.bfloat16:
            return Thing(f"a bfloat16 tensor of shape {tuple(value.shape)}")
        value = value.numpy()
    return _numbers(value)


def _numbers(value):
    import numpy as np

    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value, copy=True, subok=False)
        if array.dtype.name in DTYPES:
            return array
        return Thing(f"an array of dtype {array.dtype.name} and shape {array.shape}")
    return Thing(f"an object of type {type(value).__name__}")


def load_questions(path):
    """The question paper as a module; its own folder is not put on the search path."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # TensorFlow reads the text of the functions that it compiles, and the file is out of reach then;
    # a module with a `__file__` it would read again
    module = types.ModuleType("questions")
    linecache.cache[str(path)] = len(text), None, text.splitlines(keepends=True), str(path)
    sys.modules["questions"] = module
    exec(compile(text, str(path), "exec", dont_inherit=True), vars(module))  # noqa: S102
    # and so it is with what the questions use of coursekit
    for name, used in list(sys.modules.items()):
        if name.startswith("coursekit.") and getattr(used, "__file__", None):
            linecache.getlines(used.__file__)
    return module
