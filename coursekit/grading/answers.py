"""What came out of a room, read so that nothing in it can do worse than not count."""

from dataclasses import dataclass, field

from coursekit.room.wire import LONGEST_TEXT, messages, unpack

MOST_ANSWERS = 32 * 2**20
PRINTED = 4000  # bytes of what the student's code printed that are shown


@dataclass
class Answers:
    """What came out of a room.

    Args:
        loaded: None, or what went wrong when the student's file was run.
        given: number of the question → {"answer": …} or {"error": …}.
        asking: the number of the question that was open when the room ended, or None.
        ended: "done", "time" (it took too long), "died" (the process ended itself), "full",
            "crowd", "flooded" or "garbled".
        doors: what could not be closed.
    """

    loaded: dict | None = None
    given: dict = field(default_factory=dict)
    asking: int | None = None
    ended: str = "died"
    doors: list | None = None
    printed: str = ""
    seconds: float = 0.0
    has_loaded: bool = False

    @classmethod
    def read(cls, ended, seconds, printed, came):
        """Reads the bytes of a room; what cannot be read counts as not answered."""
        answers = cls(ended=ended, printed=printed, seconds=seconds)
        try:
            for message in messages(came[:MOST_ANSWERS]):
                answers._take(unpack(message))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, MemoryError):
            answers.ended = "flooded" if ended == "flooded" else "garbled"
        return answers

    def _take(self, message):
        """Takes one message; of what was said once, the student's code cannot say it anew."""
        if "number" in message:
            error = _error(message.get("error"))
            given = {"error": error} if error else {"answer": message.get("answer")}
            self.given.setdefault(int(message["number"]), given)
            self.asking = None
        elif "asks" in message:
            self.asking = int(message["asks"])
        elif "loaded" in message:
            if not self.has_loaded:
                self.loaded = _error(message["loaded"])
            self.has_loaded = True
        elif "doors" in message and self.doors is None:
            self.doors = [str(door) for door in message["doors"]]
        elif "done" in message and self.ended == "died":
            self.ended = "done"


def _error(said):
    """The description of an exception, in the form that it must have, or None.

    Raises:
        ValueError: it has another form; rooms write no such thing, students' code may.
    """
    if said is None:
        return None
    kinds, words, lines = said["kinds"], said["words"], said["lines"]
    texts = [words, *kinds, *[text for _, *both in lines for text in both]]
    if (
        not isinstance(kinds, list)
        or not kinds
        or any(not isinstance(each, str) or len(each) > LONGEST_TEXT for each in texts)
        or any(len(line) != 3 or type(line[0]) is not int for line in lines)
    ):
        raise ValueError("This is no exception of ours.")
    return {"kinds": kinds, "words": words, "lines": lines}


def printed_in(file):
    """The beginning of what was printed in a room."""
    file.seek(0)
    return file.read(PRINTED).decode("utf-8", "replace")
