"""Head, loss and metric: three that must agree.

After: label_smoothing

The idea. The last layer decides what the model's numbers mean; the loss and the metric must read them
in the same way. Logits go with `from_logits=True`; probabilities (after a softmax or a sigmoid) with
`from_logits=False`. Exactly one of the two, model or loss, does the squashing.

    task          outputs           the truth looks like
    "multiclass"  n, one class each  a class number
    "binary"      1                  0 or 1
    "multilabel"  n, independent     n zeros and ones
    "regression"  n numbers          n numbers

The trap. A model with a softmax and a loss that expects logits trains, a little worse, without a word.
(Keras on TensorFlow undoes it, with a warning, but only where the softmax is the very last operation.)
A metric that cuts logits at 0.5 counts every probability between 0.5 and 0.62 as a no.

Write `choose_head_and_loss(task, n)`, which returns (layer, loss, metric): a Keras layer to put at the
end of a model, a Keras loss object (for a classification the plain cross-entropy, nothing smoothed,
focused or left out), and a Keras metric that measures accuracy (for a regression, an error). Keras's own
classes are allowed here; that is the point. An unknown task is a ValueError.

By hand: which threshold on a logit is a probability of one half?

Source: https://keras.io/api/losses/probabilistic_losses/
"""

import keras


def choose_head_and_loss(task, n):
    """The last layer, the loss and the metric for a task with n outputs (for "binary", one)."""
    # BEGIN SOLUTION
    layers, losses, metrics = keras.layers, keras.losses, keras.metrics
    if task == "multiclass":
        loss = losses.SparseCategoricalCrossentropy(from_logits=True)
        return layers.Dense(n), loss, metrics.SparseCategoricalAccuracy()
    if task in ("binary", "multilabel"):
        head = layers.Dense(1 if task == "binary" else n)
        return (
            head,
            losses.BinaryCrossentropy(from_logits=True),
            metrics.BinaryAccuracy(threshold=0),
        )
    if task == "regression":
        return layers.Dense(n), losses.MeanSquaredError(), metrics.MeanAbsoluteError()
    raise ValueError(f'task is "multiclass", "binary", "multilabel" or "regression"; got {task!r}.')
    # END SOLUTION
