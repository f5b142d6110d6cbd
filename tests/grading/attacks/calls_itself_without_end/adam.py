"""Recursion without end, with Python's own guard taken away."""

import sys

sys.setrecursionlimit(10**9)


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adam_step(w, m, v, step + 1, gradient)
