"""Answers in a table are judged at the desk: nothing of the student's is run, so no room is needed.

The answer to a check is the table of its name. What it is held against is not drawn, but read by the
key from the files that lie beside.
"""

import time
from dataclasses import replace

from coursekit.grading.answer_table import read_table
from coursekit.grading.answers import Answers
from coursekit.grading.judge import READS, named, outcome, unreadable
from coursekit.grading.paper import Paper, quietly
from coursekit.grading.report import ERROR, PASS, TODO, Report, Verdict, harmless

NOT_JUDGED = "Not judged: what this would be computed from does not hold (see above)."


def judge_table(name, key, submission, stub):
    """Gives the report on a table of answers.

    Args:
        name: of the exercise.
        key: its answer key, with `evidence`.
        submission: what was handed in, readable.
        stub: the text of the stub.
    """
    began = time.perf_counter()
    said, blank = read_table(submission.source), read_table(stub.encode())
    try:
        evidence = key.evidence(submission.beside)
    except ValueError as error:
        return unreadable(replace(submission, problem=str(error)))
    outcomes, hold = [], set()
    for check in key.checks:
        if not hold.issuperset(check.given):
            verdict = Verdict(check.name, check.sentence, ERROR, NOT_JUDGED)
            outcomes.append((verdict, None))
            continue
        outcomes.append(_outcome(check, key, said, blank, evidence))
        if outcomes[-1][0].verdict == PASS:
            hold.add(check.name)
    verdicts = [Verdict("loads", READS, PASS), *named(outcomes)]
    return Report(submission.file, name, verdicts, time.perf_counter() - began)


def from_evidence(compute, *given, **more):
    """What a function computes from the evidence.

    Raises:
        LookupError: the evidence lacks something, or something in it is altered; a sentence says so.
    """
    try:
        return compute(*given, **more)
    except KeyError as error:
        raise LookupError(
            f"Your log lacks {error.args[0]}, from which this is computed."
        ) from error
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        says = (
            f"This cannot be computed from what lies beside: something there is altered ({error})."
        )
        raise LookupError(harmless(says)) from error


def _outcome(check, key, said, blank, evidence):
    """The verdict on one table, and the known mistakes that it shows."""
    inputs = {**evidence, "said": said.get(check.name, {})}
    of_evidence = (
        check.name not in blank
    )  # there is no table for what is asked of the evidence alone
    if not of_evidence and inputs["said"] == blank[check.name]:
        return Verdict(check.name, check.sentence, TODO, "Not written yet."), None
    try:
        wanted = from_evidence(quietly, check.wanted, inputs)
    except LookupError as error:
        return Verdict(check.name, check.sentence, ERROR, str(error.args[0])), None
    asked = [[check.question, inputs]]
    paper = Paper(check.name, key, "", asked, {check.name: [0]}, {(check.name, 0): wanted})
    answer = True if of_evidence else inputs["said"]
    return outcome(check, paper, Answers(given={0: {"answer": answer}}, ended="done"))
