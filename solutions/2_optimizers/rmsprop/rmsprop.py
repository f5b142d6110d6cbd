"""RMSprop: a step length for every weight.

After: momentum

The idea. Where the gradient is always large, step carefully; where it is always small, dare more. Keep
a running mean of the squared gradients, and divide by its root: steps get the same length in steep and
in flat directions.

    s ← ρ s + (1 − ρ) g²
    w ← w − η g / √(s + ε)

The trap. ε stands INSIDE the root, as in Keras; PyTorch has it outside. It matters where gradients are
small: √1e-7 is 3e-4, not 1e-7. And the new s is used, not the old one, or the first step divides by √ε.

Write `rmsprop_step` as a pure function: it returns the new w and the new mean square.

By hand: s = 0, g = 2, ρ = 0.9: s = 0.4, and the step is η · 2 / √0.4 = 3.16 η. Without a correction for
the start from zero the first steps are long; Adam mends that.

Source: Tieleman & Hinton (2012), "Lecture 6.5: RMSprop", COURSERA: Neural Networks for Machine Learning.
"""

from keras import ops


def rmsprop_step(w, mean_square, gradient, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    """One step of RMSprop; returns the new w and the new mean square."""
    # BEGIN SOLUTION
    mean_square = rho * mean_square + (1 - rho) * ops.square(gradient)
    return w - learning_rate * gradient / ops.sqrt(mean_square + epsilon), mean_square
    # END SOLUTION
