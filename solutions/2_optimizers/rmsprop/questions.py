"""The question paper of rmsprop."""

import tensorflow as tf

from coursekit.room.asking import compiled, kept


def _walk(step, w, gradients, rates, **settings):
    s, path = w * 0, {"w": [], "s": []}
    for g, rate in zip(gradients, rates):
        w, s = step(w, s, g, rate, **settings)
        path["w"].append(kept(w))
        path["s"].append(kept(s))
    return path


def walk(student, w, gradients, rates, **settings):
    return _walk(student.rmsprop_step, w, gradients, [float(r) for r in rates], **settings)


def by_default(student, w, gradients):
    s, path = w * 0, {"w": [], "s": []}
    for g in gradients:
        w, s = student.rmsprop_step(w, s, g)
        path["w"].append(kept(w))
        path["s"].append(kept(s))
    return path


def two_variables(student, w, w2, gradients, gradients2, rates, **settings):
    first, gradient, path = kept(w), kept(gradients[0]), {"w": [], "w2": []}
    s, s2 = w * 0, w2 * 0
    for g, g2, rate in zip(gradients, gradients2, rates):
        w, s = student.rmsprop_step(w, s, g, float(rate), **settings)
        w2, s2 = student.rmsprop_step(w2, s2, g2, float(rate), **settings)
        path["w"].append(kept(w))
        path["w2"].append(kept(w2))
    again, _ = student.rmsprop_step(first, first * 0, gradient, float(rates[0]), **settings)
    return {**path, "again": again}


def graph(student, w, gradients, rates, **settings):
    steps = [list(map(tf.constant, each)) for each in (gradients, rates)]
    return _walk(compiled(student.rmsprop_step), tf.constant(w), *steps, **settings)


def untouched(student, w, mean_square, gradient):
    student.rmsprop_step(w, mean_square, gradient, 0.1)
    return [w, mean_square, gradient]
