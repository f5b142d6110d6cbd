"""Somebody's own optimizer: plain descent."""

import keras


class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.07):
        super().__init__(learning_rate, name="mine")

    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(learning_rate * gradient)
