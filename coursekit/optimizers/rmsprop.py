"""RMSprop: every weight has a step of its own, scaled by its recent gradients."""

import keras
from keras import ops

from coursekit.optimizers import ranges


@keras.saving.register_keras_serializable(package="coursekit")
class RMSprop(keras.optimizers.Optimizer):
    """Divides each gradient by the root of its recent mean square.

        s ← ρ s + (1 − ρ) g²
        θ ← θ − α g / √(s + ε)

        centered:  ḡ ← ρ ḡ + (1 − ρ) g,  and s − ḡ² in the place of s
        momentum:  b ← μ b + α g / √(s + ε),  θ ← θ − b

    Steep and flat directions get steps of about the same size, α each. The average starts at zero
    and is not corrected, so the first steps are α/√(1 − ρ): at ρ = 0.9 three times too long.

    ε stands inside the root, as in Keras. PyTorch has it outside (√s + ε), its `alpha` (our ρ) is
    0.99 by default and its ε 1e-8; with gradients as small as √ε the paths part. `weight_decay` is
    decoupled (θ ← θ − α λ θ), as in Keras; PyTorch's is L2 in the gradient.

    Where a row of an embedding occurs several times in a batch its gradients are added before they
    are squared. (Keras's own class squares each occurrence alone on the TensorFlow backend.)

    Args:
        learning_rate: α > 0, or a `keras.optimizers.schedules.LearningRateSchedule`.
        rho: ρ in [0, 1), the share of the past in the mean square.
        momentum: μ in [0, 1); 0 keeps no velocity.
        epsilon: ε ≥ 0, in units of g².
        centered: whether to divide by the standard deviation instead of the root mean square.
        name: a name for logs.
        **kwargs: what every Keras optimizer takes: weight_decay, clipnorm, clipvalue,
            global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
            gradient_accumulation_steps.

    Shapes:
        g, θ, s, ḡ, b: the shape of the variable.

    Raises:
        ValueError: α ≤ 0 or not finite, ρ or μ outside [0, 1), or ε < 0.

    Example:
        >>> theta = keras.Variable([1.0])
        >>> optimizer = RMSprop(0.1, rho=0.75, epsilon=0.0)
        >>> optimizer.apply([ops.convert_to_tensor([3.0])], [theta])  # 1 − 0.1·3/√(0.25·9)
        >>> round(float(theta[0]), 6)
        0.8

    Source: Tieleman & Hinton (2012), "Lecture 6.5: RMSprop", Coursera; centered: Graves (2013),
    "Generating Sequences with Recurrent Neural Networks".
    """

    def __init__(
        self,
        learning_rate=0.001,
        rho=0.9,
        momentum=0.0,
        epsilon=1e-7,
        centered=False,
        *,
        name="rmsprop",
        **kwargs,
    ):
        super().__init__(ranges.rate(learning_rate), name=name, **kwargs)
        self.rho = ranges.share("rho", rho)
        self.momentum = ranges.share("momentum", momentum)
        self.epsilon = ranges.small("epsilon", epsilon)
        self.centered = centered

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.mean_squares = self.add_optimizer_variables(variables, "velocity")
        if self.momentum:
            self.momentums = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self.means = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient, variable, learning_rate):
        theta, rho, mu = variable, self.rho, self.momentum
        g = ops.zeros(theta.shape, theta.dtype) + ops.cast(gradient, theta.dtype)  # rows add up
        alpha = ops.cast(learning_rate, theta.dtype)
        i = self._get_variable_index(theta)
        s = self.mean_squares[i]

        s.assign(rho * s + (1 - rho) * g**2)
        spread = s
        if self.centered:
            mean = self.means[i]
            mean.assign(rho * mean + (1 - rho) * g)
            spread = s - mean**2
        step = alpha * g / ops.sqrt(spread + self.epsilon)
        if mu:
            b = self.momentums[i]
            b.assign(mu * b + step)
            step = b
        theta.assign_sub(step)

    from_config = classmethod(ranges.restored)

    def get_config(self):
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
