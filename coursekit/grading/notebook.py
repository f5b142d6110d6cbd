"""`check("adam")` in a notebook: examines what the notebook defines, and shows it as a table."""

import ast
import atexit
import html
import inspect
import linecache
import sys
import textwrap
import types

import numpy as np

from coursekit.course.catalogue import exercise_named
from coursekit.grading.examination import Examination
from coursekit.grading.report import PASS
from coursekit.grading.rooms import rooms
from coursekit.grading.show import WORDS
from coursekit.grading.submission import Submission, problem_of, without_magics

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_LARGEST = 2000  # elements of an array that is written down
_open = []  # the warm rooms of this notebook, made with the first check


class Feedback:
    """A report as a notebook shows it: a table in HTML, words elsewhere."""

    def __init__(self, report):
        self.report = report

    def __repr__(self):
        lines = [f"{self.report.exercise}: {'passed' if self.report.passed else 'not yet'}"]
        for each, says in self.report.said():
            lines.append(f"  {WORDS[each.verdict]:<6}{each.sentence}")
            if says:
                lines.append(textwrap.indent(says, " " * 8))
        return "\n".join(lines)

    def _repr_html_(self):
        rows = []
        for each, says in self.report.said():
            if says:
                says = "<br><small>" + html.escape(says).replace("\n", "<br>") + "</small>"
            colour = "#1a7f37" if each.verdict == PASS else "#9a6700"
            rows.append(
                f'<tr><td style="color:{colour};vertical-align:top;text-align:left">'
                f"<b>{WORDS[each.verdict]}</b></td>"
                f'<td style="text-align:left">{html.escape(each.sentence)}{says}</td></tr>'
            )
        title = "passed" if self.report.passed else "not yet"
        return (
            f"<b>{html.escape(self.report.exercise)}: {title}</b>"
            f'<table role="table" aria-label="checks">{"".join(rows)}</table>'
        )


def check(name, namespace=None):
    """Examines the exercise `name` as the notebook defines it now, whatever order its cells ran in.

    Args:
        name: of the exercise.
        namespace: where to look for the functions and classes; by default where it is called.

    Raises:
        ValueError: no exercise has this name, or it is none for a notebook.

    Returns:
        A `Feedback`, which a notebook shows as a table.
    """
    if not exercise_named(name).is_program:
        raise ValueError(
            f"{name} is answered in a file, not in a notebook. Examine it with: coursekit check {name}"
        )
    if namespace is None:
        namespace = sys._getframe(1).f_globals
    if not _open:
        _open.append(rooms())
        atexit.register(_open[0].close)
    examination = Examination(_open[0])
    source = source_of(examination.key(name).entries, namespace).encode()
    submission = Submission(f"{name}.py", source, problem_of(source) if source.strip() else None)
    ((_, report),) = examination.of([submission])
    return Feedback(report)


def source_of(entries, namespace):
    """A program that defines these names as the namespace has them, with everything they use.

    Args:
        entries: names of functions and classes; one that is not there is left out.
        namespace: name → object.

    Example:
        >>> print(source_of(["rate"], {"rate": 0.1}))
        rate = 0.1
    """
    written, ahead, given = {}, list(entries), dict(namespace)
    while ahead:
        name = ahead.pop()
        if name in written or name not in given or name.startswith("__"):
            continue
        text = _definition(name, given[name])
        written[name] = text
        if text is not None:
            ahead += _names_in(text)
    # what is defined last may use, when it is defined, what comes before: constants and imports first
    order = sorted(
        (name for name, text in written.items() if text is not None),
        key=lambda name: (_rank(given[name]), _depth(name, written)),
    )
    return "\n\n\n".join(written[name] for name in order)


def _definition(name, value):
    """The text that gives a name its meaning; None where none can be found."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__} as {name}"
    if isinstance(value, _PLAIN):
        return f"{name} = {value!r}"
    if isinstance(value, (tuple, list, dict, set)) and _is_its_own_text(value):
        return f"{name} = {value!r}"
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size <= _LARGEST:
        return f"import numpy\n{name} = numpy.array({value.tolist()!r}, {value.dtype.name!r})"
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    value = getattr(value, "python_function", value)  # of a tf.function
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return f"from {module} import {own} as {name}" if module and own else None
    if module not in ("__main__", "builtins") and sys.modules.get(module) is not None:
        found = getattr(sys.modules[module], own or "", None)
        if found is not None and inspect.getsourcefile(value) != "<string>":
            return f"from {module} import {own} as {name}"
    try:
        text = _text_of_class(value) if inspect.isclass(value) else inspect.getsource(value)
    except (OSError, TypeError):
        return None
    text = textwrap.dedent(text).rstrip()
    aliased = own and own != name and own.isidentifier()
    return text + (f"\n\n\n{name} = {own}" if aliased else "")


def _is_its_own_text(value):
    try:
        return ast.literal_eval(repr(value)) == value
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False


def _text_of_class(kind):
    """The text of a class: from the cell that holds its methods, since a notebook is no file.

    Raises:
        OSError: it cannot be found.
    """
    methods = [each for each in vars(kind).values() if inspect.isfunction(each)]
    for method in methods:
        cell = "".join(linecache.getlines(method.__code__.co_filename))
        try:
            tree = ast.parse(without_magics(cell))
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
                return ast.unparse(node)
    return inspect.getsource(kind)


def _names_in(text):
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def _rank(value):
    return 1 if inspect.isfunction(value) or inspect.isclass(value) else 0


def _depth(name, written, seen=()):
    """How many definitions stand below this one: those come first."""
    if written.get(name) is None or name in seen:
        return 0
    below = _names_in(written[name]) & written.keys() - {name}
    return 1 + max((_depth(each, written, (*seen, name)) for each in below), default=0)
