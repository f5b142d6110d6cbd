"""A few samples on which a network is looked at: outputs, loss, dead units, gradients."""

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import ops


@dataclass
class Look:
    """What one look at the network shows; everything with dropout off.

    Args:
        outputs: for the samples of the probe, float array.
        loss: the plain loss of the probe, without regularisation and sample weights.
        dead: for each layer of ReLUs, the share that gives 0 for every sample.
        norm: length of the whole gradient; this and the rest only after `look_at_gradients`.
        first, last: root mean square of the gradient of the first and of the last kernel.
        identical: names of the layers whose units are equal and have equal gradients.
    """

    outputs: np.ndarray
    loss: float
    dead: dict[str, float] = field(default_factory=dict)
    norm: float | None = None
    first: float | None = None
    last: float | None = None
    identical: list[str] = field(default_factory=list)


class Probe:
    """The samples, and the ways to look at a model with them.

    Args:
        model: a built Keras model with one output.
        x: inputs, an array or a nest of arrays; the first `size` samples are kept.
        y: their labels, one array.
        loss: `LossFacts`.
        size: how many samples.
    """

    def __init__(self, model, x, y, loss, size=64):
        self.model, self.loss = model, loss
        self.x = keras.tree.map_structure(lambda a: ops.convert_to_tensor(a[:size]), x)
        self.y = ops.convert_to_tensor(y[:size])
        self._relus = _relus(model)
        self._inside = None
        if self._relus:
            inside = [layer.output for layer in self._relus]
            self._inside = keras.Model(model.inputs, [*model.outputs, *inside])

    def output_shape(self):
        """The shape of the outputs for one sample."""
        return tuple(self.model(self.x).shape[1:])

    def largest_input(self):
        """The largest |x|; 0 for inputs that are no numbers."""
        numbers = [
            _number(ops.max(ops.abs(ops.cast(a, "float32"))))
            for a in keras.tree.flatten(self.x)
            if keras.backend.standardize_dtype(a.dtype) != "string"
        ]
        return max(numbers, default=0.0)

    def look(self):
        """Looks at the network as it is now: a `Look`, the gradients left out."""
        outputs, *inside = self._inside(self.x) if self._inside else [self.model(self.x)]
        return Look(
            _numpy(outputs),
            _number(self.loss.value(self.y, outputs)),
            {layer.name: _dead(layer, _numpy(a)) for layer, a in zip(self._relus, inside)},
        )

    def loss_now(self):
        """The loss of the probe, and nothing else: one forward pass."""
        return _number(self.loss.value(self.y, self.model(self.x)))

    def softmax_is_repaired(self):
        """Whether Keras hands the loss the logits from before the model's last softmax.

        It does so on the TensorFlow backend, where the softmax is the very last operation. The
        same outputs as plain numbers then have another loss.
        """
        outputs = self.model(self.x)
        plain = ops.convert_to_tensor(ops.convert_to_numpy(outputs))
        return _number(self.loss.value(self.y, outputs)) != _number(self.loss.value(self.y, plain))

    def fingerprint(self):
        """The first 1,000 numbers of every kernel, to see later whether they moved."""
        return [_numpy(ops.reshape(k.value, (-1,))[:1000]) for k in _kernels(self.model)]

    def change_since(self, fingerprint):
        """The largest change of a kernel since then, relative to its size."""
        return max(
            (
                float(np.linalg.norm(after - before) / max(np.linalg.norm(before), 1e-12))
                for before, after in zip(fingerprint, self.fingerprint())
            ),
            default=float("inf"),
        )

    def look_at_gradients(self, look):
        """Adds to a look what the gradients show."""
        variables = self.model.trainable_variables
        if not variables:
            return
        gradients = _gradients(self.model, self.loss.value, self.x, self.y)
        gradients = [None if g is None else _numpy(g) for g in gradients]
        look.norm = float(np.sqrt(sum((g**2).sum() for g in gradients if g is not None)))
        by_kernel = {v.path: g for v, g in zip(variables, gradients) if g is not None}
        kernels = [k for k in _kernels(self.model) if k.path in by_kernel]
        sizes = [float(np.sqrt(np.mean(by_kernel[k.path] ** 2))) for k in kernels]
        if sizes:
            look.first, look.last = sizes[0], sizes[-1]
        look.identical = [
            k.path.rpartition("/")[0]
            for k in kernels
            if _columns_equal(_numpy(k.value)) and _columns_equal(by_kernel[k.path])
        ]


def last_activation(model):
    """The name of the activation at the end, past layers that only change the shape."""
    for layer in reversed(model.layers):
        name = getattr(getattr(layer, "activation", None), "__name__", None)
        if name is not None or layer.weights:
            return name
    return None


def _kernels(model):
    """The weights that multiply; an embedding's rows are mostly untouched, a bias starts at 0."""
    return [v for v in model.trainable_variables if v.name == "kernel" and len(v.shape) > 1]


def _columns_equal(a):
    return a.shape[-1] > 1 and (a == a[..., :1]).all()


def _relus(model):
    """The layers of at least 8 ReLUs inside a model that is a graph of layers."""
    if not getattr(model, "inputs", None) or len(getattr(model, "outputs", None) or ()) != 1:
        return []
    found = []
    for layer in model.layers:
        activation = getattr(getattr(layer, "activation", None), "__name__", None)
        leaky = getattr(layer, "negative_slope", 0)
        if activation != "relu" and not (isinstance(layer, keras.layers.ReLU) and not leaky):
            continue
        try:
            output = layer.output
        except (AttributeError, ValueError):  # it is used twice, and has two outputs
            continue
        units = output.shape[_unit_axis(layer)]
        if output is not model.outputs[0] and units and units >= 8:
            found.append(layer)
    return found


def _unit_axis(layer):
    return 1 if getattr(layer, "data_format", None) == "channels_first" else -1


def _dead(layer, a):
    units = np.moveaxis(a, _unit_axis(layer), -1).reshape(-1, a.shape[_unit_axis(layer)])
    return float((units <= 0).all(axis=0).mean())


def _gradients(model, loss, x, y):
    """The gradient of the loss with respect to each trainable variable; None where it has none."""
    values = [v.value for v in model.trainable_variables]
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = loss(y, model(x))
        gradients = tape.gradient(value, values)
        return [None if g is None else tf.convert_to_tensor(g) for g in gradients]
    if backend == "jax":
        import jax

        others = [v.value for v in model.non_trainable_variables]
        return jax.grad(lambda w: loss(y, model.stateless_call(w, others, x)[0]))(values)

    import torch

    return torch.autograd.grad(loss(y, model(x)), values, allow_unused=True)


def _numpy(a):
    return ops.convert_to_numpy(ops.cast(a, "float32"))


def _number(a):
    return float(ops.convert_to_numpy(a))
