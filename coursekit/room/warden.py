"""The warden: imports Keras once, and forks a closed room for every submission.

It is started as `python -m coursekit.room.warden [PACKAGE ...]`, with packages that it imports, too, and a
socket as standard input, over which requests come and replies go. It runs no TensorFlow operation itself:
what is forked must not have begun to compute. And it never reads a submission, an answer, or what was
printed, since whatever it had read would lie in the memory of the next room: a request is a packed dict
with `id`, `questions` (path of the question paper) and `seconds`, and comes with three file handles, which
are the room's: of a file with what `answer_all` wants, of the pipe for the answers, of a file for what is
printed. The reply is `id`, `seconds`, and `ended`: "time", "full" (too much in its folder), "crowd" (too
many threads) or "died".
"""

import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
import warnings
from itertools import pairwise

from coursekit.room.clock import Clock
from coursekit.room.closing import close, readable
from coursekit.room.quiet import SETTINGS, heavy_imports
from coursekit.room.scratch import PREFIX, is_full, remove
from coursekit.room.wire import pack, unpack

LOOK = 0.25  # seconds between two looks into the rooms
ENDINGS = {getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)}
MOST_THREADS = 500


class Room:
    """A room that has been forked: its process, its folder, its deadline by the clock, and a sign of life."""

    def __init__(self, request, handles, modules, clock):
        self.id, self.deadline = request["id"], clock.look() + request["seconds"]
        self.scratch = tempfile.mkdtemp(prefix=PREFIX)
        self.began = time.monotonic()
        self.life, held = os.pipe()  # the other end closes when the process ends
        self.pid = os.fork()
        if not self.pid:
            try:
                enter(request, handles, held, modules, self.scratch)
            finally:
                os._exit(0)
        for handle in (held, *handles):
            os.close(handle)

    def threads(self):
        """How many threads there are in the room, where the system says so."""
        try:
            return len(os.listdir(f"/proc/{self.pid}/task"))
        except OSError:
            return 0

    def clear(self, ended):
        """Ends the process and whatever it started, and removes the folder."""
        for kill in (os.kill, os.killpg):
            try:
                kill(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        os.waitpid(self.pid, 0)
        os.close(self.life)
        remove(self.scratch)
        return {"id": self.id, "seconds": time.monotonic() - self.began, "ended": ended}


def enter(request, handles, held, modules, scratch):
    """In the child: gives up everything of the warden, closes the room, and answers."""
    from coursekit.room.answering import answer_all

    asked, answers, printed = handles
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(
            1, signal.SIGKILL, 0, 0, 0
        )  # PR_SET_PDEATHSIG: not without a warden
    os.setsid()
    for number in (signal.SIGINT, *ENDINGS):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    with open(asked, "rb") as file:
        paper = unpack(file.read())
    take_streams(printed, keep=(answers, held))
    os.chdir(scratch)
    settings = {name: os.environ.get(name, value) for name, value in SETTINGS.items()}
    os.environ.clear()
    os.environ.update(settings, HOME=scratch, TMPDIR=scratch, LANG="C.UTF-8")
    tempfile.tempdir = scratch
    open_doors = close(scratch, request["seconds"])
    send = send_through(answers)
    send(pack({"doors": open_doors}))
    answer_all(paper, modules[request["questions"]], send, scratch, request["questions"])
    send(pack({"done": True}))


def send_through(handle):
    """A function that writes all of a message to a file handle."""

    def send(message):
        view = memoryview(message)
        while view:
            view = view[os.write(handle, view) :]

    return send


def take_streams(printed, keep):
    """Standard input is empty, what is printed goes to `printed`, and of other handles stay `keep`."""
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    last = os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else 4096
    for one, following in pairwise([2, *sorted(keep), last]):
        os.closerange(one + 1, following)
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

    # Whoever ends us waits until a room is whole: one half made or half cleared would leave its folder
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    rooms, waiting, modules, clock = {}, [], {}, Clock()
    watch = selectors.DefaultSelector()
    watch.register(line, selectors.EVENT_READ)
    try:
        while True:
            while waiting and len(rooms) < most:
                request, handles = waiting.pop(0)
                paper = request["questions"]
                if paper not in modules:
                    modules[paper] = load_questions(paper)
                    gc.freeze()  # a collection in a room would go through all that, and copy its pages
                only_one_thread()
                room = Room(request, handles, modules, clock)
                rooms[room.life] = room
                watch.register(room.life, selectors.EVENT_READ)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
            events = watch.select(LOOK if rooms else None)
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
            ready = {key.fd for key, _ in events}
            if line.fileno() in ready:
                message, handles, _, _ = socket.recv_fds(line, 2**16, 3)
                if not message:
                    return
                waiting.append((unpack(message), handles))
            now = clock.look()
            for life, room in [*rooms.items()]:
                ended = "died" if life in ready else None
                if ended is None and now > room.deadline:
                    ended = "time"
                if ended is None and is_full(room.scratch):
                    ended = "full"
                if ended is None and room.threads() > MOST_THREADS:
                    ended = "crowd"
                if ended is not None:
                    del rooms[life]
                    watch.unregister(life)
                    reply = room.clear(ended)
                    end_leftovers(rooms.values())  # none may hold on to the room's pipe
                    line.sendall(pack(reply))
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        for room in rooms.values():
            room.clear("time")


def end_leftovers(rooms):
    """Ends processes that rooms left behind, where they could start any; they are our children now."""
    if sys.platform != "linux":
        return
    ours = {room.pid for room in rooms}
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            children = {int(each) for each in file.read().split()}
    except OSError:  # a kernel that does not tell
        return
    for pid in children - ours:
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
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def main():
    """Serves over standard input, which is a socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the judge decides what Ctrl-C means

    def end(*_):
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # not before the rooms are cleared
        sys.exit(1)

    for number in ENDINGS:
        signal.signal(number, end)
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    line = socket.socket(fileno=os.dup(0))
    heavy_imports(sys.argv[1:])
    readable()
    cannot_be_inspected()
    try:
        line.sendall(pack({"ready": True}))
        serve(line)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the judge is gone


if __name__ == "__main__":
    main()
