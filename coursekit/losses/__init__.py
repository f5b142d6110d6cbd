"""Losses measure the error: one file each, Keras's names and arguments, written as the equation."""

from coursekit.losses.binary_crossentropy import BinaryCrossentropy
from coursekit.losses.categorical_crossentropy import CategoricalCrossentropy
from coursekit.losses.mean_squared_error import MeanSquaredError
from coursekit.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
]
