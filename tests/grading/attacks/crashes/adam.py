"""Ends the process by an error of memory access."""

import ctypes


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    ctypes.string_at(0)
