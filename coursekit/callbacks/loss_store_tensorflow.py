"""Where TensorFlow keeps the losses: beside the logs of each call, or in a row inside the graph."""

import tensorflow as tf


class LossStore:
    """Losses that nobody has looked at yet.

    A train function that runs one step on one device gives the loss away beside its logs, as a
    tensor that costs nothing until it is read. One that runs several steps gives away what the last
    of them returned, and one on several devices what Keras makes of theirs; so for these every step
    writes into a row inside the graph.

    Args:
        model: the model that is trained; its strategy decides where the row lives.
    """

    step_is_looked_up = False  # the train function holds on to it

    def __init__(self, model):
        self.model = model
        strategy = model.distribute_strategy
        self.beside = model.steps_per_execution == 1 and strategy.num_replicas_in_sync == 1
        self.kept, self.latest = [], None
        self.room = 1024  # calls between two looks
        if not self.beside:
            self._make_row(strategy, model.steps_per_execution)

    def _make_row(self, strategy, steps):
        size = max(1024, 2 * steps)
        self.room = size // steps - 1
        with strategy.scope():
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
        if self.beside:
            self.model.train_function = self._keeping(self.model.train_function)

    def _keeping(self, function):
        def train_function(*arguments):
            logs, loss = function(*arguments)
            self.kept.append(loss)
            return logs

        return train_function

    def tapped(self, step):
        """The training step; where its loss leaves beside the logs, it gives (logs, loss)."""

        def train_step(data):
            logs = step(data)
            loss, self.latest = self.latest, None
            return logs, loss

        return train_step if self.beside else step

    def put(self, loss):
        loss = tf.cast(loss, tf.float32)
        if loss.shape.rank:
            loss = tf.reduce_sum(loss)  # of several values, as the gradient adds them
        if self.beside:
            self.latest = loss
            return
        # At the end of a data set of unknown length the graph runs once more, up to the missing
        # batch. What does not wait for the loss would count a batch that never was.
        with tf.control_dependencies([loss]):
            place = tf.convert_to_tensor(self.count)
            tf.raw_ops.ResourceScatterUpdate(resource=self.row.handle, indices=place, updates=loss)
            self.count.assign(place + 1)

    def take(self):
        if self.beside:
            kept, self.kept = self.kept, []
            # None stands for a step that cannot be read, which the tap refuses.
            return [float(loss) for loss in kept if loss is not None]
        with self.model.distribute_strategy.scope():
            count = int(tf.convert_to_tensor(self.count))
            losses = tf.convert_to_tensor(self.row)[:count].numpy().tolist()
            self.count.assign(0)
        return losses

    def ends_an_epoch(self, error):
        return isinstance(error, (StopIteration, tf.errors.OutOfRangeError))
