"""An exception of the student's code in words: where, what, and what it means."""

import re

from coursekit.grading.explanations import meaning_of
from coursekit.grading.report import harmless


def line_of_error(error):
    """An exception of the student's code: where, what, and what it means where that is known."""
    kind, words = error["kinds"][0], last_paragraph(error["words"])
    lines = [tuple(each) for each in error["lines"]] or _lines_in(error["words"])
    where = ""
    if lines:
        number, function, text = lines[-1]
        inside = f" in {function}" if function and function != "<module>" else ""
        where = f"Line {number}{inside}: {text}\n"
    meaning = meaning_of(f"{kind}: {error['words']}")
    return harmless(f"{where}{kind}: {words}" + (f"\n{meaning}" if meaning else ""))


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
        words = re.sub(r"^\s*\w+(Error|Exception|ReadyMade): ", "", words)
    words = re.sub(r"\{\{.*?\}\} ?|\x1b\[[0-9;]*m", "", words)
    words = re.sub(r" ?\[Op:\w+\]( name: ?\S*)?", "", words)
    words = " ".join(words.split())
    return words if len(words) <= 300 else words[:297] + "…"
