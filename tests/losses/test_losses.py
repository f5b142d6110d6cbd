"""Every loss against the textbook in float64 and Keras's own class; runs on every backend."""

import keras
import numpy as np
import pytest
from keras import ops

from coursekit import losses

RANDOM = np.random.default_rng(0)
LOGITS = np.concatenate(
    [RANDOM.normal(size=(6, 4)) * scale for scale in (1, 10, 100)]
    + [[[1e4, -1e4, 0, 0], [-1e4, 0, 0, 0], [0, 0, 0, 0], [1e4, 1e4, 1e4, 1e4]]]
).astype("float32")
CLASSES = RANDOM.integers(0, 4, len(LOGITS))
CLASSES[-4:] = [1, 0, 2, 3]
ONE_HOT = np.eye(4, dtype="float32")[CLASSES]
SOFT = RANDOM.dirichlet(np.ones(4), len(LOGITS)).astype("float32")
WEIGHTS = RANDOM.random(len(LOGITS)).astype("float32")
LOSSES = [getattr(losses, name) for name in losses.__all__]


def log_softmax(z):
    z = z.astype("float64")
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def softplus(z):
    return np.logaddexp(0, z.astype("float64"))


def sigmoid(z):
    return np.exp(-softplus(-z))


# name: (a loss, its labels, the textbook's loss per sample and its gradient for each logit)
def smoothed(y, s, share):
    return (1 - s) * y + s * share


TEXTBOOK = {
    "mean squared": (
        losses.MeanSquaredError(reduction=None),
        SOFT,
        ((LOGITS.astype("float64") - SOFT) ** 2).mean(-1),
        2 * (LOGITS.astype("float64") - SOFT) / 4,
    ),
    "binary": (
        losses.BinaryCrossentropy(from_logits=True, reduction=None),
        SOFT,
        (SOFT * softplus(-LOGITS) + (1.0 - SOFT) * softplus(LOGITS)).mean(-1),
        (sigmoid(LOGITS) - SOFT) / 4,
    ),
    "binary, smoothed": (
        losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.3, reduction=None),
        ONE_HOT,
        (
            smoothed(ONE_HOT, 0.3, 0.5) * softplus(-LOGITS)
            + (1 - smoothed(ONE_HOT, 0.3, 0.5)) * softplus(LOGITS)
        ).mean(-1),
        (sigmoid(LOGITS) - smoothed(ONE_HOT, 0.3, 0.5)) / 4,
    ),
    "categorical": (
        losses.CategoricalCrossentropy(from_logits=True, reduction=None),
        SOFT,
        -(SOFT * log_softmax(LOGITS)).sum(-1),
        np.exp(log_softmax(LOGITS)) * SOFT.astype("float64").sum(-1, keepdims=True) - SOFT,
    ),
    "categorical, smoothed": (
        losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2, reduction=None),
        ONE_HOT,
        -(smoothed(ONE_HOT, 0.2, 0.25) * log_softmax(LOGITS)).sum(-1),
        np.exp(log_softmax(LOGITS)) - smoothed(ONE_HOT, 0.2, 0.25),
    ),
    "sparse": (
        losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None),
        CLASSES,
        -log_softmax(LOGITS)[np.arange(len(LOGITS)), CLASSES],
        np.exp(log_softmax(LOGITS)) - ONE_HOT,
    ),
}


@pytest.mark.parametrize("name", TEXTBOOK)
def test_is_the_textbooks_for_logits_up_to_10000(name):
    loss, y, wanted, _ = TEXTBOOK[name]
    values = ops.convert_to_numpy(loss(y, LOGITS))
    # A few float32 roundings of the largest number on the way: a logit, or the loss itself.
    scale = np.maximum.reduce([np.ones(len(LOGITS)), np.abs(LOGITS).max(-1), np.abs(wanted)])
    np.testing.assert_array_less(np.abs(values - wanted), 5e-7 * scale)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_its_gradient_is_finite_and_right_for_logits_up_to_10000(name, gradient):
    loss, y, _, wanted = TEXTBOOK[name]
    slope = gradient(lambda z: ops.sum(loss(y, z)), LOGITS)
    scale = np.maximum(1, np.abs(wanted))
    np.testing.assert_array_less(np.abs(slope - wanted) / scale, 5e-6)


def test_a_small_surprise_is_not_rounded_away():
    # softplus(z) − y z would give 0: two numbers near 20 that differ by 2e-9.
    loss = losses.BinaryCrossentropy(from_logits=True)
    np.testing.assert_allclose(float(loss([[1.0]], [[20.0]])), np.exp(-20), rtol=1e-5)


