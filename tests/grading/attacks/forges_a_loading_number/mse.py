"""Says that its file could not be loaded, by a number."""

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


for each in [{"loaded": None}, {"loaded": 5}]:
    send(pack(each))
os._exit(0)
