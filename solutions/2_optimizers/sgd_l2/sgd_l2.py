"""SGD with L2 in the gradient: an optimizer as a Keras class.

After: adam

The idea. A penalty of λ/2 · w² on every weight adds λw to its gradient. Then the step is the one you
know. PyTorch's `SGD(weight_decay=λ)` does this; Keras's `weight_decay` does something else, it shrinks
the weights beside the step.

    g ← g + λ w
    v ← μ v − η g
    w ← w + v

The trap. An optimizer that keeps its velocities in a Python dictionary trains well, and loses them when
the model is saved. Make them in `build`, as optimizer variables, one for each weight. Keras clips
gradients before it calls `update_step`, so add λw there, after the clipping. The gradient of an
Embedding arrives as rows (`IndexedSlices`), not as an array.

Write the class `SGDL2`: `build` makes the velocities, `update_step` changes one variable, `get_config`
says what `__init__` was given. Variables of float16 or float64 are updated in their own precision.

By hand: w = 1, loss gradient 0, η = 0.1, λ = 0.5, no momentum: w = 0.95.

Source: Krogh & Hertz (1992), "A Simple Weight Decay Can Improve Generalization".
"""

import keras
from keras import ops


class SGDL2(keras.optimizers.Optimizer):
    """Gradient descent with momentum, whose gradient includes that of l2 / 2 · w²."""

    def __init__(self, learning_rate=0.01, momentum=0.0, l2=0.0, name="sgd_l2", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
        self.l2 = l2

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        # BEGIN SOLUTION
        self.velocities = self.add_optimizer_variables(variables, "velocity")
        # END SOLUTION

    def update_step(self, gradient, variable, learning_rate):
        # BEGIN SOLUTION
        w = variable
        # Rows of an Embedding add up in an array of zeros; arrays are not changed by it.
        g = ops.zeros(w.shape, w.dtype) + ops.cast(gradient, w.dtype) + self.l2 * w
        v = self.velocities[self._get_variable_index(w)]
        v.assign(self.momentum * v - ops.cast(learning_rate, w.dtype) * g)
        w.assign_add(v)
        # END SOLUTION

    def get_config(self):
        # BEGIN SOLUTION
        return {**super().get_config(), "momentum": self.momentum, "l2": self.l2}
        # END SOLUTION
