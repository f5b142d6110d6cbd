"""Claims about the runs of a log: numbers with their unit, the rows they come from, and words.

The key computes a claim from the student's own log. There is no other key: on another machine the
numbers are others.
"""

import math
from dataclasses import dataclass, field, replace

from coursekit.grading.key import Check, Holds, Slip

CLOSE = 0.02  # relative
UNITS = {  # the unit that a number is computed in → units that may be written, and what one of them is
    "fraction": {"fraction": 1.0, "%": 0.01},
    "steps": {"steps": 1.0},
    "nats": {"nats": 1.0, "bits": math.log(2)},
    "times": {"times": 1.0},
    "none": {"none": 1.0},
}


@dataclass(frozen=True)
class Number:
    """A number that follows from a log.

    Args:
        value: in the unit of its claim.
        allowed: how far off it may be; by default 2 % of the value.
        plain: whether it has no unit, such as a number of things.
    """

    value: float
    allowed: float | None = None
    plain: bool = False

    def is_close(self, said, factor=1.0):
        """Whether what was said, in units of `factor`, is this number."""
        said = said if self.plain else said * factor
        allowed = CLOSE * abs(self.value) if self.allowed is None else self.allowed
        return abs(said - self.value) <= allowed + 1e-9


@dataclass(frozen=True)
class Claim:
    """What follows from a log for one question.

    Args:
        numbers: field → Number; a dotted name leads into a table within the table.
        unit: of the numbers, or None where the question asks for none.
        words: field → (the right word, all words that may be said).
        runs: the runs that all of it is computed from, or None where they are not asked for.
        width: (the fields of both ends of an interval, its width), of which 2 % may be off.
    """

    numbers: dict
    unit: str | None = None
    words: dict = field(default_factory=dict)
    runs: list | None = None
    width: tuple | None = None

    def fits(self, said):
        """Whether a table says these numbers and words; units and rows do not count."""
        return self.has_numbers_of(said) and all(
            said_in(said, name) == word for name, (word, _) in self.words.items()
        )

    def has_numbers_of(self, said):
        """Whether all numbers of a table are right."""
        return self._wrong_number(said) is None

    def complaint(self, said, name, log):
        """True where the table of a question says what follows from the log, else what does not."""
        if not isinstance(said, dict):
            return f"{name} should be a table, with a line for each thing that is asked"
        if self.unit and said.get("unit") not in list(UNITS[self.unit]):
            units = " or ".join(f'"{unit}"' for unit in UNITS[self.unit])
            return f"unit should be {units}; got {said.get('unit')!r}"
        for each in self.numbers:
            if not _is_number(said_in(said, each)):
                return f"{each} should be a number; got {said_in(said, each)!r}"
        wrong = self._wrong_number(said)
        if wrong:
            return (
                f"{wrong} = {said_in(said, wrong):g} does not follow from your log; "
                f"coursekit explain {name}  shows how it is computed, and from which rows"
            )
        for each, (word, words) in self.words.items():
            if said_in(said, each) not in words:
                may = " or ".join(repr(one).replace("'", '"') for one in words)
                return f"{each} should be {may}; got {said_in(said, each)!r}"
            if said_in(said, each) != word:
                return f"{each} = {said_in(said, each)!r} does not follow from your log"
        return True if self.runs is None else _complaint_on_rows(said.get("rows"), self.runs, log)

    def _wrong_number(self, said):
        """The first field whose number does not follow; None where all do."""
        factor = UNITS[self.unit].get(str(said_in(said, "unit")), 1.0) if self.unit else 1.0
        for name, number in self.numbers.items():
            value = said_in(said, name)
            if not _is_number(value) or not number.is_close(value, factor):
                return name
        if self.width:
            (low, high), width = self.width
            if abs((said_in(said, high) - said_in(said, low)) * factor - width) > CLOSE * width:
                return low
        return None


@dataclass(frozen=True)
class Claimed(Holds):
    """That a table says what a claim says."""

    claim: Claim | None = None


def question(name, sentence, claim, formula, slips=(), given=()):
    """The check of one question of a report.

    Args:
        name: of the table with the answer.
        sentence: completes "Your report …".
        claim: a function that computes the Claim from the evidence and from what was said.
        formula: how it is computed, for `coursekit explain`.
        slips: known mistakes, of `mistake`.
        given: names of the conditions without which nothing can be computed.
    """

    def wanted(log, said, **evidence):
        right = claim(log=log, said=said, **evidence)
        return Claimed(lambda answer: right.complaint(answer, name, log), claim=right)

    def explains(log, said, **evidence):
        return explanation(name, formula, claim(log=log, said=said, **evidence).runs)

    return Check(name, sentence, tuple, wanted, slips, name, given=given, explains=explains)


