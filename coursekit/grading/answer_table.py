"""A table of answers, read: for which exercise it is, and what is wrong with it where something is."""

import re
import tomllib
from pathlib import Path


def read_table(content):
    """The tables of an answers.toml.

    Raises:
        ValueError: it cannot be read; one sentence says where and why.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("The file is not UTF-8 text. Save it again with that encoding.") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"(.*) \(at line (\d+), column \d+\)", str(error))
        where, what = (f"Line {found[2]}", found[1]) if found else ("The file", str(error))
        says = f"{where} is not TOML: {what}."
        line = content.decode("utf-8-sig").splitlines()[int(found[2]) - 1 :][:1] if found else []
        raise ValueError(says + "".join(f"\n    {each.strip()}" for each in line)) from error
    except RecursionError as error:
        raise ValueError("The file is nested too deeply to be read as TOML.") from error


def exercise_of(file, table):
    """The name of the exercise: what the line `exercise = "…"` says, else that of the folder."""
    said = table.get("exercise")
    return said if isinstance(said, str) else Path(file).absolute().parent.name


def problem_of_table(content):
    """What keeps these bytes from being a table of answers, in one sentence; None where nothing does."""
    if not content.strip():
        return (
            "The file is empty. A fresh one comes with coursekit reset and the name of the exercise, "
            "such as:  coursekit reset report"
        )
    try:
        read_table(content)
    except ValueError as error:
        return str(error)
    return None
