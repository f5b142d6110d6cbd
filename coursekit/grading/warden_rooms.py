"""Rooms that a warden forks from one warm process: Linux."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter

from coursekit.grading.answers import MOST_ANSWERS, Answers, printed_in
from coursekit.room.quiet import environment
from coursekit.room.wire import pack, unpack

AHEAD = 4  # requests that are with the warden at once, so that it never waits
TO_THE_END = 5.0  # seconds to wait for what a room that has ended still has in its pipe


class WardenRooms:
    """Rooms forked from one process that has imported Keras; it is started when first needed.

    Args:
        needs: further packages that it imports. Exercises that need others have a warden of their own: in
            the rooms of this one, what they need would lie about.
    """

    def __init__(self, needs=()):
        self._needs, self._others = needs, {}
        self._process = self._line = None
        self._ready = False  # whether a warden has ever imported Keras

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Starts the warden if it does not run; it imports while we go on."""
        if self._process is not None and self._process.poll() is None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", "-m", "coursekit.room.warden", *self._needs]
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=subprocess.DEVNULL, env=environment()
        )
        theirs.close()
        self._line = ours

    def examine(self, requests):
        """Puts each request into a room of its own; yields (its number, Answers) as they come.

        Raises:
            RuntimeError: the warden ended, as it does where TensorFlow cannot be imported; or there is no
                room for temporary files.
        """
        parts = {}
        for number, request in enumerate(requests):
            parts.setdefault(tuple(request["needs"]), []).append((number, request))
        for needs, part in parts.items():
            yield from self._with(needs)._until_all_are_examined(part)

    def _with(self, needs):
        """The rooms of the warden that has imported these packages."""
        if needs == self._needs:
            return self
        return self._others.setdefault(needs, WardenRooms(needs))

    def _until_all_are_examined(self, ahead):
        """Puts numbered requests to warden after warden, should one end; yields (number, Answers)."""
        deaths = Counter()
        while ahead:
            left = dict(ahead)
            try:
                for number, answers in self._examine(ahead):
                    del left[number]
                    yield number, answers
                return
            except _WardenDied as death:
                if not self._ready:  # it never got so far as to fork a room
                    raise RuntimeError(
                        f"The process that imports TensorFlow and Keras ended with code {death}. Does "
                        f"\"{sys.executable} -c 'import keras'\" run?"
                    ) from death
                deaths.update(death.under_way)
                for number in [each for each in death.under_way if deaths[each] > 1]:
                    del left[number]  # twice is no accident of others
                    yield number, Answers()
                ahead = [*left.items()]

    def _examine(self, requests):
        """Puts numbered requests to one warden."""
        self.start()
        ahead, sheets = requests[::-1], {}
        try:
            while ahead or sheets:
                while ahead and len(sheets) < AHEAD:
                    number, request = ahead.pop()
                    sheets[number] = _Sheets(request)
                    header = {
                        "id": number,
                        **{each: request[each] for each in ("questions", "seconds")},
                    }
                    try:
                        sheets[number].hand_over(self._line, header)
                    except OSError as error:
                        raise self._death(sheets) from error
                reply = self._reply(sheets)
                if "id" in reply:
                    answers = sheets[reply["id"]].answers(reply)
                    sheets.pop(reply["id"]).close()
                    yield reply["id"], answers
        finally:
            if sheets:  # broken off: what is still under way belongs to nobody
                self._end()
            for sheet in sheets.values():
                sheet.close()

    def _reply(self, under_way):
        try:
            message = self._line.recv(2**16)
        except ConnectionResetError:
            message = b""
        if not message:
            raise self._death(under_way)
        reply = unpack(message)
        self._ready = self._ready or "ready" in reply
        return reply

    def _death(self, under_way):
        """Clears up after a warden that has ended by itself, and says what was under way."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            code = "unknown"
        self._end()
        death = _WardenDied(code)
        death.under_way = [*under_way]
        return death

    def close(self):
        """Ends the wardens and every room."""
        try:
            for others in self._others.values():
                others.close()
        finally:
            self._end()

    def _end(self):
        """Ends this warden and its rooms, and not those of the others."""
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


class _WardenDied(Exception):
    """The warden ended by itself: killed for its memory, perhaps, or without a TensorFlow."""


class _Sheets:
    """What one room gets, and what it writes: its answers and what it prints."""

    def __init__(self, request):
        self.came = bytearray()
        try:
            self.printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
            self.asked = tempfile.TemporaryFile()  # noqa: SIM115
            self.asked.write(pack(request))
            self.asked.seek(0)
        except OSError as error:
            raise RuntimeError(
                f"A submission could not be put into the folder for temporary files ({error.strerror}). "
                "Make room there, or let TMPDIR name another folder."
            ) from error
        self._pipe, self._write_end = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def hand_over(self, line, request):
        """Sends the request to the warden, gives the room's ends away, and begins to read."""
        handles = [self.asked.fileno(), self._write_end, self.printed.fileno()]
        try:
            socket.send_fds(line, [pack(request)], handles)
        finally:
            self.asked.close()
            os.close(self._write_end)
            self._reader.start()

    def _read(self):
        """Takes what the room writes at once: its time must not pass while the judge is busy."""
        while len(self.came) <= MOST_ANSWERS and (piece := os.read(self._pipe, 2**20)):
            self.came += piece
        os.close(self._pipe)  # whoever goes on writing is told that nobody reads

    def answers(self, reply):
        """Reads everything that came of a room that has ended."""
        self._reader.join(TO_THE_END)
        ended = "flooded" if len(self.came) > MOST_ANSWERS else reply["ended"]
        return Answers.read(ended, reply["seconds"], printed_in(self.printed), self.came)

    def close(self):
        """Gives back the handles; the pipe's is given back when the room has ended."""
        self.asked.close()
        self.printed.close()
