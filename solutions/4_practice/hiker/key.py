"""The answer key of hiker."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check, either, near

WRITES = ["pca_plane", "loss_surface"]
READY_MADE = []
SECONDS = 30.0


def principal(trajectory, centre=None):
    path = np.asarray(trajectory, "float64")
    origin = path.mean(0) if centre is None else centre(path)
    _, s, rows = np.linalg.svd(path - origin, full_matrices=False)
    return origin, rows, s


def orthonormal(trajectory):
    def test(answer):
        d1, d2 = answer["d1"], answer["d2"]
        if d1.shape != (trajectory.shape[1],) or d2.shape != d1.shape:
            return f"two directions of {trajectory.shape[1]} numbers were wanted, {d1.shape} came"
        products = [d1 @ d1, d2 @ d2, d1 @ d2]
        return bool(np.allclose(products, [1, 1, 0], atol=1e-4)) or (
            f"d1·d1, d2·d2 and d1·d2 are {np.round(products, 4).tolist()}, not 1, 1 and 0"
        )

    return Holds(test)


def spans(trajectory):
    _, rows, _ = principal(trajectory)

    def test(answer):
        along = [abs(answer["d1"] @ rows[0]), abs(answer["d2"] @ rows[1])]
        return bool(np.allclose(along, 1, atol=1e-3)) or (
            "the directions are not those along which the path moves most"
        )

    return Holds(test)


def along(rows, answer):
    """Of the two directions found, their products with the true ones."""
    return np.abs([[answer[d] @ row for row in rows[:2]] for d in ("d1", "d2")])


def unit(v):
    return v / max(np.linalg.norm(v), 1e-12)


def like(vectors):
    """The directions found are these, up to their sign and length."""

    def shows(inputs, answer, wanted):
        one, two = vectors(np.asarray(inputs["trajectory"], "float64"))
        return np.allclose(
            np.abs([unit(answer["d1"]) @ unit(one), unit(answer["d2"]) @ unit(two)]), 1, atol=1e-3
        )

    return shows


def not_centred(path):
    return np.linalg.svd(path, full_matrices=False)[2][:2]


def of_steps(path):
    return np.linalg.svd(np.diff(path, axis=0), full_matrices=False)[2][:2]


def columns_of_v(inputs, answer, wanted):
    """The directions found are columns of Vᵀ; from the row of no movement on they may be any."""
    columns = principal(inputs["trajectory"])[1][:-1].T[:2]
    found = np.array([answer[name][: columns.shape[1]] for name in ("d1", "d2")])
    return np.allclose(np.abs(found), np.abs(columns), atol=1e-3)


FORM = [
    Slip(
        "columns_of_v",
        "Those are the first two columns of Vᵀ; the directions are its first two rows, Vᵀ[0] and Vᵀ[1].",
        shows=columns_of_v,
    ),
    Slip(
        "steps_for_weights",
        "The directions have one number for each step; they need one for each weight: the rows "
        "of Vᵀ, not the columns of U.",
        shows=lambda inputs, answer, wanted: answer["d1"].shape == (len(inputs["trajectory"]),),
    ),
    Slip(
        "not_four_things",
        "Four things were wanted: origin, d1, d2, explained.",
        error=r"unpack",
    ),
]


def walk(rng, steps, weights):
    """A path that moves mostly in two directions, far away from zero."""
    plane = np.linalg.qr(rng.normal(size=(weights, 3)))[0].T
    t = np.linspace(0, 1, steps)
    parts = 9 * t**2, 4 * np.sin(5 * t), 1.2 * np.cos(9 * t)
    path = sum(np.outer(part, d) for part, d in zip(parts, plane))
    return (path + 20 * rng.normal(size=weights) + 0.01 * rng.normal(size=path.shape)).astype(
        "float32"
    )


@check(
    "gives two directions of length 1 that stand at right angles",
    wanted=orthonormal,
    slips=[
        *FORM,
        Slip(
            "not_normalised",
            "The directions are not of length 1: divide each by its length.",
            shows=lambda inputs, answer, wanted: (
                abs(unit(answer["d1"]) @ unit(answer["d2"])) < 1e-3
            ),
        ),
    ],
)
def plane(rng):
    yield {"trajectory": walk(rng, 12, 5)}
    yield {"trajectory": walk(rng, 30, 400)}
    yield {"trajectory": walk(rng, 15, 6).astype("float64")}


@check(
    "gives the directions along which the path moves most, the first first",
    wanted=spans,
    slips=[
        *FORM,
        Slip(
            "not_centred",
            "The first direction points from zero to the path, which is no movement: subtract the "
            "mean of the path first.",
            shows=like(not_centred),
        ),
        *[
            Slip(
                f"origin_at_the_{name}",
                f"The path is measured from its {name} point; subtract its mean.",
                shows=like(lambda path, at=at: not_centred(path - path[at])),
            )
            for name, at in (("last", -1), ("first", 0))
        ],
        Slip(
            "directions_exchanged",
            "The two directions are exchanged: the one with the larger movement comes first "
            "(eigenvalues often come in rising order).",
            shows=lambda inputs, answer, wanted: np.allclose(
                along(principal(inputs["trajectory"])[1], answer), [[0, 1], [1, 0]], atol=1e-3
            ),
        ),
        Slip(
            "least_movement",
            "The directions are those with the least movement: singular values fall, eigenvalues of "
            "np.linalg.eigh rise.",
            shows=lambda inputs, answer, wanted: (
                along(principal(inputs["trajectory"])[1], answer).max() < 0.1
            ),
        ),
        Slip(
            "principal_components_of_the_steps",
            "Those are the principal components of the single steps; wanted are those of the path.",
            shows=like(of_steps),
        ),
        Slip(
            "not_normalised",
            "The directions are not of length 1: divide each by its length.",
            shows=lambda inputs, answer, wanted: np.allclose(
                np.abs(
                    [
                        unit(answer[d]) @ row
                        for d, row in zip(("d1", "d2"), principal(inputs["trajectory"])[1])
                    ]
                ),
                1,
                atol=1e-3,
            ),
        ),
    ],
    shares=plane,
)
def directions():
    """Against the singular value decomposition."""


@check(
    "puts the origin at the mean of the path",
    wanted=lambda trajectory: {
        "origin": near(trajectory.astype("float64").mean(0), 30, 200, dtype=None)
    },
    slips=[
        *FORM,
        *[
            Slip(
                name,
                says,
                lambda trajectory, at=at: {
                    "origin": near(at(trajectory.astype("float64")), 30, 200, dtype=None)
                },
            )
            for name, says, at in (
                ("origin_at_the_last", "The origin is the last point; here it is the mean.",
                 lambda path: path[-1]),
                ("origin_at_the_first", "The origin is the first point; here it is the mean.",
                 lambda path: path[0]),
                ("origin_at_zero", "The origin is zero: return the mean that was subtracted.",
                 lambda path: 0 * path[0]),
            )
        ],
    ],
    shares=plane,
)  # fmt: skip
def origin():
    """The mean."""


def of_movement(s):
    return s[:2] ** 2 / (s**2).sum()


def singular_values(path):
    return np.linalg.svd(path.astype("float64"), compute_uv=False)


def shares_by(rule):
    def wanted(trajectory):
        _, _, s = principal(trajectory)
        return {"explained": near(rule(s), 1, 1e-3 / 2**-23, dtype=None)}

    return wanted


@check(
    "says how much of the movement each direction shows",
    wanted=shares_by(of_movement),
    slips=[
        *FORM,
        Slip(
            "not_squared",
            "Those are the shares of the singular values; movement is measured by their squares.",
            shares_by(lambda s: s[:2] / s.sum()),
        ),
        Slip(
            "no_shares",
            "Shares lie between 0 and 1: divide the squares of the singular values by the sum of "
            "all squares.",
            shows=lambda inputs, answer, wanted: np.max(answer["explained"]) > 1.001,
        ),
        Slip(
            "shares_of_two",
            "The two shares add up to 1: they are divided by their own sum instead of that over all "
            "directions.",
            shares_by(lambda s: s[:2] ** 2 / (s[:2] ** 2).sum()),
        ),
        Slip(
            "all_shares",
            "The shares of all directions came; wanted are those of the two.",
            shows=lambda inputs, answer, wanted: (
                answer["explained"].ndim == 1 and len(answer["explained"]) > 2
            ),
        ),
        Slip(
            "one_share",
            "One number came; wanted is a share for each of the two directions.",
            shows=lambda inputs, answer, wanted: np.size(answer["explained"]) == 1,
        ),
        Slip(
            "not_centred",
            "The mean of the path is not subtracted before the decomposition: almost "
            "everything then seems explained.",
            lambda trajectory: {
                "explained": near(of_movement(singular_values(trajectory)), 1, 8000, dtype=None)
            },
        ),
    ],
    shares=plane,
)
def explained():
    """Against the singular values."""


@check(
    "leaves the path as it was",
    wanted=lambda trajectory: {"untouched": True},
    slips=[
        *FORM,
        Slip(
            "path_changed",
            "The array with the path is changed: path -= mean writes into the caller's array. Write "
            "path - mean, which makes a new one.",
            shows=lambda inputs, answer, wanted: not answer["untouched"],
        ),
    ],
    shares=plane,
)
def untouched():
    """The trajectory afterwards."""


IMAGES = 70  # more than a batch of 32, and no multiple of it


def losses(
    kernel,
    bias,
    averages,
    penalty,
    images,
    labels,
    origin,
    d1,
    d2,
    a,
    b,
    *,
    training=False,
    without=(),
    own=False,
    trainable=False,
    exchanged=False,
    order="C",
    parts=((0, IMAGES),),
):
    """The map; or that of a mistake: `own`, from the model's weights; `trainable`, only those moved;
    `order`, in which a kernel is filled; `parts`, of the images, the mean of whose losses is taken.
    """
    before = np.concatenate([*averages, kernel.ravel(), bias])
    origin = before if own else origin
    x = images.astype("float64")
    n, end = len(kernel), 2 * len(kernel) + kernel.size
    found = np.empty((len(a), len(b)))
    for i, along_ in enumerate(a):
        for j, across in enumerate(b):
            w = (
                origin * ("origin" not in without)
                + along_ * d1 * ("d1" not in without)
                + across * d2 * ("d2" not in without)
            ).astype("float64")
            if trainable:
                w = np.concatenate([before[: 2 * n], w[: len(w) - 2 * n]])
            mean, variance = (x.mean(0), x.var(0)) if training else (w[:n], w[n : 2 * n])
            x_hat = (x - mean) / np.sqrt(variance + 0.01)
            matrix = w[2 * n : end].reshape(kernel.shape, order=order)
            y = x_hat @ matrix + w[end:]
            each = 100 * np.abs((labels - y) / (y if exchanged else labels))
            found[i, j] = np.mean([each[slice(*part)].mean() for part in parts])
            found[i, j] += penalty * (matrix**2).sum()
    return found


def table(change=lambda table: table, **settings):
    def wanted(**inputs):
        found = change(losses(**inputs, **settings))
        return {"surface": near(found, np.abs(found).max() + 1, 2000, dtype=None)}

    return wanted


def surface_by(change=lambda table: table, **settings):
    """What comes of a mistake, whether or not the penalties are forgotten as well."""
    made = table(change, **settings)
    return lambda **inputs: either(made(**inputs), made(**{**inputs, "penalty": 0.0}))


def labels_and_predictions_exchanged(inputs, answer, wanted):
    # divided by predictions, some of which are nearly 0, so that single numbers are far off
    return any(
        np.median(np.abs(answer["surface"] / losses(**case, exchanged=True) - 1)) < 0.01
        for case in (inputs, {**inputs, "penalty": 0.0})
    )


NOT_ALL_WEIGHTS = Slip(
    "trainable_weights_only",
    "What is set does not fit the model's weights: cut the vector into pieces of the size and shape of every "
    "array of model.get_weights(), of those that are not trainable, too.",
    error=r"shape|size|reshape|broadcast|layer.*weight|expects",
)


@check(
    "draws the loss at origin + a[i] d1 + b[j] d2",
    wanted=table(),
    slips=[
        Slip(
            "penalties_forgotten",
            "The map lacks the penalties of the layers (kernel_regularizer), which model.evaluate adds: "
            "loss_fn(…) + sum(model.losses).",
            lambda **inputs: table()(**{**inputs, "penalty": 0.0}),
        ),
        Slip(
            "part_of_the_images",
            "The loss is that of the first batch of images only; measure it on all.",
            surface_by(parts=((0, 32),)),
        ),
        Slip(
            "batches_weigh_alike",
            "The mean is taken over the batches, so that an image of the last, shorter one counts more: "
            "weigh each batch by its size.",
            surface_by(parts=((0, 32), (32, 64), (64, IMAGES))),
        ),
        Slip(
            "filled_by_columns",
            "A kernel is filled column by column; the vector holds its rows one after the other: reshape "
            'without order="F", and without transposing.',
            surface_by(order="F"),
        ),
        Slip(
            "transposed",
            "Rows and columns are exchanged: the first index belongs to a and d1.",
            surface_by(lambda table: table.T),
        ),
        Slip(
            "coordinates_exchanged",
            "a goes along d2 and b along d1; it is origin + a[i] d1 + b[j] d2.",
            lambda d1, d2, **inputs: surface_by()(d1=d2, d2=d1, **inputs),
        ),
        Slip(
            "origin_forgotten",
            "The weights lack the origin: origin + a[i] d1 + b[j] d2.",
            surface_by(without=("origin",)),
        ),
        Slip(
            "second_direction_forgotten",
            "All columns are alike: the second direction plays no part.",
            surface_by(without=("d2",)),
        ),
        Slip(
            "first_direction_forgotten",
            "All rows are alike: the first direction plays no part.",
            surface_by(without=("d1",)),
        ),
        Slip(
            "training_mode",
            "The model runs in training mode, so that batch normalisation uses the batch: "
            "training=False, as evaluate does.",
            surface_by(training=True),
        ),
        Slip(
            "own_weights_for_the_origin",
            "The map is drawn round the weights that the model has: draw it round the origin "
            "that is given.",
            surface_by(own=True),
        ),
        Slip(
            "labels_and_predictions_exchanged",
            "The loss gets the predictions first; in Keras it is loss_fn(labels, predictions).",
            shows=labels_and_predictions_exchanged,
        ),
        Slip(
            "summed",
            "The losses are multiplied by the number of images; the loss averages already.",
            lambda images, **inputs: surface_by(lambda table: table * len(images))(
                images=images, **inputs
            ),
        ),
        Slip(
            "logarithms",
            "Those are the logarithms of the losses; return the losses themselves, and take the logarithm "
            "when drawing.",
            surface_by(np.log),
        ),
        Slip(
            "trainable_weights_only",
            "Only the trainable weights are set; the vector holds all of model.get_weights().",
            surface_by(trainable=True),
        ),
        NOT_ALL_WEIGHTS,
        Slip(
            "rooted",
            "Those are the roots of the losses: return the losses themselves.",
            surface_by(np.sqrt),
        ),
    ],
)
def surface(rng):
    n, outputs = 3, 2
    weights = 2 * n + n * outputs + outputs
    moving = rng.normal(size=(weights, 2))
    moving[n : 2 * n] = 0  # variances stay as they are: a negative one has no root
    d1, d2 = np.linalg.qr(moving)[0].T.astype("float32")
    averages = [rng.normal(size=n).astype("float32"), rng.uniform(1, 2, n).astype("float32")]
    kernel = rng.normal(size=(n, outputs)).astype("float32")
    # a map round other weights than those that the model happens to have
    there = [rng.normal(size=n), rng.uniform(1, 2, n), rng.normal(size=(n + 1) * outputs)]
    labels = rng.choice([-1, 1], (IMAGES, outputs)) * rng.uniform(1, 2, (IMAGES, outputs))
    yield {
        "kernel": kernel,
        "bias": np.zeros(outputs, "float32"),
        "averages": averages,
        "penalty": 2.0,
        "images": (1 + rng.normal(size=(IMAGES, n))).astype("float32"),
        "labels": labels.astype("float32"),
        "origin": np.concatenate(there).astype("float32"),
        "d1": d1,
        "d2": d2,
        "a": np.float32([-1, 0, 0.75]),
        "b": np.float32([-0.5, 1]),
    }


@check(
    "leaves the model as it was",
    wanted=lambda **inputs: {"left": {"weights": True, "optimizer": True, "trainable": True}},
    slips=[
        Slip(
            "compiled_anew",
            "The model is left with another optimizer: model.compile replaces it, and what it remembered. "
            "Take model(images, training=False) and loss_fn, or compile a clone.",
            shows=lambda inputs, answer, wanted: not answer["left"]["optimizer"],
        ),
        Slip(
            "left_frozen",
            "The model is left with trainable = False, and would never learn again: to measure a "
            "loss nothing has to be frozen.",
            shows=lambda inputs, answer, wanted: not answer["left"]["trainable"],
        ),
        Slip(
            "weights_not_restored",
            "The model is left with the weights of the last point of the map: put back what "
            "model.get_weights() gave before.",
            shows=lambda inputs, answer, wanted: not answer["left"]["weights"],
        ),
        NOT_ALL_WEIGHTS,
    ],
    shares=surface,
)
def left():
    """The weights, the optimizer and what is trainable afterwards."""
