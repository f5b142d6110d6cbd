"""The gradient of the cross-entropy, by hand.

After: softmax_crossentropy

The idea. Differentiate log Σ exp z − z[y] once in your life with pencil and paper. What comes out is
why classification is trained with this loss: prediction minus truth, and nothing else.

    ∂L / ∂z[i, k] = (softmax(z[i])[k] − [k = y[i]]) / batch

L is the MEAN over the batch, so every sample's share is divided by the number of samples.

The trap. Without that division the right learning rate depends on the batch size. And exp overflows here
as it did in the loss.

Write `crossentropy_gradient(y_true, logits)`: labels (batch,), logits (batch, classes); the result has
the shape of the logits and is finite for logits of any size up to 10,000. It also works inside a
`tf.function` that does not know the batch size. No tape, no automatic differentiation of any kind: this
is the formula that it would have found.

By hand: one sample, z = (0, 0), y = 1 gives (0.5, −0.5). Each row adds up to 0. Why?

Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network Outputs".
"""

from keras import ops


def crossentropy_gradient(y_true, logits):
    """The derivative of the mean cross-entropy with respect to every logit."""
    raise NotImplementedError("crossentropy_gradient: not written yet")
