"""The question paper of hiker."""

import keras
import numpy as np
from keras import layers


def plane(student, trajectory):
    path = trajectory.copy()
    origin, d1, d2, explained = student.pca_plane(trajectory)
    return {
        "origin": np.asarray(origin),
        "d1": np.asarray(d1),
        "d2": np.asarray(d2),
        "explained": np.asarray(explained),
        "untouched": bool(np.array_equal(trajectory, path)),
    }


def _model(kernel, bias, averages, penalty):
    """Batch normalisation without scale and offset, then a dense layer: as if trained before."""
    norm = layers.BatchNormalization(center=False, scale=False, epsilon=0.01)
    dense = layers.Dense(len(bias), kernel_regularizer=keras.regularizers.L2(float(penalty)))
    model = keras.Sequential([keras.Input((len(kernel),)), norm, dense])
    model.set_weights([*averages, kernel, bias])
    return model


def surface(student, kernel, bias, averages, penalty, images, labels, origin, d1, d2, a, b):
    # a loss in which labels and predictions cannot be exchanged
    model, loss = (
        _model(kernel, bias, averages, penalty),
        keras.losses.MeanAbsolutePercentageError(),
    )
    optimizer = keras.optimizers.SGD(0.1)
    model.compile(optimizer, loss, jit_compile=False)
    found = student.loss_surface(model, loss, images, labels, origin, d1, d2, a, b)
    weights = zip(model.get_weights(), [*averages, kernel, bias])
    return {
        "surface": np.asarray(found),
        "left": {
            "weights": all(bool(np.array_equal(now, before)) for now, before in weights),
            "optimizer": model.optimizer is optimizer,
            "trainable": all(each.trainable for each in (model, *model.layers)),
        },
    }
