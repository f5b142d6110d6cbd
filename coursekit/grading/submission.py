"""A student's file, read: Python or a notebook, and what is wrong with it where something is."""

import ast
import codecs
import io
import json
import tokenize
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from coursekit.course.catalogue import ANSWERS, edition, exercises_in
from coursekit.grading.answer_table import exercise_of, problem_of_table, read_table

LARGEST = 2**18  # bytes; the longest answer has 2,000
LARGEST_BESIDE = 2**27  # the log of the longest lab has some ten million
DEEPEST = 120  # an answer has 20 levels, and what reads it afterwards goes down as far
# others can take the square of the file's length in time, or hide what stands in it
ENCODINGS = {"utf-8", "ascii", "iso8859-1", "cp1252"}
TOO_DEEP = "The file is nested too deeply to be read as Python."


@dataclass(frozen=True)
class Submission:
    """A file that was handed in.

    Args:
        file: as given.
        source: its text as bytes, Python or TOML, or None where it can't be read.
        problem: one sentence that says why, or None.
        beside: name → bytes of the files that were handed in with it.
    """

    file: str
    source: bytes | None = None
    problem: str | None = None
    beside: dict = field(default_factory=dict)

    @cached_property
    def exercise(self):
        """The name of the exercise: the stem of a program; a table of answers says it itself."""
        if self.is_program:
            return Path(self.file).stem
        readable = self.source is not None and problem_of_table(self.source) is None
        return exercise_of(self.file, read_table(self.source) if readable else {})

    @property
    def is_program(self):
        """Whether this is a program, and not a table of answers."""
        return Path(self.file).name != ANSWERS

    @property
    def content(self):
        """Everything that was handed in, as bytes."""
        return b"\0".join(
            [self.source or b"", *(self.beside[name] for name in sorted(self.beside))]
        )


def read_submission(file):
    """Reads a .py, .ipynb or answers.toml; whatever is wrong with it becomes its `problem`."""
    path = Path(file)
    try:
        if path.is_dir():
            return Submission(str(file), None, f"{file} is a folder, not a file.")
        if path.is_symlink():
            return Submission(
                str(file), None, f"{file} is a symbolic link; hand in the file itself."
            )
        if not path.is_file():
            found = "is no ordinary file" if path.exists() else "does not exist"
            return Submission(str(file), None, f"{file} {found}.")
        if path.suffix not in (".py", ".ipynb") and path.name != ANSWERS:
            return Submission(
                str(file),
                None,
                f"{file} is neither a .py file nor an .ipynb notebook, nor an {ANSWERS}.",
            )
        size = path.stat().st_size
        if size > LARGEST and path.suffix != ".ipynb" or size > 20 * LARGEST:
            return Submission(
                str(file), None, f"{file} has {size / 2**20:.0f} MB; an answer has a few kB."
            )
        content = path.read_bytes()
    except OSError as error:
        return Submission(str(file), None, f"{file} cannot be read: {error.strerror}.")
    if path.suffix == ".ipynb":
        try:
            content = code_of_notebook(content).encode()
        except ValueError as error:
            return Submission(str(file), None, f"{file} {error}")
    if path.name == ANSWERS:
        return _with_beside(Submission(str(file), content, problem_of_table(content)))
    return Submission(str(file), content, problem_of(content))


def _with_beside(submission):
    """A table of answers with the files that its exercise wants beside it, those that are there."""
    exercises = {each.name: each for each in exercises_in(edition("exercises"))}
    exercise, path = exercises.get(submission.exercise), Path(submission.file)
    for name in exercise.beside if exercise and not submission.problem else ():
        file = path.with_name(name)
        try:
            if not file.is_file() or file.is_symlink():
                continue
            if file.stat().st_size > LARGEST_BESIDE:
                return replace(submission, problem=f"{file} is far too large to be what is wanted.")
            submission.beside[name] = file.read_bytes()
        except OSError as error:
            return replace(submission, problem=f"{file} cannot be read: {error.strerror}.")
    return submission


def problem_of(source):
    """What keeps these bytes from being a Python program, in one sentence; None where nothing does."""
    if not source.strip():
        return "The file is empty. A fresh stub comes with: coursekit reset NAME"
    if b"\0" in source:
        return "There are null bytes in the file: it is not a text. Save it again as UTF-8."
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        if codecs.lookup(encoding.removesuffix("-sig")).name not in ENCODINGS:
            return "The file is not UTF-8 text. Save it again with that encoding."
        source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return "The file is not UTF-8 text. Save it again with that encoding."
    try:
        level, depth = [ast.parse(source)], 0
        while level and depth <= DEEPEST:
            level, depth = [each for one in level for each in ast.iter_child_nodes(one)], depth + 1
        if level:
            return TOO_DEEP
    except SyntaxError as error:
        line = (error.text or "").strip()
        return f"Line {error.lineno} is not Python: {error.msg}." + (
            f"\n    {line}" if line else ""
        )
    except (RecursionError, MemoryError, ValueError):
        return TOO_DEEP
    return None


def code_of_notebook(content):
    """The code cells of a notebook, one after the other; lines for the shell and magics are left out.

    Raises:
        ValueError: this is no notebook.
    """
    try:
        cells = json.loads(content)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("is not a notebook that can be read (JSON with cells).") from error
    return "\n\n".join(without_magics(cell) for cell in code) + "\n"


def without_magics(cell):
    """A cell without IPython's own lines: %magic, !shell, ?help.

    A cell that is Python stays as it is. Of one that is timed or captured the first line goes; one in
    another language goes as a whole.
    """
    first, _, rest = cell.lstrip().partition("\n")
    if first.startswith("%%"):
        timed = first.split()[0] in ("%%time", "%%timeit", "%%capture", "%%prun")
        return without_magics(rest) if timed else ""
    try:
        ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    else:
        return cell
    kept = []
    for line in cell.splitlines():
        text = line.strip()
        ipython = text.startswith(("%", "!", "?")) or text.endswith("?") and "#" not in text
        indent = line[: len(line) - len(line.lstrip())]
        kept.append(f"{indent}pass  # {text}" if ipython else line)
    return "\n".join(kept)
