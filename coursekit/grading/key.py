"""The words in which an answer key is written: checks, slips, and what is near enough.

A key is a module with functions that draw cases, each marked as a check:

    @check("is the mean of the squared differences", wanted=mean_squared_error, slips=SLIPS)
    def values(rng):
        yield {"y_true": rng.normal(size=3), "y_pred": rng.normal(size=3)}

The question of the same name in questions.py gets the student's module and the inputs of one case;
`wanted` gets the same inputs and says what should come out. Both run in different processes. An input
that is a `Beforehand` reaches them as what the file as it is handed out has answered: where something is
to be repaired, as it was, and where students go on from something, that.
"""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

EPSILON = 2.0**-23  # one rounding of float32, relative


@dataclass(frozen=True, eq=False)
class Beforehand:
    """In the inputs of a case: what the file as it is handed out answers to a question.

    It is asked once in a sitting, in a room of its own, whatever is handed in; the same object in several
    cases is asked once.

    Args:
        question: its name in questions.py.
        inputs: of the question.
    """

    question: str
    inputs: dict = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ForTheJudge:
    """In the inputs of a case: what `wanted` and the slips get, and the student's room does not.

    Args:
        value: anything; a `Beforehand`, too.
    """

    value: object


@dataclass(frozen=True)
class Near:
    """An array that may be off by some roundings of the largest quantity on the way to it."""

    value: np.ndarray
    allowed: np.ndarray  # absolute, broadcastable to the value
    dtype: str | None = None  # None: any floating dtype


def near(value, of=None, roundings=16, dtype="float32"):
    """What is wanted, with its tolerance.

    Args:
        value: the exact result, in float64.
        of: the size of the largest intermediate quantity, one number or one for each element;
            by default the largest element of the value.
        roundings: how many roundings of float32 of that size the answer may be off.
        dtype: of the answer; None for any floating dtype.
    """
    value = np.asarray(value, "float64")
    if of is None:
        finite = np.abs(value[np.isfinite(value)])
        of = finite.max(initial=0.0)
    unit = {"float16": 2.0**-10, "float64": 2.0**-52}.get(dtype, EPSILON)
    smallest = {"float16": 6e-8, "float64": 1e-300}.get(dtype, 1e-30)
    return Near(value, np.asarray(of) * roundings * unit + smallest, dtype)


@dataclass(frozen=True)
class Exactly:
    """An array that must come back to the bit: what nobody may have changed."""

    value: np.ndarray


@dataclass(frozen=True)
class Raises:
    """An exception of this kind is wanted."""

    kind: str


@dataclass(frozen=True)
class Either:
    """Several answers are right."""

    choices: tuple


def either(*choices):
    """Any of these is right."""
    return Either(choices)


@dataclass(frozen=True)
class Holds:
    """A fact about the answer that must hold, and what is said where it does not.

    `test` gets the answer and returns True, or False, or a sentence that says what is wrong.
    """

    test: Callable
    says: str = ""


@dataclass(frozen=True)
class Slip:
    """A mistake that is known: how it is recognised, and what is said to it.

    Args:
        name: as in wrong.toml and in reports.
        says: the sentence for the student; `{found}` in it stands for the difference that came.
        wanted: what the code answers if it has this mistake; from the inputs of a case. Must be what
            came in every case, also in those that pass.
        shows: called with (inputs, answer, wanted); True where the answer shows this mistake.
            Must be so in every case that fails.
        error: a regular expression, found in "KIND: WORDS" of the exception that this mistake ends in,
            in every case that fails; "" for any exception.
        checks: names of the only checks to which it belongs; by default all that list it.
    """

    name: str
    says: str
    wanted: Callable | None = None
    shows: Callable | None = None
    error: str | None = None
    checks: Sequence[str] = ()


@dataclass(frozen=True)
class Check:
    """One thing that is promised of the code: "Your code …"."""

    name: str
    sentence: str
    cases: Callable
    wanted: Callable
    slips: Sequence[Slip] = ()
    question: str = ""
    shares: str | None = None
    given: Sequence[str] = ()
    explains: Callable | None = None


def check(sentence, wanted, slips=(), question=None, shares=None, given=(), explains=None):
    """Makes a check of a function that draws cases from a random generator.

    Args:
        sentence: completes "Your code …", for the student.
        wanted: from the inputs of a case, what should come out.
        slips: the mistakes known, the likelier first.
        question: its name in questions.py; by default that of the function.
        shares: an earlier check, whose cases and answers this one looks at with other eyes; the
            function is then never called.
        given: at the desk, names of the earlier checks without which this cannot be judged.
        explains: at the desk, from the evidence, the text that shows how the answer is computed.
    """

    def made(cases):
        name = cases.__name__
        of = shares.name if shares else None
        return Check(name, sentence, cases, wanted, slips, question or name, of, given, explains)

    return made


@dataclass(frozen=True)
class Key:
    """The answer key of an exercise, read from its key.py."""

    checks: Sequence[Check]
    ready_made: Sequence[str] = ()
    entries: Sequence[str] = ()
    seconds: float = 10.0
    takes: float = 0.0
    needs: Sequence[str] = ()
    slips: dict = field(default_factory=dict)
    evidence: Callable | None = None

    def missing(self):
        """The packages that the exercise needs and this installation lacks."""
        return [name for name in self.needs if importlib.util.find_spec(name) is None]

    @classmethod
    def read(cls, path):
        """Reads key.py: its checks in order, READY_MADE, WRITES (the names asked for), SECONDS (after which
        it is ended), TAKES (the seconds that it usually takes, if one has to wait for them), NEEDS.

        The key of an exercise that is answered in a table has, instead of WRITES, a function `evidence`:
        from the files beside the table, name → bytes, it makes the inputs of every check, or raises a
        ValueError that says what is missing.

        Raises:
            ValueError: it cannot be run, there is no check in it, or no word of what students write.
        """
        try:
            module = load(path, f"key_of_{Path(path).parent.name}")
        except (OSError, SyntaxError, NameError, ImportError, TypeError) as error:
            raise ValueError(f"{path} cannot be used: {error}.") from error
        checks = [each for each in vars(module).values() if isinstance(each, Check)]
        if not checks or not (hasattr(module, "WRITES") or hasattr(module, "evidence")):
            raise ValueError(
                f"{path} is no answer key: it needs at least one @check, and WRITES with the names "
                "of the functions and classes that students write."
            )
        checks = [
            replace(
                one,
                slips=[slip for slip in one.slips if not slip.checks or one.name in slip.checks],
            )
            for one in checks
        ]
        return cls(
            checks,
            getattr(module, "READY_MADE", ()),
            getattr(module, "WRITES", ()),
            getattr(module, "SECONDS", 10.0),
            getattr(module, "TAKES", 0.0),
            getattr(module, "NEEDS", ()),
            {slip.name: slip.says for one in checks for slip in one.slips},
            getattr(module, "evidence", None),
        )


def load(path, name):
    """Runs a file as a module of this name."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
