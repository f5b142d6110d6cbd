"""Where TensorFlow keeps the losses: a ring inside the graph, read when it is asked or full."""

import numpy as np
import tensorflow as tf


class LossStore:
    """A ring of float32 and a count of all that was ever put into it.

    Args:
        model: the model that is trained; its strategy decides where the ring lives.
    """

    def __init__(self, model):
        self.size = max(1024, 2 * model.steps_per_execution)
        self.room = self.size // model.steps_per_execution - 1  # calls between two looks
        self.strategy = model.distribute_strategy
        with self.strategy.scope():
            # The step of a strategy differentiates the sum over its replicas, each of which has
            # divided its own mean by their number.
            self.ring = tf.Variable(
                tf.zeros(self.size),
                trainable=False,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.SUM,
            )
            self.count = tf.Variable(
                tf.constant(0, tf.int64),
                trainable=False,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
            )
        self.taken = 0

    def put(self, loss):
        loss = tf.reduce_sum(tf.cast(loss, tf.float32))  # of several values Keras's gradient adds
        # At the end of a data set of unknown length the graph runs once more, up to the missing
        # batch. What does not wait for the loss would count a batch that never was.
        with tf.control_dependencies([loss]):
            count = tf.convert_to_tensor(self.count)
            place = tf.reshape(tf.cast(count % self.size, tf.int32), [1, 1])
            ring = tf.tensor_scatter_nd_update(tf.convert_to_tensor(self.ring), place, [loss])
            self.ring.assign(ring)
            self.count.assign(count + 1)

    def take(self):
        with self.strategy.scope():
            count = int(tf.convert_to_tensor(self.count))
            ring = tf.convert_to_tensor(self.ring).numpy()
        places = np.arange(self.taken, count) % self.size
        self.taken = count
        return ring[places].tolist()

    def ends_an_epoch(self, error):
        return isinstance(error, (StopIteration, tf.errors.OutOfRangeError))
