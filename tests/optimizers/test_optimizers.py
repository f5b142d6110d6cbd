"""Every optimizer against its paper in float64 and Keras's own class; runs on every backend."""

import inspect

import keras
import numpy as np
import pytest
from keras import ops

from coursekit import optimizers

RANDOM = np.random.default_rng(0)
START = [np.array([1.0, -2.0, 3.0]), np.array([[0.5, -0.5], [2.0, 0.0]])]
STEPS = 30
# Of very unequal size, with zeros: equal ones would hide swapped betas or a shared slot.
GRADIENTS = [
    [RANDOM.normal(size=w.shape) * 10.0 ** RANDOM.integers(-3, 2) * (t % 4 > 0) for w in START]
    for t in range(STEPS)
]
KINDS = [getattr(optimizers, name) for name in optimizers.__all__]


def rates(t):
    return 0.1 if t < 12 else 0.013


def trajectory(optimizer, gradients=GRADIENTS, dtype="float32", rate=rates, start=START):
    """The variables after each step."""
    variables = [keras.Variable(w.astype(dtype)) for w in start]
    path = []
    for t, step in enumerate(gradients):
        if rate is not None:
            optimizer.learning_rate = rate(t)
        optimizer.apply([ops.convert_to_tensor(g.astype(dtype)) for g in step], variables)
        path.append(np.concatenate([ops.convert_to_numpy(v).ravel() for v in variables]))
    return np.array(path)


def paper(rule, gradients=GRADIENTS):
    """The same with a rule (θ, state, g, α, t) → θ in float64."""
    thetas, states = [w.copy() for w in START], [{}, {}]
    path = []
    for t, step in enumerate(gradients):
        thetas = [rule(w, state, g, rates(t), t + 1) for w, state, g in zip(thetas, states, step)]
        path.append(np.concatenate([w.ravel() for w in thetas]))
    return np.array(path)


def sgd(theta, state, g, alpha, t):
    return theta - alpha * g


def momentum(theta, state, g, alpha, t, mu=0.7, nesterov=False):
    state["v"] = mu * state.get("v", 0) - alpha * g
    return theta + (mu * state["v"] - alpha * g if nesterov else state["v"])


def nesterov(*arguments):
    return momentum(*arguments, nesterov=True)


def rmsprop(theta, state, g, alpha, t, rho=0.8, epsilon=1e-3, mu=0.0, centered=False):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    state["g"] = rho * state.get("g", 0) + (1 - rho) * g
    spread = state["s"] - state["g"] ** 2 if centered else state["s"]
    state["b"] = mu * state.get("b", 0) + alpha * g / np.sqrt(spread + epsilon)
    return theta - state["b"]


def rmsprop_with_all(*arguments):
    return rmsprop(*arguments, mu=0.6, centered=True)


def adam(theta, state, g, alpha, t, beta_1=0.8, beta_2=0.95, epsilon=1e-3, amsgrad=False):
    state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    state["top"] = np.maximum(state.get("top", 0), state["v"])
    v = state["top"] if amsgrad else state["v"]
    # ε on the corrected root, divided by its correction: the paper's "epsilon hat".
    hat = epsilon / np.sqrt(1 - beta_2**t)
    m_hat, v_hat = state["m"] / (1 - beta_1**t), v / (1 - beta_2**t)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + hat)


def amsgrad(*arguments):
    return adam(*arguments, amsgrad=True)


PAPERS = {
    "SGD": (optimizers.SGD, {}, sgd),
    "momentum": (optimizers.SGD, {"momentum": 0.7}, momentum),
    "Nesterov": (optimizers.SGD, {"momentum": 0.7, "nesterov": True}, nesterov),
    "RMSprop": (optimizers.RMSprop, {"rho": 0.8, "epsilon": 1e-3}, rmsprop),
    "RMSprop, all": (
        optimizers.RMSprop,
        {"rho": 0.8, "epsilon": 1e-3, "momentum": 0.6, "centered": True},
        rmsprop_with_all,
    ),
    "Adam": (optimizers.Adam, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, adam),
    "amsgrad": (
        optimizers.Adam,
        {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3, "amsgrad": True},
        amsgrad,
    ),
}


@pytest.mark.parametrize("name", PAPERS)
def test_is_the_papers_over_thirty_unequal_steps(name):
    kind, settings, rule = PAPERS[name]
    np.testing.assert_allclose(trajectory(kind(**settings)), paper(rule), rtol=2e-5, atol=2e-5)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="JAX computes in float32 by default, and Keras rounds scalars to it for PyTorch",
)
@pytest.mark.parametrize("name", PAPERS)
def test_computes_in_the_precision_of_the_variable(name):
    kind, settings, rule = PAPERS[name]
    # The learning rate itself is a float32 variable; so compare at rates that it holds exactly.
    exact = {"rate": lambda t: 0.125 if t < 12 else 0.015625}
    thetas, states, wanted = [w.copy() for w in START], [{}, {}], []
    for t, step in enumerate(GRADIENTS):
        thetas = [rule(w, s, g, exact["rate"](t), t + 1) for w, s, g in zip(thetas, states, step)]
        wanted.append(np.concatenate([w.ravel() for w in thetas]))
    path = trajectory(kind(**settings), dtype="float64", **exact)
    np.testing.assert_allclose(path, wanted, rtol=1e-12, atol=1e-12)


CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.05}),
    ("SGD", {"momentum": 0.9, "clipnorm": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"rho": 0.7, "momentum": 0.5}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"clipvalue": 0.1, "use_ema": True, "ema_momentum": 0.5}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-2}),
    ("Adam", {"weight_decay": 0.1, "global_clipnorm": 1.0}),
    ("Adam", {"gradient_accumulation_steps": 3}),
    ("Adam", {"loss_scale_factor": 8.0}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 4}),
]


# Elsewhere the formulas are the same and the steps slow: one scale, between those of the two ends.
SCALES = [1.0, 1e-5, 1e-8] if keras.backend.backend() == "tensorflow" else [1e-5]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name, settings", CASES)
def test_walks_kerass_path_also_with_tiny_gradients(name, settings, scale):
    gradients = [[g * scale for g in step] for step in GRADIENTS]
    if "gradient_accumulation_steps" in settings and keras.backend.backend() == "jax":
        gradients = gradients[:10]  # JAX compiles each of them anew
    ours = trajectory(getattr(optimizers, name)(**settings), gradients)
    theirs = trajectory(getattr(keras.optimizers, name)(**settings), gradients)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
    start = np.concatenate([w.ravel() for w in START])
    moved = np.abs(theirs[-1] - start).max()
    assert moved > 1e-3 * scale  # or equality would say nothing
    # Weights near 1 are rounded at each step, which hides how far a tiny step went; from 0 on it shows.
    ours = trajectory(
        getattr(optimizers, name)(**settings), gradients, start=[0 * w for w in START]
    )
    theirs = trajectory(
        getattr(keras.optimizers, name)(**settings), gradients, start=[0 * w for w in START]
    )
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("name, settings", CASES[:6] + CASES[9:11])
def test_walks_kerass_path_in_half_precision(name, settings):
    gradients = [[g.clip(-1, 1) for g in step] for step in GRADIENTS]
    settings = {**settings, **({"epsilon": 1e-3} if name != "SGD" else {})}
    ours = trajectory(getattr(optimizers, name)(**settings), gradients, "float16", None)
    theirs = trajectory(getattr(keras.optimizers, name)(**settings), gradients, "float16", None)
    np.testing.assert_allclose(ours, theirs, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam"])
def test_follows_a_schedule(name):
    def schedule():
        return keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5, staircase=True)

    ours = trajectory(getattr(optimizers, name)(schedule()), rate=None)
    theirs = trajectory(getattr(keras.optimizers, name)(schedule()), rate=None)
    np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
    constant = trajectory(getattr(keras.optimizers, name)(0.1), rate=None)
    assert np.abs(ours - constant).max() > 0.01


SETTINGS = {
    "SGD": {"momentum": 0.9, "nesterov": True},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adam": {"amsgrad": True},
}


X = RANDOM.integers(0, 20, (40, 3))  # with a batch of 8 samples, words occur several times
Y = RANDOM.normal(size=(40, 1)).astype("float32")


def embedding_model(optimizer):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((3,), dtype="int32"),
            keras.layers.Embedding(20, 4),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer, "mse")
    return model


class Lookup(keras.layers.Layer):
    """An embedding as the product with one-hot vectors: its gradient is a whole array."""

    def build(self, shape):
        self.table = self.add_weight((20, 4))

    def call(self, words):
        return ops.matmul(ops.one_hot(words, 20), self.table)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_an_embedding_are_the_rows_of_a_product(kind):
    rows = embedding_model(kind(0.05, **SETTINGS[kind.__name__]))
    product = keras.Sequential([keras.Input((3,), dtype="int32"), Lookup(), *rows.layers[1:]])
    product.set_weights(rows.get_weights())
    start = rows.get_weights()
    for model in (rows, product):
        model.set_weights(start)
        model.compile(kind(0.05, **SETTINGS[kind.__name__]), "mse")
        model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0)
        model.end = model.get_weights()
    for a, b in zip(rows.end, product.end):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_an_embedding_walk_kerass_path_where_none_repeats(kind):
    x = np.arange(20)[None, :18].reshape(6, 3)
    models = [
        embedding_model(module(0.05, **SETTINGS[kind.__name__]))
        for module in (kind, getattr(keras.optimizers, kind.__name__))
    ]
    for model in models:
        model.fit(x, Y[:6], batch_size=3, epochs=4, shuffle=False, verbose=0)
    for a, b in zip(*(model.get_weights() for model in models)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_trains_on_exactly(kind, tmp_path):
    settings = {"batch_size": 8, "shuffle": False, "verbose": 0}
    model = embedding_model(kind(0.05, **SETTINGS[kind.__name__]))
    model.fit(X, Y, epochs=2, **settings)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is kind
    for one in (model, loaded):
        one.fit(X, Y, epochs=2, **settings)
    for a, b in zip(model.get_weights(), loaded.get_weights()):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(model.optimizer.variables, loaded.optimizer.variables):
        np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))


