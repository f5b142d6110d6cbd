"""The warden: imports Keras once, and forks a closed room for every submission.

It is started as `python -m coursekit.room.warden` with a socket as standard input, over which requests
come and answers go. It runs no TensorFlow operation itself: what is forked must not have begun to
compute. A request is a packed dict: `id`, `questions` (path of the question paper), `seconds`, and
what `answer_all` wants. The reply is `id`, `seconds`, `doors` (that stayed open), `ended` ("done",
"time", "died", "flooded"), `printed`, and `answers`, the bytes of the room as they came.
"""

import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
import warnings

from coursekit.room.closing import close, readable
from coursekit.room.quiet import SETTINGS, heavy_imports
from coursekit.room.wire import LARGEST, messages, pack, unpack

MOST_ANSWERS = 32 * 2**20
PRINTED = 4000  # characters of what the student's code printed that are shown


class Room:
    """A room that has been forked: its process, its pipe, its folder, its deadline."""

    def __init__(self, request, modules):
        self.id, self.seconds = request["id"], request["seconds"]
        self.scratch = tempfile.mkdtemp(prefix="coursekit-room-")
        self.began = time.monotonic()
        self.answers = bytearray()
        self.pipe, write_end = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                os.close(self.pipe)
                enter(request, modules, write_end, self.scratch)
            finally:
                os._exit(0)
        os.close(write_end)
        os.set_blocking(self.pipe, False)

    @property
    def deadline(self):
        return self.began + self.seconds

    def read(self):
        """Takes what has come; returns how the room ended, or None while it goes on."""
        try:
            piece = os.read(self.pipe, 2**20)
        except BlockingIOError:
            return None
        if not piece:
            return "died"
        self.answers += piece
        return "flooded" if len(self.answers) > MOST_ANSWERS else None

    def clear(self, ended):
        """Ends the process and whatever it started, removes the folder, and says what came."""
        for kill in (os.kill, os.killpg):
            try:
                kill(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        printed = printed_in(self.scratch)
        shutil.rmtree(self.scratch, ignore_errors=True)
        return {
            "id": self.id,
            "seconds": time.monotonic() - self.began,
            "ended": ended,
            "printed": printed,
            "answers": bytes_as_array(self.answers[:MOST_ANSWERS]),
        }


def bytes_as_array(data):
    import numpy as np

    return np.frombuffer(bytes(data), "uint8")


def printed_in(scratch):
    """The beginning of what was printed in a room."""
    try:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(os.path.join(scratch, "printed"), flags)
    except OSError:
        return ""
    with open(handle, "rb") as file:
        return file.read(PRINTED).decode("utf-8", "replace")


def enter(request, modules, write_end, scratch):
    """In the child: gives up everything of the warden, closes the room, and answers."""
    from coursekit.room.answering import answer_all

    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    take_streams(scratch, keep=write_end)
    os.chdir(scratch)
    os.environ.clear()
    os.environ.update(SETTINGS, HOME=scratch, TMPDIR=scratch, LANG="C.UTF-8")
    tempfile.tempdir = scratch
    open_doors = close(scratch, request["seconds"])
    send = send_through(write_end)
    send(pack({"doors": open_doors}))
    answer_all(request, modules[request["questions"]], send, scratch)
    send(pack({"done": True}))


def send_through(handle):
    """A function that writes all of a message to a file handle."""

    def send(message):
        view = memoryview(message)
        while view:
            view = view[os.write(handle, view) :]

    return send


def take_streams(scratch, keep):
    """Standard input is empty, what is printed goes to a file, and no other handle stays open."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    printed = os.open(os.path.join(scratch, "printed"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(nothing, 0)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.closerange(3, keep)
    os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else 4096)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        mode = "r" if name == "stdin" else "w"
        stream = open(  # noqa: SIM115 - it is there as long as the process
            number, mode, encoding="utf-8", errors="replace", closefd=False, buffering=1
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def serve(line, most=2):
    """Takes requests and sends replies until the other side hangs up; at most so many rooms at once."""
    from coursekit.room.answering import load_questions

    rooms, waiting, modules, came = {}, [], {}, bytearray()
    watch = selectors.DefaultSelector()
    watch.register(line, selectors.EVENT_READ)
    try:
        while True:
            while waiting and len(rooms) < most:
                request = waiting.pop(0)
                paper = request["questions"]
                if paper not in modules:
                    modules[paper] = load_questions(paper)
                only_one_thread()
                room = Room(request, modules)
                rooms[room.pipe] = room
                watch.register(room.pipe, selectors.EVENT_READ)
            first = min((room.deadline for room in rooms.values()), default=None)
            wait = None if first is None else max(0.0, first - time.monotonic())
            ready = {key.fd for key, _ in watch.select(wait)}
            if line.fileno() in ready:
                piece = line.recv(2**20)
                if not piece:
                    return
                came += piece
                waiting += [unpack(message) for message in messages(came)]
            for pipe, room in [*rooms.items()]:
                ended = room.read() if pipe in ready else None
                if ended is None and time.monotonic() > room.deadline:
                    ended = "time"
                if ended is not None:
                    del rooms[pipe]
                    watch.unregister(pipe)
                    line.sendall(pack(room.clear(ended)))
                    end_leftovers(rooms.values())
    finally:
        for room in rooms.values():
            room.clear("time")


def end_leftovers(rooms):
    """Ends processes that rooms left behind, where they could start any; they are our children now."""
    if sys.platform != "linux":
        return
    ours = {room.pid for room in rooms}
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        for pid in {int(each) for each in file.read().split()} - ours:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


def only_one_thread():
    """A process with more than one thread must not be forked: the child could wait for ever."""
    if sys.platform == "linux" and len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("The warden has started a thread; rooms forked from it could hang.")


def cannot_be_inspected():
    """Keeps rooms from reading the warden's memory, and takes in what rooms leave behind."""
    import ctypes

    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def main():
    """Serves over standard input, which is a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the judge decides what Ctrl-C means
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    line = socket.socket(fileno=os.dup(0))
    heavy_imports()
    readable()
    cannot_be_inspected()
    try:
        line.sendall(pack({"ready": True}))
        serve(line)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the judge is gone


if __name__ == "__main__":
    assert LARGEST > MOST_ANSWERS
    main()