PROBABILITIES = np.exp(log_softmax(LOGITS[:12])).astype("float32")
PAIRS = [
    ("MeanSquaredError", {}, SOFT[:12], PROBABILITIES),
    ("BinaryCrossentropy", {}, SOFT[:12], PROBABILITIES),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, ONE_HOT[:12], PROBABILITIES),
    ("BinaryCrossentropy", {"from_logits": True, "axis": 0}, SOFT, LOGITS),
    ("CategoricalCrossentropy", {}, ONE_HOT[:12], 3 * PROBABILITIES),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, ONE_HOT[:12], PROBABILITIES),
    ("CategoricalCrossentropy", {"from_logits": True, "axis": 0}, SOFT, LOGITS),
    ("SparseCategoricalCrossentropy", {}, CLASSES[:12], PROBABILITIES),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, CLASSES[:, None], LOGITS),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": 1}, CLASSES, LOGITS),
    ("SparseCategoricalCrossentropy", {"ignore_class": 0}, CLASSES[:12], PROBABILITIES),
]


WEIGHTED_PAIRS = [
    (*pair, weighted)
    for pair in PAIRS
    for weighted in (False, True)
    if not (weighted and pair[1].get("axis") == 0)  # a mean over the batch leaves none to weigh
]


@pytest.mark.parametrize(
    "reduction", ["sum_over_batch_size", "sum", None, "mean_with_sample_weight"]
)
@pytest.mark.parametrize("name, settings, y, y_pred, weighted", WEIGHTED_PAIRS)
def test_equals_kerass(name, settings, y, y_pred, weighted, reduction):
    ours = getattr(losses, name)(reduction=reduction, **settings)
    keras_ = getattr(keras.losses, name)(reduction=reduction, **settings)
    weight = WEIGHTS[: len(y)] if weighted else None
    np.testing.assert_allclose(
        ops.convert_to_numpy(ours(y, y_pred, weight)),
        ops.convert_to_numpy(keras_(y, y_pred, weight)),
        rtol=1e-5,
        atol=1e-6,
    )


def test_an_ignored_label_may_lie_outside_the_classes():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)
    y = CLASSES.copy()
    y[:5] = 255
    rest = losses.SparseCategoricalCrossentropy(from_logits=True)(y[5:], LOGITS[5:])
    np.testing.assert_allclose(float(loss(y, LOGITS)), float(rest), rtol=1e-6)


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 5, 4)])
def test_takes_more_axes_than_two(shape):
    logits = RANDOM.normal(size=shape).astype("float32")
    labels = RANDOM.integers(0, 4, shape[:-1])
    one_hot = np.eye(4, dtype="float32")[labels]
    wanted = -(one_hot * log_softmax(logits)).sum(-1)
    sparse = losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    full = losses.CategoricalCrossentropy(from_logits=True, reduction=None)
    np.testing.assert_allclose(ops.convert_to_numpy(sparse(labels, logits)), wanted, rtol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(full(one_hot, logits)), wanted, rtol=1e-5)


def test_labels_of_a_small_integer_type_do_not_wrap_around():
    # In uint8, 3 − 250 would be 9.
    y = np.array([[250], [3]], "uint8")
    loss = losses.MeanSquaredError()(y, np.array([[3], [250]], "uint8"))
    assert float(loss) == 247**2


@pytest.mark.parametrize("kind", [losses.MeanSquaredError, losses.BinaryCrossentropy])
def test_labels_batch_against_predictions_batch_1_are_not_a_square(kind):
    y, p = np.array([0.0, 1.0, 1.0]), np.array([[0.2], [0.7], [0.4]])
    loss = kind(reduction=None)
    assert loss(y, p).shape == (3,)
    np.testing.assert_allclose(
        ops.convert_to_numpy(loss(y, p)), ops.convert_to_numpy(loss(y[:, None], p))
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(loss(y[:, None], p[:, 0])), float(loss(y, p[:, 0])), rtol=1e-6
    )


@pytest.mark.parametrize(
    "kind", [losses.MeanSquaredError, losses.BinaryCrossentropy, losses.CategoricalCrossentropy]
)
def test_shapes_that_do_not_fit_are_an_error(kind):
    with pytest.raises(
        ValueError, match=r"same shape; got labels \(3, 2\) for predictions \(3, 4\)"
    ):
        kind()(np.zeros((3, 2)), np.full((3, 4), 0.25))


def test_one_hot_labels_for_the_sparse_loss_are_an_error():
    with pytest.raises(ValueError, match=r"one whole number per sample.*one-hot"):
        losses.SparseCategoricalCrossentropy()(np.eye(3), np.full((3, 3), 1 / 3))


@pytest.mark.parametrize("label", [-1, 4, 1.5, 1234567])
def test_a_label_that_is_no_class_is_an_error(label):
    with pytest.raises(ValueError, match=f"whole numbers from 0 to 3; got {label}"):
        losses.SparseCategoricalCrossentropy(from_logits=True)([0, label], LOGITS[:2])


