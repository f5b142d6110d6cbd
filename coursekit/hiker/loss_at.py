"""The loss of a network as a function of all its weights."""

import numpy as np
import tensorflow as tf


class LossAt:
    """Gives the loss on fixed samples for any weights, many of them in one graph.

        L(θ) = mean over the samples of  loss(y, f(x; θ))

    The rows of weights are walked inside the graph, one after the other. All rows at once, as one
    larger operation, takes three times as long on a CPU: the network's own operations are large
    enough, and stay in the cache.

    Args:
        model: a built Keras model; its own weights are neither read nor changed. What it keeps
            beside them (averages of BatchNormalization) stays as it is.
        loss: a Keras loss object.
        data: (x, y) arrays.

    Shapes:
        θ: (n, parameters): the trainable weights, flattened one after the other → (n,), float32.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> data = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> LossAt(model, keras.losses.MeanSquaredError(), data)([[0.0], [1.0], [3.0]]).tolist()
        [1.0, 0.0, 4.0]

    Source: https://keras.io/api/models/model/ (stateless_call).
    """

    def __init__(self, model, loss, data):
        self.model, self.loss = model, loss
        self.x, self.y = (tf.constant(part) for part in data)
        self.shapes = [tuple(weight.shape) for weight in model.trainable_variables]
        self.sizes = [int(np.prod(shape)) for shape in self.shapes]
        rows = tf.TensorSpec((None, sum(self.sizes)), tf.float32)
        self._losses = tf.function(
            lambda theta: tf.map_fn(self.of_one, theta), input_signature=[rows], autograph=False
        )

    def __call__(self, theta):
        return self._losses(tf.constant(np.asarray(theta, "float32"))).numpy()

    def of_one(self, theta):
        """The loss of one row of weights, as a tensor to differentiate."""
        weights, kept = self.split(theta), self.model.non_trainable_variables
        y_pred, _ = self.model.stateless_call(weights, kept, self.x, training=False)
        return tf.cast(self.loss(self.y, y_pred), tf.float32)

    def split(self, theta):
        """One row of weights as tensors in the shapes of the model's trainable weights."""
        parts = tf.split(theta, self.sizes)
        return [tf.reshape(part, shape) for part, shape in zip(parts, self.shapes)]
