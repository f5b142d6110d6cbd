"""The question paper of hiker."""

import keras
import numpy as np
from keras import layers


def plane(student, trajectory):
    origin, d1, d2, explained = student.pca_plane(trajectory)
    return {
        "origin": np.asarray(origin),
        "d1": np.asarray(d1),
        "d2": np.asarray(d2),
        "explained": np.asarray(explained),
    }


def _model(kernel, bias, averages):
    """Batch normalisation without scale and offset, then a dense layer: as if trained before."""
    norm = layers.BatchNormalization(center=False, scale=False, epsilon=0.01)
    model = keras.Sequential([keras.Input((len(kernel),)), norm, layers.Dense(1)])
    model.set_weights([*averages, kernel, bias])
    return model


def surface(student, kernel, bias, averages, images, labels, origin, d1, d2, a, b):
    # a loss in which labels and predictions cannot be exchanged
    model, loss = _model(kernel, bias, averages), keras.losses.MeanAbsolutePercentageError()
    found = student.loss_surface(model, loss, images, labels, origin, d1, d2, a, b)
    left = [
        bool(np.array_equal(now, before))
        for now, before in zip(model.get_weights(), [*averages, kernel, bias])
    ]
    return {"surface": np.asarray(found), "left": left}
