"""Closes the room this process is in, as far as the system lets us, and says what stays open."""

import functools
import os
import sys
import sysconfig
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# of coursekit, not readable in the room: answers, keys, and what exercises ask for
HIDDEN = {"_solutions", "grading", "course", "losses", "optimizers", "callbacks", "training", "lab"}
HIDDEN |= {"models.py"}
OPEN = ["files", "network", "processes"]  # the doors of a room that nothing closes
MEMORY = 3 * 2**30  # beyond what the process has when it is closed
LARGEST_FILE = 64 * 2**20


def doors():
    """What this system can't close, each in a few words; nothing where the room can be closed."""
    open_doors = []
    if sys.platform != "linux":
        return OPEN + (["memory"] if sys.platform == "win32" else [])
    from coursekit.room import landlock, seccomp

    if landlock.version() < 3:  # before Linux 6.2 it lets files be emptied
        open_doors.append("files")
    if not seccomp.known_machine():
        open_doors += ["network", "processes"]
    return open_doors


def limit(seconds):
    """Bounds memory, processor time and the size of files; returns what could not be bounded."""
    try:
        import resource
    except ImportError:  # Windows
        return ["memory"]
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(2 * seconds) + 5,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_NOFILE: 64,
    }
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        bounds[resource.RLIMIT_AS] = pages * resource.getpagesize() + MEMORY
    refused = []
    for what, most in bounds.items():
        try:
            hard = resource.getrlimit(what)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            refused.append("memory")
    return sorted(set(refused))


def close(scratch, seconds):
    """Closes files, network, processes, memory and time; returns the doors that stay open.

    Args:
        scratch: the only folder that may be written.
        seconds: how long the room will be used.
    """
    open_doors = limit(seconds)
    if sys.platform != "linux":
        return doors()
    from coursekit.room import landlock, seccomp

    try:
        # TensorFlow reads the command line of its own process
        landlock.confine([*readable(), "/proc/self/cmdline"], [scratch])
    except OSError:
        open_doors.append("files")
    else:
        open_doors += ["files"] if "files" in doors() else []
    try:
        seccomp.give_up_rights()
        seccomp.deny()
    except OSError:
        open_doors += ["network", "processes"]
    return open_doors


@functools.cache
def readable():
    """The interpreter, its libraries and the packages; of coursekit all but answers and keys."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    folders |= {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"} - {
        sysconfig.get_path("stdlib")
    }
    # whatever Python imports from, but for a checkout of this project, where the answers lie
    packages = {each for each in sys.path if each and _holds_packages_only(each)}
    paths = ["/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/usr/share/zoneinfo"]
    for folder in sorted(folders | packages):
        paths += _without(folder)
    paths += [each.path for each in os.scandir(PACKAGE) if each.name not in HIDDEN]
    return paths


def _holds_packages_only(folder):
    """Not a folder that has a checkout of this project, and so the answers, somewhere inside."""
    place = os.path.realpath(folder)
    usual = os.path.basename(place) in ("site-packages", "dist-packages")
    return usual or place == sysconfig.get_path("stdlib") or not PACKAGE.is_relative_to(place)


def _without(folder):
    """The folder, or its contents without coursekit if coursekit lies in it."""
    if not os.path.isdir(folder):
        return []
    if not PACKAGE.is_relative_to(os.path.realpath(folder)):
        return [folder]
    inside = []
    for each in os.scandir(folder):
        if not PACKAGE.is_relative_to(os.path.realpath(each.path)):
            inside.append(each.path)
        elif Path(os.path.realpath(each.path)) != PACKAGE:
            inside += _without(each.path)
    return inside
