"""Says that its file could not be loaded, in a form that no room gives."""

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


for each in [{"loaded": None}, {"loaded": {"x": 1}}]:
    send(pack(each))
os._exit(0)
