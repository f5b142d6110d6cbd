"""The questions of one exercise with the inputs of one sitting, and what is wanted of each."""

import zlib
from dataclasses import dataclass, field

import numpy as np

from coursekit.grading.key import STUB


@dataclass(frozen=True)
class Paper:
    """The questions of one exercise with inputs drawn from a seed, and what is wanted of each."""

    name: str
    key: object
    questions: str
    asked: list  # [question, inputs]
    cases: dict  # check name → numbers in `asked`
    wanted: dict  # (check name, number) → what should come out
    of_slips: dict = field(default_factory=dict)  # what known mistakes would answer, once computed

    @classmethod
    def draw(cls, name, key, questions, seed, stub):
        """Draws the inputs of every case of every check; the text of the stub is one that may be asked for."""
        asked, cases, wanted = [], {}, {}
        for check in key.checks:
            if check.shares:
                cases[check.name] = cases[check.shares]
            else:
                rng = np.random.default_rng([seed, zlib.crc32(check.name.encode())])
                drawn = [
                    [
                        check.question,
                        {name: stub if each is STUB else each for name, each in one.items()},
                    ]
                    for one in check.cases(rng)
                ]
                cases[check.name] = range(len(asked), len(asked) + len(drawn))
                asked += drawn
            for number in cases[check.name]:
                wanted[check.name, number] = quietly(check.wanted, asked[number][1])
        return cls(name, key, str(questions), asked, cases, wanted)

    def answer_of(self, slip, number):
        """What code with this mistake would answer; computed once, for it is the same for every file."""
        asked = id(slip), number
        if asked not in self.of_slips:
            self.of_slips[asked] = quietly(slip.wanted, self.asked[number][1])
        return self.of_slips[asked]

    def request(self, source):
        """What the room is asked, with the student's file."""
        return {
            "name": self.name,
            "questions": self.questions,
            "seconds": self.key.seconds,
            "ready_made": list(self.key.ready_made),
            "needs": list(self.key.needs),
            "source": np.frombuffer(source, "uint8"),
            "asked": self.asked,
        }


def quietly(function, inputs):
    """What the function gives for the inputs of a case, without NumPy's warnings of inf and nan."""
    with np.errstate(all="ignore"):
        return function(**inputs)
