"""A sick training: Adam, and a rate that does well later on.

The idea. Run it (coursekit run repair_warmup). Adam at a rate of 0.03: with most seeds the loss lies still
after a few steps, with some it gets away. Adam divides the gradient by the size of those that it has seen,
so that the length of a step says nothing about the length of the gradient. What has it seen in the first
step? Later, the same rate does well, and it stays.

    step of a weight = rate · mean gradient / root of the mean square (amsgrad: of the largest so far)

The trap. A lower rate, or one that falls again, is not asked for: the peak of 0.03 has to be reached
within the first two epochs (38 steps), and kept to the end. Clipping does not help Adam: what it divides
by is clipped, too. And one seed that survives says nothing; so the worst of four counts.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The data,
Adam with beta_2=0.9 and amsgrad=True, the mean cross-entropy and the budget (five epochs in batches of 64)
stay; the rate begins at no more than half of 0.03. `make()` gives the model, without a train_step or a
compute_loss of its own, the optimizer, the loss and the data, as (x_train, y_train), (x_validation,
y_validation), for whatever seed was set before. Repaired, it reaches 85 % of the validation digits in the
worst of four seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: a peak of 0.03 after 30 steps: 0.001 in the first step, 0.002 in the second, 0.015 in the 15th,
0.03 from the 30th on.

After: repair_frozen
Source: Goyal et al. (2017), "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour".
"""

import keras
from keras import layers

from coursekit.data import digits

CAUSE = ""  # not written yet
EVIDENCE = ""  # not written yet

LEARNING_RATE = 0.03
EPOCHS = 5
BATCH_SIZE = 64
SEED = 2  # with 1 it gets away


def make():
    """The model, the optimizer, the loss and the data of a training, not compiled yet."""
    data = digits()
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.Adam(LEARNING_RATE, beta_2=0.9, amsgrad=True)
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
    losses.plot().savefig("repair_warmup.png")
    print("The loss of every batch is drawn in repair_warmup.png")
