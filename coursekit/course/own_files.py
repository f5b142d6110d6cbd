"""Where the student's own files lie."""

from pathlib import Path

from coursekit.course.catalogue import edition, exercises_in


def course_files(folder):
    """Name of the exercise → the student's file, for all that lie in this folder.

    A folder that `coursekit init` made, or one that holds such a folder as `exercises`.
    """
    folder, found = Path(folder), {}
    for each in exercises_in(edition("exercises")):
        for place in (folder / each.section, folder, folder / "exercises" / each.section):
            for name in each.names:
                file = place / name
                if each.name not in found and file.is_file():
                    found[each.name] = file
    return found
