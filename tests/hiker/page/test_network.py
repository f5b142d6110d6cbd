"""What the page holds of the small CNN, against a training by hand with Keras."""

import json

import keras
import numpy as np
import pytest

from coursekit.data import digits
from coursekit.hiker.hikers import RATES as BEST
from coursekit.hiker.page.network import IMAGES, WALKERS, network
from coursekit.hiker.verdict import verdict
from coursekit.lab.contenders import CONTENDERS
from coursekit.models import mini_cnn
from coursekit.training.batches import order_of_epoch


def weights_of(model):
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


@pytest.fixture(scope="module")
def trained():
    """The CNN after 0, 1, 2, … steps of one epoch of SGD at 0.316: (loss, weights) each."""
    model = mini_cnn(seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.316), loss)
    images, labels = digits().train

    def state():
        seen = model.evaluate(images[:IMAGES], labels[:IMAGES], batch_size=IMAGES, verbose=0)
        return seen, weights_of(model)

    states = [state()]
    order = order_of_epoch(len(images), 0, 0)
    for start in range(0, len(order) - 31, 32):
        batch = order[start : start + 32]
        model.train_on_batch(images[batch], labels[batch])
        states.append(state())
    return states


def test_the_losses_are_those_of_keras(data, trained):
    (first, _), *_, (last, _) = trained
    (sgd,) = data["network"]["hikers"]["sgd"]
    assert sgd["losses"][0] == pytest.approx(first, rel=1e-3)
    assert sgd["losses"][-1] == pytest.approx(last, rel=1e-3) != first
    assert len(sgd["losses"]) == len(sgd["path"]) == data["network"]["steps"] + 1 == 38


def test_seen_and_hidden_movement_make_up_the_way_of_the_weights(data, trained):
    (_, start), *_, (_, end) = trained
    (sgd,) = data["network"]["hikers"]["sgd"]
    whole = np.square(end - start).sum()
    seen = np.square(sgd["path"][-1]).sum()
    assert 0 < seen < whole
    assert sgd["hidden"][-1] == pytest.approx(1 - seen / whole, abs=0.01)


def test_the_page_judges_the_loss_alone(formulas, trained):
    losses = [loss for loss, _ in trained]
    found = formulas.execute_script(
        """const [hiker] = DATA.network.hikers.sgd;
        return hiker.losses.map((_, step) => step && verdict([], hiker.losses.slice(0, step + 1), 0))"""
    )
    still = np.zeros((len(losses), 2))  # a path that leads nowhere does not turn
    for step in range(1, len(losses)):
        wanted = verdict(still[: step + 1], losses[: step + 1], 0.0)
        assert found[step]["word"] == wanted.word, step
        if wanted.word != "diverges":
            assert found[step]["turns"] == wanted.turns == 0


def test_a_walk_that_left_all_numbers_is_filled_up_with_none(data):
    whole, broken = data["network"]["hikers"]["momentum"]
    assert broken["away"][-1] == 1
    assert broken["losses"][-1] is None and broken["path"][-1] == [None, None]
    assert len(broken["losses"]) == len(broken["away"]) == len(whole["losses"])


def test_off_the_map_is_steeper_than_sixty_degrees_or_beyond_its_edge(data):
    low, high = np.transpose(data["network"]["limits"])
    found = []
    for hiker in (each for some in data["network"]["hikers"].values() for each in some):
        place, hidden = np.array(hiker["path"], float), np.array(hiker["hidden"], float)
        inside = ((low <= place) & (place <= high)).all(axis=1)
        sure = ~(np.abs(hidden - 0.75) < 0.006)  # the page has two digits; cos² 60° = 1 − 0.75
        away = np.array(hiker["away"], bool)
        assert (away == ~(inside & (hidden < 0.75)))[sure].all()
        found += away.tolist()
    assert 0 < sum(found) < len(found)


def test_the_map_holds_the_paths_of_the_plane(data):
    network = data["network"]
    (left, right), (bottom, top) = network["limits"]
    for key in network["hikers"]:
        x, y = np.transpose(network["hikers"][key][0]["path"])
        assert left < x.min() and x.max() < right and bottom < y.min() and y.max() < top
    assert np.shape(network["grid"]["z"]) == (7, 7)


def test_the_page_is_small(page, data):
    walks = sum(len(each) for each in data["network"]["hikers"].values())
    network = len(json.dumps(data["network"]))
    # 186 places of each walk instead of 38, and 41 × 41 heights instead of 7 × 7
    whole = page.stat().st_size + network * (len(WALKERS) / walks * 186 / 38) + 10 * 41**2
    assert whole < 400_000


def test_everybody_walks_at_every_rate_of_the_lab():
    told = []
    found = network(lambda: told.append(1), epochs=1, size=3)
    for key, best in BEST.items():
        rates = [hiker["rate"] for hiker in found["hikers"][key]]
        assert rates == list(CONTENDERS[key].rates) and best in rates
        assert all(len(hiker["losses"]) == found["steps"] + 1 for hiker in found["hikers"][key])
    assert found["rates"] == BEST and len(told) == len(WALKERS) + 3
