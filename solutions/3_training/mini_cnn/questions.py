"""The question paper of mini_cnn."""

import re

import keras
import numpy as np
import tensorflow as tf

from coursekit.training.compiled_epoch import CompiledEpoch


def built(student, images, **arguments):
    arguments = {
        name: tuple(int(n) for n in value) if np.ndim(value) else int(value)
        for name, value in arguments.items()
    }
    model = student.build_mini_cnn(**arguments)
    outputs = model(images)
    return {
        "keras": isinstance(model, keras.Model),
        "compiled": bool(getattr(model, "compiled", False)),
        "outputs": outputs,
        "parameters": model.count_params(),
        "convolutions": _convolutions(model, images),
        "activation": _last_activation(model),
    }


def turned_up(student, images):
    """The outputs of three new models whose matrices are ten times as large: what is squashed stays so."""
    outputs = []
    for _ in range(3):
        model = student.build_mini_cnn()
        model(images)
        start = model.get_weights()
        model.set_weights([w * 10 if w.ndim > 1 else w for w in start])
        outputs.append(np.asarray(model(images)))
        model.set_weights(start)
    return {"outputs": outputs, "activation": _last_activation(model)}


def _convolutions(model, images):
    """How many convolutions its graph computes, in whatever layer they are hidden."""
    graph = tf.function(lambda x: model(x), autograph=False).get_concrete_function(images).graph
    # as text it holds the functions that it calls, too
    return len(re.findall(r'op: "\w*Conv', str(graph.as_graph_def())))


def _leaves(layer):
    inside = getattr(layer, "layers", None)
    return [leaf for each in inside for leaf in _leaves(each)] if inside else [layer]


def _last_activation(model):
    activation = getattr(_leaves(model)[-1], "activation", None)
    return getattr(activation, "__name__", None)


def fresh(student):
    one, two = student.build_mini_cnn(), student.build_mini_cnn()
    zeros = np.zeros((1, 8, 8, 1), "float32")
    one(zeros), two(zeros)
    return {
        "same": one is two,
        "equal": all(np.array_equal(a, b) for a, b in zip(one.get_weights(), two.get_weights())),
    }


def learns(student, seeds, images, labels, new):
    """What it takes new images for after five epochs, for each seed."""
    engine, guesses = None, []
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for seed in seeds:
        keras.utils.set_random_seed(int(seed))
        model = student.build_mini_cnn()
        model(images[:1])
        if engine is None:  # the others borrow its graph: their weights are put into it
            data, adam = (images, labels), keras.optimizers.Adam(3e-3)
            # The last batch, of another size, would be traced once more
            engine = CompiledEpoch(model, loss, adam, data, 32, drop_remainder=True)
        engine.restart(model.get_weights())
        order = np.random.default_rng(int(seed))
        for _ in range(5):
            engine.epoch(order.permutation(len(images)))
        guesses.append(np.argmax(engine.model.predict_on_batch(new), axis=-1))
    return guesses
