"""The judge: reads the answers that came out of the room, and gives the verdicts."""

import ast
import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from coursekit.grading.answer_table import read_table
from coursekit.grading.comparison import Error, difference, show
from coursekit.grading.errors_in_words import last_paragraph, line_of_error, place_of_error
from coursekit.grading.key import Near, Raises
from coursekit.grading.report import ERROR, FAIL, PASS, TODO, Report, Verdict, harmless
from coursekit.grading.scan import ready_made_in

LOADS = "can be read and run"
READS = "can be read"
OWN_WORK = "does the work itself, without the ready-made thing"
MISSING = "There is no `{}` in your file, or it has another name."
ELSEWHERE = "Perhaps that comes of the mistake that another check names: mend that first."
LONGEST = 1500  # characters that are said to one check
SMALL = 24  # inputs of at most so many numbers are shown
ENDED = {
    "time": "did not end within {seconds:g} s. Is there a loop that never ends?",
    "died": "ended the whole process (os._exit, too much memory, or a crash).",
    "flooded": "gave back far more than any answer needs.",
    "full": "wrote far more into its folder than any answer needs.",
    "crowd": "started far more threads than any answer needs.",
    "garbled": "wrote into the channel that carries the answers.",
    "done": "left the question without an answer.",
}


class _Row(NamedTuple):
    """One case of a check: its number on the paper, and what is different from what was wanted."""

    number: int
    inputs: dict
    answer: object
    wanted: object
    found: str | None


def judge(paper, submission, answers):
    """Gives the report on a submission from what came out of its room.

    Args:
        paper: the questions and what is wanted.
        submission: what was handed in, readable.
        answers: what came out of the room.
    """
    key, source = paper.key, submission.source
    if answers.loaded or not answers.has_loaded:
        return _report(paper, submission, answers, _not_loaded(answers, key))
    missing = _missing(answers)
    if missing:
        verdicts = [Verdict("loads", LOADS, ERROR, MISSING.format(missing))]
        return _report(paper, submission, answers, verdicts)
    verdicts = [Verdict("loads", LOADS, PASS), _own_work(source, key, answers)]
    outcomes = [outcome(check, paper, answers) for check in key.checks]
    verdicts += named(_without_mere_errors(outcomes, key, paper, answers))
    return _report(paper, submission, answers, verdicts)


def _not_loaded(answers, key):
    """The verdicts on a file that could not be read to its end."""
    if not answers.has_loaded:
        problem = f"Your file {_ended(answers, key)} That was while the file was being read."
    elif answers.loaded["kinds"][:1] == ["ReadyMade"]:
        return [Verdict("loads", LOADS, PASS), _ready_made(answers.loaded)]
    else:
        problem = line_of_error(answers.loaded)
    return [Verdict("loads", LOADS, ERROR, problem)]


def named(outcomes):
    """The verdicts, each with the mistake that is shown.

    A mistake often shows in several checks; the name that explains most of them is the right one.
    """
    votes = Counter(name for _, slips in outcomes for name in {slip.name for slip in slips or ()})
    for verdict, slips in outcomes:
        if slips:
            slip = max(slips, key=lambda each: votes[each.name])
            verdict = replace(verdict, verdict=FAIL, says=slip.says, slip=slip.name)
        elif votes and slips is not None and verdict.verdict in (FAIL, ERROR):
            verdict = replace(verdict, says=f"{verdict.says}\n{ELSEWHERE}")
        yield verdict


def unreadable(submission):
    """The report on a file that could not be read, or is for no exercise."""
    sentence = LOADS if submission.is_program else READS
    verdict = Verdict("loads", sentence, ERROR, submission.problem)
    return Report(submission.file, submission.exercise, [verdict])


def untouched(submission, key):
    """The report on a stub in which nothing is written yet."""
    verdicts = [
        Verdict(check.name, check.sentence, TODO, "Not written yet.") for check in key.checks
    ]
    return Report(submission.file, submission.exercise, verdicts)


def not_installed(submission, key):
    """The report on a file for an exercise whose packages are not installed: it counts neither way."""
    needs = f'pip install "coursekit[{",".join(key.missing())}]"'
    verdict = Verdict("loads", LOADS, TODO, f"This exercise needs more than is installed: {needs}")
    return Report(submission.file, submission.exercise, [verdict], needs=needs)


