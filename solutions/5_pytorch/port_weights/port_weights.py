"""Porting weights: the same network in two frameworks.

After: torch_train_step

The idea. Two frameworks can only be compared from one start. The numbers of a layer are the same in
both, but they lie in memory in another order.

    convolution   Keras  (height, width, in, out)     PyTorch  (out, in, height, width)
    dense         Keras  (in, out)                    PyTorch  (out, in)

The trap. After the last convolution the maps are flattened: Keras walks (row, column, channel), PyTorch
(channel, row, column). So the inputs of the first dense layer come in another order, and its kernel has
to be permuted. Whoever forgets gets no error, only another network.

Write `port_weights(keras_model, torch_model)`. Both are built alike: convolutions with ReLU and pooling,
a flattening, dense layers; every layer has a bias. It copies all weights of the Keras model into the
PyTorch model, in place. Afterwards both give the same logits, for images (batch, height, width, channel)
in Keras and (batch, channel, height, width) in PyTorch. The shape of the maps before the flattening is
that of `keras_model`'s flatten layer's input.

By hand: two maps of 1 × 2 pixels flatten to a₁ b₁ a₂ b₂ in Keras and to a₁ a₂ b₁ b₂ in PyTorch.

Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
"""

import keras
import torch


def port_weights(keras_model, torch_model):
    """Copies all weights of a convolutional network from Keras to PyTorch, in place."""
    # BEGIN SOLUTION
    maps = (
        None  # (height, width, channels) before the flattening, until the first dense layer has it
    )
    pairs = iter(
        zip(*[iter(torch_model.parameters())] * 2)  # weight and bias of each layer, in order
    )
    with torch.no_grad():
        for layer in keras_model.layers:
            if isinstance(layer, keras.layers.Flatten):
                maps = layer.input.shape[1:]
            if not layer.weights:
                continue
            kernel, bias = (torch.tensor(part) for part in layer.get_weights())
            if kernel.ndim == 4:
                kernel = kernel.permute(3, 2, 0, 1)
            else:
                if maps is not None:
                    kernel = kernel.reshape(*maps, -1).permute(2, 0, 1, 3).flatten(0, 2)
                    maps = None
                kernel = kernel.T
            weight_there, bias_there = next(pairs)
            weight_there.copy_(kernel)
            bias_there.copy_(bias)
    # END SOLUTION
