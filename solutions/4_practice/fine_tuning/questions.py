"""The question paper of fine_tuning."""

import functools

import keras
import numpy as np
from keras import layers

from coursekit.data import digits
from coursekit.models import mini_cnn
from coursekit.training.compiled_epoch import CompiledEpoch

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def trained(handed_out, seed):
    """The weights of a small CNN that has learned the upright digits."""
    images, labels = (part[:900] for part in digits().train)
    keras.utils.set_random_seed(seed)  # mini_cnn(seed) would draw the same weights for every copy
    engine = CompiledEpoch(mini_cnn(), LOSS, keras.optimizers.Adam(3e-3), (images, labels))
    order = np.random.default_rng(seed)
    for _ in range(8):
        engine.epoch(order.permutation(900))
    return engine.model.get_weights()


def _base(weights, normalised=False):
    """The trained network; or the same behind a batch normalisation that lets all through as it is."""
    net = mini_cnn()
    net.set_weights(weights)
    if normalised:
        norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-3)
        again = [type(each).from_config(each.get_config()) for each in net.layers]
        weights = net.get_weights()
        net = keras.Sequential([keras.Input((8, 8, 1)), norm, *again])
        one = np.ones(1, "float32")
        as_it_is = [(0.1 + 1e-3) ** 0.5 * one, 0.3 * one, 0.3 * one, 0.1 * one]
        net.set_weights([*as_it_is, *weights])
    return net


class _Watched:
    """Notes the losses that fit reports, what an optimizer is given to train, and whether that is changed late.

    A graph applies its optimizer once for us to see, when it is traced: that is once in each phase. Late is
    what is changed when the step of the model is there already.
    """

    def __enter__(self):
        self.losses, self.applied, self.late, learning = [], [], False, {}
        self.fit, self.apply = keras.Model.fit, keras.optimizers.Optimizer.apply

        @functools.wraps(self.fit)
        def fit(model, *args, **kwargs):
            learns = [id(variable) for variable in model.trainable_variables]
            if model.train_function is not None and learning.get(id(model), learns) != learns:
                self.late = True
            learning[id(model)] = learns
            history = self.fit(model, *args, **kwargs)
            self.losses += [float(loss) for loss in history.history.get("loss", [])]
            return history

        @functools.wraps(self.apply)
        def apply(optimizer, grads, trainable_variables=None):
            if trainable_variables is not None:
                trainable_variables = list(trainable_variables)
            given = trainable_variables or optimizer._trainable_variables
            shapes = [list(map(int, variable.shape)) for variable in given]
            if self.applied[-1:] != [shapes]:  # an eager loop comes here at every step
                self.applied.append(shapes)
            return self.apply(optimizer, grads, trainable_variables)

        keras.Model.fit, keras.optimizers.Optimizer.apply = fit, apply
        return self

    def __exit__(self, *error):
        keras.Model.fit, keras.optimizers.Optimizer.apply = self.fit, self.apply


def tuned(student, images, labels, mode, seed, weights, test, normalised=False, chance=1):
    """One call: the body before and after, the outputs on new images, the losses, what was applied."""
    base = _base(weights, bool(normalised))
    before = base.get_weights()[:-2]
    own = images.copy(), labels.copy()
    keras.utils.set_random_seed(int(chance))  # whatever was drawn before must decide nothing
    with _Watched() as watched:
        model, history = student.fine_tune(base, *own, mode, seed=int(seed))
    return {
        "before": before,
        "after": _body_in(model, before),
        "outputs": np.asarray(model(test, training=False)),
        "history": _losses_in(history),
        "losses": watched.losses,
        "applied": watched.applied,
        "late": watched.late,
        "left": bool(np.array_equal(own[0], images) and np.array_equal(own[1], labels)),
    }


def _body_in(model, body):
    """The weights of the model that stand where the body's were: the longest row of those shapes."""
    weights = model.get_weights()
    shapes, there = [w.shape for w in body], [w.shape for w in weights]
    for count in range(len(body), 1, -1):
        for start in range(len(weights) - count + 1):
            if there[start : start + count] == shapes[:count]:
                return weights[start : start + count]
    return []


def _losses_in(history):
    """All losses in a History, its dictionary, a list of numbers, or a list or dictionary of those."""
    history = getattr(history, "history", history)
    if isinstance(history, dict):
        if "loss" in history:
            return _losses_in(history["loss"])
        return [loss for part in history.values() for loss in _losses_in(part)]
    if isinstance(history, (list, tuple)) or getattr(history, "ndim", 0) == 1:
        return [loss for part in history for loss in _losses_in(part)]
    try:
        return [float(history)]
    except (TypeError, ValueError):
        return []


def several(student, images, labels, seeds, weights, scratch, test, chances):
    """Full fine-tuning with seed after seed, until it is clear whether it is better than from scratch.

    At the end comes the first seed once more.
    """
    runs, ahead = [], []
    for seed, chance, right in zip(seeds, chances, map(_right, scratch)):
        runs.append(tuned(student, images, labels, "full", seed, weights, test, chance=chance))
        ahead.append(_right(runs[-1]["outputs"]) > right)
        if ahead.count(True) == 3 or ahead.count(False) == 2:  # of four
            break
    last = tuned(student, images, labels, "full", seeds[0], weights, test, chance=chances[-1])
    return {"runs": [*runs, last]}


def _right(outputs):
    return np.mean(np.argmax(outputs, axis=-1) == digits().test[1])


def from_scratch(handed_out, images, labels, seeds, test):
    """What new networks give for the test images, trained for each seed; the graph is made once."""
    engine = CompiledEpoch(
        mini_cnn(), LOSS, keras.optimizers.SGD(0.01, momentum=0.9), (images, labels)
    )
    outputs = []
    for seed in seeds:
        engine.restart(mini_cnn(seed=int(seed)).get_weights())
        order = np.random.default_rng(int(seed))
        for _ in range(20):
            engine.epoch(order.permutation(len(labels)))
        outputs.append(engine.model.predict_on_batch(test))
    return outputs


def refuses(student, images, labels, weights):
    student.fine_tune(_base(weights), images, labels, "half")
