"""Which learning rate to try first: a short training in which it grows until the loss explodes."""

import math
import warnings

import keras
import numpy as np

SMOOTHING = 0.9  # β of the moving average that the suggestions are read from
WARM_UP = 10  # batches until that average means something, 1 / (1 − β)
DIVERGED = 4.0  # the test ends when the smoothed loss exceeds this many times its minimum


class LearningRateFinder(keras.callbacks.Callback):
    """Tries every learning rate from small to large, one batch each, and suggests one.

        αᵢ = lowest · (highest / lowest)^(i / (steps − 1))    i = 0 … steps − 1
        sᵢ = β sᵢ₋₁ + (1 − β) Lᵢ,   s₋₁ = 0                   β = 0.9
        ŝᵢ = sᵢ / (1 − βⁱ⁺¹)                                   the smoothed loss

    While α is too small the loss hardly moves, then it falls, then it explodes; there the test
    ends (ŝ above 4 times its minimum, or not finite). Weights, optimizer and layer state are then
    put back as they were before, bit for bit: the test has tried, not trained.

        finder = LearningRateFinder()
        finder.find(model, x, y)        # or: model.fit(x, y, epochs=100, callbacks=[finder])
        model.optimizer.learning_rate = finder.suggestion
        finder.plot()

    Lᵢ is the batch's own loss. (Keras shows callbacks the mean over the epoch so far, which moves
    the curve to the right; the mean is therefore reset before every batch, and the History of
    this fit holds no more than the last batch.)

    Two rules are in use; both are marked in the plot:

    - `steepest`: the rate at which ŝ falls fastest. On the course's digits it is 1.4 (SGD) to 9
      times (momentum) the best rate, near the edge where training collapses.
    - `minimum / 10`: a tenth of the rate at which ŝ is lowest. There it lands on the best rate
      (momentum, Adam) or up to six times below it (SGD), which costs time and not the training.

    `suggestion` is therefore the second. The test shows a few hundred steps at most, so it knows
    nothing of what comes later: try the suggestion, then three times less and three times more.

    Args:
        lowest: α > 0 of the first batch.
        highest: α > lowest of the last batch, unless the loss explodes before.
        steps: number of batches, at least 20. Give `fit` enough epochs to have as many.

    Attributes:
        rates, losses, smoothed: arrays of one length: α, L and ŝ of every batch up to the end.
        suggestion, steepest, minimum: learning rates, known after the test.

    Raises:
        ValueError: arguments out of range; a model that was not compiled, or that runs several
            batches in one execution, where the rate cannot change from batch to batch.

    Example:
        >>> keras.utils.set_random_seed(0)
        >>> x = np.random.default_rng(0).normal(size=(256, 3)).astype("float32")
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mean_squared_error")
        >>> before = model.get_weights()
        >>> finder = LearningRateFinder(lowest=1e-4, highest=10.0, steps=60)
        >>> 0.1 < finder.find(model, x, x @ [[1.0], [2.0], [3.0]]) < 1  # from 1 on it diverges
        True
        >>> all(np.array_equal(*pair) for pair in zip(before, model.get_weights()))
        True

    Source: Smith (2017), "Cyclical Learning Rates for Training Neural Networks", section 3.3.
    """

    def __init__(self, lowest=1e-6, highest=1.0, steps=100):
        super().__init__()
        if not 0 < lowest < highest < math.inf:
            raise ValueError(
                "LearningRateFinder needs 0 < lowest < highest, the rates of the first and the last "
                f"batch; got lowest={lowest}, highest={highest}. Try lowest=1e-6, highest=1.0."
            )
        if steps != int(steps) or steps < 20:
            raise ValueError(
                "LearningRateFinder needs a whole number of steps ≥ 20, one batch each, to see a "
                f"curve; got steps={steps}. Try 100."
            )
        self.lowest, self.highest, self.steps = float(lowest), float(highest), int(steps)
        self._clear()
        self._saved = None

    def find(self, model, x, y=None, batch_size=32):
        """Runs the test on a compiled model and returns the suggestion.

        Whatever happens (an exception, Ctrl-C), the model is afterwards as it was.

        Args:
            model: a compiled Keras model; its optimizer's own learning rate plays no part.
            x, y: what you would give to `model.fit`: two arrays, or a data set of batches as x.
            batch_size: samples per batch; the suggestion holds for this size. For arrays only.
        """
        arrays = {"shuffle": False} if y is None else {"y": y, "batch_size": batch_size}
        try:
            model.fit(x, **arrays, epochs=self.steps, callbacks=[self], verbose=0)
        finally:
            self.restore()
        return self.suggestion

    def restore(self):
        """Puts model and optimizer back as they were before the test; does nothing if they are.

        The test does it itself, also when a batch raises or Ctrl-C interrupts one. Only an
        exception in somebody else's callback escapes it: then call this, or use `find`.
        """
        if self._saved is None:
            return
        values, self._saved = self._saved, None
        if keras.backend.backend() == "jax":
            self.model._jax_state_synced = True  # what the loop still holds is out of date
        for variable, value in values:
            variable.assign(value)
        if self._schedule is not None:
            self.model.optimizer.learning_rate = self._schedule
        self.model.reset_metrics()
        # Drops the guard, and with it a trace that may know the test's schedule.
        self.model.train_function = None

    @property
    def suggestion(self):
        """The learning rate to try first: a tenth of `minimum`."""
        return self.minimum / 10

    @property
    def minimum(self):
        """The learning rate at which the smoothed loss was lowest."""
        self._need_a_curve()
        return float(self.rates[np.argmin(self.smoothed)])

    @property
    def steepest(self):
        """The learning rate at which the smoothed loss fell fastest, per decade of the rate."""
        self._need_a_curve()
        start, end = WARM_UP, np.argmin(self.smoothed) + 1  # past the minimum nothing falls
        if end < start + 2:
            return self.minimum
        slope = np.gradient(self.smoothed[start:end], np.log10(self.rates[start:end]))
        return float(self.rates[start + np.argmin(slope)])

    def plot(self):
        """Draws loss against learning rate with both suggestions; returns the Figure."""
        self._need_a_curve()
        from coursekit.plots.learning_rate_range import learning_rate_range

        return learning_rate_range(
            self.rates, self.losses, self.smoothed, self.steepest, self.suggestion
        )

    def on_train_begin(self, logs=None):
        self.restore()  # an earlier test that was broken off from outside
        model, optimizer = self.model, self.model.optimizer
        if optimizer is None:
            raise ValueError(
                "LearningRateFinder needs a compiled model: its optimizer takes the steps. Call "
                "model.compile(optimizer, loss) first."
            )
        if model.steps_per_execution != 1:
            raise ValueError(
                "LearningRateFinder changes the learning rate after every batch, so it needs "
                f"steps_per_execution=1; got {model.steps_per_execution}. Compile with 1 for the "
                "test; the suggestion holds for any."
            )
        self._clear()
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        variables = [*model.variables, *optimizer.variables]
        # A copy: what convert_to_numpy shows may be the memory that training overwrites.
        self._saved = [(v, keras.ops.convert_to_numpy(v.value).copy()) for v in variables]
        inner = getattr(optimizer, "inner_optimizer", optimizer)  # in mixed precision
        if not isinstance(inner._learning_rate, keras.Variable):
            self._schedule = inner._learning_rate
            start = int(inner._iterations)
            optimizer.learning_rate = _Growth(self.lowest, self._factor, start)
            model.make_train_function(force=True)  # the traced one has the old schedule in it
        plain = model.train_function

        def guarded(*arguments):
            try:
                return plain(*arguments)
            except BaseException as error:
                # These two are how a data set of unknown length ends its epoch.
                if type(error).__name__ not in ("StopIteration", "OutOfRangeError"):
                    self.restore()
                raise

        model.train_function = guarded

    def on_train_batch_begin(self, batch, logs=None):
        _sync(self.model)
        self.model.reset_metrics()  # so that the mean that Keras reports is this batch's loss
        optimizer = self.model.optimizer
        if self._schedule is None:
            optimizer.learning_rate = self.lowest * self._factor ** len(self.rates)
        self._rate = float(optimizer.learning_rate)

    def on_train_batch_end(self, batch, logs=None):
        if "loss" not in (logs or {}):
            self.restore()
            raise ValueError(
                "LearningRateFinder reads the loss that the training step reports as 'loss'; got "
                f"{sorted(logs or {})}. Let train_step return it under that name."
            )
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            return self._stop("the loss was no longer finite")
        i = len(self.rates)
        self._average = SMOOTHING * self._average + (1 - SMOOTHING) * loss
        smoothed = self._average / (1 - SMOOTHING ** (i + 1))
        self.rates = np.append(self.rates, self._rate)
        self.losses = np.append(self.losses, loss)
        self.smoothed = np.append(self.smoothed, smoothed)
        lowest = self.smoothed.min()
        if smoothed > lowest + (DIVERGED - 1) * abs(lowest):  # a loss may be negative
            self._stop(f"the smoothed loss rose above {DIVERGED:g} times its minimum")
        elif len(self.rates) == self.steps:
            self._stop("the highest rate was reached")

    def on_train_end(self, logs=None):
        self.restore()
        if self.stopped is None:
            warnings.warn(
                f"LearningRateFinder wanted {self.steps} batches and got {len(self.rates)}: it has "
                f"seen no rate above {self._rate:.2g}. Give fit more epochs, or use "
                "LearningRateFinder.find.",
                stacklevel=2,
            )

    @property
    def _factor(self):
        return (self.highest / self.lowest) ** (1 / (self.steps - 1))

    def _stop(self, reason):
        self.stopped = reason
        self.model.stop_training = True

    def _clear(self):
        self.rates, self.losses, self.smoothed = (np.zeros(0) for _ in range(3))
        self.stopped = None
        self._average, self._rate = 0.0, self.lowest
        self._schedule = None

    def _need_a_curve(self):
        if len(self.rates) < WARM_UP:
            raise RuntimeError(
                f"LearningRateFinder needs at least {WARM_UP} batches to read a curve; got "
                f"{len(self.rates)}. Run finder.find(model, x, y) first; if the loss explodes at "
                "once, choose a smaller `lowest`."
            )


class _Growth(keras.optimizers.schedules.LearningRateSchedule):
    """The same growth as a schedule, for an optimizer that has one and so takes no number."""

    def __init__(self, lowest, factor, start):
        self.lowest, self.factor, self.start = lowest, factor, start

    def __call__(self, step):
        i = keras.ops.cast(step, "float32") - self.start
        return self.lowest * keras.ops.exp(i * math.log(self.factor))

    def get_config(self):
        return {"lowest": self.lowest, "factor": self.factor, "start": self.start}


def _sync(model):
    # On JAX the variables live in the training loop and are stale until fetched.
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
