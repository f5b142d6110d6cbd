import functools

import keras
import numpy as np
import pytest

from coursekit.data import digits
from coursekit.hiker.hikers import hikers
from coursekit.hiker.joint_map import joint_map, walk, who_got_down
from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.minima import minima
from coursekit.hiker.plane import joint_plane
from coursekit.hiker.trajectories import Trajectory
from coursekit.models import mini_cnn

X, Y = (part[:640] for part in digits().train)
IMAGES = X[:100], Y[:100]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
WHO = hikers(["adam:0.01,sgd:3,momentum:0.1"])


@pytest.fixture(scope="module")
def walked():
    model = mini_cnn(seed=0)
    walks = walk(model, LOSS, WHO, (X, Y), IMAGES, epochs=2)
    loss_at = LossAt(model, LOSS, IMAGES)
    return loss_at, walks, joint_map(loss_at, [one.name for one in WHO], walks, size=7)


@functools.cache
def judge():
    """One network for all questions, since each new one is traced."""
    model = mini_cnn()
    model.compile(loss=LOSS)
    return model


def loss_of(row):
    model = judge()
    sizes = np.cumsum([weight.size for weight in model.get_weights()])[:-1]
    parts = zip(np.split(row, sizes), model.get_weights())
    model.set_weights([part.reshape(weight.shape) for part, weight in parts])
    return model.evaluate(*IMAGES, batch_size=100, verbose=0)


def test_hikers_come_in_the_order_they_were_named_in(walked):
    _, walks, found = walked
    assert found.names.tolist() == ["Adam, 0.01", "SGD, 3", "SGD + momentum, 0.1"]
    (alone,) = walk(mini_cnn(seed=0), LOSS, WHO[2:], (X, Y), IMAGES, epochs=2)
    np.testing.assert_allclose(walks[2].weights, alone.weights, atol=1e-6)


def test_the_plane_is_that_of_those_who_got_down(walked):
    _, walks, found = walked
    assert found.fitted.tolist() == [True, False, True]
    plane = joint_plane([walks[0].weights, walks[2].weights])
    np.testing.assert_allclose(found.points[0], plane.project(walks[0].weights), atol=1e-6)
    moves = np.square(walks[0].weights - walks[0].weights[0]).sum()
    assert found.seen[0] == pytest.approx(np.square(found.points[0]).sum() / moves, rel=1e-6)
    both = found.moved[::2] @ found.seen[::2] / found.moved[::2].sum()
    assert both == pytest.approx(plane.shares.sum(), rel=1e-6)
    assert found.seen_of_all < both  # the way of the one between is hardly seen


def test_both_losses_are_what_model_evaluate_says(walked):
    _, walks, found = walked
    plane = joint_plane([walks[0].weights, walks[2].weights])
    for i, step in [(0, 40), (1, 3), (2, 20), (2, 40), (0, 0)]:
        assert found.losses[i, step] == pytest.approx(loss_of(walks[i].weights[step]), rel=1e-4)
        (below,) = plane.lift(found.points[i, step : step + 1])
        assert found.map_losses[i, step] == pytest.approx(loss_of(below), rel=1e-4)
    (corner,) = plane.lift([(found.x[-1], found.y[2])])
    assert found.grid[2, -1] == pytest.approx(loss_of(corner), rel=1e-4)


def test_the_grid_holds_every_path_that_the_plane_was_laid_through(walked):
    _, _, found = walked
    points = found.points[found.fitted].reshape(-1, 2)
    assert (points > (found.x[0], found.y[0])).all() and (points < (found.x[-1], found.y[-1])).all()
    sides = np.ptp(found.x), np.ptp(found.y)
    assert min(sides) >= 0.75 * max(sides) - 1e-9


def fake(*losses, diverged=False):
    weights = np.zeros((len(losses), 2), "float32")
    return Trajectory(weights, np.array(losses), diverged)


def test_who_got_down_is_told_by_half_of_the_best_way_in_log_loss():
    walks = [fake(2.0, 0.02), fake(2.0, 0.19), fake(2.0, 0.21), fake(2.0, 0.01, diverged=True)]
    assert who_got_down("abcd", walks) == [True, True, False, False]
    with pytest.raises(ValueError, match="at least one training that learns.*of a, b none ends"):
        who_got_down("ab", [fake(2.0, 1.9), fake(2.0, 0.1, diverged=True)])


def test_a_minimum_is_shown_round_where_the_training_ended(walked):
    loss_at, walks, _ = walked
    found = minima(loss_at, ["Adam"], walks[:1], size=3, reach=0.5)
    assert found.steps.tolist() == [-0.5, 0, 0.5] and found.grids.shape == (1, 3, 3)
    assert found.grids[0, 1, 1] == pytest.approx(loss_of(walks[0].weights[-1]), rel=1e-4)
    assert found.losses[0] == pytest.approx(found.grids[0, 1, 1], rel=1e-4)
    # the curvature along any line, here by second differences, is at most the sharpness
    end, h = walks[0].weights[-1].astype(float), 0.05
    line = np.random.default_rng(0).normal(size=end.shape)
    line /= np.linalg.norm(line)
    bend = (loss_of(end + h * line) + loss_of(end - h * line) - 2 * loss_of(end)) / h**2
    assert bend < found.sharpness[0] and found.sharpness[0] > 1


def test_who_diverged_has_no_minimum(walked):
    loss_at, walks, _ = walked
    gone = walks[1]._replace(diverged=True)
    found = minima(loss_at, ["SGD", "Adam"], [gone, walks[0]], size=3)
    assert found.names.tolist() == ["Adam"] and found.grids.shape == (1, 3, 3)
    assert found.losses.tolist() == [walks[0].losses[-1]] and found.sharpness.shape == (1,)


@pytest.mark.parametrize(
    "text, says",
    [
        ("adam,adamax", "no optimizer called 'adamax'"),
        ("", "no name in ''. Choose from sgd, momentum"),
        (" , ", "no name in ' , '"),
        ("sgd:fast", "a positive number as in sgd:0.1; got sgd:fast"),
        ("sgd:-1", "positive number.*got sgd:-1"),
        ("sgd:nan", "positive number.*got sgd:nan"),
    ],
)
def test_a_hiker_that_is_none_gets_a_sentence(text, says):
    with pytest.raises(ValueError, match=says):
        hikers([text])
