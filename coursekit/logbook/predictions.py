"""What was predicted before the lab: read, judged for its form, and sealed with the hour."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

WINNERS = ("momentum", "adam", "not shown")
QUESTIONS = ("lower_curve", "oscillates", "best_rate", "test_accuracy", "because")


def now():
    """The hour, as it is written into a log.

    Example:
        >>> len(now())
        25
    """
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_predictions(file):
    """The predictions in a file as plain data; None where none of them is filled in.

    Raises:
        ValueError: one is missing or has not the form that its question asks for.
    """
    try:
        said = tomllib.loads(Path(file).read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read as TOML: {error}.") from error
    answers = {name: said.get(name, "") for name in QUESTIONS}
    empty = [name for name, answer in answers.items() if answer == ""]
    if len(empty) == len(QUESTIONS):
        return None
    if empty:
        raise ValueError(
            f"In {file} {', '.join(empty)} is not filled in yet. What is predicted after the lab is no "
            "prediction: fill it in, then start the lab."
        )
    wrong = misfit_of_form(answers)
    if wrong:
        raise ValueError(f"In {file} {wrong}.")
    return answers


def misfit_of_form(answers):
    """The first answer that has not the form its question asks for, in words; None where all have it."""
    for name in QUESTIONS:
        wanted = _wanted(name, answers.get(name))
        if wanted:
            return f"{name} should be {wanted}; got {answers.get(name)!r}"
    return None


def sealed(predictions):
    """Predictions as they go into the first row of a log: with the hour at which they were read."""
    return None if predictions is None else {"sealed": now(), **predictions}


def _wanted(name, answer):
    """What form an answer should have; None where it has it."""
    if name in ("lower_curve", "oscillates"):
        words = " or ".join(f'"{word}"' for word in WINNERS)
        return None if answer in WINNERS else words
    if name == "best_rate":
        return None if _is_number(answer) and answer > 0 else "a learning rate, such as 0.01"
    if name == "test_accuracy":
        two = isinstance(answer, list) and len(answer) == 2 and all(map(_is_number, answer))
        fits = two and 0 <= answer[0] < answer[1] <= 1
        return None if fits else "two fractions between 0 and 1, such as [0.90, 0.95]"
    return None if isinstance(answer, str) and answer.strip() else "a sentence"


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)
