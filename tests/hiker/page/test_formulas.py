"""The formulas of the page against the same in Python: losses, slopes, curvatures, walks, verdicts."""

import itertools
import math

import keras
import numpy as np
import pytest

from coursekit.hiker.page.references import KINDS, landscape
from coursekit.hiker.surfaces import SURFACES
from coursekit.hiker.verdict import verdict
from coursekit.hiker.walk import walk

ALL = [*SURFACES, "digits", "scaled digits"]


def points_on(name, count=20):
    low, high = np.transpose(landscape(name).limits)
    return np.random.default_rng(0).uniform(low, high, (count, 2))


def asked(formulas, expression, *arguments):
    """What the page computes; its arrays as float64."""
    return np.array(formulas.execute_script(f"return {expression}", *arguments), float)


@pytest.mark.parametrize("name", ALL)
def test_losses_are_those_of_python(formulas, name):
    points = points_on(name)
    found = asked(
        formulas,
        "arguments[1].map((p) => landscapeOf(arguments[0]).loss(p))",
        name,
        points.tolist(),
    )
    np.testing.assert_allclose(found, landscape(name).heights(*points.T), rtol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_gradients_are_the_slopes_of_the_losses(formulas, name):
    points, h = points_on(name), 1e-5
    found = asked(
        formulas,
        "arguments[1].map((p) => landscapeOf(arguments[0]).gradient(p))",
        name,
        points.tolist(),
    )
    heights = landscape(name).heights
    x, y = points.T
    across = (heights(x + h, y) - heights(x - h, y)) / (2 * h)
    along = (heights(x, y + h) - heights(x, y - h)) / (2 * h)
    np.testing.assert_allclose(found, np.stack([across, along], 1), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_curvature_is_the_largest_eigenvalue(formulas, name):
    points = points_on(name)
    found = asked(
        formulas,
        "arguments[1].map((p) => curvature(landscapeOf(arguments[0]), p))",
        name,
        points.tolist(),
    )
    wanted = [landscape(name).curvatures(*point)[1] for point in points]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


def test_curvature_in_a_scale_is_that_of_the_stretched_map(formulas):
    xx, xy, yy = SURFACES["beale"].hessian(0.5, -0.5)
    root = np.diag(1 / np.sqrt([2.0, 5.0]))
    wanted = np.linalg.eigvalsh(root @ [[xx, xy], [xy, yy]] @ root).max()
    found = asked(formulas, "curvature(landscapeOf('beale'), [0.5, -0.5], [2, 5])")
    assert found == pytest.approx(wanted, rel=1e-4)


def test_a_slope_over_a_batch_is_the_mean_over_its_images(formulas):
    where = landscape("digits")
    rows = [3, 200, 200, 356]
    found = asked(formulas, "landscapeOf('digits').gradient([1.5, -2], arguments[0])", rows)
    np.testing.assert_allclose(found, where.gradient(1.5, -2.0, rows), rtol=1e-6)


# Not the walks that the page compares itself with.
OTHER_WALKS = [
    ("saddle", "sgd", {"learning_rate": 0.2}),
    ("himmelblau", "momentum", {"learning_rate": 0.003, "momentum": 0.7}),
    ("ravine", "momentum", {"learning_rate": 0.01, "momentum": 0.95, "nesterov": True}),
    ("rosenbrock", "rmsprop", {"learning_rate": 0.003, "rho": 0.7}),
    ("scaled digits", "adam", {"learning_rate": 1.0, "epsilon": 1e-3}),
]


@pytest.mark.parametrize("name, key, settings", OTHER_WALKS)
def test_walks_the_path_of_keras(formulas, name, key, settings):
    where = landscape(name)
    wanted = walk(where.function, KINDS[key](**settings), where.start, 40)
    found = formulas.execute_script(
        """const [name, key, settings, start] = arguments;
        return walk(landscapeOf(name), new OPTIMIZERS[key].kind(settings), start, 40).path""",
        name,
        key,
        settings,
        where.start,
    )
    np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-4)


def walk_of_a_kind(k, random):
    """Spirals that shrink or grow, with noise and a few long steps: every word comes up."""
    t = np.arange(random.integers(2, 60))
    turn, shrink = random.uniform(0, math.pi), random.uniform(0.8, 1.01)
    path = (shrink**t * np.exp(1j * turn * t * (k % 3 > 0)))[:, None].view(float)
    path += random.normal(scale=random.choice([0, 1e-4, 0.02]), size=path.shape)
    path[random.random(len(path)) < 0.1] *= random.choice([1, 0.3])
    losses = (path**2).sum(1) - 0.25
    if k % 20 == 0:
        losses[-1] = [np.inf, np.nan][k // 20 % 2]
    return path.tolist(), losses.tolist()


def test_verdicts_are_those_of_python(formulas):
    random = np.random.default_rng(1)
    walks = [walk_of_a_kind(k, random) for k in range(300)]
    slight = [0.0 if k % 2 else 0.1 for k in range(len(walks))]
    wanted = [verdict(path, losses, -0.25, some) for (path, losses), some in zip(walks, slight)]
    words = [one.word for one in wanted]
    assert min(words.count(word) for word in ("creeps", "descends", "zigzags", "diverges")) > 10
    given = [
        (path, [x if math.isfinite(x) else None for x in losses], some)
        for (path, losses), some in zip(walks, slight)
    ]
    found = formulas.execute_script(
        """return arguments[0].map(([path, losses, slight]) => {
          const one = verdict(stridesOf(path), losses.map((loss) => loss ?? NaN), -0.25, slight);
          return [one.word, one.arrived, one.zigzag, one.turns, one.left];
        })""",
        given,
    )
    assert [row[:2] for row in found] == [[one.word, one.arrived] for one in wanted]
    numbers = np.array([row[2:] for row in found], float)
    np.testing.assert_allclose(numbers, [one[1:4] for one in wanted], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "momentum, nesterov, limit", [(0, False, 2), (0.9, False, 3.8), (0.9, True, 3.8 / 2.8)]
)
def test_beyond_its_limit_a_walk_swings_up_and_below_it_does_not(
    formulas, momentum, nesterov, limit
):
    ends = formulas.execute_script(
        """const [momentum, nesterov, limit] = arguments;
        return [0.98, 1.02].map((share) => {
          const settings = { learning_rate: (share * limit) / 25, momentum, nesterov };
          const { path, gauges, limit: own } = walk(landscapeOf("ravine"), new SGD(settings), [-4, 1], 2000);
          return [Math.abs(path.at(-1)[1]), gauges[0], own];
        })""",
        momentum,
        nesterov,
        limit,
    )
    (below, gauge, own), (above, *_) = ends
    assert below < 1e-3 and above > 1e3
    assert own == pytest.approx(limit) and gauge == pytest.approx(0.98 * limit, rel=1e-4)


def test_the_limit_of_adam_is_where_its_momentum_swings_up(formulas):
    # With β₂ so near 1 its mean square stays at 1: what is left is momentum.
    swings = formulas.execute_script(
        """return [0.97, 1.03].map((share) => {
          const adam = new Adam({ beta_2: 1 - 1e-15, epsilon: 0 });
          adam.t = 1e9;
          adam.v = [0, 1].map(() => 1 - adam.beta_2 ** adam.t);
          adam.learning_rate = (share * adam.limit) / 25;
          const { path, gauges } = walk(landscapeOf("ravine"), adam, [0, 1e-12], 60);
          return [Math.abs(path.at(-1)[1]) / 1e-12, gauges[0] / adam.limit];
        })"""
    )
    (below, gauge), (above, _) = swings
    assert below < 0.5 and above > 1e3
    assert gauge == pytest.approx(0.97, rel=1e-3)


@pytest.mark.parametrize("key, rate, beta", [("adam", 0.15, 0.9), ("rmsprop", 0.05, 0.0)])
def test_gauges_are_in_the_scale_of_the_steps_of_keras(formulas, key, rate, beta):
    # Keras's steps say the scale: step = −rate · mean slope / scale. From the first step on.
    where, steps = landscape("ravine"), 8
    path = walk(where.function, KINDS[key](rate), where.start, steps).astype(float)
    hessian = np.diag([1.0, 25.0])  # everywhere, and the slope is it times the place
    mean, wanted = np.zeros(2), []
    for here, there in itertools.pairwise(path):
        mean = beta * mean + (1 - beta) * hessian @ here
        root = np.diag(1 / np.sqrt(rate * mean / (here - there)))
        wanted.append(rate * np.linalg.eigvalsh(root @ hessian @ root).max())
    found = formulas.execute_script(
        """const [key, rate, start, steps] = arguments;
        return walk(landscapeOf("ravine"), new OPTIMIZERS[key].kind({ learning_rate: rate }), start, steps).gauges""",
        key,
        rate,
        where.start,
        steps,
    )
    np.testing.assert_allclose(found[:steps], wanted, rtol=1e-3)


def test_an_epoch_of_batches_visits_every_image_once(formulas):
    batches = np.array(formulas.execute_script("return batchesOf(7, 60, 12, 10)"))
    assert batches.shape == (10, 12)
    for epoch in batches.reshape(2, 60):
        assert sorted(epoch) == list(range(60))
    assert not np.array_equal(batches[:5], batches[5:])


def test_a_seed_decides_the_batches(formulas):
    first, again, other = formulas.execute_script(
        "return [1, 1, 2].map((seed) => batchesOf(seed, 357, 16, 20))"
    )
    assert first == again != other


def test_the_lines_of_a_contour_lie_at_its_height(formulas):
    pieces = formulas.execute_script(
        """const bowl = { loss: ([x, y]) => x ** 2 + 4 * y ** 2 };
        return contour(gridOf(bowl, [[-2, 2], [-1.5, 1.5]], 101), 1.7)"""
    )
    ends = np.reshape(pieces, (-1, 2))
    assert len(ends) > 100
    np.testing.assert_allclose(ends[:, 0] ** 2 + 4 * ends[:, 1] ** 2, 1.7, atol=0.01)


def test_keras_is_the_real_one():
    assert all(kind.__module__.startswith("keras.") for kind in KINDS.values())
    assert keras.optimizers.Adam is KINDS["adam"]
