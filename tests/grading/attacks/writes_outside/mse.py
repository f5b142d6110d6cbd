"""Writes, makes folders and pipes outside the scratch folder."""

import os
import site
import sys
import tempfile

import numpy as np

NAME = "coursekit-attack"
PLACES = [
    "/home",
    "/root",
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/run",
    "..",
    "/",
    sys.prefix,
    site.getsitepackages()[0],
    os.path.dirname(np.__file__),
    os.path.dirname(sys.modules["questions"].__file__),
    os.path.dirname(sys.modules["coursekit"].__file__),
    tempfile.gettempdir() + "/..",
]


def mean_squared_error(y_true, y_pred):
    for place in PLACES:
        if os.path.realpath(place) == os.getcwd():
            continue
        path = os.path.join(place, NAME)
        ways = [
            lambda path=path: open(path, "w"),
            lambda path=path: os.mkdir(path + "-folder"),
            lambda path=path: os.mkfifo(path + "-pipe"),
            lambda path=path: os.symlink("x", path + "-link"),
            lambda path=path: os.link(__file__, path + "-hard"),
            lambda path=path: os.rename(__file__, path + "-moved"),
            lambda place=place: os.open(place, os.O_TMPFILE | os.O_RDWR),
        ]
        for way in ways:
            try:
                way()
                print("SUCCEEDED", path)
            except OSError:
                pass
    return y_pred[..., 0] * 0
