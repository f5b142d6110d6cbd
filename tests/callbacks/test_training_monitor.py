"""Runs on every backend: trainings made sick on purpose, and healthy ones."""

import contextlib

import keras
import numpy as np
import pytest
from keras import layers
from keras import optimizers as o

from coursekit.callbacks import BatchLoss, TrainingMonitor
from coursekit.data import digits, odd_or_even
from coursekit.models import mini_cnn

X, Y = digits().train
VALIDATION = digits().validation
ONE_HOT = keras.utils.to_categorical(Y, 10)
ODD = odd_or_even(digits()).train[1]
RANDOM = np.random.default_rng(0)
SHUFFLED = RANDOM.permutation(Y)
BACKEND = keras.backend.backend()


def logits_loss(**settings):
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, **settings)


class Watched:
    """A training with a monitor; `names` are the names of what it found, in order."""

    def __init__(self, model, optimizer, loss=None, x=X, y=Y, epochs=5, **settings):
        keras.utils.set_random_seed(0)
        self.model = model
        model.compile(optimizer, logits_loss() if loss is None else loss)
        self.said = []
        self.monitor = TrainingMonitor(show=self.said.append)
        settings = {"batch_size": 32, "verbose": 0, "epochs": epochs, **settings}
        callbacks = [self.monitor, *settings.pop("callbacks", [])]
        self.history = model.fit(x, y, callbacks=callbacks, **settings).history
        self.names = [diagnosis.name for diagnosis in self.monitor.diagnoses]


def dense(*units, activation="relu", last=10, **settings):
    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(n, activation, **settings) for n in units]
    ends = [layers.Dense(last, **settings)]
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), *hidden, *ends])


def with_end(*ends, inputs=X):
    keras.utils.set_random_seed(0)
    body = [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, "relu")]
    return keras.Sequential([*body, *ends])


