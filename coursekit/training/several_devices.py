"""The training step on several devices at once: each takes a part of every batch."""

import numpy as np
import tensorflow as tf


def step(model, loss, optimizer, strategy, validation_data=None):
    """Makes a training step that shares out each batch over the replicas of a strategy.

        L = Σ over replicas of  Σ over its samples of  l / n

    n is the size of the whole batch, so the loss and the gradient are those of one device. A batch
    that does not divide evenly is filled up with samples of weight zero (which a BatchNormalization
    would see).

    Args:
        model: a compiled model, made in the scope of the strategy.
        loss: a Keras loss whose reduction is "sum_over_batch_size", the default.
        optimizer: a Keras optimizer, made in the scope of the strategy.
        strategy: any `tf.distribute.Strategy`. With several workers each runs the same program on
            the same data and computes its own replicas' part.
        validation_data: none with several workers, where Keras 3.15's `evaluate` fails.

    Returns:
        A function from a batch (x, y) to its loss.

    Raises:
        ValueError: made outside the scope, or a loss that is summed otherwise.
    """
    check_scope(model, strategy)
    if loss.reduction not in ("sum_over_batch_size", "mean"):
        raise ValueError(
            "On several devices the loss must be a mean over the batch, reduction="
            f"'sum_over_batch_size'; got {loss.reduction!r}."
        )
    if validation_data is not None and isinstance(
        strategy, tf.distribute.MultiWorkerMirroredStrategy
    ):
        raise ValueError(
            "Keras 3.15's model.evaluate does not run under MultiWorkerMirroredStrategy; leave out "
            "validation_data and evaluate on one worker after the training."
        )
    replicas = strategy.num_replicas_in_sync
    mean_loss = model.metrics[0]
    with strategy.scope():
        optimizer.build(model.trainable_variables)

    def part_of_step(x, y, weight, samples):
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            # Keras has divided by this replica's samples and by the number of replicas.
            share = tf.cast(tf.shape(x)[0] * replicas, tf.float32) / samples
            value = share * loss(y, y_pred, sample_weight=weight)
            value += sum(model.losses) / replicas
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        model.compute_metrics(x, y, y_pred, sample_weight=weight)
        return value

    @tf.function(reduce_retracing=True)
    def all_parts(x, y, weight, samples):
        values = strategy.run(part_of_step, args=(x, y, weight, samples))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None)

    def whole_step(x, y):
        x, y, weight = _filled_up(np.asarray(x), np.asarray(y), replicas)
        with strategy.scope():  # no replica can make the variables of the metrics alone
            for metric in model.metrics:
                if not getattr(metric, "built", True):
                    metric.build(y[:1], model(x[:1]))
        parts = (_shared_out(array, strategy) for array in (x, y, weight))
        value = all_parts(*parts, tf.constant(weight.sum()))
        with strategy.scope():
            mean_loss.update_state(value, sample_weight=weight.sum())
        return value

    return whole_step


def check_scope(model, strategy):
    """Raises a ValueError if the model was not made in the scope of the strategy."""
    if model.distribute_strategy is not strategy:
        raise ValueError(
            "On several devices each keeps a copy of the weights, so model and optimizer are made "
            f"in the strategy's scope; this model was made in that of "
            f"{type(model.distribute_strategy).__name__}. Build both inside "
            "`with strategy.scope():`."
        )


def _filled_up(x, y, replicas):
    """The batch with its first sample repeated until it divides, and the weight of each sample."""
    missing = -len(x) % replicas
    weight = np.concatenate([np.ones(len(x), "float32"), np.zeros(missing, "float32")])
    places = np.concatenate([np.arange(len(x)), np.zeros(missing, int)])
    return x[places], y[places], weight


def _shared_out(array, strategy):
    parts = np.split(array, strategy.num_replicas_in_sync)
    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.convert_to_tensor(parts[context.replica_id_in_sync_group])
    )
