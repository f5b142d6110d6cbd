"""A room of its own: a fresh process for one submission, where the system cannot fork safely.

It is started as `python -m coursekit.room.alone FOLDER`, reads one request from standard input and
writes the room's messages to standard output, as a forked room does to its pipe; what is printed goes to
standard error.
"""

import os
import sys
import tempfile

from coursekit.room.answering import answer_all, load_questions
from coursekit.room.closing import OPEN, limit
from coursekit.room.quiet import heavy_imports
from coursekit.room.warden import send_through, take_streams
from coursekit.room.wire import pack, unpack


def main(scratch):
    """Answers the request on standard input."""
    request = unpack(sys.stdin.buffer.read())
    answers = os.dup(1)
    take_streams(2, keep=[answers])
    heavy_imports(request["needs"])
    os.chdir(scratch)
    tempfile.tempdir = scratch
    os.environ.update(HOME=scratch, TMPDIR=scratch)
    questions = load_questions(request["questions"])
    send = send_through(answers)
    open_doors = [*OPEN, *limit(request["seconds"])]
    send(pack({"doors": open_doors}))
    answer_all(request, questions, send, scratch, request["questions"])
    send(pack({"done": True}))
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
