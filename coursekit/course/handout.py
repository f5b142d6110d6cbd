"""Exercises into the student's folder, without overwriting anything there."""

import shutil
from pathlib import Path

from coursekit.course.catalogue import edition, exercise_named, exercises_in


def hand_out(folder):
    """Copies every stub that is not there yet; returns (new files, files left alone)."""
    folder, source = Path(folder), edition("exercises")
    new, kept = [], []
    for exercise in exercises_in(source):
        target = folder / exercise.file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(exercise.file.read_text(encoding="utf-8"))
        except FileExistsError:
            kept.append(target)
        else:
            new.append(target)
    return new, kept


def start_again(folder, name):
    """Moves the student's file aside and puts a fresh stub there; returns (stub, old file or None).

    Raises:
        ValueError: no exercise has this name.
    """
    stub = exercise_named(name).file
    target = Path(folder) / stub.relative_to(edition("exercises"))
    aside = _free(target) if target.exists() else None
    if aside:
        target.rename(aside)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(stub, target)
    return target, aside


def _free(file):
    """A name beside the file that nobody has yet: mse.py → mse.1.bak, mse.2.bak, …"""
    number = 1
    while (free := file.with_suffix(f".{number}.bak")).exists():
        number += 1
    return free
