"""An exception of the student's code in words: where, what, and what it means."""

import re

from coursekit.grading.explanations import meaning_of
from coursekit.grading.report import harmless


def line_of_error(error):
    """An exception of the student's code: where, what, and what it means where that is known."""
    kind, words = error["kinds"][0], last_paragraph(error["words"])
    parts = [place_of_error(error), f"{kind}: {words}", meaning_of(f"{kind}: {error['words']}")]
    return harmless("\n".join(filter(None, parts)))


def place_of_error(error):
    """The student's line that an exception came from, as "Line 3 in call: …"; empty if none is known."""
    # What TensorFlow writes down lies inside the tf.function that the other lines call
    lines = _lines_in(error["words"]) or [tuple(each) for each in error["lines"]]
    if not lines:
        return ""
    number, function, text = lines[-1]
    inside = f" in {function}" if function and function != "<module>" else ""
    return harmless(f"Line {number}{inside}: {text}")


def _lines_in(words):
    """The lines that TensorFlow writes into the words of an error inside a tf.function."""
    found = re.findall(r'File "[^"]*coursekit-room-[^"]*", line (\d+), in (\w+) .*\n +(.*)', words)
    return [(int(number), function, text.strip()) for number, function, text in found]


def last_paragraph(words):
    """The message itself, without the frames and addresses that TensorFlow wraps round it."""
    if words.startswith(("in user code:", "Exception encountered")):
        parts = words.strip().split("\n\n")
        words = parts[1] if words.startswith("Exc") and len(parts) > 1 else parts[-1]
        words = words.partition("Call arguments")[0]
        words = re.sub(r"^\s*\w*(Error|Exception|ReadyMade): ", "", words)
    words = re.sub(r"\{\{.*?\}\} ?|\x1b\[[0-9;]*m", "", words)
    words = re.sub(r" ?\[Op:\w+\]( name: ?\S*)?", "", words)
    words = " ".join(words.split())
    return words if len(words) <= 300 else words[:297] + "…"
