"""A sick training: a loss that stays where guessing is, and nothing that could be wrong.

The idea. Run it (coursekit run repair_shuffle). First loss, gradient, first step: all as in any healthy
training. The loss stays where guessing is. The network would learn whatever it is given, even by heart, if
it had the time. So what is it given?

    sample i = (image i, label i)

The trap. Nothing in the loss says so; neither a larger network nor more epochs find what is not there.
Looking at the data does: what stands beside what?

Write the repair into `make()`, and give CAUSE and EVIDENCE one word each from the lists below. Every image
of both parts stays with its own label, in any order; Adam(0.003), the mean cross-entropy and the budget
(five epochs in batches of 32) stay. `make()` gives the model, without a train_step or a compute_loss of
its own, the optimizer, the loss and the data, as (x_train, y_train), (x_validation, y_validation), for
whatever seed was set before. Repaired, it reaches 90 % of the validation digits in the median of three
seeds.

CAUSE is one of: "inputs too large", "steps too long", "steps too long at the start", "steps too short",
"loss summed over the batch", "logits taken for probabilities", "probabilities taken for logits",
"images and labels do not belong together", "frozen too late", "all weights start equal",
"model too small", "too few epochs", "learned by heart".

EVIDENCE is a vital sign that is far off in the sick training and not in the repaired one:
"neighbour_agreement", "first_loss", "gradient_norm", "first_step", "weight_growth", "dead_share",
"most_predicted_share", "output_range" or "frozen_change". coursekit.callbacks.VitalSigns says what they
are, and running the file prints them.

By hand: images a, b, c with labels 0, 1, 2, shuffled by the order 2, 0, 1: c, a, b need the labels 2, 0,
1.

After: repair_reduction
Source: Zhang, Bengio, Hardt, Recht & Vinyals (2017), "Understanding deep learning requires rethinking generalization".
"""

import keras
import numpy as np
from keras import layers

from coursekit.data import digits

# BEGIN SOLUTION
CAUSE = "images and labels do not belong together"
EVIDENCE = "neighbour_agreement"
# INSTEAD
# CAUSE = ""  # not written yet
# EVIDENCE = ""  # not written yet
# END SOLUTION

LEARNING_RATE = 0.003
EPOCHS = 5
BATCH_SIZE = 32
SEED = 1


def make():
    """The model, the optimizer, the loss and the data of a training, not compiled yet."""
    data = digits()
    x, y = data.train
    order = np.random.permutation(len(x))
    # BEGIN SOLUTION
    x, y = x[order], y[order]
    # INSTEAD
    # x = x[order]
    # END SOLUTION
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return model, optimizer, loss_fn, ((x, y), data.validation)


if __name__ == "__main__":
    from coursekit.callbacks import BatchLoss, VitalSigns

    keras.utils.set_random_seed(SEED)
    model, optimizer, loss_fn, ((x, y), validation) = make()
    model.compile(optimizer, loss_fn, metrics=["accuracy"])
    losses, signs = BatchLoss(), VitalSigns(x, y)
    model.fit(x, y, BATCH_SIZE, EPOCHS, validation_data=validation, callbacks=[losses, signs])
    print(signs)
    losses.plot().savefig("repair_shuffle.png")
    print("The loss of every batch is drawn in repair_shuffle.png")
