"""The question paper of sgd_l2."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def _optimizer(student, **settings):
    return student.SGDL2(**settings)


def walk(student, w, gradients, rates, **settings):
    optimizer, variable, path = _optimizer(student, **settings), keras.Variable(w), []
    for g, rate in zip(gradients, rates):
        optimizer.learning_rate = float(rate)
        optimizer.apply([tf.constant(g)], [variable])
        path.append(variable.numpy())
    return path


def by_default(student, w, gradients):
    optimizer, variable, path = student.SGDL2(), keras.Variable(w), []
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
        path.append(variable.numpy())
    return path


def schedule(student, w, gradients, rates, boundaries, **settings):
    rates = keras.optimizers.schedules.PiecewiseConstantDecay(
        [int(each) for each in boundaries], [float(each) for each in rates]
    )
    optimizer = _optimizer(student, learning_rate=rates, **settings)
    variable, path = keras.Variable(w), []
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
        path.append(variable.numpy())
    return path


def several(student, first, second, third, gradients, **settings):
    """Three variables, two of one shape; the gradients are cut from one row per step.

    In every second step they come in reverse order.
    """
    optimizer = _optimizer(student, **settings)
    variables = [keras.Variable(each, name="kernel") for each in (first, second, third)]
    for step, row in enumerate(gradients):
        parts = np.split(row, np.cumsum([each.size for each in (first, second)]))
        shaped = [tf.constant(g.reshape(v.shape)) for g, v in zip(parts, variables)]
        order = slice(None, None, -1 if step % 2 else 1)
        optimizer.apply(shaped[order], variables[order])
    return [each.numpy() for each in variables]


def clipped(student, w, gradients, clip, size, **settings):
    optimizer = _optimizer(student, **{clip: float(size)}, **settings)
    variable, path = keras.Variable(w), []
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
        path.append(variable.numpy())
    return path


def sparse(student, table, rows, values, **settings):
    optimizer, variable, path = _optimizer(student, **settings), keras.Variable(table), []
    for indices, each in zip(rows, values):
        g = tf.IndexedSlices(tf.constant(each), tf.constant(indices), tf.constant(table.shape))
        optimizer.apply([g], [variable])
        path.append(variable.numpy())
    return path


def dtypes(student, w, gradients, **settings):
    dtype = w.dtype.name
    optimizer = _optimizer(student, **settings)
    variable, path = keras.Variable(w, dtype=dtype), []
    for g in gradients:
        optimizer.apply([tf.constant(g, dtype)], [variable])
        path.append(variable.numpy())
    return path


def graph(student, w, gradients, **settings):
    optimizer, variable = _optimizer(student, **settings), keras.Variable(w)
    optimizer.build([variable])
    step = tf.function(lambda g: optimizer.apply([g], [variable]))
    path = []
    for g in gradients:
        step(tf.constant(g))
        path.append(variable.numpy())
    return path


def slots(student, first, second, momentum):
    optimizer = _optimizer(student, momentum=momentum)
    variables = [keras.Variable(first), keras.Variable(second)]
    optimizer.build(variables)
    optimizer.build(variables)
    own = [each for each in optimizer.variables if each.shape != ()]
    return {"shapes": [list(each.shape) for each in own]}


def _model(student, weights, run_eagerly, **settings):
    model = keras.Sequential([keras.Input((weights.shape[0],)), layers.Dense(1, use_bias=False)])
    model.set_weights([weights])
    optimizer, loss = _optimizer(student, **settings), keras.losses.MeanSquaredError()
    model.compile(optimizer, loss, run_eagerly=run_eagerly)
    return model


def _fit(model, x, y, epochs):
    model.fit(x, y, batch_size=len(x), epochs=epochs, shuffle=False, verbose=0)


def fits(student, weights, x, y, **settings):
    model = _model(student, weights, run_eagerly=False, **settings)
    _fit(model, x, y, 6)
    return model.get_weights()[0]


def saved(student, weights, x, y, **settings):
    model = _model(student, weights, run_eagerly=True, **settings)
    _fit(model, x, y, 3)
    model.save("half.keras")
    kind = student.SGDL2
    model = keras.models.load_model("half.keras", custom_objects={kind.__name__: kind})
    _fit(model, x, y, 3)
    return model.get_weights()[0]


def again_clipped(student, w, gradients, rates, boundaries, clipnorm, **settings):
    kind, rates = student.SGDL2, [float(each) for each in rates]
    rates = keras.optimizers.schedules.PiecewiseConstantDecay([int(n) for n in boundaries], rates)
    optimizer = _optimizer(student, learning_rate=rates, clipnorm=float(clipnorm), **settings)
    optimizer = kind.from_config(optimizer.get_config())
    variable, path = keras.Variable(w), []
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
        path.append(variable.numpy())
    return path


def again(student, w, gradients, **settings):
    kind = student.SGDL2
    optimizer = kind.from_config(_optimizer(student, **settings).get_config())
    variable = keras.Variable(w)
    for g in gradients:
        optimizer.apply([tf.constant(g)], [variable])
    return {"name": optimizer.name, "w": variable.numpy()}