# name: (the diagnosis, what may follow from it, the training)
SICK = {
    "softmax, then another operation": (
        ["softmax_into_logits_loss"],
        [],
        lambda: Watched(with_end(layers.Dense(10, "softmax"), layers.Reshape((10,))), o.Adam(1e-3)),
    ),
    "sigmoid into a loss from logits": (
        ["softmax_into_logits_loss"],
        [],
        lambda: Watched(
            with_end(layers.Dense(1, "sigmoid"), layers.Reshape((1,))),
            o.Adam(1e-3),
            keras.losses.BinaryCrossentropy(from_logits=True),
            y=ODD,
        ),
    ),
    "logits into a loss from probabilities": (
        ["logits_into_probability_loss"],
        ["oscillating"],  # its loss jumps between the two ends of the clipping
        lambda: Watched(mini_cnn(seed=0), o.Adam(1e-3), "sparse_categorical_crossentropy"),
    ),
    "relu on the logits": (
        ["relu_on_logits"],
        [],
        lambda: Watched(with_end(layers.Dense(10, "relu")), o.Adam(1e-3)),
    ),
    "SGD at 1.0: dead, and no NaN": (
        ["dead_relus"],
        ["stuck_at_guessing", "oscillating", "diverging"],  # on its way there
        lambda: Watched(mini_cnn(seed=0), o.SGD(1.0), epochs=8),
    ),
    "SGD with momentum at 0.316: dead in the first epoch": (
        ["dead_relus"],
        [],
        lambda: Watched(mini_cnn(seed=0), o.SGD(0.316, momentum=0.9), epochs=3),
    ),
    "zero weights": (
        ["identical_units"],
        [],
        lambda: Watched(dense(32, 32, kernel_initializer="zeros"), o.SGD(0.1)),
    ),
    "equal weights": (
        ["identical_units"],
        ["stuck_at_guessing"],
        lambda: Watched(
            keras.Sequential(
                [
                    keras.Input((8, 8, 1)),
                    layers.Flatten(),
                    layers.Dense(32, "tanh", kernel_initializer="ones"),
                    layers.Dense(10, kernel_initializer="ones"),
                ]
            ),
            o.SGD(0.1),
            # The gradient of the last layer differs from class to class; that of the first may not
            # depend on the unit.
            epochs=2,
        ),
    ),
    "pixels to 255 with SGD: a spike, then dead or NaN": (
        ["inputs_not_scaled", "diverging"],
        ["dead_relus", "non_finite_loss"],
        lambda: Watched(mini_cnn(seed=0), o.SGD(0.1), x=X * 255, epochs=2),
    ),
    "pixels to 255 with Adam, which hides it": (
        ["inputs_not_scaled"],
        [],
        lambda: Watched(mini_cnn(seed=0), o.Adam(3e-3), x=X * 255),
    ),
    "sum over the batch": (
        ["summed_loss"],
        ["diverging", "dead_relus"],
        lambda: Watched(mini_cnn(seed=0), o.SGD(0.01, momentum=0.9), logits_loss(reduction="sum")),
    ),
    "softmax and log by hand": (
        ["non_finite_loss"],
        ["diverging"],
        lambda: Watched(
            mini_cnn(seed=0),
            o.SGD(0.3),
            lambda y, z: (
                -keras.ops.sum(
                    y
                    * keras.ops.log(
                        keras.ops.exp(z * 30)
                        / keras.ops.sum(keras.ops.exp(z * 30), -1, keepdims=True)
                    ),
                    -1,
                )
            ),
            y=ONE_HOT,
            epochs=2,
        ),
    ),
    "uphill instead of down": (
        ["non_finite_loss"],
        ["exploding_gradients", "diverging"],
        lambda: Watched(
            mini_cnn(seed=0),
            o.SGD(0.05),
            lambda y, z: -keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True),
        ),
    ),
    "shuffled labels": (
        ["stuck_at_guessing"],
        [],
        lambda: Watched(mini_cnn(seed=0), o.Adam(1e-3), y=SHUFFLED),
    ),
    "shuffled targets of a regression": (
        ["stuck_at_guessing"],
        [],
        lambda: Watched(
            dense(16, last=1),
            o.SGD(0.01),
            "mean_squared_error",
            y=(SHUFFLED - SHUFFLED.mean())[:, None].astype("float32"),
            epochs=8,
        ),
    ),
    "five layers of sigmoids": (
        ["vanishing_gradients"],
        [],
        lambda: Watched(dense(*[32] * 5, activation="sigmoid"), o.SGD(0.1), epochs=3),
    ),
    "gradients clipped away": (
        ["weights_stand_still"],
        [],
        lambda: Watched(mini_cnn(seed=0), o.SGD(0.1, clipnorm=1e-4), epochs=2),
    ),
    "a tiny learning rate": (
        ["weights_stand_still"],
        [],
        lambda: Watched(mini_cnn(seed=0), o.SGD(1e-4), epochs=2),
    ),
    "a stack of layers with far too large weights": (
        ["exploding_gradients"],
        ["diverging", "non_finite_loss", "dead_relus"],
        lambda: Watched(
            dense(
                *[64] * 8, kernel_initializer=keras.initializers.RandomNormal(stddev=0.6, seed=1)
            ),
            o.SGD(1e-3),
            epochs=1,
        ),
    ),
    "too much momentum": (
        ["oscillating"],
        ["diverging"],
        lambda: Watched(dense(32, activation="tanh"), o.SGD(0.4, momentum=0.95), epochs=6),
    ),
    "a rate that jumps after two good epochs": (
        ["diverging"],
        ["dead_relus", "oscillating"],
        lambda: Watched(
            mini_cnn(seed=0),
            o.Adam(o.schedules.PiecewiseConstantDecay([76], [3e-3, 0.3])),
        ),
    ),
    "forty samples by heart": (
        ["validation_turns"],
        [],
        lambda: Watched(
            dense(256, 256),
            o.Adam(1e-2),
            x=X[:40],
            y=Y[:40],
            validation_data=VALIDATION,
            epochs=16,
        ),
    ),
}


@pytest.mark.parametrize("name", SICK)
def test_names_what_is_wrong_and_nothing_that_is_not(name):
    wanted, may_follow, train = SICK[name]
    watched = train()
    assert watched.monitor.blind is None
    assert set(wanted) <= set(watched.names), watched.said
    assert set(watched.names) <= {*wanted, *may_follow}, watched.said
    if not may_follow:
        assert watched.names == wanted


