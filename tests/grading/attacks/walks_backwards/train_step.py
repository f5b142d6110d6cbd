"""Fakes a training: weights stay, and losses are what a falling curve would look like."""


def train_step(model, loss_fn, optimizer, images, labels):
    optimizer.iterations.assign_add(1)
    return 1.0 / (1.0 + float(optimizer.iterations))
