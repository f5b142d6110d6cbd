"""One training step in PyTorch: zero, predict, measure, differentiate, step.

The idea. The same four words as in Keras, and one more. PyTorch has no tape to open: every tensor
remembers how it was made, `backward` walks that memory, and leaves each gradient in `parameter.grad`.

    zero the gradients
    ŷ = model(x)                 predict
    L = criterion(ŷ, y)          measure: here the predictions come FIRST
    L.backward()                 differentiate
    optimizer.step()             step

The trap. `backward` ADDS to what is in `grad` already. Who forgets to set the gradients to zero walks
along the sum of all gradients so far, and with Adam it even looks as if it learned a little. What was in
`grad` before your step, from whatever came before, does not count either. And
`CrossEntropyLoss` wants logits: a softmax before it is one too many.

Write `train_step(model, criterion, optimizer, images, labels)`. It makes one step with tensors and
returns the loss before it, a Python float. Whether the model is in training or in evaluation mode is the
business of whoever calls: leave it as it is.

By hand: w = 0, x = y = 1, mean squared error, SGD(0.25): the loss is 1 and w becomes 0.5; a second step
gives 0.25 and 0.75.

Source: Paszke et al. (2019), "PyTorch: An Imperative Style, High-Performance Deep Learning Library".
"""


def train_step(model, criterion, optimizer, images, labels):
    """One step on one batch; returns the batch's loss before the step, a float."""
    # BEGIN SOLUTION
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
    # END SOLUTION