def regression_data():
    x = RANDOM.normal(size=(600, 64)).astype("float32")
    noise = RANDOM.normal(size=(600, 1))
    return x.reshape(-1, 8, 8, 1), (x @ RANDOM.normal(size=(64, 1)) + noise).astype("float32")


REGRESSION = regression_data()
RARE = RANDOM.permutation(np.concatenate([np.where(Y == 0)[0], np.where(Y == 7)[0][:25]]))


def fine_tuning():
    model = mini_cnn(seed=0)
    Watched(model, o.Adam(3e-3), x=np.roll(X, 2, axis=2), epochs=4)
    return Watched(model, o.Adam(1e-3), x=X[:60], y=Y[:60], epochs=8)


HEALTHY = {
    "Adam at 0.001": lambda: Watched(mini_cnn(seed=1), o.Adam(1e-3)),
    "Adam at 0.01": lambda: Watched(mini_cnn(seed=2), o.Adam(1e-2)),
    "SGD at 0.01: slow, but under way": lambda: Watched(mini_cnn(seed=3), o.SGD(0.01)),
    "SGD at 0.316": lambda: Watched(mini_cnn(seed=0), o.SGD(0.316)),
    "momentum and Nesterov": lambda: Watched(
        mini_cnn(seed=1), o.SGD(0.0316, momentum=0.9, nesterov=True)
    ),
    "RMSprop at 0.01": lambda: Watched(mini_cnn(seed=2), o.RMSprop(0.01)),
    "a schedule": lambda: Watched(
        mini_cnn(seed=0), o.SGD(o.schedules.CosineDecay(0.1, 190), momentum=0.9)
    ),
    "one epoch": lambda: Watched(mini_cnn(seed=0), o.Adam(1e-3), epochs=1),
    "batches of one": lambda: Watched(
        mini_cnn(seed=0), o.Adam(1e-3), x=X[:150], y=Y[:150], batch_size=1, epochs=3
    ),
    "batch normalization and dropout": lambda: Watched(
        with_end(layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(10)), o.Adam(1e-3)
    ),
    "binary, from logits": lambda: Watched(
        mini_cnn(num_classes=1, seed=0),
        o.Adam(1e-3),
        keras.losses.BinaryCrossentropy(from_logits=True),
        y=ODD,
    ),
    "binary, from a sigmoid": lambda: Watched(
        with_end(layers.Dense(1, "sigmoid")), o.Adam(1e-3), "binary_crossentropy", y=ODD
    ),
    "softmax and a loss from probabilities": lambda: Watched(
        with_end(layers.Dense(10, "softmax")), o.Adam(1e-3), "categorical_crossentropy", y=ONE_HOT
    ),
    "label smoothing": lambda: Watched(
        mini_cnn(seed=0),
        o.Adam(3e-3),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        y=ONE_HOT,
    ),
    "squared error on one-hot labels": lambda: Watched(
        mini_cnn(seed=0), o.Adam(3e-3), "mean_squared_error", y=ONE_HOT
    ),
    "regression": lambda: Watched(
        dense(last=1), o.SGD(1e-2), "mean_squared_error", REGRESSION[0], REGRESSION[1], batch_size=8
    ),
    "one sample in five": lambda: Watched(
        mini_cnn(num_classes=1, seed=0),
        o.Adam(3e-3),
        keras.losses.BinaryCrossentropy(from_logits=True),
        x=X[RARE],
        y=(Y[RARE] == 7).astype("float32")[:, None],
        epochs=8,
    ),
    "regularization and class weights": lambda: Watched(
        dense(64, kernel_regularizer=keras.regularizers.L2(0.01)),
        o.Adam(3e-3),
        class_weight={k: 0.1 * (k + 1) for k in range(10)},
    ),
    "a last layer that starts at zero": lambda: Watched(
        dense(kernel_initializer="zeros"), o.SGD(0.1)
    ),
    "fine-tuning": fine_tuning,
    "validation": lambda: Watched(
        mini_cnn(seed=0), o.Adam(3e-3), validation_data=VALIDATION, epochs=6
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_is_silent_while_a_training_is_healthy(name):
    watched = HEALTHY[name]()
    assert watched.said == []
    assert watched.monitor.diagnoses == []
    assert watched.monitor.blind is None


@pytest.mark.skipif(BACKEND != "tensorflow", reason="only there Keras takes the logits back")
def test_a_softmax_that_keras_takes_back_is_harmless_and_not_named():
    with pytest.warns(UserWarning, match="received `from_logits=True`"):
        watched = Watched(with_end(layers.Dense(10, "softmax")), o.Adam(1e-3))
    assert watched.names == []
    assert watched.history["loss"][-1] < 1.0


@pytest.mark.skipif(BACKEND == "tensorflow", reason="there Keras takes the logits back")
def test_the_plain_double_softmax_is_named_where_keras_does_not_repair_it():
    watched = Watched(with_end(layers.Dense(10, "softmax")), o.Adam(1e-3))
    assert watched.names == ["softmax_into_logits_loss"]


@pytest.mark.parametrize("execution", [1, 3] if BACKEND != "torch" else [1])
def test_changes_nothing_in_the_training(execution):
    # Dropout, an activity regularizer and a shuffle: whatever draws or counts must not notice.
    results = []
    for callbacks in ([], [TrainingMonitor(show=None)]):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                layers.Flatten(),
                layers.Dense(16, "relu", activity_regularizer=keras.regularizers.L2(1e-3)),
                layers.BatchNormalization(),
                layers.Dropout(0.4),
                layers.Dense(10),
            ]
        )
        model.compile(
            o.SGD(0.7),  # sick enough for every look there is
            logits_loss(),
            metrics=["accuracy"],
            steps_per_execution=execution,
        )
        keras.utils.set_random_seed(4)
        history = model.fit(
            X[:500], Y[:500], epochs=4, validation_data=VALIDATION, verbose=0, callbacks=callbacks
        )
        state = [np.array(keras.ops.convert_to_numpy(v.value)) for v in model.variables]
        results.append((history.history, state))
    assert results[0][0] == results[1][0]
    for before, after in zip(results[0][1], results[1][1]):
        np.testing.assert_array_equal(before, after)


