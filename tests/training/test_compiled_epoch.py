import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from coursekit.data import digits
from coursekit.models import mini_cnn
from coursekit.training import compiled_epoch, tape
from coursekit.training.compiled_epoch import CompiledEpoch

X, Y = (part[:75] for part in digits().train)
ORDER = np.random.default_rng(0).permutation(75)
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def one_by_one(model, optimizer, order=ORDER, batch_size=32):
    """The same epoch, step by step in eager mode: losses before and after, and of the probe."""
    losses, after, probe = [], [], []
    for start in range(0, len(order), batch_size):
        x, y = X[order[start : start + batch_size]], Y[order[start : start + batch_size]]
        with tf.GradientTape() as tape:
            value = LOSS(y, model(x, training=True)) + sum(model.losses)
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        losses.append(float(value))
        after.append(float(LOSS(y, model(x, training=True))))
        probe.append(float(LOSS(Y[:20], model(X[:20], training=False))))
    return losses, after, probe


def test_keeps_the_loss_before_and_after_each_step_and_of_the_probe():
    engine = CompiledEpoch(
        mini_cnn(seed=1),
        LOSS,
        keras.optimizers.Adam(0.01),
        (X, Y),
        probe=(X[:20], Y[:20]),
        look_back=True,
    )
    epoch = engine.epoch(ORDER)
    wanted = one_by_one(mini_cnn(seed=1), keras.optimizers.Adam(0.01))
    for ours, theirs in zip((epoch.losses, epoch.losses_after, epoch.probe), wanted):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
        assert ours.dtype == np.float32 and ours.shape == (3,)


def test_what_was_not_asked_for_is_not_measured():
    epoch = CompiledEpoch(mini_cnn(), LOSS, keras.optimizers.SGD(), (X, Y)).epoch(ORDER)
    assert epoch.losses_after is None and epoch.probe is None and epoch.weights is None


def test_keeps_all_weights_after_each_step_in_one_row():
    model = mini_cnn(seed=1)
    engine = CompiledEpoch(model, LOSS, keras.optimizers.SGD(0.1), (X, Y), keep_weights=True)
    epoch = engine.epoch(ORDER)
    assert epoch.weights.shape == (3, 13706) and epoch.weights.dtype == np.float32
    after = np.concatenate([weight.ravel() for weight in model.get_weights()])
    np.testing.assert_array_equal(epoch.weights[-1], after)
    short = CompiledEpoch(
        mini_cnn(seed=1), LOSS, keras.optimizers.SGD(0.1), (X[ORDER[:32]], Y[ORDER[:32]])
    )
    short.epoch(np.arange(32))
    one = np.concatenate([weight.ravel() for weight in short.model.get_weights()])
    np.testing.assert_allclose(epoch.weights[0], one, atol=1e-6)


def test_the_short_last_batch_can_be_left_out():
    engine = CompiledEpoch(
        mini_cnn(seed=1), LOSS, keras.optimizers.SGD(0.1), (X, Y), drop_remainder=True
    )
    wanted, _, _ = one_by_one(mini_cnn(seed=1), keras.optimizers.SGD(0.1))
    np.testing.assert_allclose(engine.epoch(ORDER).losses, wanted[:2], rtol=1e-5)


