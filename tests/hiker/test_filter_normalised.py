import numpy as np

from coursekit.hiker.filter_normalised import filter_normalised_slice
from coursekit.models import mini_cnn


def test_every_filter_of_a_direction_is_as_long_as_the_network_s_own():
    model = mini_cnn(seed=0)
    weights = model.get_weights()
    weights[1] = np.ones_like(weights[1])  # a bias that is not zero
    around = filter_normalised_slice(weights, seed=3)
    sizes = np.cumsum([weight.size for weight in weights])[:-1]
    for direction in around.directions:
        for d, weight in zip(np.split(direction, sizes), weights):
            d = d.reshape(weight.shape)
            if weight.ndim == 1:
                assert not d.any()
                continue
            for i in range(weight.shape[-1]):
                own, wanted = np.linalg.norm(d[..., i]), np.linalg.norm(weight[..., i])
                np.testing.assert_allclose(own, wanted, rtol=1e-6)
                assert not np.allclose(d[..., i], weight[..., i])
    one, two = around.directions / np.linalg.norm(around.directions, axis=1, keepdims=True)
    assert abs(one @ two) < 0.1  # drawn apart


def test_a_slice_begins_at_the_weights_and_its_seed_decides_it():
    weights = mini_cnn(seed=0).get_weights()
    around = filter_normalised_slice(weights, seed=3)
    row = np.concatenate([weight.ravel() for weight in weights])
    moved = around.lift([(0, 0), (2, -1)])
    np.testing.assert_array_equal(moved[0], row)
    one, two = around.directions
    np.testing.assert_allclose(moved[1] - row, 2 * one - two, atol=1e-6)
    again, other = (filter_normalised_slice(weights, seed=s).directions for s in (3, 4))
    assert np.array_equal(around.directions, again) and not np.allclose(other, again)