def same_code(source, stub):
    """Whether two texts are the same program, whatever their comments and docstrings say."""
    return _program(source) == _program(stub)


def same_answers(source, stub):
    """Whether two tables of answers say the same."""
    return read_table(source) == read_table(stub.encode())


def _program(text):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.dump(tree)


def _report(paper, submission, answers, verdicts):
    printed = harmless(answers.printed)
    return Report(
        submission.file, paper.name, verdicts, answers.seconds, answers.doors or [], printed
    )


def _own_work(source, key, answers):
    found = ready_made_in(source, key.entries, key.ready_made)
    if found:
        return _not_own_work(*found[0])
    for given in answers.given.values():
        error = given.get("error")
        if error and error["kinds"][:1] == ["ReadyMade"]:
            return _ready_made(error)
    return Verdict("own_work", OWN_WORK, PASS)


def _ready_made(error):
    line = error["lines"][-1][0] if error.get("lines") else None
    return _not_own_work(line, harmless(last_paragraph(error["words"])))


def _not_own_work(line, name):
    where = "" if line is None else f"Line {line}: "
    says = f"{where}{name} is the ready-made thing; this exercise asks you to write it."
    return Verdict("own_work", OWN_WORK, FAIL, says, "ready_made")


def _without_mere_errors(outcomes, key, paper, answers):
    """Takes back mistakes that were read off an exception, where the same one came of other checks.

    A NameError in the function's first line ends the check in a tf.function as well, and has nothing to
    do with it.
    """
    errors = {
        check.name: {
            _signature(answers.given[number]["error"])
            for number in paper.cases[check.name]
            if answers.given.get(number, {}).get("error")
            and not isinstance(paper.wanted[check.name, number], Raises)
        }
        for check in key.checks
    }
    kept = []
    for check, (verdict, slips) in zip(key.checks, outcomes):
        if not slips:
            kept.append((verdict, slips))
            continue
        left = [
            slip
            for slip in slips
            if slip.error is None
            or errors[check.name].isdisjoint(_errors_elsewhere(slip, key, errors))
        ]
        if not left:
            verdict, _ = outcome(replace(check, slips=()), paper, answers)
        kept.append((verdict, left))
    return kept


def _errors_elsewhere(slip, key, errors):
    """The exceptions of the checks that do not read this mistake off any."""
    read_by = {
        check.name
        for check in key.checks
        if any(each.name == slip.name and each.error is not None for each in check.slips)
    }
    return set().union(*(errors[name] for name in errors.keys() - read_by))


def _signature(error):
    """The kind and the first words, without what is quoted, before any value or number."""
    words = re.sub(r"'[^']*'|\"[^\"]*\"", "", last_paragraph(error["words"]))
    return error["kinds"][0], re.split(r"[<(\[\d]", words)[0][:60]


def _missing(answers):
    """The name that every question asked for and did not find; None where one found something."""
    names = set()
    for given in answers.given.values():
        error = given.get("error")
        if not error or error["kinds"] != ["Missing"]:
            return None
        names.add(error["words"])
    return harmless(min(names)) if names else None


def outcome(check, paper, answers):
    """The verdict on one check as if no mistake were known, and the known ones that it shows.

    None in their place where no mistake need be looked for: the verdict says all.
    """

    def gives(verdict, says, slip=None, shown=None):
        return Verdict(check.name, check.sentence, verdict, _short(says), slip), shown

    rows = []
    for number in paper.cases[check.name]:
        inputs, wanted = paper.asked[number][1], paper.wanted[check.name, number]
        if number not in answers.given:
            if any(row.found for row in rows):
                break  # what has come is reason enough
            if answers.asking == number:
                return gives(ERROR, f"Your code {_ended(answers, paper.key)}")
            return gives(ERROR, f"Not asked any more: your code {_ended(answers, paper.key)}")
        given = answers.given[number]
        answer = Error(**given["error"]) if given.get("error") else given.get("answer")
        if isinstance(answer, Error) and _not_written(answer):
            return gives(TODO, "Not written yet.")
        if isinstance(answer, Error) and answer.kinds[:1] == ["ReadyMade"]:
            name = last_paragraph(answer.words)
            return gives(FAIL, f"Nothing to judge: {name} is ready-made.", "ready_made")
        with np.errstate(all="ignore"):
            rows.append(_Row(number, inputs, answer, wanted, difference(answer, wanted)))
    wrong = [row for row in rows if row.found]
    if not wrong:
        return gives(PASS, "")
    if all(_only_the_dtype(row.answer, row.wanted) for row in wrong):
        return gives(FAIL, f"The numbers are right, but {wrong[0].found}: cast.", "another_dtype")
    shown = [slip for slip in check.slips if _shows(slip, paper, rows, wrong)]
    if shown:
        return gives(FAIL, wrong[0].found, shown=[_said(slip, wrong) for slip in shown])
    missing = next(
        (r.answer for r in wrong if isinstance(r.answer, Error) and r.answer.kinds == ["Missing"]),
        None,
    )
    if missing:
        return gives(ERROR, MISSING.format(missing.words))
    if all(row.answer is None for row in wrong):
        return gives(FAIL, "None came back: is a `return` missing?", "no_return")
    _, inputs, answer, _, found = min(wrong, key=lambda row: _size(row.inputs))
    given = _inputs(inputs)
    if isinstance(answer, Error):
        text = line_of_error(vars(answer))
        return gives(ERROR, text + (f"\nIt was called with {given}." if given else ""), shown=[])
    return gives(FAIL, f"With {given}: {found}." if given else f"{found}.", shown=[])


