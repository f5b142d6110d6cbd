"""One training step: predict, measure, differentiate, step.

After: mini_cnn

The idea. All of deep learning's training is this step, repeated. The tape writes down what is computed
while it is open, so that it can be differentiated afterwards.

    ŷ = model(x)                       predict
    L = loss(y, ŷ) + Σ penalties       measure
    g = ∂L/∂θ                          differentiate
    θ ← optimizer(θ, g)                step

The trap. Four of them. The forward pass belongs inside the tape, or nothing can be differentiated.
`training=True` switches dropout and batch normalisation on. Penalties of regularizers wait in
`model.losses`, and nobody adds them for you. And only trainable variables get a gradient: a frozen
layer stays as it is.

Write `train_step(model, loss_fn, optimizer, images, labels)`. It makes one step and returns the loss
BEFORE it, a scalar. It also works inside a `tf.function`, but makes none: that is left to the caller.

By hand: w = 0, x = y = 1, mean squared error, SGD(0.25): the loss is 1 and w becomes 0.5.

Source: Robbins & Monro (1951), "A Stochastic Approximation Method".
"""

import tensorflow as tf


def train_step(model, loss_fn, optimizer, images, labels):
    """One step on one batch; returns the batch's loss before the step, penalties included."""
    # BEGIN SOLUTION
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_fn(labels, predictions) + sum(model.losses)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss
    # END SOLUTION
