"""What has passed already: fingerprints of files, so that progress can be shown without a check.

The files are the state. A fingerprint holds for this text, this question paper and this key; whoever
changes a file, or installs another version, is asked to check again.
"""

import hashlib

from coursekit.course.catalogue import edition, exercise_named
from coursekit.course.memory import memory

FILE = "passed.txt"


def fingerprint(exercise, content):
    """Of what was handed in, as bytes, and of what it was examined with."""
    folder = edition("solutions") / exercise_named(exercise).section / exercise
    parts = [content]
    for name in ("questions.py", "key.py"):
        file = folder / name
        parts.append(file.read_bytes() if file.exists() else b"")
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def remember(report, content):
    """Notes that this text has passed, if it has and where something can be written."""
    if not report.passed:
        return
    try:
        mark = fingerprint(report.exercise, content)
        if mark not in known():
            memory(FILE).parent.mkdir(parents=True, exist_ok=True)
            with memory(FILE).open("a", encoding="ascii") as file:
                file.write(f"{mark}\n")
    except OSError:
        pass


def known():
    """The fingerprints of all texts that have passed."""
    try:
        return set(memory(FILE).read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return set()
