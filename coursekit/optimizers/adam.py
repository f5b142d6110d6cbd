"""Adam: momentum and RMSprop together, corrected for their start from zero."""

import keras
from keras import ops

from coursekit.optimizers import ranges


@keras.saving.register_keras_serializable(package="coursekit")
class Adam(keras.optimizers.Optimizer):
    """Follows the mean of the recent gradients, divided by the root of their mean square.

        m ← β₁ m + (1 − β₁) g
        v ← β₂ v + (1 − β₂) g²
        α_t = α √(1 − β₂ᵗ) / (1 − β₁ᵗ)
        θ ← θ − α_t m / (√v + ε̂)

        amsgrad:  v̂ ← max(v̂, v),  and v̂ in the place of v

    Both averages start at zero; α_t undoes that, so that the first step already has the length α
    in every direction that has a gradient. A step is hardly ever longer than α.

    ε̂ ("epsilon hat") is added before the correction, as in Keras and at the end of section 2 of
    the paper; Algorithm 1 and PyTorch add ε after it: ε̂ = ε √(1 − β₂ᵗ). It shows only with
    gradients near ε. `weight_decay` is decoupled (θ ← θ − α λ θ), which makes this PyTorch's AdamW;
    PyTorch's Adam(weight_decay) is L2 in the gradient.

    In bfloat16 β₂ = 0.999 rounds to 1, and neither this Adam nor Keras's moves at all: keep the
    variables in float32, as the policy "mixed_bfloat16" does.

    Where a row of an embedding occurs several times in a batch its gradients are added before they
    are squared. (Keras's own class squares each occurrence alone on the TensorFlow backend.)

    Args:
        learning_rate: α > 0, or a `keras.optimizers.schedules.LearningRateSchedule`.
        beta_1: β₁ in [0, 1), the share of the past in the mean.
        beta_2: β₂ in [0, 1), the share of the past in the mean square.
        epsilon: ε̂ ≥ 0, in units of g.
        amsgrad: whether to divide by the largest mean square so far.
        name: a name for logs.
        **kwargs: what every Keras optimizer takes: weight_decay, clipnorm, clipvalue,
            global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
            gradient_accumulation_steps.

    Shapes:
        g, θ, m, v, v̂: the shape of the variable.

    Raises:
        ValueError: α ≤ 0 or not finite, β₁ or β₂ outside [0, 1), or ε̂ < 0.

    Example:
        >>> theta = keras.Variable([1.0, 1.0])
        >>> optimizer = Adam(0.1)
        >>> optimizer.apply([ops.convert_to_tensor([5.0, -0.01])], [theta])  # both steps are α long
        >>> [round(float(weight), 4) for weight in theta.numpy()]
        [0.9, 1.1]

    Source: Kingma & Ba (2015), "Adam: A Method for Stochastic Optimization"; amsgrad: Reddi, Kale
    & Kumar (2018), "On the Convergence of Adam and Beyond".
    """

    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        amsgrad=False,
        *,
        name="adam",
        **kwargs,
    ):
        super().__init__(ranges.rate(learning_rate), name=name, **kwargs)
        self.beta_1 = ranges.share("beta_1", beta_1)
        self.beta_2 = ranges.share("beta_2", beta_2)
        self.epsilon = ranges.small("epsilon", epsilon)
        self.amsgrad = amsgrad

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        # m, v of the first variable, then of the second: the order in which Keras saves them.
        self.m, self.v = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self.v_hat = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient, variable, learning_rate):
        theta, beta_1, beta_2 = variable, self.beta_1, self.beta_2
        g = ops.zeros(theta.shape, theta.dtype) + ops.cast(gradient, theta.dtype)  # rows add up
        alpha = ops.cast(learning_rate, theta.dtype)
        t = ops.cast(self.iterations + 1, theta.dtype)
        i = self._get_variable_index(theta)
        m, v = self.m[i], self.v[i]

        m.assign(beta_1 * m + (1 - beta_1) * g)
        v.assign(beta_2 * v + (1 - beta_2) * g**2)
        alpha_t = alpha * ops.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        if self.amsgrad:
            v_hat = self.v_hat[i]
            v_hat.assign(ops.maximum(v_hat, v))
            v = v_hat
        theta.assign_sub(alpha_t * m / (ops.sqrt(v) + self.epsilon))

    from_config = classmethod(ranges.restored)

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
