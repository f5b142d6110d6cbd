"""Names a sick training while it runs, and says what to try."""

import dataclasses
import math

import keras
import numpy as np

from coursekit.callbacks.diagnoses import labels, layers, loss_curve, outputs, start
from coursekit.callbacks.first_batch import show_first_batch
from coursekit.callbacks.loss_facts import loss_facts
from coursekit.callbacks.probe import Probe, last_activation

SWINGS = 16  # consecutive batches over which an oscillation is measured


class TrainingMonitor(keras.callbacks.Callback):
    """Watches a training and names what is wrong with it, once each.

        monitor = TrainingMonitor()
        model.fit(x, y, epochs=5, callbacks=[monitor])
        monitor.diagnoses                       # [] for a healthy training

    It sees the loss of every batch that Keras reports and the first batch itself, of which it
    keeps up to 64 samples: the probe. On the probe it looks at the network before the first step
    and after every epoch. What it can name:

    - before the first step: `labels_of_wrong_shape`, `labels_out_of_range`,
      `softmax_into_logits_loss`, `logits_into_probability_loss`, `relu_on_logits`,
      `inputs_not_scaled`, `summed_loss`, `identical_units`, `no_trainable_weights`
    - while an epoch runs: `non_finite_loss`, `diverging`
    - after an epoch: `oscillating`, `stuck_at_guessing`, `weights_stand_still`,
      `vanishing_gradients`, `exploding_gradients`, `dead_relus`, `diverging` (what was learned is
      lost again), `validation_turns`

    Where it cannot know, it is silent. Models with several outputs or losses, and losses other than
    cross-entropy and squared error, are watched by what their loss does. Dead ReLUs are seen in
    layers of Sequential and functional models, not inside a layer that is a model itself. A
    softmax that Keras takes back (TensorFlow backend, softmax last, from_logits=True) does no
    harm and is not named.

    On the JAX and PyTorch backends Keras raises for some labels of wrong shape before it asks any
    callback. Then, or before a long training, ask: `TrainingMonitor().examine(model, x, y)`.

    What is trained does not change by a bit. The cost: per batch a comparison of one number; at the
    start three forward passes of the probe and one gradient, after each epoch one forward pass and,
    while the loss is near that of guessing, one gradient; 17 forward passes in an epoch that follows
    one without progress. On the digits that is 0.1 s at the start and 10 ms per epoch.

    Args:
        data: a pair (x, y) to take the probe from, instead of the first batch; needed where a
            batch cannot be looked at (several devices, a training loop of your own). All of its
            labels are checked.
        show: function that prints a text; None prints nothing.

    Attributes:
        diagnoses: list of `Diagnosis`, in the order in which they were found.
        blind: None, or a sentence that says what could not be looked at.

    Raises:
        ValueError: data is not a pair; examine without a compiled model.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
        >>> y = np.arange(1, 65) % 4 + 1  # classes 1 to 4, but the four outputs are 0 to 3
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
        >>> model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> [found] = TrainingMonitor(show=None).examine(model, x, y)
        >>> found.name, found.try_
        ('labels_out_of_range', 'labels that start at 0 (y - 1), or 5 units in the last layer.')

    Source: the signatures were measured on the course's digits; for the checks before the first
    step see Karpathy (2019), "A Recipe for Training Neural Networks".
    """

    def __init__(self, data=None, show=print):
        super().__init__()
        if data is not None and (not isinstance(data, (tuple, list)) or len(data) != 2):
            raise ValueError(
                "TrainingMonitor needs data=(x, y), a pair of inputs and labels; got "
                f"{type(data).__name__}. Leave it out to look at the first batch."
            )
        self.data, self.show = data, show
        self._clear()

    def examine(self, model, x, y):
        """Looks at a compiled model and its data before any training.

        Args:
            model: a compiled Keras model.
            x, y: inputs and labels, arrays; all labels are checked, 64 samples are computed.

        Returns:
            The list of diagnoses.
        """
        if getattr(model, "loss", None) is None:
            raise ValueError(
                "TrainingMonitor.examine needs a compiled model, since most faults lie between "
                "outputs and loss. Call model.compile(optimizer, loss) first."
            )
        self.set_model(model)
        self._clear()
        self._begin((x, y))
        return self.diagnoses

    def on_train_begin(self, logs=None):
        self._clear()
        if self.data is not None:
            self._begin(self.data)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch
        self._fingerprint = self._safely(self._probe.fingerprint) if self._probe else None
        self._watched = []

    def on_train_batch_begin(self, batch, logs=None):
        if not self._begun:
            self._begun = True
            self._take_back = show_first_batch(self.model, self._begin)

    def on_train_batch_end(self, batch, logs=None):
        self._take_back()
        if not self._seen and self.blind is None:
            self.blind = (
                "The first batch could not be looked at, as in a training loop of your own or on "
                "several devices: only the loss is watched. Give TrainingMonitor(data=(x, y))."
            )
        self._batches = batch + 1
        loss = (logs or {}).get("loss")
        if loss is None:
            return
        where = self._epoch, batch
        if self._first_loss is None:
            self._first_loss = float(loss)
        self._note(loss_curve.non_finite_loss(float(loss), *where))
        self._note(loss_curve.diverging(float(loss), self._first_loss, self._guess, *where))
        if self._suspicious and len(self._watched) <= SWINGS:
            if keras.backend.backend() == "jax":
                self.model.jax_state_sync()
            self._watched.append(self._safely(self._probe.loss_now))

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if not math.isfinite(logs.get("loss", math.nan)):
            return
        self._losses.append(logs["loss"])
        if "val_loss" in logs:
            self._validation.append(logs["val_loss"])
        self._note(loss_curve.rising_again(self._losses, self._guess, epoch))
        self._note(loss_curve.validation_turns(self._losses, self._validation, epoch))
        if self._probe is not None:
            self._safely(lambda: self._look_inside(epoch))

    def _begin(self, data):
        """Everything that can be known before the first step."""
        self._begun = self._seen = True
        self._safely(lambda: self._examine(*keras.utils.unpack_x_y_sample_weight(data)))

    def _examine(self, x, y, sample_weight=None):
        model = self.model
        facts = loss_facts(model)
        if facts is None or y is None or keras.tree.is_nested(y):
            self.blind = (
                "The model has not one output with one loss and one array of labels: only what its "
                "loss does is watched."
            )
            return
        y = keras.ops.convert_to_numpy(y)
        probe = Probe(model, x, y, facts)
        shape = (len(y), *probe.output_shape())  # the call also builds a model that was not
        self._note(start.no_trainable_weights(len(model.trainable_variables)))
        self._note(start.summed_loss(facts, len(y)))
        misfit = labels.labels_of_wrong_shape(y, shape, facts)
        misfit = misfit or labels.labels_out_of_range(y, shape, facts)
        if misfit:
            return self._note(misfit)  # the loss has no meaning then, or no value
        facts.repaired = bool(facts.from_logits) and probe.softmax_is_repaired()
        first = probe.look()
        probe.look_at_gradients(first)
        self._guess = facts.guess(y, shape[-1])
        self._classes = None if facts.family == "squared" else shape[-1]
        self._probe, self._first, self._first_loss = probe, first, first.loss
        sigmoid = last_activation(model) == "sigmoid"
        self._note(outputs.softmax_into_logits_loss(first.outputs, facts, sigmoid))
        self._note(outputs.logits_into_probability_loss(first.outputs, facts))
        self._note(outputs.relu_on_logits(first.outputs, facts))
        self._note(start.inputs_not_scaled(probe.largest_input(), first.loss, self._guess))
        self._note(start.identical_units(first.identical))
        self._note_explosion(first)
        self._fingerprint = probe.fingerprint()

    def _look_inside(self, epoch):
        guess, probe = self._guess, self._probe
        look = probe.look()
        untaught = guess is None or look.loss > 0.9 * guess
        if untaught:
            probe.look_at_gradients(look)
        if len(self._watched) > SWINGS and self._suspicious_after(look.loss):
            swing = float(np.mean(np.abs(np.diff(self._watched))))
            self._note(loss_curve.oscillating(swing, guess, epoch))
        self._note(layers.dead_relus(look.dead, self._first.dead), epoch)
        self._note_explosion(look, epoch)
        if look.first is not None:
            self._note(layers.vanishing_gradients(look.first, look.last, look.loss, guess), epoch)
        if not self.diagnoses and self._batches >= 10 and self._fingerprint is not None:
            change = probe.change_since(self._fingerprint)
            self._note(loss_curve.weights_stand_still(change, look.loss, guess, epoch))
        if not self.diagnoses:  # the last resort: flat, and no cause was found
            self._note(
                loss_curve.stuck_at_guessing(self._losses, look.loss, guess, self._classes, epoch)
            )
        self._suspicious = self._suspicious_after(look.loss)

    def _note_explosion(self, look, epoch=None):
        # Inputs too large make gradients too large, and have been named themselves.
        if look.norm is not None and not self._has("inputs_not_scaled"):
            before = self._first.norm
            self._note(layers.exploding_gradients(look.norm, before, self._guess), epoch)

    def _suspicious_after(self, loss):
        """Whether the next epoch is worth 17 forward passes: no progress, though much to learn."""
        losses, guess = self._losses, self._guess
        if guess is None or len(losses) < 2 or losses[-1] < 0.85 * losses[-2]:
            return False
        return max(loss, losses[-1]) > 0.1 * guess and not self._has("oscillating")

    def _note(self, diagnosis, epoch=None):
        """Keeps and shows a diagnosis, unless there is none or its name was said before."""
        if diagnosis is None or self._has(diagnosis.name):
            return
        if epoch is not None:
            diagnosis = dataclasses.replace(diagnosis, epoch=epoch)
        self.diagnoses.append(diagnosis)
        if self.show is not None:
            self.show(f"\nTrainingMonitor: {diagnosis}")

    def _has(self, name):
        return any(diagnosis.name == name for diagnosis in self.diagnoses)

    def _safely(self, look):
        """Looks; an unusual model may make that impossible, and must not lose its training."""
        try:
            return look()
        except Exception as error:  # noqa: BLE001
            self.blind = (
                f"The network could not be looked at ({type(error).__name__}: {error}): only its "
                "loss is watched."
            )
            self._probe = None
            self._suspicious = False
            return None

    def _clear(self):
        self.diagnoses, self.blind = [], None
        self._begun = self._seen = False
        self._take_back = lambda: None
        self._probe = self._first = self._first_loss = self._guess = self._classes = None
        self._fingerprint, self._watched, self._suspicious = None, [], False
        self._losses, self._validation = [], []
        self._epoch = self._batches = 0
