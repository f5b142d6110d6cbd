"""What came of a submission: one verdict for each check, and the whole as rows for a file."""

import re
from dataclasses import asdict, dataclass, field

PASS, FAIL, TODO, ERROR = "pass", "fail", "todo", "error"


@dataclass(frozen=True)
class Verdict:
    """One check's outcome.

    Args:
        name: of the check.
        sentence: what was promised; completes "Your code …".
        verdict: "pass", "fail", "todo" (not written yet) or "error".
        says: what the student reads; empty for a pass.
        slip: the name of the recognised mistake, or None.
    """

    name: str
    sentence: str
    verdict: str
    says: str = ""
    slip: str | None = None


@dataclass(frozen=True)
class Report:
    """The outcome of one file.

    Args:
        file: as given.
        exercise: its name.
        checks: the verdicts, in the order of the key.
        seconds: in the room.
        doors: what could not be closed.
        printed: the beginning of what the student's code printed.
        needs: what has to be installed before the exercise can be examined; it counts neither way.
    """

    file: str
    exercise: str
    checks: list = field(default_factory=list)
    seconds: float = 0.0
    doors: list = field(default_factory=list)
    printed: str = ""
    needs: str = ""

    @property
    def passed(self):
        """Whether every check passed."""
        return bool(self.checks) and all(each.verdict == PASS for each in self.checks)

    @property
    def unwritten(self):
        """Whether nothing is written yet: all that can be asked says so."""
        asked = [each.verdict for each in self.checks if each.name not in ("loads", "own_work")]
        return bool(asked) and set(asked) == {TODO}

    def said(self):
        """Each verdict with what the student reads to it; the same thing is said once, whatever its beginning."""
        said = set()
        for each in self.checks:
            again = each.says and any(each.says.endswith(one) for one in said)
            says = "" if each.verdict == TODO else "(the same)" if again else harmless(each.says)
            said.update({each.says} - {""})
            yield each, says

    def row(self):
        """The report as a dict, for JSON."""
        return {
            "file": writable(self.file),
            "exercise": self.exercise,
            "passed": self.passed,
            "seconds": round(self.seconds, 3),
            "checks": [asdict(each) for each in self.checks],
            **({"needs": self.needs} if self.needs else {}),
        }


def harmless(text):
    """A text of a student without control characters, which could rewrite the terminal.

    Example:
        >>> harmless("a\\x1b[2Jb")
        'a?[2Jb'
    """
    return re.sub(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


def writable(name):
    """The name of a file as text that can be written down, also if it is no text in UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
