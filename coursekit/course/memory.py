"""The user's folder for things that may be lost: which hints were shown, which files have passed."""

import os
from pathlib import Path


def memory(name):
    """The file of this name in the cache folder of coursekit; it need not exist."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path("~/.cache").expanduser()) / "coursekit" / name
