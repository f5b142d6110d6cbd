"""A tap in the training step: keeps the value that every batch's gradient was taken of."""

import contextlib
import importlib
import threading

import keras
import numpy as np

NOTHING = contextlib.nullcontext()


class LossTap:
    """Stands in for a model's train function and keeps the loss of every batch.

    Keras's own step calls `model.compute_loss` and differentiates what comes back. While the step
    is traced, the tap puts a `compute_loss` of its own in front, which hands the tensor on
    unchanged and keeps a copy where nothing need be fetched per batch: that place, the store, is
    another one for each backend. Afterwards the model's own function is put back.

    Args:
        model: a compiled Keras model whose train function was made.
    """

    @classmethod
    def on(cls, model):
        """Gives the tap that already sits on the model (two may share one), or sets a new one."""
        tap = model.train_function
        if isinstance(tap, cls) and not tap.is_of_this_fit():
            tap.remove()
        if not isinstance(model.train_function, cls):
            cls(model)
        return model.train_function

    def __init__(self, model):
        self.model = model
        self.plain = model.train_function
        self.fit = getattr(model, "history", None)
        self.store = importlib.import_module(
            f"coursekit.callbacks.loss_store_{keras.backend.backend()}"
        ).LossStore(model)
        self.calls, self.found_no_batch = 0, False  # the last call met the end of the data
        self._losses, self._taken_at = [], 0
        self._inside = threading.local()  # each replica of a strategy traces in its own thread
        self._patched = self._seen = 0
        self._lock = threading.Lock()
        self.step = self.store.tapped(self._tapped_step(model.train_step))
        with self._step_in_place():
            self.store.make_train_function()
        self.function, model.train_function = model.train_function, self

    def __call__(self, *arguments):
        if not self.is_of_this_fit():
            self.remove()
            self.model.make_train_function()
            return self.model.train_function(*arguments)
        try:
            with self._step_in_place() if self.store.step_is_looked_up else NOTHING:
                result = self.function(*arguments)
        except BaseException as error:
            self.found_no_batch = self.store.ends_an_epoch(error)
            if not self.found_no_batch:
                self.remove()
            raise
        self.calls, self.found_no_batch = self.calls + 1, False
        self._refuse_unreadable_step()
        if self.calls - self._taken_at >= self.store.room:
            self._drain()
        return result

    def is_of_this_fit(self):
        """Whether the fit that set the tap still runs; one that was broken off leaves it behind."""
        return getattr(self.model, "history", None) is self.fit  # each fit makes its own

    def remove(self):
        """Puts the model's own train function back."""
        if self.model.train_function is self:
            self.model.train_function = self.plain

    def count(self):
        """How many losses there are so far."""
        self._drain()
        return len(self._losses)

    def losses(self, start=0):
        """All losses from number `start` on, float32, in the order of the batches."""
        self._drain()
        return np.array(self._losses[start:], "float32")

    def _refuse_unreadable_step(self):
        # Raised inside the step, it would break off the first trace, in which the optimizer makes
        # its variables, and leave those without a value.
        if self._seen != 1:
            self.remove()
            raise RuntimeError(
                "BatchLoss reads the loss where the training step computes it, in one call of "
                "self.compute_loss(x, y, y_pred, sample_weight); the train_step of "
                f"{type(self.model).__name__} made {self._seen} of them. Compute the loss with one "
                "such call, or record it in the train_step itself."
            )

    def _drain(self):
        self._losses.extend(self.store.take())
        self._taken_at = self.calls

    @contextlib.contextmanager
    def _step_in_place(self):
        own = vars(self.model).get("train_step")
        self.model.train_step = self.step
        try:
            yield
        finally:
            del self.model.train_step
            if own is not None:
                self.model.train_step = own

    def _tapped_step(self, step):
        def train_step(*arguments):
            self._inside.seen = 0
            self._put_compute_loss()
            try:
                result = step(*arguments)
            finally:
                self._take_compute_loss()
            self._seen = self._inside.seen
            return result

        return train_step

    def _put_compute_loss(self):
        with self._lock:
            self._patched += 1
            if self._patched > 1:
                return
            own = vars(self.model).get("compute_loss")
            plain = self.model.compute_loss

            def compute_loss(*arguments, **named):
                loss = plain(*arguments, **named)
                self._inside.seen += 1
                self.store.put(loss)
                return loss

            self._own_compute_loss = own
            self.model.compute_loss = compute_loss

    def _take_compute_loss(self):
        with self._lock:
            self._patched -= 1
            if self._patched:
                return
            del self.model.compute_loss
            if self._own_compute_loss is not None:
                self.model.compute_loss = self._own_compute_loss
