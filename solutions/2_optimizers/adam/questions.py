"""The question paper of adam."""

import tensorflow as tf

from coursekit.room.asking import compiled, kept


def _walk(step, w, gradients, rates, counts, **settings):
    m, v, path = w * 0, w * 0, {"w": [], "m": [], "v": []}
    for t, g, rate in zip(counts, gradients, rates):
        w, m, v = step(w, m, v, t, g, rate, **settings)
        path["w"].append(kept(w))
        path["m"].append(kept(m))
        path["v"].append(kept(v))
    return path


def walk(student, w, gradients, rates, **settings):
    counts = range(1, len(gradients) + 1)
    return _walk(student.adam_step, w, gradients, [float(r) for r in rates], counts, **settings)


def by_default(student, w, gradients):
    m, v, path = w * 0, w * 0, {"w": [], "m": [], "v": []}
    for t, g in enumerate(gradients, 1):
        w, m, v = student.adam_step(w, m, v, t, g)
        for name, value in (("w", w), ("m", m), ("v", v)):
            path[name].append(kept(value))
    return path


def late(student, w, m, v, step, gradient, **settings):
    w, m, v = student.adam_step(w, m, v, step, gradient, **settings)
    return {"w": w, "m": m, "v": v}


def tensor_step(student, w, m, v, step, gradient, dtype, **settings):
    return late(student, w, m, v, tf.constant(step, dtype), gradient, **settings)


def two_variables(student, w, w2, gradients, gradients2, rates, **settings):
    first, gradient, path = kept(w), kept(gradients[0]), {"w": [], "w2": []}
    m, v, m2, v2 = w * 0, w * 0, w2 * 0, w2 * 0
    for t, (g, g2, rate) in enumerate(zip(gradients, gradients2, rates), 1):
        w, m, v = student.adam_step(w, m, v, t, g, float(rate), **settings)
        w2, m2, v2 = student.adam_step(w2, m2, v2, t, g2, float(rate), **settings)
        path["w"].append(kept(w))
        path["w2"].append(kept(w2))
    m, v, rate = first * 0, first * 0, float(rates[0])
    again = student.adam_step(first, m, v, 1, gradient, rate, **settings)[0]
    return {**path, "again": again}


def graph(student, w, gradients, rates, **settings):
    counts = range(1, len(gradients) + 1)
    steps = (list(map(tf.constant, each)) for each in (gradients, rates, counts))
    return _walk(compiled(student.adam_step), tf.constant(w), *steps, **settings)


def untouched(student, w, m, v, gradient):
    student.adam_step(w, m, v, 3, gradient, 0.1)
    return [w, m, v, gradient]
