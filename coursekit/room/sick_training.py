"""What is asked of a training that was sick: trains what `make` gives, and takes its vital signs."""

import inspect
from contextlib import contextmanager
from functools import wraps

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from coursekit.callbacks.vital_signs import VitalSigns

EPOCHS = 5
LOOKED_AT = 32  # training samples whose outputs and loss are looked at
FEWER = 14  # as many as are left for the last batch of 32
SHORTER = 6  # so often a way is tried that is a quarter of the last
SETTINGS = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema")
FORM = (
    "make() gives four things: the model, the optimizer, the loss and the data, which is "
    "(x_train, y_train), (x_validation, y_validation) as arrays"
)


def trained(student, seeds, batch_size, least, needed):
    """The training for seed after seed, two at least, until it is clear whether enough of them learn.

    Args:
        student: the module.
        seeds: each set before `make` is called.
        batch_size: of all of them.
        least: the share of the validation samples that a run should predict rightly.
        needed: how many of the runs should.
    """
    runs, reached = [], []
    for seed in seeds:
        run, data = train(student.make, int(seed), batch_size)
        runs.append(run)
        guess, labels = run["outputs"].argmax(axis=-1), run["validation"].reshape(-1)
        reached.append(guess.shape == labels.shape and (guess == labels).mean() >= least)
        clear = sum(reached) >= needed or reached.count(False) > len(seeds) - needed
        if clear and len(runs) > 1:
            break
    return {"evidence": student.EVIDENCE, "data": data, "runs": runs}


def sick_signs(handed_out, seeds, batch_size):
    """The vital signs of the training as it was handed out, for each seed."""
    return [train(handed_out.make, int(seed), batch_size)[0]["signs"] for seed in seeds]


def train(make, seed, batch_size=32):
    """Trains what `make` gives under this seed, for five epochs.

    Returns:
        A dict and the data. The dict holds `fits`, what `make` has trained itself; `start` and `end`, the
        model's weights; `before` and `after`, outputs and loss for the first training samples, and the loss
        of fewer of them; `labels` of those samples; `gradient`, its length for them before the training, and
        `slope`, that of the loss along it; `outputs` for the validation samples, in the order of
        `validation`, their labels; and the vital `signs`.
    """
    with _fits_noted() as fits:
        model, _, _, (x, y), (x_validation, y_validation) = made(make, seed)
    signs = VitalSigns(x, y)
    start = model.get_weights()
    before = _looked_at(model, x, y)
    gradient, slope = _slope(model, x, y)
    _walk(model, x, y, seed, batch_size, signs)
    run = {
        "fits": fits,
        "start": start,
        "end": model.get_weights(),
        "before": before,
        "after": _looked_at(model, x, y),
        "labels": y[:LOOKED_AT],
        "gradient": gradient,
        "slope": slope,
        "outputs": _outputs(model, x_validation),
        "validation": y_validation,
        "signs": signs.signs,
    }
    return run, {"train": [x, y], "validation": [x_validation, y_validation]}


def made(make, seed):
    """What `make` gives under this seed: (model, optimizer, loss_fn, training part, validation part).

    The model is compiled; where `make` has done so already, that is left as it is.

    Raises:
        TypeError: it gives something else.
    """
    keras.utils.set_random_seed(seed)
    given = make()
    try:
        model, optimizer, loss_fn, (train_part, validation_part) = given
        parts = [_arrays(*part) for part in (train_part, validation_part)]
    except (TypeError, ValueError) as error:
        raise TypeError(f"{FORM}. What it gave could not be taken apart so ({error}).") from error
    if not isinstance(model, keras.Model):
        raise TypeError(f"{FORM}. The first is no Keras model, but a {type(model).__name__}.")
    for name in ("train_step", "compute_loss"):
        if getattr(type(model), name) is not getattr(keras.Model, name):
            raise TypeError(
                f"The model has a {name} of its own, which decides what a step of the training is. That "
                "stays as Keras has it: give a model without."
            )
    if not model.built:
        model(parts[0][0][:1])
    if not model.compiled:
        model.compile(optimizer, loss_fn)
    return model, optimizer, loss_fn, *parts


