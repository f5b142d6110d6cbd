"""The answer key of port_weights."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check, near

WRITES = ["port_weights"]
READY_MADE = []
NEEDS = ["torch"]
SECONDS = 30.0


def convolved(x, kernel, bias):
    """A 3×3 convolution with padding, ReLU and 2×2 pooling, in float64; channels last."""
    batch, height, width, _ = x.shape
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    out = sum(
        padded[:, i : i + height, j : j + width] @ kernel[i, j] for i in range(3) for j in range(3)
    )
    out = np.maximum(out + bias, 0)
    return out.reshape(batch, height // 2, 2, width // 2, 2, -1).max((2, 4))


def logits(
    images,
    maps,
    dense,
    weights,
    *,
    flatten=lambda x: x.reshape(len(x), -1),
    conv=lambda kernel: kernel,
    biases=True,
    skip_first=False,
):
    """What the network gives, with the kernels as they are or as a mistake would read them."""
    x, parts = images.astype("float64"), [each.astype("float64") for each in weights]
    pairs = list(zip(parts[::2], parts[1::2]))
    for kernel, bias in pairs[: len(maps)]:
        x = convolved(x, conv(kernel), bias * biases)
    x = flatten(x)
    for number, (kernel, bias) in enumerate(pairs[len(maps) :], 1):
        x = x @ kernel + bias * biases
        x = np.maximum(x, 0) if number < len(dense) else x
    return x


def by(**settings):
    def wanted(images, maps, dense, weights):
        found = logits(images, maps, dense, weights, **settings)
        return {"torch": near(found, np.abs(found).max() + 1, 1e-5 / 2**-23)}

    return wanted


def channels_first(x):
    """Flattened in PyTorch's order, against a kernel in Keras's."""
    return x.transpose(0, 3, 1, 2).reshape(len(x), -1)


SLIPS = [
    Slip(
        "flatten_order",
        "The logits differ although all shapes fit: Keras flattens (row, column, channel), PyTorch "
        "(channel, row, column). The inputs of the first dense layer have to be permuted.",
        by(flatten=channels_first),
    ),
    Slip(
        "kernel_mirrored",
        "Height and width of the convolutions' kernels are exchanged: (h, w, in, out) becomes "
        "(out, in, h, w).",
        by(conv=lambda kernel: kernel.transpose(1, 0, 2, 3)),
    ),
    Slip(
        "kernel_turned",
        "The convolutions' kernels are turned by 180°: both frameworks correlate, nothing is to be "
        "flipped.",
        by(conv=lambda kernel: kernel[::-1, ::-1]),
    ),
    Slip(
        "both_flatten_order_and_mirrored",
        "Height and width of the kernels are exchanged: (h, w, in, out) becomes (out, in, h, "
        "w). And the inputs of the first dense layer have to be put in PyTorch's order.",
        by(flatten=channels_first, conv=lambda kernel: kernel.transpose(1, 0, 2, 3)),
    ),
    Slip(
        "no_biases",
        "The biases are not copied: every layer has one.",
        shows=lambda inputs, answer, wanted: _differs_by_biases(inputs, answer),
    ),
    Slip(
        "nothing_copied",
        "The PyTorch model still has its own random weights: copy in place, "
        "parameter.copy_(…), inside torch.no_grad().",
        shows=lambda inputs, answer, wanted: all(random_still(inputs, answer)),
    ),
    Slip(
        "one_layer_left_out",
        "A layer still has its own random kernel, the last one perhaps: copy all pairs of "
        "kernel and bias.",
        shows=lambda inputs, answer, wanted: (
            0 < sum(random_still(inputs, answer)) < len(random_still(inputs, answer))
        ),
    ),
    Slip(
        "square_not_transposed",
        "A dense kernel with as many inputs as outputs is copied as it is: transpose it, too, like "
        "every dense kernel. Its shape fits either way.",
        shows=lambda inputs, answer, wanted: any(
            there.ndim == 2 and np.array_equal(there, kernel)
            for there, kernel in kernels(inputs, answer)
        ),
    ),
    Slip(
        "reshaped",
        "A kernel is brought into its shape by reshape, which cuts the row of numbers anew and "
        "exchanges no axes: use permute, or transpose.",
        shows=lambda inputs, answer, wanted: any(
            np.array_equal(there, kernel.reshape(there.shape))
            for there, kernel in kernels(inputs, answer)
            if min(kernel.shape[-2:]) > 1
        ),
    ),
    Slip(
        "flattened_in_another_order",
        "The inputs of the first dense layer are permuted, but not into PyTorch's order. In Keras "
        "they run over (row, column, channel), and the flatten layer's input.shape[1:] says how "
        "many of each; put the channel first.",
        shows=lambda inputs, answer, wanted: _in_another_order(inputs, answer),
    ),
    Slip(
        "later_inputs_permuted",
        "The inputs of a later dense layer are permuted. Only those of the first one after the flattening "
        "lie in another order; the others are transposed and nothing else.",
        shows=lambda inputs, answer, wanted: any(
            _rows_exchanged(there, kernel)
            for there, kernel in kernels(inputs, answer)[len(inputs["maps"]) + 1 :]
        ),
    ),
]


def kernels(inputs, answer):
    """Pairs of the kernels: that of the PyTorch model, and that of the Keras model."""
    return list(zip(answer["parameters"][::2], inputs["weights"][::2]))


def random_still(inputs, answer):
    """Of each layer, whether its kernel is as PyTorch draws it: within ±1/√(inputs of a unit)."""
    return [
        bool(np.abs(there).max() <= there[0].size ** -0.5 + 1e-6)
        for there, _ in kernels(inputs, answer)
    ]


def _in_another_order(inputs, answer):
    """Whether the first dense layer has the rows of its kernel, but not as PyTorch flattens."""
    there, kernel = kernels(inputs, answer)[len(inputs["maps"])]
    channels = inputs["maps"][-1]
    right = kernel.reshape(-1, channels, kernel.shape[1]).swapaxes(0, 1).reshape(kernel.shape)
    return _rows_exchanged(there, right)


def _rows_exchanged(there, kernel):
    """Whether a layer in PyTorch has the rows of this kernel in another order."""
    rows, wanted = (each[np.lexsort(each.T)] for each in (there.T, kernel))
    return np.array_equal(rows, wanted) and not np.array_equal(there.T, kernel)


def _differs_by_biases(inputs, answer):
    """The biases of the twin are its own, small and random: close to the logits without any."""
    without = logits(**inputs, biases=False)
    return np.abs(answer["torch"] - without).max() < 0.35 * np.abs(logits(**inputs) - without).max()


ERRORS = [
    Slip(
        "two_layers_of_each",
        "Your code counts on a fixed number of layers: walk over those that there are.",
        error=r"index out of range|unpack|StopIteration|list index",
    ),
    Slip(
        "reshaped_with_other_numbers",
        "A kernel is reshaped with numbers that are not its own. Take rows, columns and channels from the "
        "input of the flatten layer, layer.input.shape[1:]; and only the kernel of the first Dense after it "
        "is permuted so.",
        error=r"cannot reshape array of size|is invalid for input of size",
    ),
    Slip(
        "axes_not_permuted",
        "The shapes do not fit: a convolution's kernel goes from (h, w, in, out) to (out, in, h, w), a "
        "dense kernel is transposed.",
        error=r"^(?!.*(?:cannot reshape|invalid for input)).*(size of tensor|shape|sizes|must match|"
        r"Given groups|Given weight|bias to be 1-dim)",
    ),
    Slip(
        "not_a_parameter",
        "A layer's weight stays a torch.nn.Parameter: copy into it, layer.weight.copy_(…), inside "
        "torch.no_grad().",
        error=r"cannot assign",
    ),
    Slip(
        "another_precision",
        "The PyTorch model now has weights of another dtype; both are float32: copy into the parameters "
        "instead of replacing them.",
        error=r"type \(?(?:float|Float|double|Double)|must have the same dtype|same dtype",
    ),
    Slip(
        "leaf_changed_in_place",
        "PyTorch refuses to change a parameter that it differentiates: do it inside torch.no_grad().",
        error=r"leaf Variable|requires grad is being used in an in-place",
    ),
]


def network(rng, shape, maps, dense):
    weights, inside = [], shape[-1]
    for count in maps:
        weights += [rng.normal(size=(3, 3, inside, count)) / 2, 2 * rng.normal(size=count)]
        inside = count
    inside *= (shape[0] // 2 ** len(maps)) * (shape[1] // 2 ** len(maps))
    for count in dense:
        weights += [rng.normal(size=(inside, count)) / 2, 2 * rng.normal(size=count)]
        inside = count
    return {
        "images": rng.normal(size=(6, *shape)).astype("float32"),
        "maps": maps,
        "dense": dense,
        "weights": [each.astype("float32") for each in weights],
    }


@check(
    "makes both networks give the same logits, to 1e-5",
    wanted=by(),
    slips=[*SLIPS, *ERRORS],
)
def ported(rng):
    yield network(rng, (8, 8, 1), [4, 6], [5, 3])


@check(
    "works for images that are no squares, of several channels",
    wanted=by(),
    slips=[*SLIPS, *ERRORS],
    question="ported",
)
def other_shapes(rng):
    yield network(rng, (8, 12, 3), [5, 2], [7, 4])


@check(
    "works for other numbers of layers",
    wanted=by(),
    slips=[
        *SLIPS,
        *ERRORS,
    ],
    question="ported",
)
def other_depths(rng):
    yield network(rng, (6, 6, 2), [3], [6, 6, 4])


@check(
    "leaves the Keras model as it was",
    wanted=lambda **inputs: {"same": Holds(lambda same: same is True, "its weights have changed")},
    slips=[
        Slip(
            "keras_model_changed",
            "The Keras model has changed: copy out of it, into the PyTorch model.",
            shows=lambda inputs, answer, wanted: answer["same"] is False,
        ),
        *ERRORS,
    ],
    shares=ported,
)
def untouched():
    """The Keras model's weights."""
