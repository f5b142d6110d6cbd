"""In the room: loads the student's file, puts the questions to it, and writes down the answers."""

import linecache
import os
import sys
import types

from coursekit.room.callers import hide_callers
from coursekit.room.ready_made import ReadyMade, close_ready_made, hide_packages
from coursekit.room.wire import LONGEST_TEXT, pack


def answer_all(request, questions, send, scratch, paper):
    """Loads the student's file and answers question after question.

    Args:
        request: `name` of the exercise, `source` of the file (an array of bytes), `ready_made`
            (the groups of things that are closed), `needs` (packages that are not hidden) and `asked`,
            a list of [question, inputs].
        questions: the module of the question paper.
        send: takes the packed answer to one question.
        scratch: the folder of the room, where the student's file is put.
        paper: the file of the question paper.
    """
    # Before the student's file, which could replace `import`; not at the top, so that who imports this
    # module needs no TensorFlow
    from coursekit.room.as_data import as_data

    path = os.path.join(scratch, f"{request['name']}.py")
    with open(path, "wb") as file:
        file.write(request["source"].tobytes())
    hide_packages(request["ready_made"], request["needs"])
    close_ready_made(request["ready_made"])  # before the file runs: it could keep a copy
    asked = [(_question(questions, name), inputs) for name, inputs in request["asked"]]
    hide_callers(scratch, paper)
    student, problem = load(path, request["name"])
    send(pack({"loaded": problem}))
    if problem is not None:
        return
    for number, (question, inputs) in enumerate(asked):
        send(pack({"asks": number}))
        answer = ask(question, student, inputs, path, as_data)
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


def ask(question, student, inputs, path, as_data):
    """One answer: {"answer": tree} or {"error": what was raised}."""
    try:
        return {"answer": as_data(question(student, **inputs))}
    except BaseException as error:  # noqa: BLE001
        return {"error": describe_error(error, path, student)}


def describe_error(error, path, student):
    """The type of an exception and its bases, its words, and the student's lines it went through."""
    try:
        kinds = [kind.__name__ for kind in type(error).__mro__][:-2] or ["BaseException"]
        # not error.obj, which may be code of the student's
        if isinstance(error, AttributeError) and AttributeError.obj.__get__(error) is student:
            kinds = ["Missing"]
        try:
            words = str(error.name if kinds == ["Missing"] else error)
        except BaseException:  # noqa: BLE001 - __str__ is the student's
            words = "(it has no words that can be shown)"
        lines = _lines_through(error.__traceback__, path)
        if isinstance(error, SyntaxError) and error.filename == path:
            lines = [[error.lineno or 0, "", (error.text or "").strip()[:200]]]
            words = error.msg
        if isinstance(error, ReadyMade):
            kinds = ["ReadyMade"]
        return {"kinds": kinds, "words": words[:LONGEST_TEXT], "lines": lines[-20:]}
    except BaseException:  # noqa: BLE001 - an exception that fights back
        return {"kinds": ["Exception"], "words": "(it cannot be shown)", "lines": []}


def _lines_through(trace, path):
    """[number, function, text] of each line of this file; traceback.extract_tb would hand out our globals."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == path:
            text = linecache.getline(path, trace.tb_lineno)
            lines.append([trace.tb_lineno, code.co_name, text.strip()[:200]])
        trace = trace.tb_next
    return lines


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
