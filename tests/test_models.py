import keras
import numpy as np
import pytest

from coursekit import models
from coursekit.models import mini_cnn, torch_twin, weights_from_torch, weights_to_torch

IMAGES = np.random.default_rng(0).random((5, 8, 8, 1), "float32")


def test_has_13706_parameters():
    # 16·(9+1) + 32·(9·16+1) + 64·(128+1) + 10·(64+1), by hand
    assert models.mini_cnn().count_params() == 13706


@pytest.mark.parametrize("shape, classes", [((8, 8, 1), 1), ((28, 28, 1), 10), ((32, 32, 3), 7)])
def test_gives_one_logit_per_class(shape, classes):
    images = np.random.default_rng(0).normal(size=(50, *shape)).astype("float32")
    logits = keras.ops.convert_to_numpy(models.mini_cnn(shape, classes, seed=0)(images))
    assert logits.shape == (50, classes)
    assert logits.min() < 0  # a softmax or a ReLU at the end would not go below


def test_the_seed_fixes_the_weights():
    first, same, other, drawn = (models.mini_cnn(seed=s).get_weights() for s in (3, 3, 4, None))
    for a, b in zip(first, same):
        np.testing.assert_array_equal(a, b)
    for a, b, c in zip(first[::2], other[::2], drawn[::2]):
        assert not np.array_equal(a, b) and not np.array_equal(a, c)


def test_two_seeds_share_no_layer():
    # With seed + layer, layer 1 of seed 0 would start as layer 0 of seed 1.
    draws = [models.mini_cnn((8, 8, 16), 64, seed=s).get_weights() for s in range(4)]
    starts = {
        round(float(kernel.ravel()[0] / np.abs(kernel).max()), 6)
        for d in draws
        for kernel in d[::2]
    }
    assert len(starts) == 16


@pytest.mark.parametrize("shape", [(8, 8), (3, 8, 1), (8, 8, 0)])
def test_a_shape_that_is_no_image_is_an_error(shape):
    with pytest.raises(ValueError, match="height, width, channels.*got"):
        models.mini_cnn(shape)


def test_no_classes_are_an_error():
    with pytest.raises(ValueError, match="num_classes ≥ 1.*got 0"):
        models.mini_cnn(num_classes=0)


@pytest.mark.parametrize("shape, classes", [((8, 8, 1), 10), ((13, 9, 3), 4)])
def test_the_twin_gives_the_same_logits(shape, classes):
    torch = pytest.importorskip("torch")
    images = np.random.default_rng(0).random((5, *shape), "float32")
    model = models.mini_cnn(shape, classes, seed=1)
    # Biases start at zero, where a forgotten one would not show.
    model.set_weights([w + np.float32(0.1) for w in model.get_weights()])
    logits = models.torch_twin(model)(torch.from_numpy(images.transpose(0, 3, 1, 2).copy()))
    np.testing.assert_allclose(logits.detach().numpy(), model(images), rtol=1e-4, atol=1e-5)


def test_weights_go_to_the_twin_and_back_unchanged():
    pytest.importorskip("torch")
    model, other = models.mini_cnn((12, 8, 2), seed=1), models.mini_cnn((12, 8, 2), seed=2)
    models.weights_from_torch(models.torch_twin(model), other)
    for a, b in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_training_the_twin_leaves_the_keras_model_alone():
    torch = pytest.importorskip("torch")
    model = models.mini_cnn(seed=1)
    before = model.get_weights()
    twin = models.torch_twin(model)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    for a, b in zip(before, model.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_another_model_has_no_twin():
    torch = pytest.importorskip("torch")
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match="Only a mini_cnn.*got 0"):
        models.weights_to_torch(model, torch.nn.Sequential())


def test_the_shapes_are_channels_last_whatever_keras_is_set_to():
    wanted = mini_cnn((8, 8, 3)).count_params()
    keras.config.set_image_data_format("channels_first")
    try:
        assert mini_cnn((8, 8, 3)).count_params() == wanted
        assert mini_cnn().count_params() == 13_706
    finally:
        keras.config.set_image_data_format("channels_last")


def test_a_seed_may_be_any_whole_number_from_0():
    for ours, same in zip(mini_cnn(seed=np.int64(1)).get_weights(), mini_cnn(seed=1).get_weights()):
        np.testing.assert_array_equal(ours, same)
    for seed in (-1, 1.5):
        with pytest.raises(ValueError, match=f"at least 0, or None; got {seed}"):
            mini_cnn(seed=seed)


def test_only_a_mini_cnn_has_a_twin():
    pytest.importorskip("torch")
    other = keras.models.clone_model(mini_cnn())
    other.layers[0].activation = keras.activations.tanh
    with pytest.raises(ValueError, match="twin of a mini_cnn"):
        torch_twin(other)


def like_a_mini_cnn(input_shape=(8, 8, 1), pooling=None, data_format="channels_last", **changes):
    layout = {"data_format": data_format}
    convolution = {"padding": "same", "activation": "relu", **layout, **changes}
    pooling = {**layout, **(pooling or {})}
    return keras.Sequential(
        [
            keras.Input(input_shape),
            keras.layers.Conv2D(16, 3, **convolution),
            keras.layers.MaxPooling2D(**pooling),
            keras.layers.Conv2D(32, 3, **convolution),
            keras.layers.MaxPooling2D(**pooling),
            keras.layers.Flatten(**layout),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


# Dilated, pooled otherwise or turned, the weights still have the very shapes of a mini_cnn's.
@pytest.mark.parametrize(
    "changes",
    [
        {"dilation_rate": 2},
        {"pooling": {"pool_size": 3, "strides": 2, "padding": "same"}},
        {"data_format": "channels_first", "input_shape": (8, 8, 8)},
        {"padding": "valid", "input_shape": (28, 28, 1)},
        {"strides": 2, "input_shape": (32, 32, 1)},
    ],
    ids=str,
)
def test_layers_of_other_settings_have_no_twin(changes):
    pytest.importorskip("torch")
    torch_twin(like_a_mini_cnn())
    with pytest.raises(ValueError, match="twin of a mini_cnn.*their settings"):
        torch_twin(like_a_mini_cnn(**changes))


def test_what_is_no_keras_model_or_has_no_weights_yet_has_no_twin():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match="twin of a mini_cnn"):
        torch_twin(torch.nn.Linear(1, 1))
    layers = [type(layer).from_config(layer.get_config()) for layer in mini_cnn().layers]
    with pytest.raises(ValueError, match="has none yet"):
        torch_twin(keras.Sequential(layers))


@pytest.mark.parametrize("other", [{"input_shape": (28, 28, 1)}, {"num_classes": 3}], ids=str)
def test_weights_of_another_twin_leave_the_model_as_it_was(other):
    pytest.importorskip("torch")
    model = mini_cnn(seed=0)
    before = model.get_weights()
    with pytest.raises(ValueError, match="must have the shapes of the model's"):
        weights_from_torch(torch_twin(mini_cnn(**other)), model)
    for ours, old in zip(model.get_weights(), before):
        np.testing.assert_array_equal(ours, old)


def test_weights_go_only_where_they_fit():
    pytest.importorskip("torch")
    twin = torch_twin(mini_cnn(seed=1))
    before = [parameter.detach().numpy().copy() for parameter in twin.parameters()]
    with pytest.raises(ValueError, match="must have the shapes of the model's"):
        weights_to_torch(mini_cnn(num_classes=1), twin)
    for parameter, old in zip(twin.parameters(), before):
        np.testing.assert_array_equal(parameter.detach().numpy(), old)
