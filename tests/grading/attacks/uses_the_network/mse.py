"""Opens sockets of every kind, and asks the outside for help."""

import os
import socket
import urllib.request

AT = [
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 80)),
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 80)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0coursekit"),
    (socket.AF_UNIX, socket.SOCK_DGRAM, "/dev/log"),
    (socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)),
    (socket.AF_INET, socket.SOCK_RAW, ("127.0.0.1", 0)),
    (socket.AF_VSOCK, socket.SOCK_STREAM, (2, 1)),
]


def mean_squared_error(y_true, y_pred):
    for family, kind, address in AT:
        try:
            with socket.socket(family, kind) as line:
                print("SUCCEEDED", line)
                line.connect(address)
        except OSError:
            pass
    for address in ("http://127.0.0.1", "file://" + os.path.abspath(__file__) + "/../../x"):
        try:
            print("SUCCEEDED", urllib.request.urlopen(address, timeout=1))
        except OSError:
            pass
    ours, _theirs = socket.socketpair()  # to oneself one may talk, but hand no file over
    try:
        socket.send_fds(ours, [b"x"], [1])
        print("SUCCEEDED")
    except OSError:
        pass
    return y_pred[..., 0] * 0
