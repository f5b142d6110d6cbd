import keras
import numpy as np
import pytest

from coursekit.data import digits
from coursekit.hiker.grid import losses_on_grid
from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.plane import Plane
from coursekit.models import mini_cnn

X, Y = (part[:70] for part in digits().train)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def row(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def evaluated(model):
    model.compile(loss=LOSS)
    return model.evaluate(X, Y, batch_size=70, verbose=0)


def test_is_what_model_evaluate_says_of_each_row():
    models = [mini_cnn(seed=seed) for seed in range(2)]
    losses = LossAt(models[0], LOSS, (X, Y))([row(model) for model in models])
    np.testing.assert_allclose(losses, [evaluated(model) for model in models], rtol=1e-6)
    assert losses.std() > 1e-3


def test_changes_nothing_in_the_model_and_knows_averages_as_they_are():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
            keras.layers.BatchNormalization(),
        ]
    )
    model.layers[-1].moving_mean.assign(np.linspace(-1, 1, 10))
    before = model.get_weights()
    row = np.concatenate([np.ravel(weight) for weight in model.trainable_variables])
    losses = LossAt(model, LOSS, (X, Y))([row, 0.5 * row])
    assert losses[0] == pytest.approx(evaluated(model), rel=1e-6) and losses[1] != losses[0]
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_point_of_the_grid_is_the_network_with_those_weights():
    model, end = mini_cnn(seed=0), mini_cnn(seed=1)
    start, way = row(model), row(end) - row(model)
    across = np.random.default_rng(0).normal(size=way.shape)
    across -= across @ way / (way @ way) * way
    length = np.linalg.norm(way)
    plane = Plane(start, np.stack([way / length, across / np.linalg.norm(across)]), np.ones(2) / 2)
    told = []
    grid = losses_on_grid(
        LossAt(model, LOSS, (X, Y)), plane, [0, length / 2, length], [-1, 0], lambda: told.append(1)
    )
    assert grid.shape == (2, 3) and len(told) == 2
    assert grid[1, 0] == pytest.approx(evaluated(model), rel=1e-6)
    assert grid[1, 2] == pytest.approx(evaluated(end), rel=1e-5)
    sizes = np.cumsum([weight.size for weight in end.get_weights()])[:-1]
    parts = np.split(plane.lift([(length / 2, -1)])[0], sizes)
    end.set_weights([part.reshape(w.shape) for part, w in zip(parts, end.get_weights())])
    assert grid[0, 1] == pytest.approx(evaluated(end), rel=1e-5)
