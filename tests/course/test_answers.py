"""The answers against the papers in NumPy float64, Keras's own classes, and a descent by hand."""

import importlib.util
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from coursekit.course.catalogue import exercises_in
from coursekit.data import digits

ANSWERS = {e.name: e.file for e in exercises_in(Path(__file__).parents[2] / "solutions")}
RANDOM = np.random.default_rng(5)
LOGITS = np.concatenate(
    [RANDOM.normal(size=(4, 5)) * scale for scale in (1, 30, 3000)]
    + [np.zeros((1, 5)), [[1e4, -1e4, 0, 1, -1]]]
).astype("float32")
LABELS = RANDOM.integers(0, 5, len(LOGITS))


def answer(name):
    spec = importlib.util.spec_from_file_location(f"answer_{name}", ANSWERS[name])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gradient(function, z):
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        total = tf.reduce_sum(function(z))
    return tape.gradient(total, z).numpy()


def softmax(z):
    e = np.exp(z.astype("float64") - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def surprise(y, z):
    z = z.astype("float64")
    top = z.max(-1)
    return top + np.log(np.exp(z - top[:, None]).sum(-1)) - z[np.arange(len(z)), y]


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int64"])
def test_mse(dtype):
    loss = answer("mse").mean_squared_error
    y = RANDOM.integers(0, 9, (6, 3)).astype(dtype)
    p = (RANDOM.normal(size=(6, 3)) * 5).astype("float32")
    wanted = ((p.astype("float64") - y) ** 2).mean(-1)
    np.testing.assert_allclose(loss(y, p), wanted, rtol=1e-6)
    with pytest.raises(ValueError):
        loss(y[:, 0], p[:, :1])


def test_bce_with_logits():
    loss = answer("bce_with_logits").binary_crossentropy
    y = RANDOM.random(LOGITS.shape).astype("float32")
    z = LOGITS.astype("float64")
    wanted = (np.logaddexp(0, z) - y * z).mean(-1)
    np.testing.assert_allclose(loss(y, LOGITS), wanted, rtol=2e-6, atol=1e-6)
    slope = gradient(lambda z: loss(y, z), LOGITS)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(slope, (1 / (1 + np.exp(-z)) - y) / 5, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
def test_softmax_crossentropy(dtype):
    loss = answer("softmax_crossentropy").sparse_categorical_crossentropy
    traced = tf.function(
        loss, input_signature=[tf.TensorSpec((None,), dtype), tf.TensorSpec((None, 5), "float32")]
    )
    y = LABELS.astype(dtype)
    for way in (loss, traced):
        np.testing.assert_allclose(way(y, LOGITS), surprise(LABELS, LOGITS), rtol=2e-6, atol=2e-6)
    slope = gradient(lambda z: loss(y, z), LOGITS)
    np.testing.assert_allclose(slope, softmax(LOGITS) - np.eye(5)[LABELS], atol=1e-6)


def test_crossentropy_gradient():
    module = answer("crossentropy_gradient")
    wanted = (softmax(LOGITS) - np.eye(5)[LABELS]) / len(LOGITS)
    traced = tf.function(
        module.crossentropy_gradient,
        input_signature=[tf.TensorSpec((None,), "int64"), tf.TensorSpec((None, 5), "float32")],
    )
    for way in (module.crossentropy_gradient, traced):
        np.testing.assert_allclose(way(LABELS, LOGITS), wanted, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_label_smoothing(smoothing):
    kind = answer("label_smoothing").SmoothedCrossentropy
    loss, weights = kind(smoothing), RANDOM.random(len(LOGITS)).astype("float32")
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    one_hot = np.eye(5, dtype="float32")[LABELS]
    for each in (None, weights):
        ours = loss(LABELS, LOGITS, sample_weight=each)
        np.testing.assert_allclose(ours, theirs(one_hot, LOGITS, sample_weight=each), rtol=1e-5)
    assert loss.call(LABELS, LOGITS).shape == (len(LOGITS),)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(loss), custom_objects={kind.__name__: kind}
    )
    assert again.smoothing == smoothing
    for wrong in (-0.1, 1.0, float("nan")):
        with pytest.raises(ValueError):
            kind(wrong)


@pytest.mark.parametrize("task", ["multiclass", "binary", "multilabel", "regression"])
def test_head_and_loss_learn_their_task(task):
    keras.utils.set_random_seed(1)
    head, loss, metric = answer("head_and_loss").choose_head_and_loss(task, 3)
    x = RANDOM.normal(size=(256, 6)).astype("float32")
    z = x @ RANDOM.normal(size=(6, 3)).astype("float32")
    y = {
        "multiclass": z.argmax(-1),
        "binary": (z[:, :1] > 0).astype("float32"),
        "multilabel": (z > 0).astype("float32"),
        "regression": z,
    }[task]
    model = keras.Sequential([keras.Input((6,)), head])
    model.compile(keras.optimizers.Adam(0.1), loss, metrics=[metric])
    model.fit(x, y, epochs=20, verbose=0)
    _, reached = model.evaluate(x, y, verbose=0)
    assert reached < 0.2 if task == "regression" else reached > 0.9
    with pytest.raises(ValueError):
        answer("head_and_loss").choose_head_and_loss("guessing", 3)


GRADIENTS = [RANDOM.normal(size=4) * 10.0 ** RANDOM.integers(-4, 2) for _ in range(30)]
RATES = [0.1 / (1 + t // 7) for t in range(30)]
RULES = {
    "plain": (lambda: keras.optimizers.SGD(), 0),
    "momentum": (lambda: keras.optimizers.SGD(momentum=0.8), 1),
    "nesterov": (lambda: keras.optimizers.SGD(momentum=0.8, nesterov=True), 1),
    "rmsprop": (lambda: keras.optimizers.RMSprop(rho=0.8), 1),
}


@pytest.mark.parametrize("rule", RULES)
def test_update_rules_walk_kerass_path(rule):
    make, slots = RULES[rule]
    momentum, rms = answer("momentum"), answer("rmsprop")
    step = {
        "plain": lambda w, g, r: (momentum.sgd_step(w, g, r),),
        "momentum": lambda w, v, g, r: momentum.momentum_step(w, v, g, r, 0.8),
        "nesterov": lambda w, v, g, r: momentum.momentum_step(w, v, g, r, 0.8, nesterov=True),
        "rmsprop": lambda w, s, g, r: rms.rmsprop_step(w, s, g, r, rho=0.8),
    }[rule]
    theirs, variable = make(), keras.Variable(np.ones(4, "float32"))
    state = [np.ones(4, "float32")] + [np.zeros(4, "float32")] * slots
    for g, rate in zip(GRADIENTS, RATES):
        g = g.astype("float32")
        before = [part.copy() if isinstance(part, np.ndarray) else part for part in state]
        new = step(*state, g, rate)
        for part, old in zip(state, before):
            np.testing.assert_array_equal(part, old)
        state = list(new)
        theirs.learning_rate = rate
        theirs.apply([tf.constant(g)], [variable])
        np.testing.assert_allclose(state[0], variable.numpy(), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("tensor", [False, True])
def test_adam_is_the_papers_algorithm(tensor):
    rule = answer("adam").adam_step
    w = np.ones(4)
    m = v = np.zeros(4)
    state = [np.ones(4, "float32"), np.zeros(4, "float32"), np.zeros(4, "float32")]
    for t, (g, rate) in enumerate(zip(GRADIENTS, RATES), 1):
        step = tf.constant(t) if tensor else t
        state = rule(*state, step, g.astype("float32"), rate, 0.8, 0.95, 1e-3)
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        w = w - rate * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
        for ours, wanted in zip(state, (w, m, v)):
            np.testing.assert_allclose(ours, wanted, rtol=1e-4, atol=1e-6)


def test_sgd_l2_is_l2_in_the_gradient_and_survives_saving(tmp_path):
    kind = answer("sgd_l2").SGDL2
    w, v = np.array([1.0, -2.0, 0.5, 3.0]), np.zeros(4)
    optimizer, variable = kind(0.1, momentum=0.8, l2=0.05), keras.Variable(w.astype("float32"))
    for g, rate in zip(GRADIENTS, RATES):
        optimizer.learning_rate = rate
        optimizer.apply([tf.constant(g.astype("float32"))], [variable])
        v = 0.8 * v - rate * (g + 0.05 * w)
        w = w + v
        np.testing.assert_allclose(variable.numpy(), w, rtol=1e-4, atol=1e-5)

    def model():
        keras.utils.set_random_seed(2)
        embedding = layers.Embedding(7, 3)
        model = keras.Sequential([keras.Input((2,)), embedding, layers.Flatten(), layers.Dense(1)])
        model.compile(kind(0.1, momentum=0.8, l2=0.05, clipnorm=0.5), "mse")
        return model

    x, y = RANDOM.integers(0, 7, (20, 2)), RANDOM.normal(size=(20, 1))
    whole, half = model(), model()
    settings = {"verbose": 0, "shuffle": False, "batch_size": 6}
    whole.fit(x, y, epochs=4, **settings)
    half.fit(x, y, epochs=2, **settings)
    half.save(tmp_path / "half.keras")
    loaded = keras.models.load_model(tmp_path / "half.keras", custom_objects={"SGDL2": kind})
    loaded.fit(x, y, epochs=2, **settings)
    for ours, theirs in zip(loaded.get_weights(), whole.get_weights()):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_decay_or_l2_predicts_what_an_optimizer_does():
    module = answer("decay_or_l2")
    w = tf.Variable([2.0, -3.0])
    with tf.GradientTape() as tape:
        penalty = module.regularizer_for(0.3)(w)
    np.testing.assert_allclose(tape.gradient(penalty, w), 0.3 * w.numpy(), rtol=1e-6)
    rate, strength, mu = 0.01, 0.02, 0.9
    weights = {
        "l2": answer("sgd_l2").SGDL2(rate, momentum=mu, l2=strength),
        "decoupled": keras.optimizers.SGD(rate, momentum=mu, weight_decay=strength),
    }
    for kind, optimizer in weights.items():
        variable, path = keras.Variable([1.0]), []
        for _ in range(300):
            optimizer.apply([tf.zeros(1)], [variable])
            path.append(float(variable[0]))
        factor = module.shrink_per_step(rate, strength, kind, mu)
        assert (path[-1] / path[-101]) ** (1 / 100) - 1 == pytest.approx(factor - 1, rel=0.03)
    assert module.decoupled_for(strength, mu) == pytest.approx(0.2)
    assert module.decoupled_for(strength, 1.0) is None


def network():
    keras.utils.set_random_seed(3)
    frozen = layers.Dense(6, "tanh", trainable=False)
    last = layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.05))
    return keras.Sequential([keras.Input((4,)), frozen, layers.BatchNormalization(), last])


X = RANDOM.normal(size=(37, 4)).astype("float32")
Y = RANDOM.integers(0, 3, 37)
BATCHES = [(X[i : i + 8], Y[i : i + 8]) for i in range(0, 37, 8)]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def one_by_one(model, epochs):
    """What `train_on_batch` makes of the same batches; metrics are reset, so each is its own."""
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5), LOSS)
    losses = []
    for _ in range(epochs):
        for x, y in BATCHES:
            model.reset_metrics()
            losses.append(float(model.train_on_batch(x, y)))
    return losses


@pytest.mark.parametrize("name", ["train_step", "training_loop"])
def test_the_loop_is_kerass(name):
    module, model = answer(name), network()
    optimizer = keras.optimizers.SGD(0.1, momentum=0.5)
    if name == "train_step":
        losses = [float(module.train_step(model, LOSS, optimizer, x, y)) for x, y in BATCHES * 3]
    else:
        losses = module.train(model, LOSS, optimizer, BATCHES, 3)
        assert all(type(loss) is float for loss in losses)
    other = network()
    np.testing.assert_allclose(losses, one_by_one(other, 3), rtol=1e-5)
    for ours, theirs in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_batch_losses_are_each_batchs_own():
    recorder, model = answer("batch_losses").BatchLossRecorder(), network()
    model.compile(keras.optimizers.SGD(0.1, momentum=0.5), LOSS, metrics=["accuracy"])
    settings = {"batch_size": 8, "shuffle": False, "verbose": 0, "callbacks": [recorder]}
    model.fit(X, Y, epochs=3, validation_data=(X[:9], Y[:9]), **settings)
    np.testing.assert_allclose(recorder.batch_losses, one_by_one(network(), 3), rtol=1e-4)
    model.fit(X, Y, epochs=1, **settings)
    assert len(recorder.batch_losses) == 5


def test_a_small_batch_loss_after_a_large_one_keeps_its_digits():
    recorder = answer("batch_losses").BatchLossRecorder()
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    model.compile(keras.optimizers.SGD(1e-12), "mse")
    y = np.array([1000.0, 0.1, 0.2, 0.3])
    settings = {"batch_size": 1, "shuffle": False, "verbose": 0, "callbacks": [recorder]}
    for _ in range(2):
        model.fit(np.ones((4, 1)), y, **settings)
        np.testing.assert_allclose(recorder.batch_losses, y**2, rtol=1e-4)
    assert "compute_loss" not in vars(model)


def test_the_finder_visits_all_rates_and_leaves_no_trace():
    find, model = answer("learning_rate_finder").learning_rate_range_test, network()
    optimizer, before = keras.optimizers.SGD(0.07), model.get_weights()
    rates, losses = find(model, LOSS, optimizer, BATCHES, 1e-4, 1e-1)
    np.testing.assert_allclose(rates, np.geomspace(1e-4, 1e-1, 5), rtol=1e-6)
    assert len(losses) == 5 and all(type(value) is float for value in (*rates, *losses))
    rates, losses = find(model, LOSS, optimizer, BATCHES * 8, 1e-3, 1e6)
    assert len(rates) == len(losses) < 40
    assert float(optimizer.learning_rate) == pytest.approx(0.07)
    for ours, old in zip(model.get_weights(), before):
        np.testing.assert_array_equal(ours, old)


@pytest.mark.slow
def test_mini_cnn_learns_the_digits():
    build, data, reached = answer("mini_cnn").build_mini_cnn, digits(), []
    assert build().count_params() <= 50_000
    assert build((32, 32, 3), 7).output_shape == (None, 7)
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        model = build()
        model.compile(keras.optimizers.Adam(3e-3), LOSS, metrics=["accuracy"])
        history = model.fit(*data.train, 32, 5, verbose=0, validation_data=data.validation)
        reached.append(history.history["val_accuracy"][-1])
    assert np.median(reached) >= 0.9