@contextmanager
def _fits_noted():
    """Notes each call of `fit`: how many samples, epochs and samples in a batch; 0 where that is not said."""
    fits, fit = [], keras.Model.fit

    @wraps(fit)
    def noted(model, *args, **named):
        given = inspect.signature(fit).bind(model, *args, **named)
        given.apply_defaults()
        given = given.arguments
        samples = len(given["x"]) if isinstance(given["x"], np.ndarray) else 0
        epochs = given["epochs"] - given["initial_epoch"]
        size = given["batch_size"] or (32 if samples else 0)
        fits.append({"samples": samples, "epochs": int(epochs), "batch_size": int(size)})
        return fit(model, *args, **named)

    keras.Model.fit = noted
    try:
        yield fits
    finally:
        keras.Model.fit = fit


def _arrays(x, y):
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or x.dtype.kind not in "fiub" or y.dtype.kind not in "fiub":
        raise ValueError(f"{len(x)} samples and {len(y)} labels")
    return x.astype("float32"), y


def _walk(model, x, y, seed, batch_size, signs):
    """As `fit` does it: five epochs, shuffled, in batches."""
    if model.train_function is not None:  # fit goes on with the step that it has compiled already
        model.fit(x, y, batch_size=batch_size, epochs=EPOCHS, verbose=0, callbacks=[signs])
        return
    order, count = np.random.default_rng(seed), len(x)
    batches = [
        shuffled[at : at + batch_size]
        for shuffled in (order.permutation(count) for _ in range(EPOCHS))
        for at in range(0, count, batch_size)
    ]
    walk = _compiled_walk(model, x, y)
    signs.set_model(model)
    signs.on_train_begin()
    walk(batches[:1])
    signs.on_train_batch_end(0)
    walk(batches[1:])
    signs.on_train_end()


def _compiled_walk(model, x, y):
    """A function that takes the model's training step with batch after batch, inside one graph.

    The same steps as `fit`, in a third of its time: most of that goes on the way back to Python.
    """
    x, y = tf.constant(x), tf.constant(y)
    model.optimizer.build(model.trainable_variables)

    @tf.function(
        autograph=False,
        input_signature=[tf.TensorSpec([None], "int64"), tf.TensorSpec([None], "int64")],
    )
    def steps(samples, ends):
        def step(number, at):
            batch = samples[at : ends[number]]
            model.train_step((tf.gather(x, batch), tf.gather(y, batch)))
            return number + 1, ends[number]

        zero = tf.constant(0, "int64")
        tf.while_loop(lambda number, at: number < tf.size(ends, "int64"), step, [zero, zero])

    def walk(batches):
        ends = np.cumsum([len(batch) for batch in batches])
        steps(np.concatenate(batches).astype("int64"), ends.astype("int64"))

    return walk


def _looked_at(model, x, y):
    """Outputs and loss of the first batch of samples, and the loss of fewer."""
    outputs = np.asarray(model(x[:LOOKED_AT], training=False))
    # As plain numbers: of its own tensors Keras takes back the logits from before a softmax
    loss, loss_of_fewer = (
        float(_loss(model, x[:count], y[:count], tf.constant(outputs[:count])))
        for count in (LOOKED_AT, FEWER)
    )
    return {"outputs": outputs, "loss": loss, "fewer": FEWER, "loss_of_fewer": loss_of_fewer}


def _loss(model, x, y, outputs):
    # One number for each sample would be summed by the tape
    return keras.ops.sum(model.compute_loss(x=x, y=y, y_pred=outputs, training=False))


