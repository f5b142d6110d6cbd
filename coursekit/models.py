"""The chapter's small CNN, and its twin in PyTorch with the same weights."""

from numbers import Integral

import keras
import numpy as np
from keras import layers

# What decides about the numbers that a layer makes, but for its weights.
SETTINGS = [
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "dilation_rate",
    "groups",
    "pool_size",
    "data_format",
    "use_bias",
]


def mini_cnn(input_shape=(8, 8, 1), num_classes=10, seed=None):
    """Builds a small convolutional network from images to logits.

        image → [conv 3×3, ReLU, max-pool] × 2 → dense 64, ReLU → dense: the logits

    There is no softmax at the end: a loss with `from_logits=True` does that part, and does it
    without overflow. At the default shape it has 13,706 parameters.

    Args:
        input_shape: (height, width, channels); both sides at least 4 pixels.
        num_classes: number of logits; 1 for a binary cross-entropy.
        seed: a whole number ≥ 0 that fixes the first weights; None draws new ones each time.

    Shapes:
        images: (batch, height, width, channels) → logits: (batch, num_classes).

    Raises:
        ValueError: the shape has not three parts, a side is too small to be pooled twice, or the
            seed is none.

    Example:
        >>> mini_cnn().count_params()
        13706
        >>> mini_cnn((28, 28, 1), num_classes=2).output_shape
        (None, 2)

    Source: LeCun, Bottou, Bengio & Haffner (1998), "Gradient-Based Learning Applied to Document
    Recognition": convolutions and pooling, then dense layers; here with ReLU and max-pooling.
    """
    if len(input_shape) != 3 or min(input_shape[:2]) < 4 or min(input_shape) < 1:
        raise ValueError(
            "mini_cnn needs input_shape=(height, width, channels) with both sides at least 4 "
            f"pixels, since it halves them twice; got {tuple(input_shape)}."
        )
    if num_classes < 1:
        raise ValueError(f"mini_cnn needs num_classes ≥ 1, one logit each; got {num_classes}.")

    if seed is not None and not (isinstance(seed, Integral) and seed >= 0):
        raise ValueError(f"seed is a whole number of at least 0, or None; got {seed}.")

    def glorot(layer):
        own = None if seed is None else 4 * int(seed) + layer
        return keras.initializers.GlorotUniform(own)

    # As the shapes say, whatever keras.config.image_data_format() is.
    last = {"data_format": "channels_last"}
    same = {**last, "padding": "same", "activation": "relu"}

    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(16, 3, **same, kernel_initializer=glorot(0)),
            layers.MaxPooling2D(**last),
            layers.Conv2D(32, 3, **same, kernel_initializer=glorot(1)),
            layers.MaxPooling2D(**last),
            layers.Flatten(**last),
            layers.Dense(64, activation="relu", kernel_initializer=glorot(2)),
            layers.Dense(num_classes, kernel_initializer=glorot(3)),
        ],
        name="mini_cnn",
    )


def torch_twin(model):
    """Builds the same network in PyTorch, with the same weights.

    PyTorch wants channels first: give it `images.transpose(0, 3, 1, 2)`. The logits agree to
    float32 rounding.

    Args:
        model: what `mini_cnn` built.

    Returns:
        A `torch.nn.Sequential`. Needs the extra: pip install "coursekit[torch]".

    Raises:
        ValueError: the model is not a `mini_cnn`, or has no weights yet.

    Example:
        >>> import torch
        >>> images = np.random.default_rng(0).random((2, 8, 8, 1), "float32")
        >>> model = mini_cnn(seed=0)
        >>> logits = torch_twin(model)(torch.from_numpy(images.transpose(0, 3, 1, 2)))
        >>> np.allclose(logits.detach(), model(images), atol=1e-5)
        True
    """
    nn = _torch().nn
    if _plan(model) != _plan(mini_cnn(seed=0)):
        raise ValueError(
            "torch_twin builds the twin of a mini_cnn; got a model whose layers or their settings "
            "are others. Build the model with coursekit.models.mini_cnn."
        )
    if not model.built:
        raise ValueError(
            "torch_twin copies the weights of a mini_cnn; got a model that has none yet. Build it "
            "with coursekit.models.mini_cnn, or call it on a batch first."
        )
    height, width, channels = model.input_shape[1:]
    twin = nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * (height // 4) * (width // 4), 64),
        nn.ReLU(),
        nn.Linear(64, model.output_shape[-1]),
    )
    weights_to_torch(model, twin)
    return twin


