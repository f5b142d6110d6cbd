"""What the checks of the sick trainings call kept, and what tells sick from healthy."""

import numpy as np
import pytest

from coursekit.data import digits
from coursekit.grading.comparison import difference
from coursekit.grading.sick_training import (
    CAUSES,
    SHARES,
    SIZES,
    adam,
    enters_small,
    from_logits,
    keeps_data,
    keeps_loss,
    keeps_steps,
    limits_steps,
    names_cause,
    reaches,
    separates,
    sgd,
)

DATA = digits()
LEARNS = reaches(0.9)
RNG = np.random.default_rng(0)


def verdict(check, answer, **inputs):
    """None where the answer is right, else what is wrong with it."""
    return difference(answer, check.wanted(**inputs))


def as_came(train, validation):
    return {"data": {"train": list(train), "validation": list(validation)}}


def changed(part, function):
    return function(part[0]), part[1]


SCALES = {
    "not at all": lambda x: x,
    "to 255": lambda x: 255 * x,
    "around 0": lambda x: 2 * x - 1,
    "standardised": lambda x: (x - DATA.train[0].mean(0)) / (DATA.train[0].std(0) + 1e-3),
    "each image by its own largest": lambda x: x / x.max(axis=(1, 2, 3), keepdims=True),
}


@pytest.mark.parametrize("name", SCALES)
def test_another_scale_of_the_pixels_is_allowed_where_it_is_the_repair(name):
    answer = as_came(*(changed(part, SCALES[name]) for part in (DATA.train, DATA.validation)))
    assert verdict(keeps_data(LEARNS, DATA, scaled=True), answer) is None
    strict = verdict(keeps_data(LEARNS, DATA), answer)
    assert (strict is None) == (name == "not at all")


def test_the_order_of_the_samples_is_free():
    order = RNG.permutation(len(DATA.train[0]))
    train = DATA.train[0][order], DATA.train[1][order]
    for scaled in (False, True):
        assert verdict(keeps_data(LEARNS, DATA, scaled), as_came(train, DATA.validation)) is None


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize(
    "train",
    [
        (DATA.train[0][50:], DATA.train[1][50:]),
        (DATA.train[0], RNG.permutation(DATA.train[1])),
        (DATA.train[0][::-1], DATA.train[1]),
        (np.repeat(DATA.train[0][::2], 2, axis=0), np.repeat(DATA.train[1][::2], 2)),
        (RNG.random(DATA.train[0].shape), DATA.train[1]),
    ],
    ids=["fewer", "other labels", "only the images turned round", "every other twice", "noise"],
)
def test_lost_images_and_other_labels_are_found(train, scaled):
    found = verdict(keeps_data(LEARNS, DATA, scaled), as_came(train, DATA.validation))
    assert found and found.startswith("of the training images")


def test_a_scale_of_the_training_images_alone_is_found():
    answer = as_came(DATA.train, changed(DATA.validation, lambda x: 255 * x))
    assert "another scale" in verdict(keeps_data(LEARNS, DATA, scaled=True), answer)


@pytest.mark.parametrize(
    "validation",
    [
        lambda x: x / 240,
        lambda x: (x - 1) / 255,
        lambda x: (x - x.mean()) / x.std(),
        lambda x: (x - x.mean(0)) / (x.std(0) + 1),
    ],
)
def test_another_map_of_the_validation_images_is_found(validation):
    pixels = [np.round(255 * part[0]) for part in (DATA.train, DATA.validation)]
    check = keeps_data(LEARNS, DATA, scaled=True)
    for first in (lambda x: x / 255, lambda x: (x - x.mean()) / x.std()):
        came = [(first(pixels[0]), DATA.train[1]), (validation(pixels[1]), DATA.validation[1])]
        assert "another scale" in verdict(check, as_came(*came))
        order = RNG.permutation(len(pixels[0]))
        mean, spread = (
            (pixels[0].mean(), pixels[0].std()) if first(pixels[0]).min() < 0 else (0, 255)
        )
        same = [
            ((pixels[0][order] - mean) / spread, DATA.train[1][order]),
            ((pixels[1] - mean) / spread, DATA.validation[1]),
        ]
        assert verdict(check, as_came(*same)) is None


def steps_of(unit, rates, gradients, **settings):
    steps = np.asarray(rates)[:, None] * unit(gradients.astype("float64"))
    return {"steps": steps.astype("float32"), "settings": settings, "returned": True}


@pytest.mark.parametrize("optimizer", [sgd(0.1), sgd(0.03, momentum=0.9), adam(0.003)])
def test_only_the_rate_that_was_handed_out_passes(optimizer):
    check = keeps_steps(optimizer)
    (inputs,) = check.cases(np.random.default_rng(1))
    unit, rate, _ = optimizer
    gradients = inputs["gradients"]
    rates = np.full(len(gradients), rate)
    assert verdict(check, steps_of(unit, rates, gradients), **inputs) is None
    assert verdict(check, steps_of(unit, 0.5 * rates, gradients), **inputs)
    late = np.where(np.arange(len(rates)) < 150, rates, 0.9 * rates)
    assert "in step 151" in verdict(check, steps_of(unit, late, gradients), **inputs)


def test_other_optimizers_and_clipping_are_found():
    plain, with_momentum = sgd(0.1), sgd(0.1, momentum=0.9)
    check = keeps_steps(plain)
    (inputs,) = check.cases(np.random.default_rng(1))
    gradients = inputs["gradients"]
    rates = np.full(len(gradients), 0.1)
    assert "not those" in verdict(check, steps_of(with_momentum[0], rates, gradients), **inputs)
    rates[-1] = 1e-9  # the last gradient is huge
    clipped = steps_of(plain[0], rates, gradients)
    assert "cut" in verdict(check, clipped, **inputs)
    lenient = keeps_steps(plain, clips=True)
    assert verdict(lenient, clipped, **inputs) is None
    assert verdict(limits_steps(lenient), clipped, **inputs) is None


