"""Rooms that are a fresh process each, with open doors: any system."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from coursekit.grading.answers import MOST_ANSWERS, Answers, printed_in
from coursekit.room.clock import Clock
from coursekit.room.quiet import environment
from coursekit.room.scratch import PREFIX, remove
from coursekit.room.wire import pack

IMPORTS = 120  # seconds that a fresh process may take to import TensorFlow on a busy machine


class PlainRooms:
    """A fresh process for every submission, with open doors: for systems without a safe fork."""

    def __init__(self):
        self._running = set()

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
        pool = ThreadPoolExecutor(2)
        try:
            futures = {pool.submit(self._one, request): n for n, request in enumerate(requests)}
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:  # also where it is broken off
            pool.shutdown(wait=False, cancel_futures=True)
            for process in [*self._running]:
                _kill(process)
            pool.shutdown()

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
            self._running.add(process)
            came, began, ended = bytearray(), time.monotonic(), ["died"]
            timer = threading.Thread(
                target=_end_in_time, args=(process, request["seconds"], came, ended), daemon=True
            )
            timer.start()
            try:
                process.stdin.write(pack(request))
                process.stdin.close()
                while piece := process.stdout.read1(2**16):
                    if not came:
                        began = time.monotonic()
                    came += piece
                    if len(came) > MOST_ANSWERS:
                        ended[0] = "flooded"
                        break
            except BrokenPipeError:
                pass
            finally:
                _kill(process)
                self._running.discard(process)
                timer.join()
                process.stdout.close()
                remove(scratch)
            return Answers.read(ended[0], time.monotonic() - began, printed_in(printed), came)


def _end_in_time(process, seconds, came, ended):
    """Ends the process when its time is over: that for the imports, and then, once bytes `came`, its own."""
    clock, most, has_begun = Clock(), IMPORTS, False
    while process.poll() is None:
        if came and not has_begun:
            clock, most, has_begun = Clock(), seconds, True
        if clock.look() > most:
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
