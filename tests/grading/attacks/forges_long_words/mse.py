"""Answers with an error of a million words that take long to match."""

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
    {
        "number": 0,
        "error": {
            "kinds": ["E"],
            "words": "in user code:" + "{{" * 10**6 + 'File "coursekit-room-' * 10**5,
            "lines": [],
        },
    },
]:
    send(pack(each))
os._exit(0)
