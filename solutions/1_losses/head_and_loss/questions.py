"""The question paper of head_and_loss."""

import keras
import numpy as np
import tensorflow as tf

AWAY = (0, 0.5, 1, 3, -0.5, -1, -3)  # from the labels of a regression


def _names(thing):
    return [kind.__name__ for kind in type(thing).__mro__[:-1]]


def _is_three(found):
    """Whether it can be taken apart into a layer, a loss and a metric, in this order."""
    try:
        head, loss, metric = found
    except (TypeError, ValueError):
        return False
    made = callable(loss) and not isinstance(loss, type)
    return made and isinstance(head, keras.Layer) and isinstance(metric, keras.metrics.Metric)


def _refused_or(asked, name, *inputs):
    """What is answered, or that this one of the three refuses, as Keras does: the others may be right."""
    try:
        return asked(*inputs)
    except (ValueError, TypeError, ArithmeticError, tf.errors.OpError) as error:
        return {f"{name}_refuses": f"{type(error).__name__}: {error}"[:2000]}


def _losses(loss, task, labels, outputs):
    found = {"value": loss(labels, outputs)}
    if task == "regression":
        below = -np.abs(labels)
        found["away"] = [loss(below, below + np.float32(gap)) for gap in AWAY]
    return found


def _measured(metric, labels, outputs):
    metric.reset_state()  # that it may be an old one is another question
    metric.update_state(labels, outputs)
    return {"measured": metric.result()}


def triple(student, task, n, features, kernel, bias, labels):
    """What head, loss and metric make of features, when the head has these weights."""
    found = student.choose_head_and_loss(task, n)
    if not _is_three(found):
        return {"three": False}
    head, loss, metric = found
    again = student.choose_head_and_loss(task, n)
    shared = _is_three(again) and again[0] is head
    kinds = {"head": _names(head), "loss": _names(loss), "metric": _names(metric)}
    head(features)
    shapes = [list(each.shape) for each in head.weights]
    answer = {**kinds, "shapes": shapes, "shared": shared}
    if shapes == [list(kernel.shape)]:  # a head without a bias gets it with the features
        features = (features + bias @ np.linalg.pinv(kernel)).astype("float32")
    elif shapes != [list(kernel.shape), list(bias.shape)]:
        return answer
    head.set_weights([kernel, bias][: len(shapes)])
    outputs = np.asarray(
        head(features)
    )  # without the logits that Keras hides in a softmax's result
    answer["outputs"] = outputs
    answer |= _refused_or(_losses, "loss", loss, task, labels, outputs)
    answer |= _refused_or(_measured, "metric", metric, labels, outputs)
    answer["metric_takes_logits"] = bool(getattr(metric, "_from_logits", False))  # of an AUC
    return answer


def unknown(student, task, n):
    student.choose_head_and_loss(task, n)
    return "accepted"


def fresh(student, task, n):
    one, two = student.choose_head_and_loss(task, n), student.choose_head_and_loss(task, n)
    if not (_is_three(one) and _is_three(two)):
        return "not three"
    same = [a is b for a, b in zip(one, two)]
    return {"same": same, "loss_is_object": isinstance(one[1], keras.losses.Loss)}
