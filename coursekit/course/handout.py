"""Exercises into the student's folder, without overwriting anything there."""

import os
from pathlib import Path

from coursekit.course.catalogue import edition, exercise_named, exercises_in
from coursekit.course.own_files import course_files


def hand_out(folder):
    """Copies every stub that is not there yet; returns (new files, files left alone)."""
    folder, source = Path(folder), edition("exercises")
    new, kept = [], []
    for exercise in exercises_in(source):
        for stub in exercise.printed:
            target = folder / stub.relative_to(source)
            is_new = _put_if_free(stub, target)
            if stub == exercise.file:
                (new if is_new else kept).append(target)
    return new, kept


def hand_out_one(name, folder):
    """Copies the files of one exercise right into a folder; returns (new files, files left alone).

    Raises:
        ValueError: no exercise has this name.
    """
    new, kept = [], []
    for stub in exercise_named(name).printed:
        target = Path(folder) / stub.name
        (new if _put_if_free(stub, target) else kept).append(target)
    return new, kept


def start_again(folder, name):
    """Moves the student's file aside and puts a fresh stub there; returns (stub, old file or None).

    Raises:
        ValueError: no exercise has this name.
    """
    stub, own = exercise_named(name).file, course_files(folder).get(name)
    target = Path(folder) / stub.relative_to(edition("exercises"))
    target = own.with_suffix(stub.suffix) if own else target
    fresh = _beside(target, stub)
    aside = _free(own) if own else None
    if aside:
        own.rename(aside)
    os.replace(fresh, target)
    return target, aside


def _put_if_free(stub, target):
    """Writes a stub whole or not at all, where nothing is yet; returns whether it did."""
    if target.exists() or target.is_symlink():
        return False
    os.replace(_beside(target, stub), target)
    return True


def _beside(target, stub):
    """The text of a stub in a file beside the one that it will become."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_text(stub.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _free(file):
    """A name beside the file that nobody has yet: mse.py → mse.1.bak, mse.2.bak, …"""
    number = 1
    while (free := file.with_suffix(f".{number}.bak")).exists():
        number += 1
    return free