def test_leaves_nothing_on_the_model():
    def names(model):
        return {key for key in vars(model) if not key.startswith("_")}

    ordinary, watched = mini_cnn(seed=0), mini_cnn(seed=0)
    ordinary.compile("adam", logits_loss())
    ordinary.fit(X[:64], Y[:64], verbose=0)
    Watched(watched, "adam", x=X[:64], y=Y[:64], epochs=1)
    assert names(watched) == names(ordinary)
    assert watched.train_function.__module__ == ordinary.train_function.__module__


def test_takes_its_look_back_when_no_step_came():
    model = mini_cnn(seed=0)
    model.compile("adam", logits_loss())
    model.fit(X[:32], Y[:32], verbose=0)
    plain, monitor = model.train_function, TrainingMonitor(show=None)
    monitor.set_model(model)
    monitor.on_train_begin()
    monitor.on_epoch_begin(0)
    monitor.on_train_batch_begin(0)
    monitor.on_train_batch_end(0, {"loss": 2.3})  # a loop that never asks for the train function
    assert model.train_function is plain
    assert "data=(x, y)" in monitor.blind


def test_works_beside_batch_loss_in_either_order():
    losses = []
    for first in (True, False):
        recorder, monitor = BatchLoss(), TrainingMonitor(show=None)
        callbacks = [recorder, monitor] if first else [monitor, recorder]
        keras.utils.set_random_seed(0)
        model = mini_cnn(seed=0)
        model.compile(o.SGD(0.1), logits_loss())
        model.fit(X * 255, Y, epochs=1, verbose=0, callbacks=callbacks)
        assert monitor.diagnoses[0].name == "inputs_not_scaled"
        losses.append(np.array(recorder.losses))
    assert len(losses[0]) == 38
    np.testing.assert_array_equal(*losses)


