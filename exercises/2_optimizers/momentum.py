"""Momentum: from a step to a roll.

The idea. Plain gradient descent forgets everything at each step. Along a valley it creeps, across it it
zigzags. Momentum keeps a velocity: what points the same way again and again adds up, what flips cancels.

    plain:     w ← w − η g

    momentum:  v ← μ v − η g
               w ← w + v

    Nesterov:  v ← μ v − η g
               w ← w + μ v − η g      with the new v

The trap. This is Keras's convention: the learning rate is inside the velocity. PyTorch keeps it outside.
Both walk the same path until the learning rate changes, and then they part.

Write `sgd_step` and `momentum_step` as pure functions: they return new values and change nothing that
they were given. A learning rate is a float or a tensor.

By hand: w = 1, v = 0, g = 1 twice, η = 0.1, μ = 0.5: v = −0.1 and w = 0.9, then v = −0.15 and w = 0.75.

Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Nesterov's
variant as in Sutskever et al. (2013), "On the importance of initialization and momentum".
"""


def sgd_step(w, gradient, learning_rate):
    """One step of plain gradient descent; returns the new w."""
    raise NotImplementedError("sgd_step: not written yet")


def momentum_step(w, velocity, gradient, learning_rate, momentum=0.9, nesterov=False):
    """One step with momentum; returns the new w and the new velocity."""
    raise NotImplementedError("momentum_step: not written yet")
