"""The question paper of port_weights."""

import keras
import numpy as np
import torch
from keras import layers


def _models(shape, maps, dense):
    keras.utils.set_random_seed(1)
    net = keras.Sequential([keras.Input(shape)])
    twin, inside = [], shape[-1]
    for count in maps:
        net.add(layers.Conv2D(count, 3, padding="same", activation="relu"))
        net.add(layers.MaxPooling2D())
        twin += [
            torch.nn.Conv2d(inside, count, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
        ]
        inside = count
    net.add(layers.Flatten())
    twin.append(torch.nn.Flatten())
    inside *= (shape[0] // 2 ** len(maps)) * (shape[1] // 2 ** len(maps))
    for number, count in enumerate(dense):
        last = number == len(dense) - 1
        net.add(layers.Dense(count, activation=None if last else "relu"))
        twin += [torch.nn.Linear(inside, count)] + ([] if last else [torch.nn.ReLU()])
        inside = count
    return net, torch.nn.Sequential(*twin)


def ported(student, images, maps, dense, weights):
    """The PyTorch model's logits and parameters, and whether the Keras model is as it was."""
    torch.set_num_threads(1)
    net, twin = _models(images.shape[1:], [int(n) for n in maps], [int(n) for n in dense])
    net.set_weights(weights)
    student.port_weights(net, twin)
    parameters = [each.detach().numpy().copy() for each in twin.parameters()]
    with torch.no_grad():
        theirs = twin(torch.tensor(images.transpose(0, 3, 1, 2).copy())).numpy()
    same = all(np.array_equal(a, b) for a, b in zip(net.get_weights(), weights))
    return {"torch": theirs, "same": same, "parameters": parameters}
