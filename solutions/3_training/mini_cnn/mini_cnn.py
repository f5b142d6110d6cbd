"""A small CNN: from an image to ten logits.

The idea. Convolutions look for small patterns everywhere in the image, pooling halves the image, dense
layers decide. The last layer gives LOGITS: any real numbers, one for each class. The loss turns them
into probabilities, and does it without overflow.

    image → [convolution, ReLU, pooling] × 2 → dense, ReLU → dense: logits

The trap. A softmax at the end "because it is a classification" does the loss's work twice. A ReLU at
the end takes away the negative logits. And grey images have a last axis of one channel: (8, 8, 1).

Write `build_mini_cnn(input_shape=(8, 8, 1), num_classes=10)`, which returns an uncompiled Keras model.
At most 50,000 parameters at the default shape, at least one convolution; it also works for (28, 28, 1),
(32, 32, 3) and other numbers of classes. On the digits it reaches 90 % after five epochs of
Adam(0.003) in batches of 32.

By hand: 8 × 8 pixels, pooled twice, are 2 × 2; with 32 maps that flattens to 128 numbers.

Source: LeCun, Bottou, Bengio & Haffner (1998), "Gradient-Based Learning Applied to Document Recognition".
"""

import keras
from keras import layers


def build_mini_cnn(input_shape=(8, 8, 1), num_classes=10):
    """An uncompiled model from images (batch, height, width, channels) to logits."""
    # BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(num_classes),
        ]
    )
    # END SOLUTION