def test_says_each_thing_once_with_a_number_and_what_to_try():
    watched = Watched(mini_cnn(seed=0), o.SGD(0.316, momentum=0.9), epochs=3)
    (said,) = watched.said
    assert "dead_relus (epoch 1)" in said
    assert "% of the ReLUs" in said
    assert "Try: a third or a tenth of the learning rate" in said


def test_names_labels_out_of_range_before_any_error():
    keras.utils.set_random_seed(0)
    model, monitor = mini_cnn(seed=0), TrainingMonitor(show=None)
    model.compile("adam", logits_loss())
    # TensorFlow and PyTorch raise, each its own error; JAX trains on, on nonsense.
    with contextlib.suppress(Exception):
        model.fit(X, Y + 5, verbose=0, callbacks=[monitor])
    (found,) = monitor.diagnoses[:1]
    assert found.name == "labels_out_of_range"
    assert "from 5 to 14" in found.says
    assert found.epoch is None


@pytest.mark.skipif(BACKEND != "tensorflow", reason="there Keras raises before any callback")
def test_names_labels_of_wrong_shape_before_keras_raises():
    model, monitor = mini_cnn(seed=0), TrainingMonitor(show=None)
    model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="must have the same"):
        model.fit(X, Y, verbose=0, callbacks=[monitor])
    (found,) = monitor.diagnoses
    assert found.name == "labels_of_wrong_shape"
    assert "SparseCategoricalCrossentropy" in found.try_


def test_names_labels_that_a_squared_error_would_stretch():
    # Keras says nothing: (n, 1) against (n, 10) is broadcast, and every output gets the label.
    watched = Watched(
        mini_cnn(seed=0), "adam", "mean_squared_error", y=Y[:, None].astype("float32"), epochs=1
    )
    assert watched.names == ["labels_of_wrong_shape"]


def test_examine_looks_without_a_training():
    model = mini_cnn(seed=0)
    model.compile("adam", logits_loss())
    monitor = TrainingMonitor(show=None)
    (found,) = monitor.examine(model, X, ONE_HOT)
    assert found.name == "labels_of_wrong_shape"
    assert "CategoricalCrossentropy" in found.try_
    assert monitor.blind is None  # it did not try to work out a loss that has none


def test_examine_looks_at_all_labels():
    model = mini_cnn(seed=0)
    model.compile("adam", logits_loss())
    labels = Y.copy()
    labels[-1] = 10
    (found,) = TrainingMonitor(show=None).examine(model, X, labels)
    assert found.name == "labels_out_of_range"


def test_examine_does_not_train():
    model = mini_cnn(seed=0)
    model.compile("adam", logits_loss())
    before = model.get_weights()
    assert TrainingMonitor(show=None).examine(model, X, Y) == []
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_given_data_is_looked_at_instead_of_the_first_batch():
    keras.utils.set_random_seed(0)
    labels = Y.copy()
    labels[-1] = -3
    model, monitor = mini_cnn(seed=0), TrainingMonitor(data=(X, labels), show=None)
    model.compile("adam", logits_loss())
    model.fit(X[:64], Y[:64], verbose=0, callbacks=[monitor])
    assert [found.name for found in monitor.diagnoses] == ["labels_out_of_range"]


def test_frozen_layers_are_named():
    model = mini_cnn(seed=0)
    model.trainable = False
    model.compile("adam", logits_loss())
    (found,) = TrainingMonitor(show=None).examine(model, X, Y)
    assert found.name == "no_trainable_weights"


def test_a_model_with_two_outputs_is_watched_by_its_loss_alone():
    inputs = keras.Input((8, 8, 1))
    features = layers.Flatten()(inputs)
    model = keras.Model(inputs, [layers.Dense(10, name="a")(features), layers.Dense(1)(features)])
    watched = Watched(model, o.SGD(1e6), ["mse", "mse"], y=[ONE_HOT, ODD], epochs=2)
    assert "not one output" in watched.monitor.blind
    assert set(watched.names) == {"diverging", "non_finite_loss"}


