"""What is wrong before the first step: inputs, weights, the way the loss is summed."""

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis


def inputs_not_scaled(largest_input, first_loss, guess):
    """Names inputs like 0 … 255 where the first loss shows that the network cannot take them.

    Args:
        largest_input: the largest |x|.
        first_loss: the loss before the first step.
        guess: the loss of an answer that ignores the input; None if unknown.
    """
    if guess is None or largest_input < 20 or first_loss < 1.5 * guess:
        return None
    return Diagnosis(
        "inputs_not_scaled",
        f"Inputs reach {largest_input:.3g} and the loss starts at {first_loss:.3g}; who knows "
        f"nothing and says so pays {guess:.3g}. Large inputs make large logits and large "
        "gradients: SGD will jump far away, Adam will get over it and hide it.",
        "inputs between 0 and 1 (pixels / 255) or with mean 0 and deviation 1.",
    )


def summed_loss(loss, batch):
    """Names a loss that adds up its samples, which multiplies every gradient by the batch size.

    Args:
        loss: `LossFacts`.
        batch: number of samples in a batch.
    """
    if not loss.summed or batch < 2:
        return None
    return Diagnosis(
        "summed_loss",
        f"The loss is the sum over the batch, not its mean: loss and gradients are {batch} times "
        f"as large, and a learning rate acts as if it were {batch} times as large.",
        'reduction="sum_over_batch_size" (the default), or a learning rate divided by the batch '
        "size.",
    )


def identical_units(layers):
    """Names layers whose units start equal and get equal gradients, so that they stay equal.

    Args:
        layers: the names of such layers.
    """
    if not layers:
        return None
    return Diagnosis(
        "identical_units",
        f"In {_some(layers)} all units have the same weights and the same gradients: they will "
        "stay copies of one unit for ever, and with weights 0 nothing gets through at all.",
        "a random initializer, such as the default glorot_uniform; zeros are for biases only.",
    )


def no_trainable_weights(count):
    """Names a model in which everything is frozen."""
    if count:
        return None
    return Diagnosis(
        "no_trainable_weights",
        "The model has no trainable weights: nothing can be learned.",
        "layer.trainable = True for the layers to be trained, and then model.compile again.",
    )


def _some(names):
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more layers"