@pytest.mark.parametrize("kind", KINDS)
def test_its_settings_survive_serialization(kind):
    settings = {
        **SETTINGS[kind.__name__],
        "learning_rate": 0.25,
        "weight_decay": 0.5,
        "clipnorm": 2.0,
    }
    text = keras.saving.serialize_keras_object(kind(**settings))
    config = keras.saving.deserialize_keras_object(text).get_config()
    assert settings.items() <= config.items()


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_arguments_are_kerass(kind):
    ours = inspect.signature(kind.__init__).parameters
    theirs = inspect.signature(getattr(keras.optimizers, kind.__name__).__init__).parameters
    for name, parameter in ours.items():
        if name != "name":
            assert theirs[name].default == parameter.default
    placed = [name for name, each in ours.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert placed == list(theirs)[: len(placed)]  # the same order, for positions


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", [0, 0.0, -1e-3, float("nan"), float("inf")])
def test_a_learning_rate_that_is_no_step_down_is_an_error(kind, rate):
    with pytest.raises(ValueError, match=f"finite number above 0; got {rate}"):
        kind(rate)


@pytest.mark.parametrize("kind", KINDS)
def test_whole_numbers_are_numbers_too(kind):
    assert float(kind(1).learning_rate) == 1.0


@pytest.mark.parametrize(
    "kind, name, value",
    [
        (optimizers.SGD, "momentum", 1.0),
        (optimizers.SGD, "momentum", -0.1),
        (optimizers.RMSprop, "rho", 1.5),
        (optimizers.RMSprop, "momentum", float("nan")),
        (optimizers.Adam, "beta_1", 1.0),
        (optimizers.Adam, "beta_2", "0.9"),
    ],
)
def test_a_share_of_the_past_lies_between_0_and_1(kind, name, value):
    with pytest.raises(ValueError, match=rf"`{name}` must be a float.*got {value!r}"):
        kind(**{name: value})


@pytest.mark.parametrize("kind", [optimizers.RMSprop, optimizers.Adam])
@pytest.mark.parametrize("epsilon", [-1e-7, float("nan"), None])
def test_epsilon_is_not_negative(kind, epsilon):
    with pytest.raises(ValueError, match=f"epsilon keeps a denominator.*got {epsilon!r}"):
        kind(epsilon=epsilon)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rate_that_training_brought_to_zero_is_loaded_again(kind, tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(kind(0.1), "mse")
    to_zero = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 * (1 - epoch))
    data = np.ones((4, 2)), np.ones((4, 1))
    model.fit(*data, epochs=2, verbose=0, callbacks=[to_zero])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert float(loaded.optimizer.learning_rate) == 0.0
    with pytest.raises(ValueError, match="above 0"):
        kind(0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rate_that_was_not_saved_is_the_default(kind):
    assert float(kind.from_config({}).learning_rate) == float(kind().learning_rate)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", [-1.0, float("nan")])
def test_a_saved_rate_that_is_no_step_down_is_an_error(kind, rate):
    with pytest.raises(ValueError, match=f"finite number above 0; got {rate}"):
        kind.from_config({"learning_rate": rate})


@pytest.mark.parametrize("kind", KINDS)
def test_takes_over_the_state_of_kerass_own_class(kind):
    settings = {**SETTINGS[kind.__name__], "learning_rate": 0.1}
    first, rest = GRADIENTS[:5], GRADIENTS[5:]

    def walk(optimizer, variables, steps):
        for step in steps:
            optimizer.apply([ops.convert_to_tensor(g, "float32") for g in step], variables)
        return np.concatenate([ops.convert_to_numpy(v).ravel() for v in variables])

    theirs, variables = getattr(keras.optimizers, kind.__name__)(**settings), begin()
    walk(theirs, variables, first)
    ours, twins = kind(**settings), [keras.Variable(v.numpy()) for v in variables]
    ours.build(twins)
    assert [v.shape for v in ours.variables] == [v.shape for v in theirs.variables]
    for own, saved in zip(ours.variables, theirs.variables):
        own.assign(saved)
    np.testing.assert_allclose(walk(ours, twins, rest), walk(theirs, variables, rest), rtol=2e-5)


def begin():
    return [keras.Variable(w.astype("float32")) for w in START]
