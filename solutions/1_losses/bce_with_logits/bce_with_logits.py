"""Binary cross-entropy from logits: the loss of yes-or-no questions.

After: mse

The idea. The model answers a yes-or-no question with a logit z, any real number; σ(z) makes it the
probability of yes. The loss is the surprise at the truth: −log of the probability that was given to it.

    L = mean over the last axis of  −y log σ(z) − (1 − y) log(1 − σ(z)),    σ(z) = 1 / (1 + e^(−z))

Before the mean, the gradient with respect to a logit is σ(z) − y: small where the model is right, and
never larger than 1.

The trap. In float32 σ(17) is exactly 1, and log(1 − 1) is minus infinity. Adding a small ε inside the
logarithm hides the infinity and kills the gradient: a model that is confidently wrong never hears of
it. Rewrite the formula on paper until no logarithm can meet a zero.

Write `binary_crossentropy(y_true, logits)`. It returns one loss per sample. Labels may be whole numbers
or anything between 0 and 1; value and gradient are right for logits of any size up to 10,000, and at
exactly 0, also inside a `tf.function` that does not know the batch size.

By hand: z = 0 costs log 2 = 0.6931 whatever the label; y = 1, z = −100 costs 100.

Source: Good (1952), "Rational Decisions", Journal of the Royal Statistical Society B 14.
"""

from keras import ops


def binary_crossentropy(y_true, logits):
    """The mean over the last axis of −y log σ(z) − (1 − y) log(1 − σ(z))."""
    # BEGIN SOLUTION
    z = ops.convert_to_tensor(logits)
    y = ops.cast(y_true, z.dtype)
    # −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z) = z + softplus(−z)
    return ops.mean(ops.softplus(z) - y * z, axis=-1)
    # END SOLUTION
