"""Optimizers reduce the error: one file each, Keras's names and arguments, written as the algorithm."""

from coursekit.optimizers.adam import Adam
from coursekit.optimizers.rmsprop import RMSprop
from coursekit.optimizers.sgd import SGD

__all__ = ["SGD", "Adam", "RMSprop"]
