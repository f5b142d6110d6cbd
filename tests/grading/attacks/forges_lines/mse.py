"""Answers with errors whose lines are of another form."""

import os
import sys

pack = sys.modules["coursekit.room.wire"].pack


def send(message):
    for handle in range(3, 64):
        try:
            while message:
                message = message[os.write(handle, message) :]
        except OSError:
            pass


for each in [
    {"loaded": None},
    *({"number": n, "error": {"kinds": ["E"], "words": "x", "lines": [[1], 2]}} for n in range(40)),
]:
    send(pack(each))
os._exit(0)
