"""Examines files: finds the exercise of each, puts it into a room, and yields the reports."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from coursekit.course.catalogue import edition, exercises_in
from coursekit.grading.desk import judge_table
from coursekit.grading.judge import (
    judge,
    not_installed,
    same_answers,
    same_code,
    unreadable,
    untouched,
)
from coursekit.grading.key import Key
from coursekit.grading.paper import Paper
from coursekit.grading.submission import Submission, read_submission
from coursekit.room.wire import Thing

_OURS = "This file could not be judged; the fault is that of the autograder, please report it"


@dataclass
class Examination:
    """The papers of one sitting: every exercise's inputs are drawn once, from one seed.

    Args:
        rooms: WardenRooms or PlainRooms.
        seed: of the inputs; None draws one that nobody knows beforehand.
        solutions: the folder with question papers and keys; by default that of this installation.
        stubs: the folder with the stubs.
    """

    rooms: object
    seed: int | None = None
    solutions: Path | None = None
    stubs: Path | None = None

    def __post_init__(self):
        self.seed = secrets.randbits(63) if self.seed is None else self.seed
        self.solutions = Path(self.solutions or edition("solutions"))
        self.stubs = Path(self.stubs or edition("exercises"))
        self._stubs = {each.name: each for each in exercises_in(self.stubs)}
        self._papers, self._keys, self._faults = {}, {}, {}

    def key(self, name):
        """The answer key of an exercise."""
        if name not in self._keys:
            folder = self.solutions / self._stubs[name].section / name
            self._keys[name] = Key.read(folder / "key.py")
        return self._keys[name]

    def _draw(self, names):
        """Draws the papers of these exercises that are not drawn yet."""
        waiting = []
        for name in dict.fromkeys(names):
            if name not in self._papers and name not in self._faults:
                questions = self.solutions / self._stubs[name].section / name / "questions.py"
                paper = Paper.draw(name, self.key(name), questions, self.seed)
                if paper.beforehand():
                    waiting.append(paper)
                else:
                    self._papers[name] = paper.complete()
        if waiting:
            self._ask_stubs(waiting)

    def _ask_stubs(self, papers, again=True):
        """Completes papers with what their stubs answer beforehand, all in one go.

        A room that did not end well is tried once more. Where no answer comes, no file of the exercise can be
        judged: the sentence is among the faults.
        """
        requests = [
            paper.request(
                self.stub(paper.name).encode(),
                [[each.question, each.inputs] for each in paper.beforehand()],
            )
            for paper in papers
        ]
        once_more = []
        for number, answers in self.rooms.examine(requests):
            paper = papers[number]
            try:
                self._papers[paper.name] = paper.complete(_answers_of_stub(paper, answers))
            except Exception as error:  # noqa: BLE001 - one odd key must not cost the other exercises
                if again and answers.ended in ("time", "died"):
                    once_more.append(paper)
                else:
                    self._faults[paper.name] = f"{_OURS} (the stub, asked beforehand: {error})"
        if once_more:
            self._ask_stubs(once_more, again=False)

    def knows(self, name):
        """Whether there is such an exercise and it can be examined."""
        stub = self._stubs.get(name)
        return stub is not None and (self.solutions / stub.section / name / "key.py").exists()

    def stub(self, name):
        """The text of the stub."""
        return self._stubs[name].file.read_text(encoding="utf-8")

    def is_untouched(self, submission):
        """Whether a submission still says what the stub says."""
        same = same_code if submission.is_program else same_answers
        return same(submission.source, self.stub(submission.exercise))

    def _misplaced(self, submission):
        """What is wrong with the exercise that a submission says it is for, in one sentence, or None."""
        name = submission.exercise
        if not self.knows(name):
            known = ", ".join(each for each in self._stubs if self.knows(each))
            says = (
                "name of the file"
                if submission.is_program
                else "line `exercise = …`, or its folder,"
            )
            return f"There is no exercise {name!r}: the {says} says which one it is. They are: {known}."
        if submission.is_program != self._stubs[name].is_program:
            return f"The exercise {name} is answered in {self._stubs[name].names[0]}, not in this file."
        return None

    def _at_the_desk(self, submission):
        name = submission.exercise
        try:
            return judge_table(name, self.key(name), submission, self.stub(name))
        except Exception as error:  # noqa: BLE001 - one odd file must not cost the others
            return unreadable(replace(submission, problem=f"{_OURS} ({error!r})"))

    def of(self, files):
        """Examines files; yields (number, Report) as they are ready.

        Args:
            files: paths, or Submissions that are read already.
        """
        readable = []
        for number, file in enumerate(files):
            submission = file if isinstance(file, Submission) else read_submission(file)
            if submission.problem is None:
                submission = replace(submission, problem=self._misplaced(submission))
            if submission.problem is not None:
                yield number, unreadable(submission)
            elif self.key(submission.exercise).missing():
                yield number, not_installed(submission, self.key(submission.exercise))
            elif self.is_untouched(submission):
                yield number, untouched(submission, self.key(submission.exercise))
            elif not submission.is_program:
                yield number, self._at_the_desk(submission)
            else:
                readable.append((number, submission))
        self._draw([one.exercise for _, one in readable])
        for number, one in readable:
            if one.exercise in self._faults:
                yield number, unreadable(replace(one, problem=self._faults[one.exercise]))
        readable = [each for each in readable if each[1].exercise in self._papers]
        requests = [self._papers[one.exercise].request(one.source) for _, one in readable]
        if not requests:
            return
        for place, answers in self.rooms.examine(requests):
            number, submission = readable[place]
            paper = self._papers[submission.exercise]
            try:
                report = judge(paper, submission, answers)
            except Exception as error:  # noqa: BLE001 - one odd file must not cost the others
                report = unreadable(replace(submission, problem=f"{_OURS} ({error!r})"))
            yield number, report


def _answers_of_stub(paper, answers):
    """What came out of the room of a stub, in order.

    Raises:
        ValueError, TypeError: an answer is missing, or is no data.
    """
    given = [answers.given.get(place, {}) for place in range(len(paper.beforehand()))]
    errors = [one for one in (answers.loaded, *(each.get("error") for each in given)) if one]
    if errors:
        raise ValueError(errors[0]["words"])
    for each in given:
        if "answer" not in each:
            raise ValueError(f"its room ended: {answers.ended}")
        if isinstance(each["answer"], Thing):
            raise TypeError(f"{each['answer']} came, which is no data")
    return [each["answer"] for each in given]
