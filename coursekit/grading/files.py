"""From what was typed after `coursekit check` to files: names of exercises, files, folders."""

import os
from pathlib import Path

from coursekit.course.catalogue import ANSWERS, edition, exercise_named, exercises_in
from coursekit.course.own_files import course_files


def files_of(arguments, folder="."):
    """The files that are meant: each argument is an exercise's name, a file, or a folder of files.

    Raises:
        ValueError: a name is none, or has no file here; a folder has no exercise in it.
    """
    if not arguments:
        files = [*course_files(folder).values()]
        if not files:
            raise ValueError(
                "There are no exercises here. Go to your course folder, name files, or make a folder "
                "with: coursekit init FOLDER"
            )
        return files
    return [file for argument in arguments for file in _files_of(argument, folder)]


def left_out(arguments):
    """The programs in the folders among the arguments that are named after no exercise."""
    names = {each.name for each in exercises_in(edition("exercises"))}
    folders = [argument for argument in arguments if Path(argument).is_dir()]
    return [
        file
        for each in folders
        for file in _files_in(each)
        if file.stem not in names and file.name != ANSWERS
    ]


def _files_in(folder):
    """The programs, notebooks and tables of answers in a folder and the folders in it."""
    return sorted(
        Path(place, file)
        for place, _, inside in os.walk(folder)
        for file in inside
        if Path(file).suffix in (".py", ".ipynb") or file == ANSWERS
    )


def _files_of(argument, folder):
    path = Path(argument)
    if path.is_dir():
        names = {each.name for each in exercises_in(edition("exercises"))}
        files = [file for file in _files_in(path) if file.stem in names or file.name == ANSWERS]
        if not files:
            raise ValueError(f"In {argument} there is no file that is named after an exercise.")
        return files
    if path.suffix or path.exists() or len(path.parts) > 1:
        return [argument]
    exercise = exercise_named(argument)
    file = course_files(folder).get(argument)
    if file is None:
        raise ValueError(
            f"There is no {exercise.section}/{exercise.names[0]} here. Go to your course folder, name the "
            f"file, or fetch a fresh one with: coursekit reset {argument}"
        )
    return [file]
