"""What the answer keys of losses have in common: slips of the slope, of large logits, and of any labels."""

from dataclasses import replace

import numpy as np

from coursekit.grading.key import Near, Slip, near
from coursekit.room.upstream import upstream

OF_ANOTHER_LOSS = (
    "The gradient is as in this mistake, though the loss may be right (is the gradient written by hand, or a "
    "part of it stopped?):"
)
UNCAST = Slip(
    "uncast",
    "Labels are refused for their integer dtype: cast them to int32 first.",
    error=r"but is an? \w+ tensor|list of allowed values|conversion requested|of dtype|got dtype",
)
NOT_IN_A_GRAPH = Slip(
    "not_in_a_graph",
    "Inside a tf.function tensors have no values and the batch size is not known: work on whole tensors, take "
    "a size with ops.shape, and do without .numpy(), NumPy functions, or a Python loop over the samples.",
    error="",
)


def cut_off(of, shows=lambda inputs, answer, wanted: answer is None):
    """The slip of a loss from which no gradient comes to what is named `of`, as in "logits"."""
    return Slip(
        "no_gradient",
        f"The gradient does not reach the {of}: something cuts it off (stop_gradient, .numpy(), float(), a "
        "NumPy function, a cast to whole numbers). Leave that out, and use keras.ops.",
        shows=shows,
    )


def negated(of):
    """The slip of labels that get a minus while they are unsigned; `of` as in `cut_off`."""
    return Slip(
        "negated",
        f"Unsigned labels cannot be negated: cast them to the dtype of the {of} before the minus.",
        error="Op<name=Neg",
    )


def shifted_too_far(low_rows, other_rows):
    """The slips of a softmax that subtracts too much, so that all e^z of a row become 0.

    Args:
        low_rows: whether it goes wrong only in rows whose largest |z| is much more than their largest z.
        other_rows: whether it does only in rows far below the largest logit of the batch.
    """
    return [
        Slip(
            "too_large_a_shift",
            "More is subtracted from a row than its largest logit (max |z|, or a maximum with 0), so that all "
            "its e^z can become 0. Subtract the largest itself, also if it is negative.",
            shows=low_rows,
        ),
        Slip(
            "global_largest",
            "The largest logit of the whole batch is subtracted from every row, so that all e^z of the other "
            "rows become 0. Each row needs its own largest: axis=-1, keepdims=True.",
            shows=other_rows,
        ),
    ]


def slope(function, of):
    """The derivative of the weighted sum of what function(**inputs) gives, by the input named `of`.

    With the weights of `coursekit.room.upstream`, as the question has them. By central differences in
    float64: for slips, whose derivatives nobody wants to write down.
    """

    def derivative(**inputs):
        x = np.asarray(inputs[of], "float64")
        found, step = np.zeros_like(x), 1e-5 * np.maximum(1, np.abs(x))
        for place in np.ndindex(x.shape):
            here = []
            for sign in (1, -1):
                moved = x.copy()
                moved[place] += sign * step[place]
                value = function(**{**inputs, of: moved})
                value = np.asarray(value.value if isinstance(value, Near) else value)
                here.append(np.sum(upstream(value.shape) * value))
            found[place] = (here[0] - here[1]) / (2 * step[place])
        return near(found, np.abs(found).max(initial=1e-4), 2000)

    return derivative


def slopes(slips, of):
    """Those of the slips that say what comes, for a check of the gradient: its derivative comes."""
    return [
        replace(slip, wanted=slope(slip.wanted, of), says=f"{OF_ANOTHER_LOSS} {slip.says}")
        for slip in slips
        if slip.wanted
    ]


def upstream_ignored(gradient):
    """The slip of a custom gradient that is `gradient` whatever the loss is multiplied by afterwards."""
    return Slip(
        "upstream_ignored",
        "The gradient is right only if the losses are simply added up. Under tf.custom_gradient, "
        "multiply it by upstream[..., None], where upstream, the argument of `grad`, has one "
        "factor for each sample.",
        gradient,
    )


def of_many_samples(with_truth_at):
    """The slips of labels that are computed with in uint8, which some hundreds of samples bring out.

    Rows and classes are computed apart, or in one number; both go round at 256.

    Args:
        with_truth_at: from `y_true`, `logits` and `places`, what comes when the true classes are taken from
            these places among all logits.
    """

    def slip(places):
        return Slip(
            "places_in_label_dtype",
            "The first samples are right and later ones are not: the number of a row is computed "
            "in the labels' own dtype, and uint8 ends at 255. Cast the labels to int32 before you "
            "compute with them.",
            lambda y_true, logits: with_truth_at(
                y_true, logits, places(np.arange(len(logits)), logits.shape[-1], y_true)
            ),
        )

    return [
        slip(lambda rows, classes, y_true: rows % 256 * classes + y_true),
        slip(lambda rows, classes, y_true: (rows * classes + y_true) % 256),
    ]


def of_many_classes(narrow, logits):
    """The slips that some hundreds of classes bring out.

    Args:
        narrow: from the inputs, what comes of labels that were cast to uint8 on the way (to int8 it is the
            same for 12, 43 and 299).
        logits: what the exercise calls them, as in "logits".
    """
    return [
        Slip(
            "narrow_labels",
            "Labels above 127 or 255 choose another class: they are cast to int8 or uint8 on "
            "the way, where 299 is 43. Cast them straight to int32.",
            narrow,
        ),
        Slip(
            "fixed_classes",
            f"The number of classes is fixed in your code: take {logits}.shape[-1].",
            error="",
        ),
    ]