@pytest.mark.parametrize("xla", [False, True])
def test_a_label_that_is_no_class_is_nan_where_it_cannot_be_seen(xla):
    # The cast to whole numbers makes class 0 of −½, 1 of 1.5 and, under XLA, 0 of NaN.
    if keras.backend.backend() == "torch":
        pytest.skip("nothing is traced there")
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        traced = tf.function(lambda y, z: loss(y, z), jit_compile=xla)
    else:
        import jax

        traced = jax.jit(lambda y, z: loss(y, z))
    labels = np.array([0, 4, -1, -0.5, 1.5, np.nan, 3], "float32")
    values = ops.convert_to_numpy(traced(labels, LOGITS[:7]))
    assert np.isnan(values).tolist() == [False, *5 * [True], False]


def test_only_the_last_axis_holds_classes_for_the_sparse_loss():
    with pytest.raises(ValueError, match="Only axis=-1.*axis=0.*moveaxis"):
        losses.SparseCategoricalCrossentropy(axis=0)(CLASSES[:4], LOGITS[:4])


@pytest.mark.parametrize("kind", [losses.BinaryCrossentropy, losses.CategoricalCrossentropy])
@pytest.mark.parametrize("smoothing", [-0.1, 1.1, float("nan")])
def test_smoothing_is_a_share(kind, smoothing):
    with pytest.raises(ValueError, match=f"between 0 and 1; got {smoothing}"):
        kind(label_smoothing=smoothing)


@pytest.mark.parametrize("kind", LOSSES)
def test_trains_a_model_that_is_saved_with_it(kind, tmp_path):
    sparse = kind is losses.SparseCategoricalCrossentropy
    settings = {} if kind is losses.MeanSquaredError else {"from_logits": True}
    x = RANDOM.normal(size=(12, 3)).astype("float32")
    y = CLASSES[:12] if sparse else ONE_HOT[:12]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    model.compile("sgd", kind(**settings))
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.loss) is kind
    assert loaded.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0))


@pytest.mark.parametrize("kind", LOSSES)
def test_its_settings_survive_serialization(kind):
    settings = {"reduction": "sum", "name": "mine"}
    if kind is losses.SparseCategoricalCrossentropy:
        settings |= {"from_logits": True, "ignore_class": 3}
    elif kind is not losses.MeanSquaredError:
        settings |= {"from_logits": True, "label_smoothing": 0.25, "axis": 1}
    text = keras.saving.serialize_keras_object(kind(**settings))
    config = keras.saving.deserialize_keras_object(text).get_config()
    assert settings.items() <= config.items()


@pytest.mark.parametrize("kind", LOSSES)
def test_its_arguments_are_kerass(kind):
    import inspect

    ours = inspect.signature(kind.__init__).parameters
    theirs = inspect.signature(getattr(keras.losses, kind.__name__).__init__).parameters
    assert {name: p.default for name, p in ours.items()} == {
        name: p.default for name, p in theirs.items()
    }


@pytest.mark.parametrize("label", [np.nan, np.inf, -0.5])
def test_a_float_label_that_is_no_class_is_named_as_it_came(label):
    with pytest.raises(ValueError, match=f"got {label}"):
        losses.SparseCategoricalCrossentropy(from_logits=True)([1.0, label], LOGITS[:2])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("y, p, wanted", [(1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 16.118)])
def test_certain_probabilities_cost_a_finite_amount_in_half_precision(dtype, y, p, wanted):
    loss = losses.BinaryCrossentropy(dtype=dtype)([[y]], [[p]])
    assert float(ops.cast(loss, "float32")) == pytest.approx(wanted, abs=0.07)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="others know every shape")
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_number_of_classes_may_be_unknown_while_a_graph_is_traced(smoothing):
    import tensorflow as tf

    sparse = losses.SparseCategoricalCrossentropy(from_logits=True)
    full = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    any_matrix = tf.TensorSpec((None, None), "float32")
    labels = np.arange(len(LOGITS)) % LOGITS.shape[-1]
    one_hot = np.eye(LOGITS.shape[-1], dtype="float32")[labels]
    logits = np.asarray(LOGITS, "float32")
    traced = tf.function(sparse, input_signature=[tf.TensorSpec((None,), "int64"), any_matrix])
    np.testing.assert_allclose(traced(labels, logits), sparse(labels, logits), rtol=1e-6)
    seen = tf.constant(labels, "float32")  # has a value, unlike the number of classes
    traced = tf.function(lambda z: sparse(seen, z), input_signature=[any_matrix])
    np.testing.assert_allclose(traced(logits), sparse(labels, logits), rtol=1e-6)
    traced = tf.function(full, input_signature=[any_matrix, any_matrix])
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    np.testing.assert_allclose(traced(one_hot, logits), theirs(one_hot, logits), rtol=1e-5)
