"""Rooms to put submissions in: forked from a warm warden, or a fresh process for each."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from coursekit.room.closing import doors
from coursekit.room.quiet import SETTINGS
from coursekit.room.warden import MOST_ANSWERS, printed_in
from coursekit.room.wire import messages, pack, unpack

IMPORTS = 120  # seconds that a fresh process may take to import TensorFlow on a busy machine


@dataclass
class Answers:
    """What came out of a room.

    Args:
        loaded: None, or what went wrong when the student's file was run.
        given: number of the question → {"answer": …} or {"error": …}.
        asking: the number of the question that was open when the room ended, or None.
        ended: "done", "time" (it took too long), "died" (the process ended itself) or "flooded".
        doors: what could not be closed.
    """

    loaded: dict | None = None
    given: dict = field(default_factory=dict)
    asking: int | None = None
    ended: str = "died"
    doors: list = field(default_factory=list)
    printed: str = ""
    seconds: float = 0.0
    has_loaded: bool = False

    @classmethod
    def read(cls, reply):
        """Reads the bytes of a room; what cannot be read counts as not answered."""
        answers = cls(ended=reply["ended"], printed=reply["printed"], seconds=reply["seconds"])
        buffer = bytearray(reply["answers"].tobytes())
        try:
            for message in messages(buffer):
                answers._take(unpack(message))
        except (ValueError, KeyError, TypeError, AttributeError):
            answers.ended = "flooded" if answers.ended == "flooded" else "garbled"
        return answers

    def _take(self, message):
        if "number" in message:
            self.given.setdefault(int(message["number"]), message)
            self.asking = None
        elif "asks" in message:
            self.asking = int(message["asks"])
        elif "loaded" in message:
            self.has_loaded, self.loaded = True, message["loaded"]
        elif "doors" in message:
            self.doors = [str(door) for door in message["doors"]]
        elif "done" in message and self.ended == "died":
            self.ended = "done"


class WardenRooms:
    """Rooms forked from one process that has imported Keras; it is started when first needed."""

    def __init__(self):
        self._process = self._line = None
        self._came = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Starts the warden if it does not run; it imports while we go on."""
        if self._process is not None and self._process.poll() is None:
            return
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "coursekit.room.warden"]
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.DEVNULL, env={**os.environ, **SETTINGS}
        )
        theirs.close()
        self._line, self._came = ours, bytearray()

    def examine(self, requests):
        """Puts each request into a room of its own; yields (its number, Answers) as they come.

        Raises:
            RuntimeError: the warden ended, as it does where TensorFlow cannot be imported.
        """
        self.start()
        missing, line = len(requests), self._line
        places = threading.Semaphore(4)  # a few ahead, so that the warden never waits

        def send():
            for number, request in enumerate(requests):
                places.acquire()
                try:
                    line.sendall(pack({**request, "id": number}))
                except OSError:
                    return  # the warden is gone; the reader says so

        threading.Thread(target=send, daemon=True).start()
        try:
            while missing:
                for reply in self._replies():
                    if "ready" not in reply:
                        missing -= 1
                        places.release()
                        yield reply["id"], Answers.read(reply)
        finally:
            if missing:  # broken off: what is still under way belongs to nobody
                self.close()

    def _replies(self):
        piece = self._line.recv(2**20)
        if not piece:
            code = self._process.wait()
            self.close()
            raise RuntimeError(
                f"The process that imports TensorFlow and Keras ended with code {code}. Does "
                f"\"{sys.executable} -c 'import keras'\" run?"
            )
        self._came += piece
        return [unpack(message) for message in messages(self._came)]

    def close(self):
        """Ends the warden and every room."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


class PlainRooms:
    """A fresh process for every submission, with open doors: for systems without a safe fork."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Nothing to keep warm."""

    def close(self):
        """Nothing to end: every process ends with its submission."""

    def examine(self, requests):
        """Like WardenRooms.examine."""
        with ThreadPoolExecutor(2) as pool:
            futures = {pool.submit(self._one, request): n for n, request in enumerate(requests)}
            for future in as_completed(futures):
                yield futures[future], future.result()

    def _one(self, request):
        with tempfile.TemporaryDirectory(
            prefix="coursekit-room-", ignore_cleanup_errors=True
        ) as scratch:
            command = [sys.executable, "-P", "-m", "coursekit.room.alone", scratch]
            # a session of its own, so that what it starts can be ended with it
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **SETTINGS},
                start_new_session=True,
            )
            came, began, ended = bytearray(), [time.monotonic(), False], ["died"]
            timer = threading.Thread(
                target=_end_in_time, args=(process, request["seconds"], began, ended), daemon=True
            )
            timer.start()
            try:
                process.stdin.write(pack({**request, "id": 0}))
                process.stdin.close()
                while piece := process.stdout.read1(2**16):
                    if not began[1]:
                        began[:] = [time.monotonic(), True]
                    came += piece
                    if len(came) > MOST_ANSWERS:
                        ended[0] = "flooded"
                        break
            except BrokenPipeError:
                pass
            finally:
                _kill(process)
                timer.join()
                process.stdout.close()
            import numpy as np

            return Answers.read(
                {
                    "ended": ended[0],
                    "seconds": time.monotonic() - began[0],
                    "printed": printed_in(scratch),
                    "answers": np.frombuffer(bytes(came[:MOST_ANSWERS]), "uint8"),
                }
            )


def _end_in_time(process, seconds, began, ended):
    """Ends the process when its time is over: the clock begins with its first message."""
    while process.poll() is None:
        since, started = began
        if time.monotonic() - since > (seconds if started else IMPORTS):
            ended[0] = "time"
            _kill(process)
            return
        time.sleep(0.05)


def _kill(process):
    if os.name == "posix":
        try:
            os.killpg(process.pid, 9)
        except (ProcessLookupError, PermissionError):
            pass
    process.kill()
    process.wait()


def rooms(kind="auto", require_closed=False):
    """The rooms of this system: a warden's on Linux, plain ones elsewhere.

    Args:
        kind: "auto", "warden" or "plain".
        require_closed: refuse where a door would stay open.

    Raises:
        ValueError: the rooms cannot be closed, and that was required.
    """
    plain = kind == "plain" or (kind == "auto" and sys.platform != "linux")
    open_doors = ["files", "network", "processes"] if plain else doors()
    if require_closed and open_doors:
        raise ValueError(
            f"The room cannot be closed here: {', '.join(open_doors)} stay open. Grade on Linux "
            "5.13 or later, or without --require-closed."
        )
    return PlainRooms() if plain else WardenRooms()
