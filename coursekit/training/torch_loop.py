"""The same training in PyTorch, to be read beside the others. Needs the extra `torch`."""

import time

import numpy as np

from coursekit.training.batches import Batches
from coursekit.training.checks import as_list, check_counts, check_rate
from coursekit.training.data_checks import check_data, refuse_empty_epoch
from coursekit.training.record import Record


def train(
    model,
    loss,
    optimizer,
    data,
    epochs=1,
    batch_size=32,
    validation_data=None,
    callbacks=(),
    seed=None,
    *,
    shuffle=True,
    metrics=(),
    verbose="auto",
):
    """Trains a PyTorch module in place by minibatch gradient descent.

        for each batch:  optimizer.zero_grad()    forget the last gradients
                         ŷ = model(x)             predict
                         L = loss(ŷ, y)           measure
                         L.backward()             differentiate
                         optimizer.step()         step

    The same batches in the same order as in the loops of Keras. Mind what differs: gradients add
    up until they are forgotten, the prediction comes first in the loss, images have their channels
    first (they are turned here), and penalties on weights are the optimizer's `weight_decay`.

    Args:
        model: a `torch.nn.Module`, such as `coursekit.models.torch_twin` builds.
        loss: a PyTorch criterion, such as `torch.nn.CrossEntropyLoss()`.
        optimizer: a `torch.optim.Optimizer` over the model's parameters.
        data: (x, y) arrays in Keras's layout, images (n, height, width, channels).
        epochs, batch_size, seed, shuffle: as in `coursekit.training.tape.train`.
        validation_data: (x, y) arrays; its loss and metrics are recorded after every epoch.
        callbacks: none; they are Keras's and want a Keras model.
        metrics: ("accuracy",) or none. A single logit says yes above 0, and above 0.5 if the loss is
            BCELoss, which takes probabilities; so does each of several under a binary loss.
            (Keras's "accuracy" always cuts at 0.5: for a single logit give it
            `keras.metrics.BinaryAccuracy(threshold=0)`.) Labels may be classes or one-hot.
        verbose: 0 is silent, anything else prints a line per epoch.

    Returns:
        A `Record`.

    Raises:
        ValueError: data or counts that cannot be trained with, callbacks, an unknown metric.

    Example:
        >>> import torch
        >>> x, y = np.ones((4, 1), "float32"), np.ones((4, 1), "float32")
        >>> model = torch.nn.Linear(1, 1, bias=False)
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> loss, optimizer = torch.nn.MSELoss(), torch.optim.SGD(model.parameters(), 0.25)
        >>> train(model, loss, optimizer, (x, y), epochs=2, batch_size=3, verbose=0).losses.tolist()
        [1.0, 0.25, 0.0625, 0.015625]

    Source: https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html
    """
    import torch

    batches = Batches(data, batch_size, seed, shuffle)
    check_counts(batches, epochs)
    check_data(batches, epochs)
    if validation_data is not None:
        check_data(Batches(validation_data, batch_size), epochs, name="validation_data: ")
    for group in optimizer.param_groups:
        check_rate(float(group["lr"]))
    metrics = as_list(metrics)
    _check(callbacks, metrics)
    history, losses, starts, began = {}, [], [], time.perf_counter()
    for epoch in range(epochs):
        starts.append(len(losses))
        model.train()
        tally = Tally(metrics, loss)
        for x, y in batches.of_epoch(epoch):
            x, y = as_tensor(x), torch.as_tensor(y)
            optimizer.zero_grad()
            y_pred = model(x)
            value = measure(loss, y_pred, y)
            tally.add(value, y_pred, y)  # before the step, so that unfit labels cost none
            value.backward()
            optimizer.step()

            losses.append(value.item())
        refuse_empty_epoch(len(losses) - starts[-1], epoch)
        results = tally.means()
        if validation_data is not None:
            validation = evaluate(model, loss, validation_data, batch_size, metrics)
            results |= {f"val_{name}": mean for name, mean in validation.items()}
        for name, mean in results.items():
            history.setdefault(name, []).append(mean)
        if verbose:
            print(
                f"Epoch {epoch + 1}/{epochs} - "
                + ", ".join(f"{k}: {v:.4f}" for k, v in results.items())
            )
    return Record(np.array(losses, "float32"), starts, history, time.perf_counter() - began)


def evaluate(model, loss, data, batch_size, metrics=()):
    """Measures a module without training it; it is in the mode that it was in afterwards."""
    import torch

    mode = model.training
    model.eval()
    tally = Tally(metrics, loss)
    with torch.no_grad():
        for x, y in Batches(data, batch_size, seed=0, shuffle=False).of_epoch(0):
            y = torch.as_tensor(y)
            y_pred = model(as_tensor(x))
            tally.add(measure(loss, y_pred, y), y_pred, y)
    model.train(mode)
    return tally.means()


def measure(loss, y_pred, y):
    """The loss of a batch, unless it would compare every prediction with every label."""
    import torch

    alike = torch.nn.MSELoss, torch.nn.L1Loss, torch.nn.SmoothL1Loss, torch.nn.HuberLoss
    predicted, came = tuple(y_pred.shape), tuple(y.shape)
    one_axis_more = predicted == (*came, 1) or came == (*predicted, 1)
    if one_axis_more or (isinstance(loss, alike) and predicted != came):
        name = getattr(loss, "__name__", type(loss).__name__)  # of a function, or of a class
        raise ValueError(
            f"{name} compares each prediction with a label of its own; got labels of shape {came} "
            f"for predictions {predicted}. Reshape the labels."
        )
    return loss(y_pred, y)


def as_tensor(x):
    """An array in Keras's layout as a tensor in PyTorch's: channels first where it is an image."""
    import torch

    return torch.as_tensor(np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x)


class Tally:
    """Means over samples, batch by batch, under Keras's names."""

    def __init__(self, metrics, loss):
        self.metrics, self.loss = metrics, loss
        self.samples, self.losses, self.hits = 0, 0.0, 0.0

    def add(self, value, y_pred, y):
        self.samples += len(y)
        self.losses += value.item() * len(y)
        if self.metrics:
            self.hits += hits(self.loss, y_pred, y)

    def means(self):
        means = {"loss": self.losses / self.samples}
        return means | ({"accuracy": self.hits / self.samples} if self.metrics else {})


def hits(loss, y_pred, y):
    """How many samples are guessed right; of one with several labels, the share that is."""
    import torch

    binary = isinstance(loss, (torch.nn.BCELoss, torch.nn.BCEWithLogitsLoss))
    if binary or y_pred.numel() == len(y_pred):
        guess = y_pred > (0.5 if isinstance(loss, torch.nn.BCELoss) else 0.0)
    else:
        guess = y_pred.argmax(1)
        y = y.argmax(1) if y.shape == y_pred.shape else y  # one-hot, or probabilities
    if guess.numel() != y.numel():
        raise ValueError(
            "'accuracy' compares the class that is guessed with the label; got labels of shape "
            f"{tuple(y.shape)} for predictions {tuple(y_pred.shape)}. Give class numbers or "
            "one-hot labels, or leave the metric out."
        )
    right = guess.reshape(y.shape) == y
    return right.reshape(len(y), -1).double().mean(1).sum().item()


def _check(callbacks, metrics):
    if callbacks:
        raise ValueError(
            "Keras's callbacks want a Keras model, which the PyTorch loop has not; leave them out, "
            "or train with coursekit.training.tape."
        )
    if metrics not in ([], ["accuracy"]):
        raise ValueError(f"The PyTorch loop measures 'accuracy' or nothing; got {metrics}.")
