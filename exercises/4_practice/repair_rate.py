"""A sick training: steps that land anywhere, and a rate that must stay.

The idea. Run it (coursekit run repair_rate): the loss jumps in the first epochs and then lies still, far
too high. No NaN, no error; Keras has nothing to say. A colleague insists on the learning rate of 1.0,
since the same rate did well with a smaller network, so the rate stays. What can be kept short is the
step.

    step = learning rate · gradient

The trap. A smaller rate, one that decays, a loss multiplied by 0.01, another optimizer: all of them lower
what must stay. More epochs do not wake a ReLU that gives 0 for every image, and another seed dies
another way.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The data,
SGD with a learning rate of 1.0 and no momentum, the mean cross-entropy and the budget (five epochs in
batches of 32) stay. `make()` gives the model, without a train_step or a compute_loss of its own, the
optimizer, the loss and the data, as (x_train, y_train), (x_validation, y_validation), for whatever seed
was set before. Repaired, it reaches 90 % of the validation digits in the median of three seeds, and the
optimizer cuts a gradient that is too long.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: a gradient of length 8 at a rate of 1.0 moves the weights by 8; cut to length 0.2, by 0.2, in the
same direction.

After: repair_head
Source: Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks".
"""

import keras
from keras import layers

from coursekit.data import digits

CAUSE = ""  # not written yet
EVIDENCE = ""  # not written yet

LEARNING_RATE = 1.0
EPOCHS = 5
BATCH_SIZE = 32
SEED = 1


def make():
    """The model, the optimizer, the loss and the data of a training, not compiled yet."""
    data = digits()
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.SGD(LEARNING_RATE)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, optimizer, loss_fn, (data.train, data.validation)


if __name__ == "__main__":
    from coursekit.callbacks import BatchLoss, VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    losses, signs = BatchLoss(), VitalSigns(x, y)
    model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[losses, signs])
    print(signs)
    losses.plot().savefig("repair_rate.png")
    print("The loss of every batch is drawn in repair_rate.png")
