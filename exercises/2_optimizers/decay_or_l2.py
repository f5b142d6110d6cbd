"""Weight decay or L2: the same word for two things.

After: sgd_l2

The idea. L2 puts λw into the gradient, so it goes through momentum (and in Adam through the division).
Decoupled decay shrinks the weights beside the step: w ← w − ηλw. With plain SGD they are the same. With
momentum μ, what L2 adds at each step goes on rolling, 1 + μ + μ² + … = 1/(1 − μ) times as far.

    shrinking per step in the long run, small η, no loss gradient:
        "l2":         1 − η λ / (1 − μ)
        "decoupled":  1 − η λ

The trap. `keras.regularizers.L2(l)` adds l·w² to the loss: its gradient is 2lw. Adam divides the
gradient by its own size, so there no constant turns one into the other.

Write three functions. `regularizer_for(l2)` gives a Keras regularizer whose gradient is l2·w.
`decoupled_for(l2, momentum)` gives the `weight_decay` of Keras that shrinks as much in the long run as
l2 in the gradient, for SGD with this momentum; or None where there is none, since a velocity that never
forgets (μ = 1) rolls on for ever. `shrink_per_step` gives the factor.

By hand: η = 0.1, λ = 0.01, μ = 0.9 shrinks a weight by 1 % per step with "l2", by 0.1 % with "decoupled".

Source: Loshchilov & Hutter (2019), "Decoupled Weight Decay Regularization".
"""

import keras


def regularizer_for(l2):
    """A Keras regularizer whose gradient is l2 · w."""
    raise NotImplementedError("regularizer_for: not written yet")


def decoupled_for(l2, momentum):
    """The decoupled weight decay that shrinks weights like l2 in the gradient, or None."""
    raise NotImplementedError("decoupled_for: not written yet")


def shrink_per_step(learning_rate, strength, kind, momentum=0.0):
    """The factor by which a weight shrinks per step in the long run; kind is "l2" or "decoupled"."""
    raise NotImplementedError("shrink_per_step: not written yet")
