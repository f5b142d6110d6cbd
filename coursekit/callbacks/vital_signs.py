"""A training's vital signs: nine measurements that tell a sick training from a healthy one."""

import keras
import numpy as np

from coursekit.callbacks.loss_facts import LossFacts
from coursekit.callbacks.probe import Probe

LOOKED_AT = 300  # training samples on which the network is looked at


class VitalSigns(keras.callbacks.Callback):
    """Measures what is told by the data, the start, the first step and the end of a training.

        signs = VitalSigns(x, y)
        model.fit(x, y, epochs=5, callbacks=[signs])
        print(signs)

    One number says little: compare the signs of a training that fails with those of one that learns.

    | sign | when | what it is |
    |---|---|---|
    | `neighbour_agreement` | before | share of samples whose nearest other sample has the same label |
    | `first_loss` | before | loss of the first 32 samples; who guesses among K classes pays ln K |
    | `gradient_norm` | before | length of the gradient of that loss |
    | `first_step` | first step | length of the step, relative to that of the weights |
    | `weight_growth` | end | length of the weights, relative to that at the start |
    | `dead_share` | end | share of ReLUs that give 0 for every sample, in the layer with most |
    | `most_predicted_share` | end | share of samples for which the favourite class is predicted |
    | `output_range` | end | largest output minus smallest |
    | `frozen_change` | end | how far the weights of layers with `trainable = False` have moved, relatively |

    Args:
        x: the training samples, an array; the network is looked at with the first 300.
        y: their labels, whole numbers, an array.

    Attributes:
        signs: a dictionary from the name to the number; empty before a training.

    Example:
        >>> x, y = np.eye(4, dtype="float32"), np.arange(4)
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
        >>> model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> signs = VitalSigns(x, y)
        >>> _ = model.fit(x, y, verbose=0, callbacks=[signs])
        >>> sorted(signs.signs)[:3]
        ['dead_share', 'first_loss', 'first_step']
    """

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = np.asarray(x), np.asarray(y).reshape(-1)
        self.signs = {}

    def on_train_begin(self, logs=None):
        model = self.model
        self._probe = Probe(model, self.x, self.y, LossFacts(self._loss), LOOKED_AT)
        first = Probe(model, self.x, self.y, LossFacts(self._loss), 32)
        start = first.look()
        first.look_at_gradients(start)
        self._before, self._frozen_before = _numbers(model.weights), _numbers(_frozen(model))
        self._stepped = False
        self.signs = {
            "neighbour_agreement": neighbour_agreement(self.x, self.y),
            "first_loss": start.loss,
            "gradient_norm": start.norm or 0.0,
        }

    def on_train_batch_end(self, batch, logs=None):
        if self._stepped:
            return
        self._stepped = True
        self.signs["first_step"] = _moved(self._before, _numbers(self.model.weights))

    def on_train_end(self, logs=None):
        look = self._probe.look()
        favourite = np.bincount(look.outputs.argmax(axis=-1)).max()
        self.signs["weight_growth"] = _length(_numbers(self.model.weights)) / max(
            _length(self._before), 1e-12
        )
        self.signs["dead_share"] = max(look.dead.values(), default=0.0)
        self.signs["most_predicted_share"] = float(favourite / len(look.outputs))
        self.signs["output_range"] = float(np.ptp(look.outputs))
        self.signs["frozen_change"] = _moved(self._frozen_before, _numbers(_frozen(self.model)))

    def _loss(self, y, outputs):
        # As fit has it, where a loss may also be a name, or give one number for each sample
        return keras.ops.sum(self.model.compute_loss(y=y, y_pred=outputs, training=False))

    def __str__(self):
        width = max(map(len, self.signs), default=0)
        return "\n".join(f"{name:{width}}  {value:.4g}" for name, value in self.signs.items())


def neighbour_agreement(x, y):
    """The share of samples whose nearest other sample has the same label; of the first 300.

    Example:
        >>> neighbour_agreement(np.array([[0.0], [0.1], [5.0], [5.1]]), np.array([0, 0, 1, 1]))
        1.0
    """
    flat = np.asarray(x, "float64").reshape(len(x), -1)
    squares = (flat**2).sum(axis=1)
    apart = (
        squares - 2 * flat[:LOOKED_AT] @ flat.T
    )  # and the sample's own square, which is one for all
    apart[np.arange(len(apart)), np.arange(len(apart))] = np.inf
    return float((y[apart.argmin(axis=1)] == y[:LOOKED_AT]).mean())


def _frozen(model):
    """The weights of the layers that are said not to be trained."""
    layers = [layer for layer in model._flatten_layers() if not layer.trainable]
    return list({id(weight): weight for layer in layers for weight in layer.weights}.values())


def _numbers(weights):
    return [keras.ops.convert_to_numpy(keras.ops.cast(w, "float32")) for w in weights]


def _length(arrays):
    return float(np.sqrt(sum((np.asarray(a, "float64") ** 2).sum() for a in arrays)))


def _moved(before, after):
    change = _length([b - a for a, b in zip(before, after)])
    return change / max(_length(before), 1e-12) if before else 0.0
