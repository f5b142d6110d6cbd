"""Where a figure goes: into a file that was not there before, and only when it is whole."""

import contextlib
import os
from pathlib import Path


def new_file(path, endings):
    """Gives the path back if a figure can be written there; nothing is written over.

    Args:
        path: of the file to be.
        endings: the kinds that there are, such as (".png", ".pdf").

    Raises:
        ValueError: another kind of file.
        OSError: there is such a file, or no such folder.

    Example:
        >>> new_file("hikers.png", (".png", ".pdf")).name
        'hikers.png'
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        raise ValueError(
            f"{path} should end in {' or '.join(endings)}, which says what kind of file it is to be."
        )
    if path.exists():
        raise FileExistsError(
            f"{path} exists already and is left as it is. Choose another name, or move it away."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"{path} should go into the folder {path.parent}, which does not exist. Make it first."
        )
    return path


def next_free(path):
    """This path, or the first one with a number that is not taken."""
    path, number = Path(path), 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


@contextlib.contextmanager
def whole(path):
    """Gives a name to write to; the file gets its own name only when all of it is written.

    What is broken off, by an error or by Ctrl-C, leaves nothing behind.

    Raises:
        OSError: it cannot be written; one sentence says what to do.
    """
    part = path.with_name(f".{path.stem}.part{os.getpid()}{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise OSError(
            f"{path} could not be written ({error.strerror or error}). Choose a place that you may "
            "write to and that has room."
        ) from error
    finally:
        part.unlink(missing_ok=True)
