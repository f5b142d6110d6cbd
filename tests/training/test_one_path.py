"""All ways of training against a descent worked out in NumPy, against each other, and PyTorch."""

import inspect

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.data import digits
from coursekit.models import mini_cnn, torch_twin
from coursekit.training import compiled_epoch, fit, tape, torch_loop, train_step

WAYS = [tape, fit, train_step, compiled_epoch]
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(37, 4)).astype("float32")  # 37 = 4·8 + 5: a short last batch
Y = RANDOM.integers(0, 3, 37)
W1, W2 = RANDOM.normal(size=(4, 6)) * 0.5, RANDOM.normal(size=(6, 3)) * 0.5
LAMBDA = 0.02


def heavy_ball(gradients, state, learning_rate=0.2, momentum=0.8):
    """Polyak's step, in float64; gives the changes of the parameters."""
    state["v"] = [momentum * v - learning_rate * g for v, g in zip(state["v"], gradients)]
    return state["v"]


def adam(gradients, state, learning_rate=0.05, beta_1=0.8, beta_2=0.9, epsilon=1e-3):
    """Kingma and Ba's algorithm 1 with their epsilon hat, which is Keras's."""
    state["t"] = t = state["t"] + 1
    state["v"] = [beta_1 * m + (1 - beta_1) * g for m, g in zip(state["v"], gradients)]
    state["s"] = [beta_2 * s + (1 - beta_2) * g**2 for s, g in zip(state["s"], gradients)]
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return [-rate * m / (np.sqrt(s) + epsilon) for m, s in zip(state["v"], state["s"])]


def descent(epochs, seed, change=heavy_ball, penalty=LAMBDA):
    """The textbook in float64: tanh layer, softmax, L2 on the second kernel, a rule for steps."""
    w1, w2, b = W1.copy(), W2.copy(), np.zeros(3)
    state = {"t": 0, **{name: [np.zeros_like(w) for w in (w1, w2, b)] for name in "vs"}}
    losses = []
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch]).permutation(37)
        for start in range(0, 37, 8):
            batch = order[start : start + 8]
            x, y, n = X[batch].astype("float64"), Y[batch], len(batch)
            hidden = np.tanh(x @ w1)
            z = hidden @ w2 + b
            p = np.exp(z - z.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            losses.append(-np.log(p[np.arange(n), y]).mean() + penalty * (w2**2).sum())
            error = (p - np.eye(3)[y]) / n
            gradients = [
                x.T @ (error @ w2.T * (1 - hidden**2)),
                hidden.T @ error + 2 * penalty * w2,
                error.sum(0),
            ]
            for w, step in zip((w1, w2, b), change(gradients, state)):
                w += step
    return np.array(losses), (w1, w2, b)


def network():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(6, "tanh", use_bias=False),
            layers.Dense(3, kernel_regularizer=keras.regularizers.L2(LAMBDA)),
        ]
    )
    model.set_weights([W1, W2, np.zeros(3)])
    return model


def crossentropy():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def name(way):
    return way.__name__.rsplit(".", 1)[-1]


OPTIMIZERS = {
    heavy_ball: lambda: keras.optimizers.SGD(0.2, momentum=0.8),
    adam: lambda: keras.optimizers.Adam(0.05, beta_1=0.8, beta_2=0.9, epsilon=1e-3),
}


