"""A sick training: a loss of seventy, where guessing costs 2.3.

The idea. Run it (coursekit run repair_reduction). Network and learning rate are those of a healthy
training; the numbers on the axis are not. Guessing costs ln 10 = 2.3, and this begins above 70. How many
times as much is that? What is there so many of?

    loss of a batch = what becomes of the losses of its samples

The trap. A rate divided by that number makes the same steps, until somebody changes the batch size: the
fault stays in the file, and the rate means something else than in everybody else's. Clipping hides it,
too. And without any reduction the tape does what the sick training does.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The data,
SGD(0.03, momentum=0.9), the cross-entropy and the budget (five epochs in batches of 32) stay. `make()`
gives the model, without a train_step or a compute_loss of its own, the optimizer, the loss and the data,
as (x_train, y_train), (x_validation, y_validation), for whatever seed was set before. Repaired, it reaches
90 % of the validation digits in the median of three seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: two samples with losses 1 and 3: the sum is 4, the mean 2, and so it is with the gradients.

After: repair_rate
Source: Goyal et al. (2017), "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour".
"""

import keras
from keras import layers

from coursekit.data import digits

# BEGIN SOLUTION
CAUSE = "loss summed over the batch"
EVIDENCE = "first_loss"
# INSTEAD
# CAUSE = ""  # not written yet
# EVIDENCE = ""  # not written yet
# END SOLUTION

LEARNING_RATE = 0.03
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
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=0.9)
    # BEGIN SOLUTION
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # INSTEAD
    # loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    # END SOLUTION
    return model, optimizer, loss_fn, (data.train, data.validation)


if __name__ == "__main__":
    from coursekit.callbacks import BatchLoss, VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    losses, signs = BatchLoss(), VitalSigns(x, y)
    model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[losses, signs])
    print(signs)
    losses.plot().savefig("repair_reduction.png")
    print("The loss of every batch is drawn in repair_reduction.png")
