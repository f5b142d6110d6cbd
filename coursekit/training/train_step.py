"""The training as `fit` round a training step of one's own."""

import types

import tensorflow as tf

from coursekit.training import fit


def train(
    model,
    loss,
    optimizer,
    data,
    epochs=1,
    batch_size=32,
    validation_data=None,
    callbacks=(),
    seed=None,
    *,
    shuffle=True,
    metrics=(),
    verbose="auto",
    strategy=None,
):
    """Trains `model` in place with `fit`, which calls the `train_step` written here.

    The way between the other two: the step is one's own, with the tape; epochs, batches, callbacks
    and progress are Keras's.

    Args:
        model: a Keras model, trained from the weights that it has. For the time of the training
            it is lent the step; in a class of one's own this is the method `train_step`.
        loss, optimizer, data, epochs, batch_size, validation_data, callbacks, seed, shuffle,
            metrics, verbose: as in `coursekit.training.tape.train`.
        strategy: as in `coursekit.training.fit.train`.

    Returns:
        A `Record`.

    Raises:
        ValueError, TypeError: data, labels, counts or learning rate that cannot be trained with.

    Example:
        >>> import keras, numpy as np
        >>> x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> model.set_weights([np.zeros((1, 1))])
        >>> loss, optimizer = keras.losses.MeanSquaredError(), keras.optimizers.SGD(0.25)
        >>> train(model, loss, optimizer, (x, y), epochs=2, batch_size=3, verbose=0).losses.tolist()
        [1.0, 0.25, 0.0625, 0.015625]

    Source: https://keras.io/guides/custom_train_step_in_tensorflow/
    """
    own = vars(model).get("train_step")
    model.train_step = types.MethodType(train_step, model)
    try:
        return fit.train(
            model,
            loss,
            optimizer,
            data,
            epochs,
            batch_size,
            validation_data,
            callbacks,
            seed,
            shuffle=shuffle,
            metrics=metrics,
            verbose=verbose,
            strategy=strategy,
        )
    finally:
        del model.train_step
        if own is not None:
            model.train_step = own
        model.train_function = None  # the traced one still has our step in it


def train_step(self, data):
    """One step on one batch: predict, measure, differentiate, step."""
    x, y = data
    with tf.GradientTape() as tape:
        y_pred = self(x, training=True)
        value = self.compute_loss(x, y, y_pred)
        scaled = self.optimizer.scale_loss(value)  # the value itself, except for float16
    gradients = tape.gradient(scaled, self.trainable_variables)
    self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))

    for metric in self.metrics:
        if metric.name == "loss":
            replicas = self.distribute_strategy.num_replicas_in_sync
            metric.update_state(value * replicas, sample_weight=tf.shape(x)[0])
        else:
            metric.update_state(y, y_pred)
    return self.get_metrics_result()
