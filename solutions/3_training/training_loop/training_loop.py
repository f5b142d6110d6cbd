"""The training loop: every batch of every epoch.

After: train_step

The idea. Put a loop round the step and keep the loss of every batch: that list is the first thing to
look at when a training goes wrong. `tf.function` writes the step down as a graph once, and running the
graph is several times faster than running the Python.

    for each epoch:
        for each batch:  predict, measure, differentiate, step; keep the loss

The trap. A `tf.function` made anew for each batch, or given Python numbers that change, is written down
(traced) again each time, and is slower than no graph at all. The last batch is often shorter: it counts
too, and may be traced once more. Make the Python floats outside of the graph; inside it a tensor has no
value yet.

Write `train(model, loss_fn, optimizer, batches, epochs)`. `batches` can be walked again and again: a
`tf.data.Dataset` or a list of NumPy pairs (images, labels). It returns a list of Python floats, each
batch's own loss before its step, penalties included. The model is trained in place. Write the step
yourself: `fit` and `train_on_batch` are the ready-made thing.

By hand: 37 samples in batches of 8 make 5 batches; 3 epochs give 15 losses.

Source: https://www.tensorflow.org/guide/function
"""

import tensorflow as tf


def train(model, loss_fn, optimizer, batches, epochs):
    """Trains the model in place; returns the loss of every batch, as Python floats."""

    # BEGIN SOLUTION
    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            predictions = model(images, training=True)
            loss = loss_fn(labels, predictions) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            losses.append(float(step(tf.convert_to_tensor(images), tf.convert_to_tensor(labels))))
    return losses
    # END SOLUTION
