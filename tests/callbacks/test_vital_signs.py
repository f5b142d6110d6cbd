"""The vital signs of trainings whose numbers are known beforehand."""

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.callbacks import VitalSigns
from coursekit.callbacks.vital_signs import neighbour_agreement

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(64, 4)).astype("float32"), RNG.integers(0, 3, 64)


def model(**settings):
    made = keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3, **settings)]
    )
    made.compile(
        keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    return made


def signs_of(made, x=X, y=Y, **arguments):
    signs = VitalSigns(x, y)
    made.fit(x, y, verbose=0, callbacks=[signs], **arguments)
    return signs.signs


def test_the_first_loss_of_equal_outputs_is_that_of_guessing():
    assert signs_of(model(kernel_initializer="zeros"))["first_loss"] == pytest.approx(np.log(3))


def test_a_sum_has_a_loss_and_a_gradient_as_many_times_as_large_as_the_batch():
    mean, total = model(), model()
    total.set_weights(mean.get_weights())
    total.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum"),
    )
    one, other = signs_of(mean), signs_of(total)
    for name in ("first_loss", "gradient_norm"):
        assert other[name] == pytest.approx(32 * one[name], rel=1e-4)


def test_a_loss_given_by_its_name_is_measured_as_fit_has_it():
    made = model(activation="softmax")
    made.compile("sgd", "sparse_categorical_crossentropy")
    found = made.evaluate(X[:32], Y[:32], verbose=0)
    assert signs_of(made)["first_loss"] == pytest.approx(found, rel=1e-5)


def test_the_first_step_is_the_rate_times_the_gradient():
    made = model()
    length = np.sqrt(sum((w**2).sum() for w in made.get_weights()))
    signs = signs_of(made, X[:32], Y[:32], batch_size=32, shuffle=False)
    assert signs["first_step"] == pytest.approx(0.1 * signs["gradient_norm"] / length, rel=1e-4)


def test_dead_units_and_a_favourite_class_are_shares():
    made = model()
    kernel, bias, *_ = made.get_weights()
    bias[:6] = -1000.0
    made.set_weights([kernel, bias, np.zeros((8, 3)), np.array([0.0, 0.0, 50.0])])
    made.optimizer.learning_rate = 0.0
    signs = signs_of(made)
    assert signs["dead_share"] == 0.75
    assert signs["most_predicted_share"] == 1.0
    assert signs["output_range"] == 50.0
    assert signs["weight_growth"] == 1.0


def test_weights_that_were_frozen_too_late_are_seen_to_move():
    made = model()
    made.fit(X, Y, verbose=0)
    made.layers[0].trainable = False
    assert signs_of(made)["frozen_change"] > 1e-4
    made.compile(made.optimizer, made.loss)
    assert signs_of(made)["frozen_change"] == 0.0


def test_neighbours_agree_if_labels_follow_the_samples_and_not_if_they_are_shuffled():
    x = np.repeat(np.arange(10.0), 30)[:, None] + 0.01 * RNG.normal(size=(300, 1))
    y = np.repeat(np.arange(10), 30)
    assert neighbour_agreement(x, y) == 1.0
    assert neighbour_agreement(x, RNG.permutation(y)) < 0.3
