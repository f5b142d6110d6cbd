"""The question paper of mini_cnn."""

import re
from itertools import combinations

import keras
import numpy as np
import tensorflow as tf

from coursekit.training.compiled_epoch import CompiledEpoch


def outputs(student, images, input_shape, num_classes):
    model = student.build_mini_cnn(tuple(int(n) for n in input_shape), int(num_classes))
    return {"outputs": model(images)}


def models(student, images):
    """What three new models are made of, and what they give with weights ten times as large."""
    made = [student.build_mini_cnn() for _ in range(3)]
    answer = {
        "outputs": made[0](images),
        "keras": isinstance(made[0], keras.Model),
        "compiled": bool(getattr(made[0], "compiled", False)),
        "parameters": made[0].count_params(),
        "convolutions": _convolutions(made[0], images),
        "activation": _last_activation(made[0]),
        "same": any(one is other for one, other in combinations(made, 2)),
    }
    starts, turned_up = [], []
    for model in made:
        model(images[:1])  # who was only built may have no weights yet
        start = model.get_weights()
        model.set_weights([w * 10 if w.ndim > 1 else w for w in start])
        turned_up.append(np.asarray(model(images)))
        model.set_weights(start)
        starts.append(start)
    equal = any(all(map(np.array_equal, *pair)) for pair in combinations(starts, 2))
    weights = [id(each) for model in made for each in model.weights]
    shared = len({*weights}) < len(weights)
    return {**answer, "equal": equal, "shared": shared, "turned_up": turned_up}


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
        guesses.append(np.argmax(engine.model(new, training=False), axis=-1))
    return guesses
