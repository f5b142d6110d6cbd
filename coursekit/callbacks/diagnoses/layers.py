"""What goes wrong inside the network: gradients that vanish or explode, units that are dead."""

from coursekit.callbacks.diagnoses.diagnosis import Diagnosis


def vanishing_gradients(first, last, loss, guess):
    """Names gradients that get lost between the last layer and the first.

    Args:
        first, last: root mean square of the gradient in the first and in the last layer.
        loss: the loss of a few samples.
        guess: the loss of an answer that ignores the input; None if unknown. A network that has
            learned is not sick, whatever its gradients.
    """
    # Far above guessing, a wild step has driven the units flat: that is not where it began.
    if guess is None or not 0.9 * guess < loss < 1.5 * guess or not 0 < first < 0.003 * last:
        return None
    return Diagnosis(
        "vanishing_gradients",
        f"The gradient in the first layer is {last / first:.0f} times smaller than in the last, "
        f"and the loss ({loss:.3g}) is still that of guessing: the first layers learn nothing.",
        "ReLU instead of sigmoid or tanh, batch normalization, fewer layers or shortcuts round "
        "them. Adam helps a little, since it divides by the size of the gradient.",
    )


def exploding_gradients(norm, before, guess):
    """Names a gradient that is far too long for a sensible step.

    Args:
        norm: length of the whole gradient.
        before: the same before the first step; at that moment, `norm` itself.
        guess: the loss of an answer that ignores the input, as the scale of the loss; None if
            unknown.
    """
    if guess is not None and norm > 100 * guess:
        what = f"{norm / guess:.2g} times the loss of guessing ({guess:.3g})"
    elif norm > 100 and norm > 1000 * before:
        what = f"before the first step it was {before:.2g}"
    else:
        return None
    return Diagnosis(
        "exploding_gradients",
        f"The gradient has length {norm:.2g}, {what}. Each layer on the way back multiplies it by "
        "its weights, and one step along it throws away what was learned.",
        "global_clipnorm=1 in the optimizer, smaller first weights (the default initializers), "
        "batch normalization, a smaller learning rate.",
    )


def dead_relus(shares, at_start):
    """Names layers in which hardly a ReLU answers to any sample any more.

    Args:
        shares: for each layer of ReLUs, the share that gave 0 for every one of a few samples.
        at_start: the same before the first step.
    """
    dead = {name: share for name, share in shares.items() if share >= 0.9 > at_start[name]}
    if not dead:
        return None
    name, share = max(dead.items(), key=lambda item: item[1])
    return Diagnosis(
        "dead_relus",
        f"{share:.0%} of the ReLUs in {name} give 0 for every sample looked at: their gradient is "
        "0 too, so they will not come back. Too large a step has pushed them there.",
        "a third or a tenth of the learning rate, from new weights; global_clipnorm=0.5 also saved "
        "SGD on the digits.",
    )
