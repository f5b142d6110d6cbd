"""Adam: momentum and RMSprop, corrected for their start from zero.

After: rmsprop

The idea. Two running means, of the gradient and of its square. Both start at zero, so in the first
steps both are too small: after t steps they hold only the share 1 − βᵗ of what they should. Divide by it.

    m ← β₁ m + (1 − β₁) g            m̂ = m / (1 − β₁ᵗ)
    v ← β₂ v + (1 − β₂) g²           v̂ = v / (1 − β₂ᵗ)
    w ← w − η m̂ / (√v̂ + ε)

The trap. The corrected m̂ and v̂ are for this step only: what you return and keep are m and v. Steps are
counted from 1; with t = 0 you divide by zero. ε is added to the root, outside of it.

Write `adam_step` as a pure function: it returns the new w, m and v. `step` is a Python number or an
integer tensor.

By hand: in the first step m̂ = g and v̂ = g², so w moves by η, however large g is. Try g = 5 and g = 0.01.

Source: Kingma & Ba (2015), "Adam: A Method for Stochastic Optimization", Algorithm 1.
"""

from keras import ops


def adam_step(w, m, v, step, gradient, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """One step of Adam, the step-th one, counted from 1; returns the new w, m and v."""
    raise NotImplementedError("adam_step: not written yet")
