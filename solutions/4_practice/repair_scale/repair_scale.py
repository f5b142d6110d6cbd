"""A sick training: one step, and nothing moves any more.

The idea. Run it (coursekit run repair_scale). The images are as a camera gives them, whole numbers from
0 to 255. The first loss is not ln 10 = 2.3 but more than fifty, the first step throws the weights far away,
and there they stay: the loss lies at ln 10, every image gets the same answer.

    gradient of a weight = error · input

The trap. The rate is not the culprit, and it must stay, as must the optimizer: Adam would get over it and
hide it. What is fitted to the training images is done to the validation images as well, or the network is
asked about images of a kind that it has never seen. Smaller first weights, or a normalisation behind the
first layer, treat a symptom: that layer still gets what is too large. And know the largest value: divided
by 16, pixels up to 255 are still too large.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. Every image
and its label stay, but the pixels may have another scale, by arithmetic or by a layer of the model, as you
like; SGD(0.05, momentum=0.9), the mean cross-entropy and the budget (five epochs in batches of 32) stay.
`make()` gives the model, without a train_step or a compute_loss of its own, the optimizer, the loss and
the data, as (x_train, y_train), (x_validation, y_validation), for whatever seed was set before. Repaired,
it reaches 90 % of the validation digits in the median of three seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: pixels of 200 instead of 0.8 make the gradient of the first layer 255 times as long, and the
outputs, which it is multiplied with, 255 times as large.

After: hiker
Source: LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp".
"""

import keras
import numpy as np
from keras import layers

from coursekit.data import digits

# BEGIN SOLUTION
CAUSE = "inputs too large"
EVIDENCE = "first_loss"
# INSTEAD
# CAUSE = ""  # not written yet
# EVIDENCE = ""  # not written yet
# END SOLUTION

LEARNING_RATE = 0.05
EPOCHS = 5
BATCH_SIZE = 32
SEED = 1


def make():
    """The model, the optimizer, the loss and the data of a training, not compiled yet."""
    data = digits()
    (x, y), (x_validation, y_validation) = (
        (np.round(255 * images), labels) for images, labels in (data.train, data.validation)
    )
    # BEGIN SOLUTION
    x, x_validation = x / 255, x_validation / 255
    # INSTEAD
    # END SOLUTION
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=0.9)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, optimizer, loss_fn, ((x, y), (x_validation, y_validation))


if __name__ == "__main__":
    from coursekit.callbacks import BatchLoss, VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    losses, signs = BatchLoss(), VitalSigns(x, y)
    model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[losses, signs])
    print(signs)
    losses.plot().savefig("repair_scale.png")
    print("The loss of every batch is drawn in repair_scale.png")
