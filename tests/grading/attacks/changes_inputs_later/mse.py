"""Threads that go on changing inputs and answers after they were given."""

import threading
import time

import numpy as np

seen = []


def change():
    while True:
        for each in [*seen]:
            try:
                each += 1
            except (TypeError, ValueError):
                pass
        time.sleep(0)


threading.Thread(target=change, daemon=True).start()


def mean_squared_error(y_true, y_pred):
    seen.extend(each for each in (y_true, y_pred) if isinstance(each, np.ndarray))
    answer = (
        np.zeros(np.shape(y_pred)[:-1], "float32") if not hasattr(y_pred, "op") else y_pred[..., 0]
    )
    seen.append(answer)
    return answer
