"""Starts programs: subprocess, os.system, posix_spawn, multiprocessing."""

import multiprocessing
import os
import subprocess
import sys


def work():
    print("SUCCEEDED", flush=True)


def binary_crossentropy(y_true, logits):
    sleep = [sys.executable, "-c", "print('SUCCEEDED', flush=True); import time; time.sleep(900)"]
    ways = [
        lambda: subprocess.Popen(sleep, start_new_session=True),
        lambda: os.system("echo SUCCEEDED; sleep 900 &"),
        lambda: os.posix_spawn(sys.executable, sleep, {}),
        lambda: os.execv(sys.executable, sleep),
        lambda: os.popen("echo SUCCEEDED").read(),
        lambda: multiprocessing.get_context("fork").Process(target=work).start(),
        lambda: multiprocessing.get_context("spawn").Process(target=work).start(),
        lambda: multiprocessing.Pool(2).map(work, [()]),
    ]
    for way in ways:
        try:
            way()
        except BaseException:
            pass
    return logits[..., 0] * 0
