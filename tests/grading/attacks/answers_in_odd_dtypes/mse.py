"""Answers with complex numbers, objects, strings, dates and records."""

import numpy as np

ODD = ["complex64", object, "U5", "S5", "M8[s]", [("a", "f4")], "float128", "V8"]


def mean_squared_error(y_true, y_pred):
    ODD.append(ODD.pop(0))
    return np.zeros(y_pred.shape[:-1], ODD[0])