def test_settings_that_the_steps_do_not_show_are_found_and_a_limit_is_missed():
    check = keeps_steps(sgd(0.1))
    (inputs,) = check.cases(np.random.default_rng(1))
    gradients = inputs["gradients"]
    for name in ("weight_decay", "clipnorm", "use_ema"):
        answer = steps_of(sgd(0.1)[0], np.full(len(gradients), 0.1), gradients, **{name: 1.0})
        assert name in verdict(check, answer, **inputs)
    assert verdict(keeps_steps(sgd(0.1), clips=True), answer, **inputs)
    judged = keeps_steps(sgd(0.1), rates=lambda rates: rates[0] > 0)  # a bool of NumPy
    assert "use_ema" in verdict(judged, answer, **inputs)
    answer["settings"] = {"clipnorm": 1e6, "weight_decay": 0.0}
    assert verdict(keeps_steps(sgd(0.1), clips=True), answer, **inputs) is None
    assert "makes a step of length" in verdict(limits_steps(check), answer, **inputs)


def mean_cross_entropy(outputs, labels):
    if (outputs >= 0).all() and np.allclose(outputs.sum(-1), 1):
        outputs = np.log(outputs)
    return from_logits(outputs, labels)


def run(outputs, loss, labels, gradient=1.0, slope=1.0, of_fewer=None):
    few = mean_cross_entropy(outputs[:14], labels[:14]) if of_fewer is None else of_fewer
    look = {
        "outputs": outputs.astype("float32"),
        "loss": loss,
        "fewer": 14,
        "loss_of_fewer": few,
    }
    return {"before": look, "after": look, "labels": labels, "gradient": gradient, "slope": slope}


def test_logits_and_probabilities_both_have_the_mean_cross_entropy():
    logits, labels = RNG.normal(size=(32, 10)), RNG.integers(0, 10, 32)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    loss = float(-np.log(p[np.arange(32), labels]).mean())
    check = keeps_loss(LEARNS)
    for outputs in (logits, p):
        assert verdict(check, {"runs": [run(outputs, loss, labels)]}) is None
        for wrong in (32 * loss, 0.9 * loss, loss + 0.1):
            assert "cross-entropy" in verdict(check, {"runs": [run(outputs, wrong, labels)]})
    scaled = run(logits, loss, labels, gradient=0.1, slope=1.0)
    assert "gradient" in verdict(check, {"runs": [scaled]})
    divided = run(logits, loss, labels, of_fewer=0.4)
    assert "for 14 images" in verdict(check, {"runs": [divided]})


def test_outputs_that_are_no_logits_are_found_in_a_loss_from_logits():
    logits, labels = RNG.normal(size=(32, 10)), RNG.integers(0, 10, 32)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    check = keeps_loss(LEARNS)
    for outputs, says in (
        (20 * p, "add up to 20"),
        (1 / (1 + np.exp(-logits)), "between 0 and 1"),
        (np.maximum(logits, 0), "no output is below 0"),
    ):
        answer = {"runs": [run(outputs, from_logits(outputs, labels), labels)]}
        assert says in verdict(check, answer)
    centred = logits - logits.mean(-1, keepdims=True)
    for outputs in (np.log(p), centred, np.maximum(logits, 0) - 0.1):
        answer = {"runs": [run(outputs, from_logits(outputs, labels), labels)]}
        assert verdict(check, answer) is None


@pytest.mark.parametrize("name", sorted(SHARES | SIZES))
def test_a_sign_separates_if_every_run_is_far_off(name):
    assert separates(name, [0.9, 0.95], [0.1, 0.2, 0.15])
    assert separates(name, [0.1, 0.2], [0.9, 0.8, 0.95])
    assert not separates(name, [0.1, 0.9], [0.1, 0.1, 0.1])
    assert not separates(name, [0.5, 0.5], [0.45, 0.45, 0.45])
    assert not separates(name, [0.0, 0.0], [0.0, 0.0, 0.0])


def test_a_sign_that_is_no_number_any_more_separates_upwards():
    assert separates("weight_growth", [np.nan, np.inf], [1.1, 1.2, 1.3])


def test_weights_that_have_grown_several_times_as_much_separate():
    assert separates("weight_growth", [1.6, 2.76], [1.12, 1.13])
    assert not separates("weight_growth", [1.29, 1.4], [1.1, 1.12])


def test_large_inputs_of_the_first_layer_are_found_and_unknown_ones_pass():
    check = enters_small(20.0)
    assert "of size 124" in verdict(check, {"size": 124.0}, seed=1)
    assert verdict(check, {"size": 1.0}, seed=1) is verdict(check, {"size": None}, seed=1) is None


def test_an_accuracy_just_too_low_does_not_read_as_enough():
    labels = np.zeros(10_000, int)
    outputs = np.eye(2)[(np.arange(10_000) >= 8_999).astype(int)]
    found = verdict(LEARNS, {"runs": [{"outputs": outputs, "validation": labels}] * 2})
    assert "89.9%, 89.9%" in found


def test_only_the_right_cause_of_the_list_passes():
    check = names_cause("too few epochs", "model too small", "No.")
    assert [cause for cause in CAUSES if verdict(check, cause) is None] == ["too few epochs"]
    assert "not in the list" in verdict(check, "epochs")