def _short(says):
    return harmless(says if len(says) <= LONGEST else f"{says[:LONGEST]} …")


def _only_the_dtype(answer, wanted):
    """Whether an array would be right if it had the dtype that is wanted."""
    if not (isinstance(wanted, Near) and wanted.dtype and isinstance(answer, np.ndarray)):
        return False
    return answer.dtype.kind == "f" and difference(answer.astype(wanted.dtype), wanted) is None


def _shows(slip, paper, rows, wrong):
    if slip.error is not None:
        return all(
            isinstance(row.answer, Error)
            and row.answer.kinds != ["Missing"]
            and re.search(
                slip.error, f"{' '.join(row.answer.kinds)}: {last_paragraph(row.answer.words)}"
            )
            for row in wrong
        )
    if slip.shows is not None:
        if any(isinstance(r.answer, Error) and not isinstance(r.wanted, Raises) for r in wrong):
            return False  # an exception shows nothing but itself
        try:
            with np.errstate(all="ignore"):
                return all(bool(slip.shows(r.inputs, r.answer, r.wanted)) for r in wrong)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            return False  # an answer of another form does not show it
    with np.errstate(all="ignore"):
        mistaken = {row.number: paper.answer_of(slip, row.number) for row in rows}
        return all(difference(row.answer, mistaken[row.number]) is None for row in rows) and any(
            _differs(mistaken[row.number], row.wanted) for row in wrong
        )


def _differs(mistaken, wanted):
    """Whether a mistake gives another number than is wanted, and is not merely judged less strictly."""
    if not isinstance(wanted, Near):
        return True
    value = mistaken.value if isinstance(mistaken, Near) else mistaken
    if not isinstance(value, (np.ndarray, np.floating)):
        return True
    return difference(np.asarray(value, wanted.dtype or "float64"), wanted) is not None


def _said(slip, wrong):
    """The slip with what was found, and where it was read off an exception with the student's line.

    Where any exception is taken for it, that may be one of its own: it is said, too.
    """
    says, place = slip.says.replace("{found}", _short(wrong[0].found)), ""
    if slip.error is not None:
        place = (place_of_error if slip.error else line_of_error)(vars(wrong[0].answer))
    return replace(slip, says=f"{says}\n{place}" if place else says)


def _not_written(error):
    return error.kinds[0] == "NotImplementedError" and "not written yet" in error.words


def _ended(answers, key):
    return ENDED.get(answers.ended, ENDED["done"]).format(seconds=key.seconds)


def _size(inputs):
    return sum(
        sum(map(np.size, each)) if isinstance(each, list) else np.size(each)
        for each in inputs.values()
    )


def _inputs(inputs):
    """The inputs as one would write them, if they are few."""
    if _size(inputs) > SMALL or not all(
        isinstance(each, (np.ndarray, int, float, str, bool)) for each in inputs.values()
    ):
        return ""
    parts = []
    for name, each in inputs.items():
        dtype = (
            f" ({each.dtype})" if isinstance(each, np.ndarray) and each.dtype.kind != "f" else ""
        )
        parts.append(f"{name} = {show(each)}{dtype}")
    return ", ".join(parts)
