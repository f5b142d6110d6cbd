import keras
import numpy as np
import pytest

from coursekit.data import digits
from coursekit.hiker.trajectories import trajectories
from coursekit.models import mini_cnn
from coursekit.training.batches import order_of_epoch

X, Y = digits().train
IMAGES = X[:50], Y[:50]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def row(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


@pytest.mark.parametrize(
    "make", [lambda: keras.optimizers.SGD(0.1, momentum=0.9), lambda: keras.optimizers.Adam(0.003)]
)
def test_thirty_steps_are_those_of_keras_fit(make):
    model = mini_cnn(seed=3)
    walk, *_ = trajectories(model, LOSS, make(), (X[:320], Y[:320]), IMAGES, epochs=3, seed=5)
    model.compile(make(), LOSS)
    wanted = [row(model)]
    for epoch in range(3):
        order = order_of_epoch(320, 5, epoch)
        keep = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: wanted.append(row(model))
        )
        model.fit(X[order], Y[order], batch_size=32, shuffle=False, verbose=0, callbacks=[keep])
    assert len(wanted) == 31 and walk.weights.shape == (31, 13706) and not walk.diverged
    np.testing.assert_allclose(walk.weights, wanted, atol=2e-5)
    assert walk.losses[-1] == pytest.approx(float(LOSS(IMAGES[1], model(IMAGES[0]))), rel=1e-4)


def test_is_gradient_descent_as_worked_out_in_numpy():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(64, 2)), random.normal(size=(64, 1))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[1.0], [-2.0]])])
    (walk,) = trajectories(
        model, keras.losses.MeanSquaredError(), keras.optimizers.SGD(), (x, y), (x, y), [0.05],
        epochs=4, batch_size=8, seed=1,
    )  # fmt: skip
    w, wanted = np.array([[1.0], [-2.0]]), [[1.0, -2.0]]
    for epoch in range(4):
        for batch in np.split(order_of_epoch(64, 1, epoch), 8):
            error = x[batch] @ w - y[batch]
            w = w - 0.05 * 2 * x[batch].T @ error / 8
            wanted.append(w.ravel())
    np.testing.assert_allclose(walk.weights, wanted, rtol=1e-4, atol=1e-6)
    losses = [np.square(x @ np.array(w) - y.ravel()).mean() for w in wanted]
    np.testing.assert_allclose(walk.losses, losses, rtol=1e-4)


def test_every_rate_begins_at_the_start_and_the_model_is_put_back():
    model = mini_cnn(seed=0)
    start = row(model)
    walks = list(
        trajectories(model, LOSS, keras.optimizers.Adam(), (X, Y), IMAGES, [1e-3, 1e-2], epochs=1)
    )
    assert all(np.array_equal(walk.weights[0], start) for walk in walks)
    assert walks[0].losses[0] == walks[1].losses[0]
    assert not np.allclose(walks[0].weights[-1], walks[1].weights[-1])
    assert np.array_equal(row(model), start)


def test_one_that_diverges_ends_with_its_last_numbers():
    x, y = np.full((40, 1), 10.0), np.ones((40, 1))
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    loss = keras.losses.MeanSquaredError()
    (walk,) = trajectories(model, loss, keras.optimizers.SGD(), (x, y), (x, y), [1e3], 1, 2)
    assert walk.diverged and 1 < len(walk.losses) < 21
    assert np.isfinite(walk.losses).all() and len(walk.weights) == len(walk.losses)


def test_a_rate_that_is_none_gets_a_sentence():
    with pytest.raises(ValueError, match="learning rate|learning_rate"):
        list(trajectories(mini_cnn(), LOSS, keras.optimizers.SGD(), (X, Y), IMAGES, [-1.0]))
