"""Rooms to put submissions in: forked from a warm warden, or a fresh process for each."""

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from coursekit.room.answering import LONGEST_TEXT
from coursekit.room.closing import doors
from coursekit.room.quiet import SETTINGS
from coursekit.room.scratch import PREFIX, remove
from coursekit.room.wire import messages, pack, unpack

IMPORTS = 120  # seconds that a fresh process may take to import TensorFlow on a busy machine
AHEAD = 4  # requests that are with the warden at once, so that it never waits
MOST_ANSWERS = 32 * 2**20
PRINTED = 4000  # bytes of what the student's code printed that are shown
# the teacher's environment may hold secrets, and a room can read its own memory
KEPT = {"PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "LANG", "TMPDIR", "TEMP", "TMP"}
KEPT |= {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START"}


@dataclass
class Answers:
    """What came out of a room.

    Args:
        loaded: None, or what went wrong when the student's file was run.
        given: number of the question → {"answer": …} or {"error": …}.
        asking: the number of the question that was open when the room ended, or None.
        ended: "done", "time" (it took too long), "died" (the process ended itself), "full",
            "crowd", "flooded" or "garbled".
        doors: what could not be closed.
    """

    loaded: dict | None = None
    given: dict = field(default_factory=dict)
    asking: int | None = None
    ended: str = "died"
    doors: list | None = None
    printed: str = ""
    seconds: float = 0.0
    has_loaded: bool = False

    @classmethod
    def read(cls, ended, seconds, printed, came):
        """Reads the bytes of a room; what cannot be read counts as not answered."""
        answers = cls(ended=ended, printed=printed, seconds=seconds)
        try:
            for message in messages(came[:MOST_ANSWERS]):
                answers._take(unpack(message))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, MemoryError):
            answers.ended = "flooded" if ended == "flooded" else "garbled"
        return answers

    def _take(self, message):
        """Takes one message; of what was said once, the student's code cannot say it anew."""
        if "number" in message:
            error = _error(message.get("error"))
            given = {"error": error} if error else {"answer": message.get("answer")}
            self.given.setdefault(int(message["number"]), given)
            self.asking = None
        elif "asks" in message:
            self.asking = int(message["asks"])
        elif "loaded" in message:
            if not self.has_loaded:
                self.loaded = _error(message["loaded"])
            self.has_loaded = True
        elif "doors" in message and self.doors is None:
            self.doors = [str(door) for door in message["doors"]]
        elif "done" in message and self.ended == "died":
            self.ended = "done"


def _error(said):
    """The description of an exception, in the form that it must have, or None.

    Raises:
        ValueError: it has another form; rooms write no such thing, students' code may.
    """
    if said is None:
        return None
    kinds, words, lines = said["kinds"], said["words"], said["lines"]
    texts = [words, *kinds, *[text for _, *both in lines for text in both]]
    if (
        not isinstance(kinds, list)
        or not kinds
        or any(not isinstance(each, str) or len(each) > LONGEST_TEXT for each in texts)
        or any(len(line) != 3 or type(line[0]) is not int for line in lines)
    ):
        raise ValueError("This is no exception of ours.")
    return {"kinds": kinds, "words": words, "lines": lines}


class _Sheets:
    """What one room gets, and what it writes: its answers and what it prints."""

    def __init__(self, request):
        self.came, self.printed = bytearray(), tempfile.TemporaryFile()  # noqa: SIM115
        self.asked = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self.asked.write(pack(request))
        self.asked.seek(0)
        self.pipe, self.write_end = os.pipe()
        os.set_blocking(self.pipe, False)

    def hand_over(self, line, request):
        """Sends the request to the warden, and gives the room's ends away."""
        handles = [self.asked.fileno(), self.write_end, self.printed.fileno()]
        socket.send_fds(line, [pack(request)], handles)
        self.asked.close()
        os.close(self.write_end)
        self.write_end = None

    def read(self):
        """Takes what has come; returns whether more can come."""
        try:
            piece = os.read(self.pipe, 2**20)
        except BlockingIOError:
            return True
        self.came += piece
        if len(self.came) <= MOST_ANSWERS:
            return bool(piece)
        os.close(self.pipe)  # whoever goes on writing is told that nobody reads
        self.pipe = None
        return False

    def answers(self, reply):
        """Reads everything that came of a room that has ended."""
        while self.pipe is not None and self.read():
            pass
        ended = "flooded" if len(self.came) > MOST_ANSWERS else reply["ended"]
        return Answers.read(ended, reply["seconds"], printed_in(self.printed), self.came)

    def close(self):
        """Gives back the handles."""
        self.asked.close()
        self.printed.close()
        for handle in {self.pipe, self.write_end} - {None}:
            os.close(handle)


class WardenRooms:
    """Rooms forked from one process that has imported Keras; it is started when first needed."""

    def __init__(self):
        self._process = self._line = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Starts the warden if it does not run; it imports while we go on."""
        if self._process is not None and self._process.poll() is None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "coursekit.room.warden"]
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.DEVNULL, env=environment()
        )
        theirs.close()
        self._line = ours

    def examine(self, requests):
        """Puts each request into a room of its own; yields (its number, Answers) as they come.

        Raises:
            RuntimeError: the warden ended, as it does where TensorFlow cannot be imported.
        """
        self.start()
        ahead, sheets = [*enumerate(requests)][::-1], {}
        watch = selectors.DefaultSelector()
        watch.register(self._line, selectors.EVENT_READ)
        try:
            while ahead or sheets:
                while ahead and len(sheets) < AHEAD:
                    number, request = ahead.pop()
                    sheets[number] = _Sheets(request)
                    header = {
                        "id": number,
                        **{each: request[each] for each in ("questions", "seconds")},
                    }
                    sheets[number].hand_over(self._line, header)
                    watch.register(sheets[number].pipe, selectors.EVENT_READ, sheets[number])
                reply = None
                for key, _ in watch.select():
                    if key.data is None:
                        reply = self._reply()
                    elif not key.data.read():
                        watch.unregister(key.fd)
                if reply and "id" in reply:
                    sheet = sheets.pop(reply["id"])
                    if sheet.pipe is not None and sheet.pipe in watch.get_map():
                        watch.unregister(sheet.pipe)
                    answers = sheet.answers(reply)
                    sheet.close()
                    yield reply["id"], answers
        finally:
            watch.close()
            if sheets:  # broken off: what is still under way belongs to nobody
                self.close()
            for sheet in sheets.values():
                sheet.close()

    def _reply(self):
        try:
            message = self._line.recv(2**16)
        except ConnectionResetError:
            message = b""
        if message:
            return unpack(message)
        code = self._process.wait()
        self.close()
        raise RuntimeError(
            f"The process that imports TensorFlow and Keras ended with code {code}. Does "
            f"\"{sys.executable} -c 'import keras'\" run?"
        )

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
        scratch = tempfile.mkdtemp(prefix=PREFIX)
        with tempfile.TemporaryFile() as printed:
            # a session of its own, so that what it starts can be ended with it
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "coursekit.room.alone", scratch],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=environment(),
                start_new_session=True,
            )
            came, began, ended = bytearray(), [time.monotonic(), False], ["died"]
            timer = threading.Thread(
                target=_end_in_time, args=(process, request["seconds"], began, ended), daemon=True
            )
            timer.start()
            try:
                process.stdin.write(pack(request))
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
                remove(scratch)
            return Answers.read(ended[0], time.monotonic() - began[0], printed_in(printed), came)


def printed_in(file):
    """The beginning of what was printed in a room."""
    file.seek(0)
    return file.read(PRINTED).decode("utf-8", "replace")


def environment():
    """What a process with students' code is told of ours: where things lie, and no more."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, **SETTINGS}


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