def _slope(model, x, y):
    """The length of the gradient, as the tape has it, and by how much the loss rises along it."""
    x, y = x[:LOOKED_AT], y[:LOOKED_AT]
    weights = model.trainable_variables
    if not weights:
        return 0.0, 0.0
    with tf.GradientTape() as tape:
        loss = _loss(model, x, y, model(x, training=False))
    gradients = tape.gradient(loss, [each.value for each in weights])
    pairs = [(w, g) for w, g in zip(weights, map(_dense, gradients)) if g is not None]
    norm = float(np.sqrt(sum((g**2).sum() for _, g in pairs)))
    start = [np.asarray(w) for w, _ in pairs]
    length = 1e-3 * float(np.sqrt(sum((w**2).sum() for w in start))) / max(norm, 1e-12)

    def rise(length):
        losses = []
        for sign in (1, -1):
            for (w, g), before in zip(pairs, start):
                w.assign(before + sign * length * g)
            losses.append(float(_loss(model, x, y, model(x, training=False))))
        for (w, _), before in zip(pairs, start):
            w.assign(before)
        return (losses[0] - losses[1]) / (2 * length * max(norm, 1e-12))

    if not length:
        return norm, norm
    slopes = [rise(length)]
    while abs(slopes[-1] - norm) > 0.1 * norm and len(slopes) < SHORTER:
        # Where the loss is curved, only a short way along it has the slope of the tangent
        length /= 4
        slopes.append(rise(length))
        if abs(slopes[-1] - slopes[-2]) < 0.1 * abs(slopes[-1]):
            break
    return norm, slopes[-1]


def _dense(gradient):
    return None if gradient is None else np.asarray(tf.convert_to_tensor(gradient))


def _outputs(model, x):
    return np.asarray(model(x, training=False))


def steps(student, seed, gradients):
    """What the optimizer adds to weights of 0 for each of these gradients, one after the other.

    And its settings that these steps do not show: 0 for those that are off; and whether it is the one that
    `make` returned, or one like it.
    """
    model, returned, *_ = made(student.make, int(seed))
    optimizer = model.optimizer
    is_returned = returned is optimizer or _settings(returned) == _settings(optimizer)
    if optimizer.built:  # it knows its variables, and takes no others
        optimizer = type(optimizer).from_config(optimizer.get_config())
    weight = keras.Variable(np.zeros(gradients.shape[1], "float32"))  # near 0 small steps are exact
    optimizer.build([weight])
    step = tf.function(
        lambda gradient: optimizer.apply_gradients([(gradient, weight)]), autograph=False
    )
    path = [np.asarray(weight)]
    for gradient in gradients:
        step(tf.constant(gradient))
        path.append(np.asarray(weight))
    settings = {name: float(getattr(optimizer, name, None) or 0) for name in SETTINGS}
    return {"steps": np.diff(path, axis=0), "settings": settings, "returned": is_returned}


def _settings(optimizer):
    """What an optimizer was made with, apart from its name, which Keras may give."""
    optimizer = keras.optimizers.get(optimizer)
    return optimizer and {**optimizer.get_config(), "name": None}


def entering(student, seed):
    """The size of what the first layer with a kernel gets in a training step, as root mean square.

    Looked at while the layers are called, so that what a layer of any kind does before is in it; None where
    no layer with a kernel is called.
    """
    model, _, _, (x, _), _ = made(student.make, int(seed))
    convolution = next(kind for kind in layers.Conv2D.__mro__ if "call" in vars(kind))
    kinds, seen = (layers.Dense, convolution), []

    def noting(call):
        @wraps(call)
        def noted(layer, inputs, *args, **named):
            if tf.executing_eagerly():
                seen.append(float(np.sqrt(np.mean(np.asarray(inputs, "float64") ** 2))))
            return call(layer, inputs, *args, **named)

        return noted

    calls = [kind.call for kind in kinds]
    for kind, call in zip(kinds, calls):
        kind.call = noting(call)
    try:
        model(x[:LOOKED_AT], training=True)
    finally:
        for kind, call in zip(kinds, calls):
            kind.call = call
    return {"size": seen[0] if seen else None}


def cause(student):
    """The cause that is named."""
    return student.CAUSE
