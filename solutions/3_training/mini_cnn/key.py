"""The answer key of mini_cnn."""

import numpy as np

from coursekit.data import digits
from coursekit.grading.key import ForTheJudge, Holds, Slip, check

WRITES = ["build_mini_cnn"]
READY_MADE = []
SECONDS = 60.0
TAKES = 5
MOST_PARAMETERS = 50_000


# Keras's activations that cut or squash; what another one does to logits, large weights show
SQUASHING = {
    *("sigmoid", "hard_sigmoid", "sparse_sigmoid", "log_sigmoid", "tanh", "hard_tanh", "softsign"),
    *("relu", "relu6", "elu", "celu", "selu", "gelu", "silu", "hard_silu", "softplus"),
    *("squareplus", "sparse_plus", "exponential", "softmax", "sparsemax"),
}
SQUASHED = (
    "the outputs are squashed or cut: leave out the activation of the last layer, or what stands "
    "behind it; a logit can be any real number"
)


def softmaxed(outputs):
    sums = outputs.sum(-1).reshape(-1)
    return (
        outputs.ndim > 1
        and sums[0] > 0
        and np.allclose(sums, sums[0], rtol=1e-4)
        and (outputs >= 0).all()
    )


def has_ends(outputs):
    """Whether the largest and the smallest number come up again and again, as clipped ones do."""
    ends = outputs.min(), outputs.max()
    return ends[0] < ends[1] and all((outputs == end).sum() > 1 for end in ends)


def of_shape(answer, inputs):
    outputs = answer["outputs"]
    wanted = (len(inputs["images"]), inputs.get("num_classes", 10))
    if not isinstance(outputs, np.ndarray) or outputs.shape != wanted:
        shape = outputs.shape if isinstance(outputs, np.ndarray) else "something else"
        return f"logits of shape {wanted} were wanted, {shape} came"
    return True


def fits(**inputs):
    return Holds(lambda answer: of_shape(answer, inputs))


def gives_logits(**inputs):
    def test(answer):
        outputs = answer["outputs"]
        if of_shape(answer, inputs) is not True:
            return of_shape(answer, inputs)
        # GELU and SiLU leave negative numbers, but none below −0.3
        squashed = (outputs > -0.3).all() or (np.abs(outputs) <= 1).all()
        return not (squashed and answer["activation"] in SQUASHING or softmaxed(outputs))

    return Holds(test, SQUASHED)


def ends_in(name, *more):
    return lambda inputs, answer, wanted: answer["activation"] in (name, *more)


RELU_SAYS = "There is a ReLU or its like at the end, which cuts off negative logits: leave it out."
HEADS = [
    Slip(
        "softmax_head",
        "The outputs are probabilities, or a multiple of them: there is a softmax at the end. Leave it "
        "to the loss; the model gives logits.",
        shows=lambda inputs, answer, wanted: (
            of_shape(answer, inputs) is True and softmaxed(answer["outputs"])
        ),
    ),
    Slip(
        "sigmoid_head",
        "The outputs are squashed into (0, 1): there is a sigmoid at the end. Leave it out; the "
        "model gives logits.",
        shows=ends_in("sigmoid", "hard_sigmoid"),
    ),
    Slip(
        "relu_head",
        RELU_SAYS,
        shows=ends_in("relu", "relu6", "elu", "softplus"),
    ),
    Slip(
        "tanh_head",
        "The outputs are squashed into (−1, 1): there is a tanh at the end. Leave it out; the "
        "model gives logits.",
        shows=ends_in("tanh", "softsign"),
    ),
]
ANOTHER_SHAPE = (
    r"expected shape|incompatible with|Invalid input shape|expected axis|does not match|Input 0|"
    r"Negative dimension|computed output size"
)
GIVEN = (
    60,
    3,
    1,
)  # so many images are given at once: by_default, shapes, and before weights are taken
UNBUILT = [
    Slip(
        "batch_size_fixed",
        "The model takes batches of one size only: leave out batch_size=…, and instead of a "
        "reshape with fixed numbers take layers.Flatten.",
        error=rf"received input with shape \((?!(?:{'|'.join(map(str, GIVEN))}),)\d",
    ),
    Slip(
        "input_shape_fixed",
        "The model does not take images of another shape: hand input_shape on to keras.Input.",
        error=ANOTHER_SHAPE,
    ),
    Slip(
        "not_a_model",
        "What comes back is not a Keras model: return the model that you made, not a layer or a "
        "list, and do not forget the `return`.",
        error=r"NoneType|not callable|has no attribute",
    ),
]
ARGMAX_SAYS = (
    "One number comes back for each image: its class, by an argmax at the end, perhaps. Leave that out; the "
    "model gives logits, one for each class."
)
SHAPES = [
    Slip(
        "argmax_at_the_end",
        ARGMAX_SAYS,
        shows=lambda inputs, answer, wanted: answer["outputs"].ndim == 1,
    ),
    Slip(
        "classes_fixed",
        "The number of outputs is not num_classes: give the last layer that many.",
        shows=lambda inputs, answer, wanted: (
            answer["outputs"].ndim == 2
            and answer["outputs"].shape[1] != inputs.get("num_classes", 10)
        ),
    ),
    Slip(
        "not_flattened",
        "The feature maps reach the last layer as maps: flatten them, or average them "
        "(GlobalAveragePooling2D), before the dense layers.",
        shows=lambda inputs, answer, wanted: answer["outputs"].ndim > 2,
    ),
    *UNBUILT,
]


