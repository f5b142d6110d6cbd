"""The question paper of head_and_loss."""

import keras
import numpy as np


def _names(thing):
    return [kind.__name__ for kind in type(thing).__mro__[:-1]]


def triple(student, task, n, features, kernel, bias, labels):
    """What head, loss and metric make of features, when the head has these weights."""
    head, loss, metric = student.choose_head_and_loss(task, n)
    kinds = {"head": _names(head), "loss": _names(loss), "metric": _names(metric)}
    head(features)
    shapes = [list(each.shape) for each in head.weights]
    answer = {**kinds, "shapes": shapes}
    if shapes != [list(kernel.shape), list(bias.shape)]:
        return answer
    head.set_weights([kernel, bias])
    outputs = np.asarray(
        head(features)
    )  # without the logits that Keras hides in a softmax's result
    if task == "multiclass" and isinstance(loss, keras.losses.CategoricalCrossentropy):
        labels = np.eye(n, dtype="float32")[labels]
    answer["outputs"] = outputs
    answer["value"] = loss(labels, outputs)
    metric.update_state(labels, outputs)
    answer["measured"] = metric.result()
    answer["metric_takes_logits"] = bool(getattr(metric, "_from_logits", False))  # of an AUC
    return answer


def unknown(student, task, n):
    student.choose_head_and_loss(task, n)
    return "accepted"


def fresh(student, task, n):
    one, two = student.choose_head_and_loss(task, n), student.choose_head_and_loss(task, n)
    return [a is b for a, b in zip(one, two)]
