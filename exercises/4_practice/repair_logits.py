"""A sick training: a loss that begins at four times what guessing costs.

The idea. Run it (coursekit run repair_logits). Who knows nothing and says so, with one probability for
each of ten classes, pays ln 10 = 2.3. This training pays more than that before it has made a single step,
and never gets below it. The network is fine, the data is fine, the optimizer is fine. What is the
cross-entropy told, and what does it take it for?

    z, any real numbers → softmax → p, positive, their sum is 1 → −ln p[y]

The trap. Exactly one of the two applies the softmax: the model, with an activation at its end, or the
loss, with from_logits=True. A smaller learning rate changes nothing about the first loss.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The data,
SGD(0.03, momentum=0.9), the cross-entropy, averaged over the batch, and the budget (five epochs in batches
of 32) stay. `make()` gives the model, without a train_step or a compute_loss of its own, the optimizer,
the loss and the data, as (x_train, y_train), (x_validation, y_validation), for whatever seed was set
before. Repaired, it reaches 90 % of the validation digits in the median of three seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: four outputs, 2, −1, 0.5 and 0, taken for probabilities: the one of −1 is clipped to 0.0000001,
and −ln 0.0000001 = 16.

After: repair_scale
Source: Bridle (1990), "Probabilistic Interpretation of Feedforward Classification Network Outputs".
"""

import keras
from keras import layers

from coursekit.data import digits

CAUSE = ""  # not written yet
EVIDENCE = ""  # not written yet

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
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=0.9)
    loss_fn = keras.losses.SparseCategoricalCrossentropy()
    return model, optimizer, loss_fn, (data.train, data.validation)


if __name__ == "__main__":
    from coursekit.callbacks import BatchLoss, VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    losses, signs = BatchLoss(), VitalSigns(x, y)
    model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[losses, signs])
    print(signs)
    losses.plot().savefig("repair_logits.png")
    print("The loss of every batch is drawn in repair_logits.png")