SHARED_SAYS = "Models share layers, and with them weights: make all layers inside the function, anew for each model."


def images(rng, shape, batch=16):
    return (2 * rng.random((batch, *shape))).astype("float32")


@check(
    "gives (batch, 10) logits for 8×8 images by default",
    wanted=fits,
    slips=SHAPES,
    question="models",
)
def by_default(rng):
    yield {"images": images(rng, (8, 8, 1), 60)}


@check(
    "takes images of other shapes and other numbers of classes",
    wanted=fits,
    slips=[*SHAPES, Slip("layers_shared", SHARED_SAYS, error=ANOTHER_SHAPE)],
    question="outputs",
)
def shapes(rng):
    for shape, classes in (((28, 28, 1), 7), ((32, 32, 3), 100), ((8, 8, 3), 2)):
        yield {
            "images": images(rng, shape, 3),
            "input_shape": np.asarray(shape),
            "num_classes": classes,
        }


@check(
    "ends in logits, neither squashed nor cut",
    wanted=gives_logits,
    slips=[*HEADS, *SHAPES],
    shares=by_default,
)
def logits():
    """The same outputs."""


def over_the_models(test):
    return lambda inputs, answer, wanted: all(test(each) for each in answer["turned_up"])


def reaches_both_sides(images):
    def test(answer):
        if not any(each.any() for each in answer["turned_up"]):
            return True  # all weights are 0: that it does not learn is asked by another check
        return not any(all(sign(each) for each in answer["turned_up"]) for _, sign in CUTS)

    return Holds(test, SQUASHED)


# what no head does to logits: of three models with large weights all outputs are like this
CUTS = [
    ("softmax_head", softmaxed),
    ("sigmoid_head", lambda outputs: (outputs >= 0).all() and (outputs <= 1).all()),
    ("tanh_head", lambda outputs: (np.abs(outputs) <= 1).all()),
    ("relu_head", lambda outputs: (outputs >= 0).all()),
    ("cut_head", lambda outputs: outputs.min() > -2 and outputs.max() > 10),
    ("clipped_head", has_ends),
]


@check(
    "ends in numbers of any size and sign, however the weights are",
    wanted=reaches_both_sides,
    slips=[
        Slip(
            "argmax_at_the_end",
            ARGMAX_SAYS,
            shows=over_the_models(lambda outputs: outputs.ndim == 1),
        ),
        *[
            Slip(slip.name, slip.says, shows=over_the_models(dict(CUTS)[slip.name]))
            for slip in HEADS
            if slip.name != "relu_head"
        ],
        Slip(
            "relu_head",
            RELU_SAYS,
            shows=over_the_models(lambda outputs: not np.signbit(outputs).any()),
        ),
        Slip(
            "cut_head",
            "There is an activation at the end that cuts off negative numbers (gelu, elu, swish, "
            "softplus …): leave it out, a logit can be any real number.",
            # with large weights GELU and its like differ from a ReLU in nothing but the sign of the 0
            shows=over_the_models(lambda outputs: outputs.min() > -2 and np.signbit(outputs).any()),
        ),
        Slip(
            "clipped_head",
            "However large the weights are, the outputs end at the same two numbers: they are clipped, or "
            "squashed and then stretched. Leave that out, a logit can be any real number.",
            shows=over_the_models(has_ends),
        ),
        *UNBUILT,
    ],
    shares=by_default,
)
def turned_up():
    """Three models whose matrices are ten times as large: what is squashed stays so."""


