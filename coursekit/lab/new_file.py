"""A file of results: it was not there before, and it is there only when it is whole."""

import contextlib
import os
from pathlib import Path


def new_file(path, endings):
    """Gives the path back if a file can be written there; nothing is written over.

    Args:
        path: of the file to be.
        endings: the kinds that there are, such as (".png", ".pdf").

    Raises:
        ValueError: another kind of file.
        OSError: there is such a file, no such folder, or none that can be written to.

    Example:
        >>> new_file("hikers.png", (".png", ".pdf")).name
        'hikers.png'
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        name = path if path.name else "The name of the file"
        raise ValueError(
            f"{name} should end in {' or '.join(endings)}, which says what kind of file it is to be."
        )
    if os.path.lexists(path):  # a link that leads nowhere has the name, too
        raise FileExistsError(
            f"{path} exists already and is left as it is. Choose another name, or move it away."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"{path} should go into the folder {path.parent}, which does not exist. Make it first."
        )
    with _in_words(path):
        _part(path).touch()
        _part(path).unlink()
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # raises where the name is too long
    return path


def next_free(path):
    """This path, or the first one with a number that is not taken."""
    path, number = Path(path), 2
    free = path
    while os.path.lexists(free):
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


@contextlib.contextmanager
def whole(path, anew=False):
    """Gives a name to write to; the file gets its own name only when all of it is written.

    What is broken off, by an error or by Ctrl-C, leaves nothing behind.

    Args:
        path: of the file.
        anew: whether it takes the place of an earlier one, which was written by the same program;
            otherwise a file that has the name by then is left as it is.

    Raises:
        FileExistsError: by then there is such a file; the sentence says where this one is instead.
        OSError: it cannot be written; one sentence says what to do.
    """
    part = _part(path)
    try:
        with _in_words(path):
            yield part
            if anew:
                part.replace(path)
                return
            found = _link_to_a_free_name(part, path)
        if found != path:
            raise FileExistsError(
                f"{path} was made by somebody else in the meantime and is left as it is; what was to "
                f"go there is in {found}."
            )
    finally:
        part.unlink(missing_ok=True)


def _part(path):
    return path.with_name(f".coursekit-{os.getpid()}{path.suffix}")


@contextlib.contextmanager
def _in_words(path):
    try:
        yield
    except OSError as error:
        raise OSError(
            f"{path} could not be written ({error.strerror or error}). Choose another name, or "
            "a place that you may write to and that has room."
        ) from error


def _link_to_a_free_name(part, path):
    """Gives what is written a name that no file has, and returns it."""
    free = path
    while True:
        try:
            _name(part, free)
            return free
        except FileExistsError:
            free = next_free(path)


def _name(part, path):
    """Renames, but never over another file, which `rename` itself cannot promise.

    Raises:
        FileExistsError: there is one.
    """
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # some file systems have no links: then the name is taken first
        path.touch(exist_ok=False)
        try:
            part.replace(path)
        except BaseException:
            path.unlink()
            raise
