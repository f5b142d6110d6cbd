"""Where TensorFlow keeps the losses: a row inside the graph, read when it is asked or full."""

import tensorflow as tf


class LossStore:
    """A row of float32 and the number of those that are taken.

    Args:
        model: the model that is trained; its strategy decides where the row lives.
    """

    step_is_looked_up = False  # the train function holds on to it

    def __init__(self, model):
        self.model = model
        size = max(1024, 2 * model.steps_per_execution)
        self.room = size // model.steps_per_execution - 1  # calls between two looks
        with model.distribute_strategy.scope():
            # The step of a strategy differentiates the sum over its replicas, each of which has
            # divided its own mean by their number.
            self.row = tf.Variable(
                tf.zeros(size),
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

    def make_train_function(self):
        self.model.make_train_function(force=True)

    def tapped(self, step):
        return step

    def put(self, loss):
        loss = tf.cast(loss, tf.float32)
        if loss.shape.rank:
            loss = tf.reduce_sum(loss)  # of several values, as the gradient adds them
        # At the end of a data set of unknown length the graph runs once more, up to the missing
        # batch. What does not wait for the loss would count a batch that never was.
        with tf.control_dependencies([loss]):
            place = tf.convert_to_tensor(self.count)
            tf.raw_ops.ResourceScatterUpdate(resource=self.row.handle, indices=place, updates=loss)
            self.count.assign(place + 1)

    def take(self):
        with self.model.distribute_strategy.scope():
            count = int(tf.convert_to_tensor(self.count))
            losses = tf.convert_to_tensor(self.row)[:count].numpy().tolist()
            self.count.assign(0)
        return losses

    def ends_an_epoch(self, error):
        return isinstance(error, (StopIteration, tf.errors.OutOfRangeError))