@check(
    "has at least one convolution",
    wanted=lambda images: Holds(
        lambda answer: answer["convolutions"] > 0, "no convolution is computed in the model"
    ),
    slips=[
        Slip(
            "no_convolution",
            "There is no convolution in the model: dense layers alone do not know which pixels "
            "are neighbours. Use layers.Conv2D.",
            shows=lambda inputs, answer, wanted: answer["convolutions"] == 0,
        ),
        *UNBUILT,
    ],
    shares=by_default,
)
def convolution():
    """Its graph."""


@check(
    f"has at most {MOST_PARAMETERS:,} parameters",
    wanted=lambda images: Holds(
        lambda answer: (
            answer["parameters"] <= MOST_PARAMETERS
            or f"it has {answer['parameters']:,}; fewer maps, or pooling before the dense layers, help"
        )
    ),
    slips=[
        Slip(
            "too_large",
            f"It has more than {MOST_PARAMETERS:,} parameters: pool before the dense layers, or take "
            "fewer maps and smaller dense layers.",
            shows=lambda inputs, answer, wanted: answer["parameters"] > MOST_PARAMETERS,
        ),
        *UNBUILT,
    ],
    shares=by_default,
)
def size():
    """Its weights."""


@check(
    "is a Keras model that is not compiled yet",
    wanted=lambda images: Holds(
        lambda answer: answer["keras"] and not answer["compiled"],
        "an uncompiled Keras model was wanted",
    ),
    slips=[
        Slip(
            "compiled",
            "The model is compiled already: leave that to whoever trains it and chooses optimizer "
            "and loss.",
            shows=lambda inputs, answer, wanted: answer["compiled"],
        ),
        Slip(
            "not_a_model",
            "What comes back can be called, but it is not a Keras model: return a keras.Model or "
            "keras.Sequential.",
            shows=lambda inputs, answer, wanted: not answer["keras"],
        ),
        *UNBUILT,
    ],
    shares=by_default,
)
def uncompiled():
    """The model itself."""


@check(
    "makes a new model, with new random weights, each time",
    wanted=lambda images: Holds(
        lambda answer: not (answer["same"] or answer["equal"] or answer["shared"]),
        "another model with other weights was wanted",
    ),
    slips=[
        Slip(
            "one_model_for_all",
            "The same model comes back each time: build it inside the function.",
            shows=lambda inputs, answer, wanted: answer["same"],
        ),
        Slip(
            "layers_shared",
            SHARED_SAYS,
            shows=lambda inputs, answer, wanted: answer["shared"],
        ),
        Slip(
            "same_start",
            "Two models begin with the same weights: a seed is set inside the function, or the "
            "weights begin at a constant. Leave seeds to whoever trains.",
            shows=lambda inputs, answer, wanted: answer["equal"],
        ),
        *UNBUILT,
    ],
    shares=by_default,
)
def fresh():
    """All three of them."""


def reaches(least):
    def wanted(truth, **inputs):
        def test(answer):
            shares = [float((each == truth).mean()) for each in answer]
            median = float(np.median(shares))
            return median >= least or (
                f"after five epochs of Adam(0.003) it has {median:.0%} of the validation digits right, in "
                f"the median of {len(shares)} seeds, and {least:.0%} was wanted"
            )

        return Holds(test)

    return wanted


def share(answer, truth):
    return float(np.median([(each == truth).mean() for each in answer]))


@check(
    "reaches 90 % of the validation digits after five epochs of Adam, in the median of three seeds",
    wanted=reaches(0.9),
    slips=[
        Slip(
            "does_not_learn",
            "It learns next to nothing in 185 steps. Does an activation turn everything into "
            "0, are layers frozen, is a dropout too strong, do all weights begin at 0, are the images scaled a second "
            "time, do the averages of a batch normalisation lag behind (momentum=0.9 helps), "
            "or is the network too small (a single map, say)?",
            shows=lambda inputs, answer, wanted: share(answer, inputs["truth"]) < 0.3,
        ),
        Slip(
            "argmax_at_the_end",
            ARGMAX_SAYS,
            error=r"must have rank .*output\.shape=\(\d+,\)",
        ),
        *UNBUILT,
    ],
)
def learns(rng):
    # Which digit is called which class is drawn: the labels that lie in the kit are others
    classes, (images, labels), (new, truth) = (
        rng.permutation(10),
        digits().train,
        digits().validation,
    )
    yield {
        "seeds": [int(seed) for seed in rng.integers(0, 10_000, 3)],
        "images": images,
        "labels": classes[labels],
        "new": new,
        "truth": ForTheJudge(classes[truth]),
    }
