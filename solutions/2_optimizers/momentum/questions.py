"""The question paper of momentum."""

import tensorflow as tf

from coursekit.room.asking import compiled, kept


def plain(student, w, gradients, rates):
    path = []
    for g, rate in zip(gradients, rates):
        w = student.sgd_step(w, g, float(rate))
        path.append(kept(w))
    return path


def _walk(step, w, gradients, rates, **settings):
    v, path = w * 0, {"w": [], "v": []}
    for g, rate in zip(gradients, rates):
        w, v = step(w, v, g, rate, **settings)
        path["w"].append(kept(w))
        path["v"].append(kept(v))
    return path


def walk(student, w, gradients, rates, **settings):
    return _walk(student.momentum_step, w, gradients, [float(r) for r in rates], **settings)


def two_variables(student, w, w2, gradients, gradients2, rates, momentum):
    first, gradient, path = kept(w), kept(gradients[0]), {"w": [], "w2": []}
    v, v2 = w * 0, w2 * 0
    for g, g2, rate in zip(gradients, gradients2, rates):
        w, v = student.momentum_step(w, v, g, float(rate), momentum)
        w2, v2 = student.momentum_step(w2, v2, g2, float(rate), momentum)
        path["w"].append(kept(w))
        path["w2"].append(kept(w2))
    again, _ = student.momentum_step(first, first * 0, gradient, float(rates[0]), momentum)
    return {**path, "again": again}


def graph(student, w, gradients, rates, **settings):
    w, steps = tf.constant(w), [list(map(tf.constant, each)) for each in (gradients, rates)]
    plain = compiled(student.sgd_step)(w, steps[0][0], steps[1][0])
    return {"plain": plain, **_walk(compiled(student.momentum_step), w, *steps, **settings)}


def graph_looks_ahead(student, w, gradients, rates, **settings):
    steps = [list(map(tf.constant, each)) for each in (gradients, rates)]
    return _walk(compiled(student.momentum_step), tf.constant(w), *steps, **settings)


def untouched(student, w, velocity, gradient):
    student.sgd_step(w, gradient, 0.1)
    student.momentum_step(w, velocity, gradient, 0.1)
    student.momentum_step(w, velocity, gradient, 0.1, 0.5, nesterov=True)
    return [w, velocity, gradient]
