"""The questions of one exercise with the inputs of one sitting, and what is wanted of each."""

import zlib
from dataclasses import dataclass, field, replace

import numpy as np

from coursekit.grading.key import Beforehand, ForTheJudge


@dataclass(frozen=True)
class Paper:
    """The questions of one exercise with inputs drawn from a seed; once complete, what is wanted of each."""

    name: str
    key: object
    questions: str
    asked: list  # [question, inputs]
    cases: dict  # check name → numbers in `asked`
    wanted: dict = field(default_factory=dict)  # (check name, number) → what should come out
    of_slips: dict = field(default_factory=dict)  # what known mistakes would answer, once computed
    for_the_room: list = field(default_factory=list)  # `asked` without what only the judge gets

    @classmethod
    def draw(cls, name, key, questions, seed):
        """Draws the inputs of every case of every check; it is complete when `complete` was called."""
        asked, cases = [], {}
        for check in key.checks:
            if check.shares:
                cases[check.name] = cases[check.shares]
            else:
                rng = np.random.default_rng([seed, zlib.crc32(check.name.encode())])
                drawn = [[check.question, inputs] for inputs in check.cases(rng)]
                cases[check.name] = range(len(asked), len(asked) + len(drawn))
                asked += drawn
        return cls(name, key, str(questions), asked, cases)

    def beforehand(self):
        """What the file as it is handed out has to be asked, each once."""
        inputs = [_value(each) for _, inputs in self.asked for each in inputs.values()]
        return list(dict.fromkeys(each for each in inputs if isinstance(each, Beforehand)))

    def complete(self, answers=()):
        """The paper with these answers in place of what was asked beforehand, and with what is wanted."""
        known = dict(zip(self.beforehand(), answers, strict=True))
        asked, for_the_room = [], []
        for question, inputs in self.asked:
            values = {name: _value(each) for name, each in inputs.items()}
            values = {
                name: known[each] if isinstance(each, Beforehand) else each
                for name, each in values.items()
            }
            asked.append([question, values])
            open_to_all = [n for n, each in inputs.items() if not isinstance(each, ForTheJudge)]
            for_the_room.append([question, {name: values[name] for name in open_to_all}])
        wanted = {
            (check.name, number): quietly(check.wanted, asked[number][1])
            for check in self.key.checks
            for number in self.cases[check.name]
        }
        return replace(self, asked=asked, wanted=wanted, for_the_room=for_the_room)

    def answer_of(self, slip, number):
        """What code with this mistake would answer; computed once, for it is the same for every file."""
        asked = id(slip), number
        if asked not in self.of_slips:
            self.of_slips[asked] = quietly(slip.wanted, self.asked[number][1])
        return self.of_slips[asked]

    def request(self, source, asked=None):
        """What the room is asked, with the student's file; by default all that is on the paper."""
        return {
            "name": self.name,
            "questions": self.questions,
            "seconds": self.key.seconds,
            "ready_made": list(self.key.ready_made),
            "needs": list(self.key.needs),
            "source": np.frombuffer(source, "uint8"),
            "asked": self.for_the_room if asked is None else asked,
        }


def _value(each):
    return each.value if isinstance(each, ForTheJudge) else each


def quietly(function, inputs):
    """What the function gives for the inputs of a case, without NumPy's warnings of inf and nan."""
    with np.errstate(all="ignore"):
        return function(**inputs)