def test_fewer_samples_than_a_batch_are_one_batch():
    engine = CompiledEpoch(mini_cnn(), LOSS, keras.optimizers.SGD(0.1), (X, Y), batch_size=100)
    assert engine.epoch(ORDER).losses.shape == (1,)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9),
        keras.optimizers.Adam(0.01),
        keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
        keras.optimizers.Adam(0.01, amsgrad=True, weight_decay=0.01, use_ema=True),
        keras.optimizers.Adagrad(0.01),
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), dynamic_growth_steps=2),
    ],
    ids=["momentum", "adam", "rmsprop", "everything", "adagrad", "loss_scale"],
)
def test_a_restart_is_a_fresh_run(optimizer):
    model = mini_cnn(seed=1)
    engine = CompiledEpoch(model, LOSS, optimizer, (X, Y))
    first = [engine.epoch(ORDER).losses for _ in range(2)]
    weights = model.get_weights()
    engine.restart()
    again = [engine.epoch(ORDER).losses for _ in range(2)]
    np.testing.assert_array_equal(first, again)
    for a, b in zip(weights, model.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_a_restart_takes_weights_and_a_learning_rate():
    engine = CompiledEpoch(mini_cnn(seed=1), LOSS, keras.optimizers.Adam(0.01), (X, Y))
    engine.epoch(ORDER)
    engine.restart(weights=mini_cnn(seed=2).get_weights(), learning_rate=0.003)
    wanted, _, _ = one_by_one(mini_cnn(seed=2), keras.optimizers.Adam(0.003))
    np.testing.assert_allclose(engine.epoch(ORDER).losses, wanted, rtol=1e-5)


def test_a_restart_wants_a_step_down_and_changes_nothing_without():
    model = mini_cnn(seed=1)
    engine = CompiledEpoch(model, LOSS, keras.optimizers.SGD(0.1), (X, Y))
    engine.epoch(ORDER)
    before = model.get_weights()
    with pytest.raises(ValueError, match="finite number above 0; got -1"):
        engine.restart(learning_rate=-1.0)
    for ours, trained in zip(model.get_weights(), before):
        np.testing.assert_array_equal(ours, trained)


def test_a_restart_goes_back_in_everything_that_layers_keep():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    )
    engine = CompiledEpoch(model, LOSS, keras.optimizers.SGD(0.1), (X, Y))
    first = engine.epoch(ORDER).losses
    assert not np.array_equal(first, engine.epoch(ORDER).losses)
    engine.restart()
    np.testing.assert_array_equal(first, engine.epoch(ORDER).losses)


def test_many_runs_are_traced_once():
    engine = CompiledEpoch(mini_cnn(), LOSS, keras.optimizers.Adam(), (X, Y))
    for seed in range(3):
        engine.restart(mini_cnn(seed=seed).get_weights(), learning_rate=10.0**-seed)
        engine.epoch(np.random.default_rng(seed).permutation(75))
    assert engine._walk.experimental_get_tracing_count() == 1


def test_validation_data_may_be_weighted():
    weights = np.arange(20, dtype="float32")
    settings = {"validation_data": (X[:20], Y[:20], weights), "seed": 1, "verbose": 0}
    histories = [
        way.train(mini_cnn(seed=1), LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings).history
        for way in (compiled_epoch, tape)
    ]
    np.testing.assert_allclose(histories[0]["val_loss"], histories[1]["val_loss"], rtol=1e-5)


def test_wrong_validation_labels_are_named_before_the_first_step():
    settings = {"validation_data": (X[:20], Y[:20] + 5), "verbose": 0}
    model = mini_cnn(seed=1)
    with pytest.raises(ValueError, match="validation_data: "):
        compiled_epoch.train(model, LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings)
    for ours, start in zip(model.get_weights(), mini_cnn(seed=1).get_weights()):
        np.testing.assert_array_equal(ours, start)


def test_one_callback_needs_no_list():
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    settings = {"callbacks": callback, "epochs": 2, "verbose": 0}
    compiled_epoch.train(mini_cnn(), LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings)
    assert seen == [0, 1]


def test_a_second_look_leaves_the_training_alone():
    def losses(look_back):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                layers.Flatten(),
                layers.BatchNormalization(momentum=0.5),
                layers.Dropout(0.5, seed=1),
                layers.Dense(10),
            ]
        )
        settings = {"look_back": look_back, "batch_size": 16}
        engine = CompiledEpoch(model, LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings)
        return engine.epoch(ORDER).losses, model.get_weights()

    (looked, weights), (plain, wanted) = losses(True), losses(False)
    np.testing.assert_allclose(looked, plain, rtol=1e-6)
    for ours, theirs in zip(weights, wanted):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_nested_list_of_callbacks_is_told_of_epochs_and_validation():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append("epoch")

        def on_test_begin(self, logs=None):
            seen.append("test")

    settings = {"callbacks": [[Watch()]], "validation_data": (X[:9], Y[:9]), "verbose": 2}
    compiled_epoch.train(mini_cnn(), LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings)
    assert seen == ["test", "epoch"]


def test_a_callback_that_waits_for_batches_is_refused_under_its_old_name_too():
    class Old(keras.callbacks.Callback):
        def on_batch_begin(self, batch, logs=None):
            pass

    settings = {"callbacks": [Old()], "verbose": 0}
    with pytest.raises(ValueError, match="look in at every batch"):
        compiled_epoch.train(mini_cnn(), LOSS, keras.optimizers.SGD(0.1), (X, Y), **settings)
