"""A sick training: it learns, but slowly, and its loss has a floor.

The idea. Run it (coursekit run repair_head). The first loss is as it should be, ln 10 = 2.3; then it
crawls, and after five epochs a third of the digits is still misread. The gradient is a tenth of what it
is in a healthy training, and there is a floor below which this loss cannot fall, whatever is learned.

    z, any real numbers → softmax → p, positive, their sum is 1 → −ln p[y]

The trap. Where the fault is the very last operation, Keras on TensorFlow sees and undoes it, with a
warning. Here a Reshape stands behind it, and nothing warns. To leave out the Reshape alone hides the fault
from Keras, and not from anybody else. Numbers from a sigmoid, or probabilities multiplied by 20, are no
logits either. A larger learning rate hides it, too.

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. The data,
SGD(0.03, momentum=0.9), the cross-entropy, averaged over the batch, and the budget (five epochs in batches
of 32) stay; exactly one of model and loss applies the softmax, whichever you like. `make()` gives the
model, without a train_step or a compute_loss of its own, the optimizer, the loss and the data, as
(x_train, y_train), (x_validation, y_validation), for whatever seed was set before. Repaired, it reaches 90
% of the validation digits in the median of three seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: for ten classes the best outputs, one 1 and nine 0, cost −ln(e / (e + 9)) = 1.46 in a loss that
applies a softmax of its own.

After: repair_logits
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
    last = layers.Dense(10, activation="softmax")
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            last,
            layers.Reshape((10,)),
        ]
    )
    optimizer = keras.optimizers.SGD(LEARNING_RATE, momentum=0.9)
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
    losses.plot().savefig("repair_head.png")
    print("The loss of every batch is drawn in repair_head.png")
