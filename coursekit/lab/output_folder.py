"""The folder that results go to: a new one, or one with nothing but a report that has begun."""

import os
from pathlib import Path

OF_A_REPORT = {"answers.toml", "predictions.toml"}  # may lie there before the lab


def new_folder(path, must_be_new, first="runs.jsonl"):
    """Makes the output folder, or the next free name beside it; nothing is written over.

    Args:
        path: the folder; the files of a report may be in it already.
        must_be_new: whether a folder with something in it is an error; otherwise a number is added.
        first: the name of a file that is made in it, empty, to see whether it can be written to.

    Raises:
        FileExistsError: it has something in it, and must be new.
        OSError: it cannot be made or written to.
    """
    path = Path(path)
    if os.path.lexists(path) and not (path.is_dir() and _is_free(path)):
        if must_be_new:
            raise FileExistsError(
                f"{path} exists already and is left as it is. Choose another folder with --out."
            )
        number = 2
        while os.path.lexists(path.with_name(f"{path.name}-{number}")):
            number += 1
        path = path.with_name(f"{path.name}-{number}")
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / first).touch()
    except OSError as error:
        raise OSError(
            f"The results should go to {path}, which is not possible ({error.strerror}). Choose a "
            "folder that you may write to with --out."
        ) from error
    return path


def _is_free(folder):
    names = {file.name for file in folder.iterdir()}
    return {name for name in names if name[0] != "." and not name.endswith(".bak")} <= OF_A_REPORT
