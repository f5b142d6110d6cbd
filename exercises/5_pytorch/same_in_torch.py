"""The same optimizer in PyTorch, or why there is none.

After: port_weights

The idea. SGD is SGD, one would think. But the two frameworks differ in where the learning rate, ε and
the weight decay stand, and under the same name you may get another path. One looks at the formulas, and
tries it: the same gradients to both, and a learning rate that drops halfway.

    momentum       Keras  v ← μ v − η g, w ← w + v        PyTorch  b ← μ b + g, w ← w − η b
    weight decay   Keras  always decoupled: w ← w − ηλw   PyTorch  in the gradient, but for AdamW
    RMSprop        Keras  ρ = 0.9                         PyTorch  α = 0.99

Where so small an ε as Keras's 1e-7 stands does not count here.

The trap. With a constant learning rate both momenta walk one path. When it drops, Keras's velocity
still rolls with the old rate: from there on there is no equal. And Keras's `Adam(weight_decay=λ)` is
PyTorch's AdamW.

Write `same_in_torch(keras_optimizer)`. It gets an optimizer object of the kinds SGD (with or without
momentum, Nesterov), RMSprop (plain), Adam and AdamW, with or without weight decay, and returns the name of
a class in `torch.optim` and a dictionary of its keyword arguments, such that both walk one path, also
when the learning rate drops. Where there is none it returns None and the reason, one sentence.

By hand: `keras.optimizers.SGD(0.1)` is ("SGD", {"lr": 0.1}).

Source: https://pytorch.org/docs/stable/optim.html and https://keras.io/api/optimizers/
"""


def same_in_torch(keras_optimizer):
    """(name of a class in torch.optim, its keyword arguments), or (None, the reason)."""
    raise NotImplementedError("same_in_torch: not written yet")
