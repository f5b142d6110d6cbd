"""A pytest plugin that puts coursekit's classes in the place of Keras's, before tests import them.

With SUBSTITUTE=broken in the environment they are put there with a fault each.
"""

import importlib
import os

from keras import ops

from coursekit import losses, optimizers

PLACES = {
    "losses.losses": losses.__all__,
    "optimizers.sgd": ["SGD"],
    "optimizers.rmsprop": ["RMSprop"],
    "optimizers.adam": ["Adam"],
}


def broken(kind):
    """The same class with every loss, or every step, too large by 1 %."""

    class Broken(kind):
        def call(self, y_true, y_pred):
            return 1.01 * super().call(y_true, y_pred)

        def update_step(self, gradient, variable, learning_rate):
            return super().update_step(gradient, variable, ops.multiply(learning_rate, 1.01))

    Broken.__name__ = kind.__name__
    return Broken


for place, names in PLACES.items():
    module = importlib.import_module(f"keras.src.{place}")
    for name in names:
        ours = getattr(losses if "losses" in place else optimizers, name)
        setattr(module, name, broken(ours) if os.environ.get("SUBSTITUTE") == "broken" else ours)
