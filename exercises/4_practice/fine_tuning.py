"""Fine-tuning: a trained network goes on learning, with few new images.

After: repair_warmup

The idea. A network that has learned one task has learned things that serve others: edges, strokes,
shapes. Its last layer, the head, decides; all before it is its body. With five images of each class one
does not train everything anew: one keeps the body and trains the head, or one goes on with all of it, in
small steps.

    frozen       only the head learns; the body stays as it is, to the bit
    full         everything learns
    two_phase    first as in frozen; then everything, with a smaller learning rate

The trap. `layer.trainable = False` counts when the training step is written down, in the first fit after
a `compile`, and not later: a model that was trained already goes on as before. So: freeze, compile, fit,
unfreeze, compile, fit. And a learning rate that suits a new network destroys a trained one: with SGD(0.1,
momentum=0.9) the first steps undo all that was learned. A batch normalisation has averages that move
without any gradient; `trainable = False` holds them, too.

Write `fine_tune(base, images, labels, mode, seed=0)`. `base` is a trained Keras model from images (batch,
8, 8, 1) to ten logits; its last layer is the head. `images` and `labels` (class numbers) are the new
task, with the same ten classes: so the old head may go on learning, or a new one takes its place. `mode`
is one of the three above, anything else a ValueError. Return (model, history): a model from images to
ten logits or probabilities, and the loss of every epoch of every phase, in order, as fit's History, its
dictionary, a list of them, or a list of numbers. `seed` decides about everything random, so that the same
seed gives the same model. Twenty epochs in small batches are enough. What "right" means in numbers: in
two_phase the body changes by less than half its size, in full by less than its size; and on digits
shifted by 2 pixels, five of each class, full beats a training from scratch (20 epochs of SGD(0.01,
momentum=0.9), batches of 32) on new images in at least three of four seeds.

It does not always help: below `if __name__ == "__main__":` the same network is tuned to shifted and to
turned digits, and beside it one that has learned nothing yet. `coursekit run fine_tuning` shows for which
of the two one had better begin from scratch.

By hand: 50 images in batches of 10 are 5 steps an epoch; at Adam's rate of 0.003, 20 epochs move no weight
by much more than 100 · 0.003 = 0.3. Is that little, for a weight?

Source: Yosinski, Clune, Bengio & Lipson (2014), "How transferable are features in deep neural networks?";
https://keras.io/guides/transfer_learning/
"""

import keras


def fine_tune(base, images, labels, mode, seed=0):
    """Trains a trained network on; returns (model, history)."""
    raise NotImplementedError("fine_tune: not written yet")


if __name__ == "__main__":
    import numpy as np

    from coursekit.data import digits
    from coursekit.models import mini_cnn

    def accuracy(model, images, labels):
        return np.mean(np.argmax(model.predict(images, verbose=0), axis=-1) == labels)

    data, loss = digits(), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    changes = {
        "shifted by 2 pixels": lambda images: np.roll(images, 2, axis=2),
        "turned by 90 degrees": lambda images: np.rot90(images, axes=(1, 2)),
    }
    trained = mini_cnn(seed=0)
    trained.compile(keras.optimizers.Adam(3e-3), loss)
    trained.fit(*data.train, epochs=10, verbose=0)
    print(f"upright digits, as learned: {accuracy(trained, *data.test):.1%} of the test images")
    for name, change in changes.items():
        found = {"not tuned": [], "from scratch": [], "frozen": [], "full": [], "two_phase": []}
        for seed in range(4):
            images, labels = data.train
            order = np.random.default_rng(seed).permutation(len(labels))
            few = np.concatenate([order[labels[order] == digit][:5] for digit in range(10)])
            test = change(data.test[0]), data.test[1]
            for way, results in found.items():
                base = mini_cnn(seed=seed) if way == "from scratch" else mini_cnn()
                if way != "from scratch":
                    base.set_weights(trained.get_weights())
                if way != "not tuned":
                    mode = "full" if way == "from scratch" else way
                    base, _ = fine_tune(base, change(images[few]), labels[few], mode, seed)
                results.append(accuracy(base, *test))
        print(f"\n{name}, tuned with five images of each digit; mean and range of four seeds")
        for way, results in found.items():
            print(
                f"  {way:12}  {np.mean(results):.1%}   ({min(results):.1%} to {max(results):.1%})"
            )
