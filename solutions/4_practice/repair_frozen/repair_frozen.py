"""A sick training: what was learned is lost, though it was frozen.

The idea. Run it (coursekit run repair_frozen). A base and a last layer learn from half of the images. Then
the base is frozen, and the last layer goes on alone with all of them, at a learning rate that a last
layer bears and a base does not. At the end nothing is left of what the base had learned, and yet every
layer of it says trainable = False. When does Keras read that?

    compile → fit → trainable = False → fit

The trap. Freezing before the first fit keeps the base from learning at all. A lower rate hides that the
base still moves. (And an instrument can mend what it measures: BatchLoss has the training step compiled
anew, so that this training is well as long as it looks on.)

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The first
fit (everything learns, from every other image, in six epochs with batches of 64), then SGD(1.0) for the
last layer alone, the data, the mean cross-entropy and the budget (five epochs in batches of 64 after
`make()`) stay. `make()` gives the model, compiled and without a train_step or a compute_loss of its own,
the optimizer, the loss and the data, as (x_train, y_train), (x_validation, y_validation), for whatever
seed was set before; the training goes on with `fit`. Repaired, it reaches 90 % of the validation digits in
the median of three seeds, and the base is, to the bit, what the first fit made of it.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: of 17,226 weights the last layer has 64 · 10 + 10 = 650; only these may move.

After: repair_shuffle
Source: the guide of Keras, "Transfer learning and fine-tuning": call compile again after changing trainable.
"""

import keras
from keras import layers

from coursekit.data import digits

# BEGIN SOLUTION
CAUSE = "frozen too late"
EVIDENCE = "frozen_change"
# INSTEAD
# CAUSE = ""  # not written yet
# EVIDENCE = ""  # not written yet
# END SOLUTION

BASE_RATE = 0.3
LEARNING_RATE = 1.0
EPOCHS = 5
BATCH_SIZE = 64
SEED = 1


def make():
    """The model after its first fit, compiled; the optimizer, the loss and the data of the second."""
    data = digits()
    x, y = data.train
    base = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
        ]
    )
    model = keras.Sequential([base, layers.Dense(10)])
    optimizer = keras.optimizers.SGD(BASE_RATE)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    model.fit(x[::2], y[::2], batch_size=BATCH_SIZE, epochs=6, verbose=0)  # everything learns

    base.trainable = False  # and now the last layer alone
    optimizer.learning_rate = LEARNING_RATE
    # BEGIN SOLUTION
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    # INSTEAD
    # END SOLUTION
    return model, optimizer, loss_fn, (data.train, data.validation)


if __name__ == "__main__":
    import matplotlib.pyplot as plt

    from coursekit.callbacks import VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    # Not BatchLoss: it has the training step compiled anew, and that would hide what is wrong
    signs = VitalSigns(x, y)
    history = model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[signs])
    print(signs)
    plt.plot(range(1, EPOCHS + 1), history.history["loss"], "o-")
    plt.xticks(range(1, EPOCHS + 1))
    plt.xlabel("epoch")
    plt.ylabel("loss, mean of the epoch")
    plt.ylim(bottom=0)
    plt.savefig("repair_frozen.png")
    print("The loss of every epoch is drawn in repair_frozen.png")
