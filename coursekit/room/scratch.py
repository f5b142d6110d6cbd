"""The folder of a room: when it holds too much, and how it is removed, whatever was made of it."""

import os
import tempfile

PREFIX = "coursekit-room-"
LARGEST_FOLDER = 256 * 2**20
MOST_FILES = 2000


def is_full(folder):
    """Whether more lies in the folder than any submission needs."""
    ahead, size, files = [folder], 0, 0
    while ahead:
        try:
            with os.scandir(ahead.pop()) as entries:
                for each in entries:
                    files += 1
                    size += getattr(each.stat(follow_symlinks=False), "st_blocks", 0) * 512
                    if size > LARGEST_FOLDER or files > MOST_FILES:
                        return True
                    if each.is_dir(follow_symlinks=False):
                        ahead.append(each.path)
        except FileNotFoundError:
            continue  # gone meanwhile
        except OSError:
            return True  # closed or too deep to be looked into, as one would hide something
    return False


def remove(folder):
    """Removes a folder in which no process works any more, however deep and closed it is.

    Folders in it are moved up before they are entered, since a path has a greatest length.
    """
    try:
        up = tempfile.mkdtemp(prefix=PREFIX)
        found = [folder]
        for here in found:
            os.chmod(here, 0o700)
            for name in os.listdir(here):
                path = os.path.join(here, name)
                if os.path.isdir(path) and not os.path.islink(path):
                    os.chmod(path, 0o700)
                    found.append(os.path.join(up, str(len(found))))
                    os.rename(path, found[-1])
                else:
                    os.unlink(path)
            os.rmdir(here)
        os.rmdir(up)
    except OSError:
        pass  # the folder of temporary files is itself gone, or full