def mistake(name, says, claim):
    """A known mistake: recognised where a table says what the mistake gives with the student's log.

    Args:
        name: as in wrong.toml and in reports.
        says: the sentence for the student.
        claim: a function that computes the mistaken Claim, or gives None where it can give none.
    """

    def shows(inputs, answer, wanted):
        wrong = claim(**inputs)
        if wrong is None or not wrong.numbers and not wanted.claim.has_numbers_of(answer):
            return False  # a word is judged where the numbers are right
        if not wrong.numbers.keys() <= wanted.claim.numbers.keys():
            return wrong.fits(answer)  # a number where none is right
        # what is right in any case shows nothing
        right = replace(
            wanted.claim,
            numbers={each: wanted.claim.numbers[each] for each in wrong.numbers},
            words={each: wanted.claim.words[each] for each in wrong.words},
            width=wrong.width and wanted.claim.width,
        )
        return wrong.fits(answer) and not right.fits(answer)

    return Slip(name, says, shows=shows)


def condition(name, sentence, misfit):
    """A check of the evidence alone: all that is asked stands on it.

    Args:
        name, sentence: as for `check`.
        misfit: from the evidence, None or the sentence that says what does not fit.
    """

    def wanted(said, **evidence):
        found = misfit(**evidence)
        return Holds(lambda answer: found.rstrip(".") if found else True)

    return Check(name, sentence, tuple, wanted, question=name)


@dataclass(frozen=True)
class Interval:
    """The numbers of an interval as fields of a claim."""

    mean: float
    low: float
    high: float

    def numbers(self, middle="mean"):
        """The three fields; each may be off by 2 % of itself, or of half the width where it is small."""
        half = (self.high - self.low) / 2
        return {
            each: Number(value, CLOSE * max(abs(value), half))
            for each, value in ((middle, self.mean), ("low", self.low), ("high", self.high))
        }

    @property
    def width(self):
        """The fields of the ends, and how far apart they are."""
        return ("low", "high"), self.high - self.low


def said_in(said, name):
    """What a table says under a name; a dotted one leads into a table within it."""
    for part in name.split("."):
        said = said.get(part) if isinstance(said, dict) else None
    return said


def explanation(name, formula, runs):
    """The text that shows how the answer to a question is computed, with the rows that it takes, if any."""
    if runs is None:
        return formula.strip()
    lines = [f"{name} is computed from {len(runs)} runs of your runs.jsonl:", ""]
    lines += [
        f"  lines {run.lines[0]:>6} to {run.lines[1]:<6}  run {run.number:<4} {run.part}, {run.setting:12} "
        f"{run.optimizer:9} learning rate {run.learning_rate:<8g} seed {run.seed}"
        for run in runs
    ]
    return "\n".join([*lines, "", *formula.strip().splitlines()])


def _complaint_on_rows(rows, runs, log):
    """True where the filters select these runs, else what they select too much or too little."""
    filters = rows if isinstance(rows, list) else [rows]
    if not filters or not all(isinstance(each, dict) and each for each in filters):
        return (
            "rows should name the rows that the numbers come from, such as "
            '{ part = "race", setting = "chapter", optimizer = "adam" }'
        )
    columns = ("run", "part", "setting", "optimizer", "learning_rate", "seed", "strength")
    unknown = [name for each in filters for name in each if name not in columns]
    if unknown:
        return f"rows names a column {unknown[0]!r}; there are {', '.join(columns)}"
    chosen = {run.number for run in log.runs if any(_selects(each, run) for each in filters)}
    wanted = {run.number for run in runs}
    for numbers, words in (
        (wanted - chosen, "leaves out run {}, from which the numbers are computed, too"),
        (chosen - wanted, "takes in run {}, which has no part in the numbers"),
    ):
        if numbers:
            run = next(each for each in log.runs if each.number == min(numbers))
            named = f"{run.number} ({run.part}, {run.setting}, {run.optimizer} {run.learning_rate:g}, seed {run.seed})"
            return f"rows {words.format(named)}"
    return True


def _selects(wanted, run):
    for name, value in wanted.items():
        here = run.scores.get(name) if name == "strength" else run.column(name)
        if here not in (value if isinstance(value, list) else [value]):
            return False
    return True


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
