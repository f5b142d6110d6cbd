"""Cross-entropy from logits: the loss of one class among many.

After: bce_with_logits

The idea. The model gives every class a logit, the softmax makes probabilities of them, and the loss is
the surprise at the true class y, which is given by its number:

    L = −log softmax(z)[y] = log Σ exp z − z[y]

Whoever guesses blindly among C classes pays log C. A first loss far from that is a first sign of a bug.

The trap. exp(100) is too large for float32 and exp(−110) too small: the formula, typed as it stands,
gives inf or nan. A constant added to all logits of a sample changes nothing, so you may choose one.

Write `sparse_categorical_crossentropy(y_true, logits)`: labels (batch,), whole numbers of any integer
dtype; logits (batch, classes); one loss per sample, of shape (batch,). Value and gradient are right for
logits of any size up to 10,000, also inside a `tf.function` that does not know the batch size.

By hand: z = (0, 0, 0) costs log 3 = 1.0986; z = (10000, −10000), y = 1 costs 20000.

Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network Outputs".
"""

from keras import ops


def sparse_categorical_crossentropy(y_true, logits):
    """−log softmax(z)[y], one loss per sample."""
    # BEGIN SOLUTION
    z = ops.convert_to_tensor(logits)
    y = ops.cast(y_true, "int32")
    of_the_truth = ops.take_along_axis(z, ops.expand_dims(y, -1), axis=-1)
    return ops.logsumexp(z, axis=-1) - ops.squeeze(of_the_truth, axis=-1)
    # END SOLUTION