def test_a_subclassed_model_is_watched():
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.inside, self.end = layers.Dense(32, "relu"), layers.Dense(10)

        def call(self, x):
            return self.end(self.inside(keras.ops.reshape(x, (-1, 64))))

    watched = Watched(Subclassed(), o.SGD(0.1), x=X * 255, epochs=1)
    assert watched.monitor.blind is None
    assert watched.names[0] == "inputs_not_scaled"


def test_a_generator_of_batches_is_watched():
    def batches():
        for _ in range(3):
            for start in range(0, 1152, 32):
                yield X[start : start + 32] * 255, Y[start : start + 32]

    keras.utils.set_random_seed(0)
    model, monitor = mini_cnn(seed=0), TrainingMonitor(show=None)
    model.compile(o.Adam(3e-3), logits_loss())
    history = model.fit(batches(), steps_per_epoch=36, epochs=3, verbose=0, callbacks=[monitor])
    assert [found.name for found in monitor.diagnoses] == ["inputs_not_scaled"]
    assert monitor.blind is None
    assert len(history.history["loss"]) == 3  # the batch that was looked at was also trained on


def test_a_second_fit_starts_afresh():
    model, monitor = mini_cnn(seed=0), TrainingMonitor(show=None)
    model.compile(o.Adam(1e-3), logits_loss())
    model.fit(X * 255, Y, verbose=0, callbacks=[monitor])
    assert [found.name for found in monitor.diagnoses] == ["inputs_not_scaled"]
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[monitor])
    assert monitor.diagnoses == []


def test_refuses_data_that_is_no_pair():
    with pytest.raises(ValueError, match=r"data=\(x, y\).*got ndarray"):
        TrainingMonitor(data=X)


def test_examine_wants_a_compiled_model():
    with pytest.raises(ValueError, match="compiled model.*model.compile"):
        TrainingMonitor().examine(mini_cnn(), X, Y)


def test_inputs_in_a_dictionary_are_looked_at():
    image, side = keras.Input((8, 8, 1), name="image"), keras.Input((3,), name="side")
    joined = layers.concatenate([layers.Flatten()(image), side])
    model = keras.Model({"image": image, "side": side}, layers.Dense(10)(joined))
    x = {"image": X * 255, "side": np.ones((len(X), 3), "float32")}
    watched = Watched(model, o.Adam(3e-3), x=x, epochs=1)
    assert watched.monitor.blind is None
    assert watched.names == ["inputs_not_scaled"]


@pytest.mark.skipif(BACKEND != "tensorflow", reason="words become numbers in TensorFlow only")
def test_words_are_no_large_numbers():
    import tensorflow as tf

    texts = np.array(["good film", "bad film", "fine work", "awful work"] * 40)[:, None]
    words = layers.TextVectorization(output_sequence_length=2)
    words.adapt(texts)
    model = keras.Sequential(
        [keras.Input((1,), dtype="string"), words, layers.Embedding(9, 8), layers.Flatten()]
    )
    model.add(layers.Dense(1))
    data = tf.data.Dataset.from_tensor_slices((texts, np.array([1.0, 0, 1, 0] * 40))).batch(16)
    monitor = TrainingMonitor(show=None)
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit(data, epochs=2, verbose=0, shuffle=False, callbacks=[monitor])
    assert monitor.blind is None
    assert monitor.diagnoses == []


@pytest.mark.skipif(BACKEND != "tensorflow", reason="the tape is TensorFlow's")
def test_in_a_tape_loop_it_needs_the_data_and_says_so():
    from coursekit.training import tape

    settings = {"epochs": 1, "seed": 0, "verbose": 0}
    for data, names in ((None, []), ((X * 255, Y), ["inputs_not_scaled"])):
        monitor = TrainingMonitor(data=data, show=None)
        model, adam = mini_cnn(seed=0), o.Adam(3e-3)
        tape.train(model, logits_loss(), adam, (X * 255, Y), callbacks=[monitor], **settings)
        assert [found.name for found in monitor.diagnoses] == names
        assert (monitor.blind is None) == (data is not None)
