"""Ready-made things are found in the text, with their line, by whatever name; others are not."""

import pytest

from coursekit.grading.scan import canonical, ready_made_in

HEAD = "import keras\nimport tensorflow as tf\nfrom keras import ops\n"
ASKED = ["loss"]


def found(text, groups=("losses",)):
    return ready_made_in(HEAD + text, ASKED, groups)


@pytest.mark.parametrize(
    "text",
    [
        "def loss(y, p): return keras.losses.mean_squared_error(y, p)",
        "def loss(y, p): return keras.losses.MeanSquaredError()(y, p)",
        "def loss(y, p): return keras.losses.get('mse')(y, p)",
        "def loss(y, p): return tf.keras.losses.MeanSquaredError()(y, p)",
        "def loss(y, p): return keras.metrics.mean_squared_error(y, p)",
        "def loss(y, p): return ops.categorical_crossentropy(y, p)",
        "def loss(y, p): return tf.nn.softmax_cross_entropy_with_logits(y, p)",
        "def loss(y, p): return tf.compat.v1.nn.sigmoid_cross_entropy_with_logits(y, p)",
        "def loss(y, p): return tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=p, labels=y)",
        "def loss(y, p): return keras.src.losses.losses.mean_squared_error(y, p)",
        "def loss(y, p): return getattr(keras.losses, 'mean_squared_error')(y, p)",
        "import importlib\ndef loss(y, p): return importlib.import_module('keras.losses').MeanSquaredError()(y, p)",
        "def loss(y, p): return __import__('torch').nn.functional.mse_loss(p, y)",
        "from keras.losses import mean_squared_error as m\ndef loss(y, p): return m(y, p)",
        "from keras import losses as L\ndef loss(y, p): return L.mean_squared_error(y, p)",
        "k = keras\nL = k.losses\nm = L.mean_squared_error\ndef loss(y, p): return m(y, p)",
        "loss = keras.losses.mean_squared_error",
        "from keras.losses import mean_squared_error as loss",
        "def loss(y, p): return helper(y, p)\ndef helper(y, p): return keras.losses.mean_squared_error(y, p)",
        "class A:\n    def go(self, y, p): return keras.losses.mean_squared_error(y, p)\ndef loss(y, p): return A().go(y, p)",
        "def loss(y, p):\n    from coursekit.losses import MeanSquaredError\n    return MeanSquaredError()(y, p)",
        "import torch\ndef loss(y, p): return torch.nn.functional.mse_loss(p, y)",
    ],
)
def test_finds(text):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "def loss(y, p): return ops.mean(ops.square(y - p))",
        "def loss(y, p): return -ops.log_softmax(p) - tf.nn.log_softmax(p) + tf.nn.softplus(p)",
        "class loss(keras.losses.Loss):\n    def call(self, y, p): return ops.mean(y - p, -1)",
        "def loss(y, p): return y - p\nif __name__ == '__main__':\n    print(keras.losses.mean_squared_error(1, 2))",
        "def loss(y, p): return y - p\ndef test_it(): assert keras.losses.mean_squared_error([1.], [2.]) == 1",
        "from keras.losses import mean_squared_error\ndef loss(y, p): return y - p",
        "def loss(y, p):\n    'unlike keras.losses.mean_squared_error'\n    return y - p",
        "def loss(y, p): return keras.metrics.Mean()(y - p)",
        "def loss(y, p): return {}.get('keras.losses')",
        "class loss(tf.losses.Loss):\n    def call(self, y, p): return ops.mean(y - p, -1)",
    ],
)
def test_leaves_alone(text):
    assert found(text) == []


def test_says_the_line():
    text = "def loss(y, p):\n    e = y - p\n    return keras.losses.mean_squared_error(y, p)"
    assert found(text) == [(6, "keras.losses.mean_squared_error")]


def test_each_exercise_closes_its_own_things():
    adam = "def loss(w): return keras.optimizers.Adam()"
    assert found(adam) == [] and found(adam, ["optimizers"])
    assert found("def loss(w): return keras.optimizers.Optimizer", ["optimizers"]) == []
    tape = "def loss(w):\n    with tf.GradientTape() as t: pass"
    assert found(tape) == [] and found(tape, ["gradients"])
    schedule = "def loss(r): return isinstance(r, keras.optimizers.schedules.LearningRateSchedule)"
    assert found(schedule, ["optimizers"]) == []
    assert found("def loss(model): model.train_on_batch(1, 2)", ["fit"])
    assert found("def loss(curve): return curve.fit(1)", ["fit"]) == []


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("tensorflow.keras.losses.Loss", "keras.losses.Loss"),
        ("tf.nn.relu", "tensorflow.nn.relu"),
        ("tf.optimizers.Adam", "keras.optimizers.Adam"),
        ("keras.src.optimizers.adam.Adam", "keras.optimizers.Adam"),
        ("tensorflow.compat.v1.train.AdamOptimizer", "tensorflow.train.AdamOptimizer"),
    ],
)
def test_one_thing_has_one_name(name, public):
    assert canonical(name) == public
