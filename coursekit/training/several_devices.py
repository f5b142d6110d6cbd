"""One batch on several devices at once: each replica takes a part of it."""

import numpy as np
import tensorflow as tf


def step(model, loss, optimizer, strategy):
    """Makes a training step that shares out each batch over the replicas of a strategy.

        L = Σ over replicas of  Σ over its samples of  l / n

    n is the size of the whole batch, so the loss and the gradient are those of one device. A batch
    that does not divide evenly is filled up with samples of weight zero. What looks at samples
    without their weight (BatchNormalization, a penalty on activities) would see those.

    Args:
        model: a compiled model, made in the scope of the strategy.
        loss: a Keras loss whose reduction is "sum_over_batch_size", the default.
        optimizer: a Keras optimizer, made in the scope of the strategy.
        strategy: any `tf.distribute.Strategy`. With several workers each runs the same program on
            the same data and computes its own replicas' part.

    Returns:
        A function from a batch (x, y) to its loss; it feeds `model.metrics`.
    """
    with strategy.scope():
        optimizer.build(model.trainable_variables)

    def part_of_step(x, y, weight, samples):
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            value = _share(model, loss, strategy, y, y_pred, weight, samples)
            scaled = optimizer.scale_loss(value)
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        model.compute_metrics(x, y, y_pred, sample_weight=weight)
        return value

    return _on_whole_batches(part_of_step, model, strategy)


def measurement(model, loss, strategy):
    """Makes a function that measures a batch without training on it, shared out as in `step`."""

    def part_of_measurement(x, y, weight, samples):
        y_pred = model(x, training=False)
        model.compute_metrics(x, y, y_pred, sample_weight=weight)
        return _share(model, loss, strategy, y, y_pred, weight, samples)

    return _on_whole_batches(part_of_measurement, model, strategy)


def _share(model, loss, strategy, y, y_pred, weight, samples):
    """What this replica's samples add to the loss of the whole batch."""
    # Keras has divided by this replica's samples and by the number of replicas.
    replicas = strategy.num_replicas_in_sync
    share = tf.cast(tf.shape(weight)[0] * replicas, tf.float32) / samples
    return share * loss(y, y_pred, sample_weight=weight) + sum(model.losses) / replicas


def _on_whole_batches(part, model, strategy):
    mean_loss = model.metrics[0]

    @tf.function(reduce_retracing=True)
    def all_parts(x, y, weight, samples):
        values = strategy.run(part, args=(x, y, weight, samples))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None)

    def whole(x, y):
        x, y, weight = _filled_up(np.asarray(x), np.asarray(y), strategy.num_replicas_in_sync)
        with strategy.scope():  # no replica can make the variables of the metrics alone
            for metric in model.metrics:
                if not getattr(metric, "built", True):
                    metric.build(y[:1], model(x[:1]))
        parts = (_shared_out(array, strategy) for array in (x, y, weight))
        value = all_parts(*parts, tf.constant(weight.sum()))
        with strategy.scope():
            mean_loss.update_state(value, sample_weight=weight.sum())
        return value

    return whole


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