def weights_to_torch(model, twin):
    """Copies the weights of a `mini_cnn` into its PyTorch twin, in place."""
    torch = _torch()
    weights = _as_in_torch(model)
    with torch.no_grad():
        for parameter, weight in zip(_same_shapes(twin, weights), weights):
            # torch.tensor copies: a twin that shared memory with Keras would train both.
            parameter.copy_(torch.tensor(np.ascontiguousarray(weight)))


def _as_in_torch(model):
    """The weights of a `mini_cnn` in PyTorch's order of axes."""
    first, second, (kernel, bias), (kernel_2, bias_2) = _pairs(
        [keras.ops.convert_to_numpy(weight) for weight in model.weights]
    )
    weights = [*_swap_conv(first, (3, 2, 0, 1)), *_swap_conv(second, (3, 2, 0, 1))]
    # Keras flattens (row, column, channel), PyTorch (channel, row, column).
    rows, columns, maps = _pooled(model)
    kernel = kernel.reshape(rows, columns, maps, -1).transpose(3, 2, 0, 1)
    return [*weights, kernel.reshape(len(bias), -1), bias, kernel_2.T, bias_2]


def weights_from_torch(twin, model):
    """Copies the weights of a PyTorch twin back into its `mini_cnn`, in place.

    A twin knows no image size: that of a network for 8×16 pixels is one for 16×8 as well.

    Raises:
        ValueError: the shapes of the weights differ; the model is then as it was.

    Example:
        >>> model, other = mini_cnn(seed=0), mini_cnn(seed=1)
        >>> weights_from_torch(torch_twin(model), other)
        >>> all(np.array_equal(*pair) for pair in zip(model.get_weights(), other.get_weights()))
        True
    """
    parameters = _same_shapes(twin, _as_in_torch(model))
    first, second, (kernel, bias), (kernel_2, bias_2) = _pairs(
        [parameter.detach().cpu().numpy() for parameter in parameters]
    )
    weights = [*_swap_conv(first, (2, 3, 1, 0)), *_swap_conv(second, (2, 3, 1, 0))]
    rows, columns, maps = _pooled(model)
    kernel = kernel.reshape(-1, maps, rows, columns).transpose(2, 3, 1, 0)
    weights += [kernel.reshape(-1, len(bias)), bias, kernel_2.T, bias_2]
    model.set_weights(weights)


def _plan(model):
    """Which layers with which settings, one after the other; of what is no Keras model, none."""
    return [
        (
            type(layer).__name__,
            getattr(getattr(layer, "activation", None), "__name__", None),
            *(getattr(layer, setting, None) for setting in SETTINGS),
        )
        for layer in getattr(model, "layers", [])
    ]


def _same_shapes(twin, weights):
    """The twin's parameters; they must have the shapes of the weights, since copy_ broadcasts."""
    parameters = list(twin.parameters())
    theirs, ours = [tuple(p.shape) for p in parameters], [weight.shape for weight in weights]
    if theirs != ours:
        raise ValueError(
            f"The twin's weights must have the shapes of the model's, {ours}; got {theirs}. Build "
            "it with coursekit.models.torch_twin(model)."
        )
    return parameters


def _pairs(weights):
    """The kernel and the bias of each of the four layers."""
    if len(weights) != 8:
        raise ValueError(
            "Only a mini_cnn and its twin can exchange weights: four layers with kernel and bias, "
            f"8 arrays; got {len(weights)}. Build the model with coursekit.models.mini_cnn."
        )
    return list(zip(weights[::2], weights[1::2]))


def _swap_conv(pair, axes):
    kernel, bias = pair
    return kernel.transpose(axes), bias


def _pooled(model):
    height, width, _ = model.input_shape[1:]
    return height // 4, width // 4, 32


def _torch():
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            "The PyTorch twin needs PyTorch, which is not installed. Try: "
            'pip install "coursekit[torch]"'
        ) from error
    return torch