@pytest.mark.parametrize("way", WAYS, ids=name)
@pytest.mark.parametrize("change", OPTIMIZERS, ids=lambda rule: rule.__name__)
def test_is_the_descent_of_the_textbook(way, change):
    model = network()
    settings = {"epochs": 4, "batch_size": 8, "seed": 3, "verbose": 0}
    record = way.train(model, crossentropy(), OPTIMIZERS[change](), (X, Y), **settings)
    losses, weights = descent(epochs=4, seed=3, change=change)
    np.testing.assert_allclose(record.losses, losses, rtol=2e-6)
    assert record.epochs == [0, 5, 10, 15]
    for ours, theirs in zip(model.get_weights(), weights):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_pytorchs_loop_is_the_descent_of_the_textbook():
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 6, bias=False), torch.nn.Tanh(), torch.nn.Linear(6, 3)
    )
    with torch.no_grad():
        for parameter, start in zip(module.parameters(), (W1.T, W2.T, np.zeros(3))):
            parameter.copy_(torch.as_tensor(start))
    optimizer = torch.optim.SGD(module.parameters(), 0.2, momentum=0.8)
    loss, settings = torch.nn.CrossEntropyLoss(), {"epochs": 4, "batch_size": 8, "seed": 3}
    record = torch_loop.train(module, loss, optimizer, (X, Y), **settings, verbose=0)
    losses, weights = descent(epochs=4, seed=3, penalty=0)
    np.testing.assert_allclose(record.losses, losses, rtol=2e-6)
    assert record.epochs == [0, 5, 10, 15]
    for parameter, wanted in zip(module.parameters(), weights):
        ours = parameter.detach().numpy().T
        np.testing.assert_allclose(ours, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("way", [fit, train_step, compiled_epoch, torch_loop], ids=name)
def test_takes_the_arguments_of_the_tape(way):
    # A strategy is for those that can; the rest is one list, in one order, with one default each.
    wanted = dict(inspect.signature(tape.train).parameters)
    if way in (compiled_epoch, torch_loop):
        del wanted["strategy"]
    assert dict(inspect.signature(way.train).parameters) == wanted


def scaled(inner=None, **settings):
    optimizer = keras.optimizers.SGD(0.2, momentum=0.8, **settings)
    return keras.optimizers.LossScaleOptimizer(optimizer) if inner else optimizer


@pytest.mark.parametrize("way", WAYS, ids=name)
@pytest.mark.parametrize("settings", [{"loss_scale_factor": 64.0}, {"inner": True}])
def test_a_scaled_loss_changes_neither_path_nor_record(way, settings):
    # Without scaling, the optimizer divides gradients that nobody multiplied.
    run = {"epochs": 2, "batch_size": 8, "seed": 3, "verbose": 0}
    record = way.train(network(), crossentropy(), scaled(**settings), (X, Y), **run)
    np.testing.assert_allclose(record.losses, descent(epochs=2, seed=3)[0], rtol=2e-5)
    assert record.history["loss"][0] == pytest.approx(
        np.average(record.losses[:5], weights=[8, 8, 8, 8, 5]), rel=1e-5
    )


@pytest.fixture
def float16():
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_a_gradient_too_small_for_float16_still_makes_a_step(float16, way):
    # 2e-8 is below the smallest float16, 6e-8; Keras's own optimizer scales it up and down again.
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    x, y = np.ones((1, 1), "float32"), np.full((1, 1), 1e-8, "float32")
    way.train(model, keras.losses.MeanSquaredError(), keras.optimizers.SGD(1e7), (x, y), verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(0.2, rel=1e-2)


@pytest.mark.parametrize("way", [fit, train_step, compiled_epoch], ids=name)
def test_in_mixed_precision_too_the_path_is_that_of_the_tape(float16, way):
    def losses(way):
        settings = {"epochs": 3, "batch_size": 8, "seed": 3, "verbose": 0}
        optimizer = keras.optimizers.SGD(0.2, momentum=0.8)
        return way.train(network(), crossentropy(), optimizer, (X, Y), **settings).losses

    tapes = losses(tape)
    np.testing.assert_allclose(losses(way), tapes, rtol=1e-3)
    np.testing.assert_allclose(tapes, descent(epochs=3, seed=3)[0], rtol=5e-3)


def rich_model():
    """With everything that a careless loop forgets: BatchNormalization, L2, dropout, an added loss."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(momentum=0.5),
            layers.Flatten(),
            layers.Dropout(0.3, seed=1),
            layers.ActivityRegularization(l2=1e-4),
            layers.Dense(10),
        ]
    )
    return model


@pytest.fixture(scope="module")
def records():
    """One training of the rich model by each way, on the same digits."""
    (x, y), validation = (part[:100] for part in digits().train), digits().validation
    results = {}
    for way in WAYS:
        model = rich_model()
        record = way.train(
            model,
            crossentropy(),
            keras.optimizers.Adam(0.01),
            (x, y),
            epochs=3,
            batch_size=32,
            seed=5,
            validation_data=validation,
            metrics=["accuracy"],
            verbose=0,
        )
        results[way] = record, [keras.ops.convert_to_numpy(v) for v in model.variables]
    return results


@pytest.mark.parametrize("way", WAYS[1:], ids=name)
def test_walks_the_path_of_the_tape(records, way):
    (ours, weights), (tapes, wanted) = records[way], records[tape]
    np.testing.assert_allclose(ours.losses, tapes.losses, rtol=1e-5)
    assert ours.epochs == tapes.epochs == [0, 4, 8]
    for a, b in zip(weights, wanted):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_history_is_the_one_of_fit(records, way):
    ours, fits = records[way][0].history, records[fit][0].history
    names = ["val_accuracy", "val_loss", "loss"] + ["accuracy"] * (way is not compiled_epoch)
    assert sorted(ours) == sorted(names)
    for key in names:
        np.testing.assert_allclose(ours[key], fits[key], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_the_loss_of_an_epoch_is_the_mean_over_samples_of_its_batches(records, way):
    record = records[way][0]
    means = [np.average(losses, weights=[32, 32, 32, 4]) for losses in record.by_epoch()]
    np.testing.assert_allclose(record.history["loss"], means, rtol=1e-5)
    assert record.seconds > 0


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_the_seed_decides_the_order(way):
    def losses(seed, **settings):
        loss, optimizer = crossentropy(), keras.optimizers.SGD(0.1)
        settings = {"batch_size": 8, "seed": seed, "verbose": 0, **settings}
        return way.train(network(), loss, optimizer, (X, Y), **settings).losses

    np.testing.assert_array_equal(losses(1), losses(1))
    assert not np.allclose(losses(1), losses(2))
    as_they_came = losses(1, shuffle=False)
    np.testing.assert_array_equal(as_they_came, losses(2, shuffle=False))
    assert not np.allclose(as_they_came, losses(1))


@pytest.mark.parametrize("way", [tape, fit, train_step], ids=name)
@pytest.mark.parametrize("form", ["data set", list])
def test_walks_batches_as_they_are(way, form):
    import tensorflow as tf

    batches = [(X[i : i + 8], Y[i : i + 8]) for i in range(0, 37, 8)]
    data = batches if form is list else tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)
    record = way.train(
        network(), crossentropy(), keras.optimizers.SGD(0.1), data, epochs=2, verbose=0
    )
    assert record.epochs == [0, 5]
    wanted = tape.train(
        network(),
        crossentropy(),
        keras.optimizers.SGD(0.1),
        (X, Y),
        epochs=2,
        batch_size=8,
        shuffle=False,
        verbose=0,
    )
    np.testing.assert_allclose(record.losses, wanted.losses, rtol=1e-5)


@pytest.mark.parametrize("way", [tape, fit, train_step, compiled_epoch], ids=name)
def test_a_batch_larger_than_the_data_is_one_short_batch(way):
    record = way.train(
        network(), crossentropy(), keras.optimizers.SGD(0.1), (X, Y), batch_size=100, verbose=0
    )
    assert record.losses.shape == (1,)


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_averaged_weights_are_taken_over_at_the_end(way):
    # Keras begins the average at the weights after the first step; after two it is half-way on.
    def weights(epochs, **settings):
        model, optimizer = network(), keras.optimizers.SGD(0.2, momentum=0.8, **settings)
        run = {"epochs": epochs, "batch_size": 100, "shuffle": False, "verbose": 0}
        way.train(model, crossentropy(), optimizer, (X, Y), **run)
        return model.get_weights()

    averaged = weights(2, use_ema=True, ema_momentum=0.5)
    for average, first, second in zip(averaged, weights(1), weights(2)):
        np.testing.assert_allclose(average, (first + second) / 2, rtol=1e-5, atol=1e-7)


def test_the_step_is_lent_to_the_model_and_taken_back():
    class Own(keras.Sequential):
        traced = 0

        def train_step(self, data):
            Own.traced += 1
            return super().train_step(data)

    model = Own([keras.Input((4,)), layers.Dense(3)])
    settings = {"batch_size": 37, "verbose": 0}
    train_step.train(model, crossentropy(), keras.optimizers.SGD(0.1), (X, Y), **settings)
    assert Own.traced == 0
    model.fit(X, Y, **settings)
    assert Own.traced == 1


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_pytorch_walks_the_same_path(optimizer):
    torch = pytest.importorskip("torch")
    (x, y), validation = (part[:200] for part in digits().train), digits().validation
    settings = {"epochs": 2, "batch_size": 64, "seed": 5, "verbose": 0}
    settings |= {"validation_data": validation, "metrics": ("accuracy",)}
    model = mini_cnn(seed=1)
    twin = torch_twin(model)
    # Adam adds its epsilon elsewhere in PyTorch; with none the two are the same algorithm.
    theirs = (
        torch.optim.SGD(twin.parameters(), 0.05, momentum=0.9)
        if optimizer == "SGD"
        else torch.optim.Adam(twin.parameters(), 1e-3, eps=1e-8)
    )
    ours = (
        keras.optimizers.SGD(0.05, momentum=0.9)
        if optimizer == "SGD"
        else keras.optimizers.Adam(1e-3, epsilon=1e-10)
    )
    torch_record = torch_loop.train(twin, torch.nn.CrossEntropyLoss(), theirs, (x, y), **settings)
    record = tape.train(model, crossentropy(), ours, (x, y), **settings)
    np.testing.assert_allclose(torch_record.losses, record.losses, rtol=5e-6)
    assert sorted(torch_record.history) == sorted(record.history)
    for key in ("loss", "val_loss"):
        np.testing.assert_allclose(torch_record.history[key], record.history[key], rtol=5e-6)
    for key in ("accuracy", "val_accuracy"):
        np.testing.assert_allclose(torch_record.history[key], record.history[key], atol=1e-6)


def test_pytorchs_module_is_in_the_mode_it_was_in_after_being_measured():
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Dropout(0.5))
    module.train()
    first = torch_loop.evaluate(module, torch.nn.CrossEntropyLoss(), (X, Y), 8)
    assert module.training
    assert first == torch_loop.evaluate(module, torch.nn.CrossEntropyLoss(), (X, Y), 8)


def test_pytorchs_module_trains_in_the_mode_for_it_and_is_measured_in_the_other():
    torch = pytest.importorskip("torch")
    modes = []

    class Spy(torch.nn.Linear):
        def forward(self, x):
            modes.append(self.training)
            return super().forward(x)

    module = Spy(4, 3).eval()
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    settings = {"epochs": 2, "batch_size": 37, "validation_data": (X, Y), "verbose": 0}
    torch_loop.train(module, torch.nn.CrossEntropyLoss(), optimizer, (X, Y), **settings)
    assert modes == [True, False, True, False]


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_a_loss_per_sample_is_refused_before_the_first_step(way):
    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    with pytest.raises(ValueError, match="one number per batch"):
        way.train(model, loss, keras.optimizers.SGD(0.1), (X, Y), verbose=0)
    for ours, start in zip(model.get_weights(), [W1, W2, np.zeros(3)]):
        np.testing.assert_allclose(ours, start, rtol=1e-6)


@pytest.mark.parametrize("way", WAYS, ids=name)
@pytest.mark.parametrize(
    "metrics",
    ["accuracy", keras.metrics.SparseCategoricalAccuracy("accuracy"), {"scores": ["accuracy"]}],
    ids=["name", "object", "dict"],
)
def test_a_single_metric_needs_no_list(way, metrics):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="scores")])
    settings = {"metrics": metrics, "validation_data": (X, Y), "verbose": 0}
    record = way.train(model, crossentropy(), keras.optimizers.SGD(0.1), (X, Y), **settings)
    assert "val_accuracy" in record.history


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_none_is_no_callback_and_no_metric(way):
    settings = {"metrics": None, "callbacks": None, "verbose": 0}
    record = way.train(network(), crossentropy(), keras.optimizers.SGD(0.1), (X, Y), **settings)
    assert record.history.keys() == {"loss"}


def test_none_is_no_metric_for_pytorchs_loop_either():
    torch = pytest.importorskip("torch")
    module, loss = torch.nn.Linear(4, 3), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    settings = {"metrics": None, "callbacks": None, "verbose": 0}
    record = torch_loop.train(module, loss, optimizer, (X, Y), **settings)
    assert record.history.keys() == {"loss"}


def test_a_model_with_a_step_of_its_own_gets_it_back():
    model = network()
    model.train_step = own = lambda data: {}
    train_step.train(model, crossentropy(), keras.optimizers.SGD(0.1), (X, Y), verbose=0)
    assert model.train_step is own


def test_pytorchs_loop_refuses_labels_that_would_be_broadcast():
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    start = module.weight.detach().clone()
    for loss in (torch.nn.MSELoss(), torch.nn.SoftMarginLoss(), torch.nn.functional.mse_loss):
        with pytest.raises(
            ValueError, match=r"(Loss|mse_loss) .*label of its own; got labels of shape"
        ):
            data = X, Y.astype("float32")
            torch_loop.train(module, loss, optimizer, data, verbose=0)
    assert torch.equal(module.weight, start)


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("sigmoid", [True, False])
def test_pytorchs_accuracy_of_a_yes_is_of_the_probability(sigmoid, flat):
    torch = pytest.importorskip("torch")

    class Own(torch.nn.BCELoss):
        pass

    last = [torch.nn.Sigmoid()] * sigmoid + [torch.nn.Flatten(0)] * flat
    module = torch.nn.Sequential(torch.nn.Linear(4, 1), *last)
    loss = Own() if sigmoid else torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(module.parameters(), 1e-9)
    y = (Y > 0).astype("float32")[:, None]
    weight, bias = (p.detach().numpy().copy() for p in module.parameters())
    settings = {"metrics": "accuracy", "verbose": 0}
    record = torch_loop.train(module, loss, optimizer, (X, y[:, 0] if flat else y), **settings)
    hits = ((X @ weight.T + bias > 0) == (y > 0)).mean()
    assert record.history["accuracy"][0] == pytest.approx(hits)


def pytorchs_accuracy(loss, outputs, y):
    """What the loop reports, and the logits that it is of: the steps are too small to matter."""
    import torch

    module = torch.nn.Linear(4, outputs)
    logits = module(torch.from_numpy(X)).detach().numpy()
    optimizer = torch.optim.SGD(module.parameters(), 1e-9)
    settings = {"metrics": "accuracy", "batch_size": 10, "verbose": 0}
    return torch_loop.train(module, loss, optimizer, (X, y), **settings).history["accuracy"], logits


def test_pytorchs_accuracy_of_one_hot_labels_is_that_of_their_classes():
    torch = pytest.importorskip("torch")
    loss = torch.nn.CrossEntropyLoss()
    accuracy, logits = pytorchs_accuracy(loss, 3, np.eye(3, dtype="float32")[Y])
    assert accuracy == [pytest.approx((logits.argmax(-1) == Y).mean())]


def test_pytorchs_accuracy_of_several_answers_is_the_share_of_right_ones():
    torch = pytest.importorskip("torch")
    y = np.stack([Y > 0, Y > 1], axis=-1).astype("float32")
    accuracy, logits = pytorchs_accuracy(torch.nn.BCEWithLogitsLoss(), 2, y)
    assert accuracy == [pytest.approx(((logits > 0) == y).mean())]


def test_labels_without_an_accuracy_are_refused_before_the_first_step():
    torch = pytest.importorskip("torch")
    module = torch.nn.Linear(4, 3)
    start = module.weight.detach().clone()
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    y = np.ones((len(X), 2), "float32")
    with pytest.raises(ValueError, match=r"'accuracy' .*labels of shape \(\d+, 2\)"):

        def loss(y_pred, y):
            return y_pred.mean() - y.mean()

        torch_loop.train(module, loss, optimizer, (X, y), metrics="accuracy", verbose=0)
    assert torch.equal(module.weight, start)
