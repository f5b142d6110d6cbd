import keras
import numpy as np
import pytest
import tensorflow as tf

from coursekit import optimizers
from coursekit.hiker.exact_map import ExactMap
from coursekit.hiker.surfaces import SURFACES
from coursekit.hiker.verdict import verdict
from coursekit.hiker.walk import Walker, walk
from coursekit.lab.contenders import CONTENDERS

RAVINE = SURFACES["ravine"]
CURVATURE = np.array([1.0, 25.0])


def test_descent_in_the_ravine_is_a_power_of_its_curvatures():
    path = walk(RAVINE.function, keras.optimizers.SGD(0.07), (-4.0, 1.0), steps=30)
    t = np.arange(31)[:, None]
    np.testing.assert_allclose(path, [-4.0, 1.0] * (1 - 0.07 * CURVATURE) ** t, rtol=2e-4)


def test_momentum_walks_the_recursion_of_polyak():
    path = walk(RAVINE.function, optimizers.SGD(0.02, momentum=0.9), (-4.0, 1.0), steps=30)
    theta, v, want = np.array([-4.0, 1.0]), np.zeros(2), []
    for _ in range(31):
        want.append(theta)
        v = 0.9 * v - 0.02 * CURVATURE * theta
        theta = theta + v
    np.testing.assert_allclose(path, want, atol=1e-4)


def test_a_second_walk_remembers_nothing_of_the_first():
    # The first steps of Adam depend on its moments and its count: what is left over would show.
    walker = Walker(RAVINE.function, optimizers.Adam(0.1))
    first = walker.walk((-4.0, 1.0), steps=20)
    walker.walk((2.0, -1.0), steps=7, learning_rate=1.0)
    np.testing.assert_array_equal(walker.walk((-4.0, 1.0), 20, learning_rate=0.1), first)


def test_a_new_number_of_steps_or_rate_traces_nothing_again():
    traces = []

    def function(x, y):
        traces.append(1)
        return x**2 + y**2

    walker = Walker(function, keras.optimizers.SGD(0.1))
    walker.walk((1.0, 1.0), steps=3)
    once = len(traces)
    walker.walk((2.0, 1.0), steps=5, learning_rate=0.2)
    assert len(traces) == once > 0


def test_what_leaves_all_numbers_stays_in_the_rows():
    path = walk(lambda x, y: x**4 + y**2, keras.optimizers.SGD(1.0), (3.0, 1.0), steps=20)
    assert len(path) == 21
    assert np.isfinite(path[:3]).all()
    assert not np.isfinite(path[-1, 0])


def test_every_step_sees_its_own_batch():
    rows = tf.constant([1.0, 10.0, 100.0])
    path = walk(
        lambda x, y, batch: x * tf.reduce_sum(tf.gather(rows, batch)) + 0 * y,
        keras.optimizers.SGD(1.0),
        (0.0, 0.0),
        steps=2,
        batches=[[0, 2], [1, 1]],
    )
    assert path[:, 0].tolist() == [0.0, -101.0, -121.0]


def test_a_schedule_is_followed():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.5, 0.25])
    path = walk(lambda x, y: x + 0 * y, keras.optimizers.SGD(schedule), (0.0, 0.0), steps=3)
    assert path[:, 0].tolist() == [0.0, -0.5, -0.75, -1.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": (1.0, np.inf)}, "two finite numbers"),
        ({"start": (1.0, 2.0, 3.0)}, "two finite numbers"),
        ({"steps": 0}, "at least one step; got steps=0"),
        ({"learning_rate": -1.0}, "-1"),
        ({"batches": [[0]]}, "3 steps wants a batch for each of them; got 1"),
    ],
)
def test_an_error_says_what_came(arguments, message):
    walker = Walker(lambda x, y: x + y, keras.optimizers.SGD(0.1))
    with pytest.raises(ValueError, match=message):
        walker.walk(**{"start": (0.0, 0.0), "steps": 3, **arguments})


def test_an_optimizer_that_was_used_is_refused():
    optimizer = keras.optimizers.SGD(0.1)
    walk(RAVINE.function, optimizer, (1.0, 1.0), 1)
    with pytest.raises(ValueError, match="fresh optimizer.*got a SGD"):
        walk(RAVINE.function, optimizer, (1.0, 1.0), 1)


@pytest.mark.parametrize("place", [*SURFACES.values(), ExactMap()], ids=lambda place: place.name)
def test_at_the_rates_of_a_place_nobody_diverges_and_all_end_on_the_map(place):
    for contender in CONTENDERS.values():
        optimizer = contender.kind(learning_rate=place.rates[contender.key], **contender.settings)
        path = walk(place.function, optimizer, place.start, steps=150)
        assert verdict(path, place.heights(*path.T), place.lowest).word != "diverges"
        (left, right), (below, above) = place.limits
        assert left < path[-1, 0] < right and below < path[-1, 1] < above
