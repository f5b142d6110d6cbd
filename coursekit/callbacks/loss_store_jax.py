"""Where JAX keeps the losses: each leaves the compiled step beside its logs, unread."""

import jax
import keras
import numpy as np


class LossStore:
    """A list of what the compiled steps handed out: keeping one costs nothing.

    The loss is born inside the function that JAX differentiates, and what is born there leaves it
    as the new value of a variable only. So the step gets one variable more while it is traced, next
    to those that do not train, and gives its value away before fit sees the state.

    Args:
        model: the model that is trained.
    """

    room = 1024  # calls between two looks
    step_is_looked_up = False  # the train function holds on to it

    def __init__(self, model):
        self.model = model
        self.kept = []
        self.cell = keras.Variable(np.zeros(2), dtype="float32", trainable=False, name="batch_loss")

    def make_train_function(self):
        plain = self.model._make_function

        def make(step, **named):
            def keeping(state, data):
                (logs, loss), state = step(state, data)
                self.kept.append(loss)
                return logs, state

            return plain(keeping, **named)

        self.model._make_function = make
        try:
            self.model.make_train_function(force=True)
        finally:
            del self.model._make_function

    def tapped(self, step):
        """The training step with the cell in its state; gives (logs, cell), state."""

        def train_step(state, data):
            trainable, others, *rest = state
            own = self.model._non_trainable_variables
            list.append(own, self.cell)  # past the tracker, which a built model has locked
            try:
                place = [v is self.cell for v in self.model.non_trainable_variables].index(True)
                others = [*others[:place], jax.numpy.zeros(2), *others[place:]]
                logs, (trainable, others, *rest) = step((trainable, others, *rest), data)
            finally:
                list.pop(own)
            others = list(others)
            loss = others.pop(place)
            return (logs, loss), (trainable, others, *rest)

        return train_step

    def put(self, loss):
        self.cell.assign(jax.numpy.stack([loss.astype("float32"), 1.0]))

    def take(self):
        cells, self.kept = np.array(jax.device_get(self.kept)).reshape(-1, 2), []
        if not cells[:, 1].all():
            raise RuntimeError(
                "BatchLoss reads the loss where self.compute_loss_and_updates gives it: among the "
                f"non-trainable variables; the train_step of {type(self.model).__name__} does not "
                "return those. Put them into the state that it returns, as BatchNormalization "
                "needs it too."
            )
        return cells[:, 0].tolist()

    def ends_an_epoch(self, error):
        return isinstance(error, StopIteration)
