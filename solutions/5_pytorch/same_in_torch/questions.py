"""The question paper of same_in_torch."""

import keras
import numpy as np
import tensorflow as tf
import torch


def paths(student, kind, settings, w, gradients, rates):
    """The paths of both optimizers under the same gradients and the same learning rates."""
    torch.set_num_threads(1)
    settings = {name: bool(v) if name == "nesterov" else v for name, v in settings.items()}
    given = getattr(keras.optimizers, kind)(**settings)
    found = student.same_in_torch(given)
    name, rest = found if isinstance(found, (tuple, list)) else (found, None)
    if name is None:
        return {"name": None, "reason": rest if isinstance(rest, str) else ""}
    ours = getattr(keras.optimizers, kind)(**settings)
    variable, parameter = keras.Variable(w), torch.nn.Parameter(torch.tensor(w))
    theirs = getattr(torch.optim, name)([parameter], **rest)
    used = dict(theirs.param_groups[0])
    keras_path, torch_path = [], []
    for g, rate in zip(gradients, rates):
        ours.learning_rate = float(rate)
        theirs.param_groups[0]["lr"] *= float(rate) / settings["learning_rate"]
        ours.apply([tf.constant(g)], [variable])
        parameter.grad = torch.tensor(g)
        theirs.step()
        theirs.param_groups[0]["lr"] /= float(rate) / settings["learning_rate"]
        keras_path.append(variable.numpy())
        torch_path.append(parameter.detach().numpy().copy())
    return {
        "name": name,
        "rate": float(used["lr"]),
        "decay": float(used.get("weight_decay", 0.0)),
        "betas": [float(each) for each in used.get("betas", ())],
        "alpha": float(used.get("alpha", 0.0)),
        "keras": np.stack(keras_path),
        "torch": np.stack(torch_path),
    }
