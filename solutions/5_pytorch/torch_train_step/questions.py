"""The question paper of torch_train_step."""

import torch


def _linear(kernel, bias):
    model = torch.nn.Linear(*kernel.shape)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(kernel.T))
        model.bias.copy_(torch.tensor(bias))
    return model


def _losses(student, model, criterion, optimizer, xs, ys):
    pairs = zip(map(torch.tensor, xs), map(torch.tensor, ys))
    return [student.train_step(model, criterion, optimizer, x, y) for x, y in pairs]


def _walk(student, model, criterion, optimizer, xs, ys):
    losses = _losses(student, model, criterion, optimizer, xs, ys)
    weights = [model.weight.detach().numpy().T.copy(), model.bias.detach().numpy().copy()]
    tensors = [each.item() if isinstance(each, torch.Tensor) else each for each in losses]
    return {
        "losses": tensors,
        "kinds": ["float" if isinstance(each, float) else type(each).__name__ for each in losses],
        "weights": weights,
    }


def steps(student, kernel, bias, xs, ys, rate, momentum=0.0):
    torch.set_num_threads(1)
    model = _linear(kernel, bias)
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum)
    return _walk(student, model, torch.nn.MSELoss(), optimizer, xs, ys)


def leftover(student, kernel, bias, xs, ys, rate):
    """One step of a model that has been differentiated before: half the sum of its outputs."""
    model = _linear(kernel, bias)
    (0.5 * model(torch.tensor(xs[0])).sum()).backward()
    optimizer = torch.optim.SGD(model.parameters(), rate)
    return _walk(student, model, torch.nn.MSELoss(), optimizer, xs, ys)


def classes(student, kernel, bias, xs, ys, rate):
    model = _linear(kernel, bias)
    optimizer = torch.optim.SGD(model.parameters(), rate)
    return _walk(student, model, torch.nn.CrossEntropyLoss(), optimizer, xs, ys)


def mode(student, kernel, bias, xs, ys, rate):
    """Whether all modes are kept, of a model in training and of one in evaluation.

    And how often a batch normalisation has run in training mode, in the former.
    """
    kept = []
    for training in (True, False):
        norm = torch.nn.BatchNorm1d(kernel.shape[0])
        model = torch.nn.Sequential(norm, _linear(kernel, bias)).train(training)
        before = [each.training for each in model.modules()]
        optimizer = torch.optim.SGD(model.parameters(), rate)
        _losses(student, model, torch.nn.MSELoss(), optimizer, xs, ys)
        kept.append([each.training for each in model.modules()] == before)
        if training:
            passes = int(norm.num_batches_tracked)
    return {"kept": kept, "passes": passes}
