"""A fair race: what must be the same, and what must differ.

The idea. "Adam converges faster than SGD" is a claim about optimizers only if nothing else differs: the
same first weights, the same batches in the same order, for each of them. And it is a claim about more
than one lucky run only if it is repeated with other seeds, each with its own weights and its own order.

    for each seed:
        draw the first weights and the order of the batches
        for each optimizer:
            put the first weights back, take a fresh optimizer
            train; keep the loss of every batch

The trap. An optimizer object remembers: its momentum, its count of steps, even the variables it belongs
to. A second run needs a new one, which is why `optimizers` holds functions that make them. And
whoever chooses by the test part has no test left: train on `dataset.train`, and do not touch
`dataset.test`.

Write `race(make_model, optimizers, dataset, seeds, epochs)`. `make_model()` gives a new, uncompiled
model from images to logits; `optimizers` maps a name to a function that makes an optimizer;
`dataset.train` is a pair of arrays (images, labels), labels are class numbers. Use batches of 32 and the
sparse categorical cross-entropy from logits. Return a list of rows, one for every step of every run:
dictionaries with the keys seed, optimizer, step (1, 2, …) and loss (the batch's own, a float). The
order of the names in `optimizers` must change nothing but the order of the rows.

By hand: two optimizers, three seeds and two epochs of 70 images make 2 · 3 · 2 · 3 = 36 rows.

Source: Choi et al. (2019), "On Empirical Comparisons of Optimizers for Deep Learning".
"""

import keras
import numpy as np
import tensorflow as tf

BATCH_SIZE = 32


def race(make_model, optimizers, dataset, seeds, epochs):
    """Trains every optimizer from the same weights on the same batches; a row for each step."""
    # BEGIN SOLUTION
    images, labels = (np.asarray(part) for part in dataset.train)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rows = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model = make_model()
        start = model.get_weights()
        for name, make_optimizer in optimizers.items():
            model.set_weights(start)
            optimizer = make_optimizer()
            step = compiled(model, loss_fn, optimizer)
            order = np.random.default_rng(seed)
            count = 0
            for _ in range(epochs):
                shuffled = order.permutation(len(images))
                for at in range(0, len(images), BATCH_SIZE):
                    batch = shuffled[at : at + BATCH_SIZE]
                    count += 1
                    loss = float(step(tf.constant(images[batch]), tf.constant(labels[batch])))
                    rows.append({"seed": seed, "optimizer": name, "step": count, "loss": loss})
    return rows


def compiled(model, loss_fn, optimizer):
    """One training step as a graph; returns the loss before it."""

    @tf.function(reduce_retracing=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    return step
    # END SOLUTION
