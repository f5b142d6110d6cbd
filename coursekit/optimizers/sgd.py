"""Stochastic gradient descent, plain, with momentum, and Nesterov's way."""

import keras
from keras import ops

from coursekit.optimizers import ranges


@keras.saving.register_keras_serializable(package="coursekit")
class SGD(keras.optimizers.Optimizer):
    """A step down the slope; with momentum, a ball that rolls.

        plain:     θ ← θ − α g

        momentum:  v ← μ v − α g
                   θ ← θ + v

        Nesterov:  v ← μ v − α g
                   θ ← θ + μ v − α g

    Along a valley the steps add up to 1/(1 − μ) times their size, across it they cancel. Nesterov's
    variant looks at where the momentum is about to carry it.

    The learning rate stands inside the velocity, as in Keras. PyTorch keeps it outside
    (v ← μ v + g, θ ← θ − α v): the same path until α changes, another one afterwards.
    `weight_decay` is decoupled (θ ← θ − α λ θ), as in Keras; PyTorch's is L2 in the gradient, which
    with momentum is not the same.

    Args:
        learning_rate: α > 0, or a `keras.optimizers.schedules.LearningRateSchedule`.
        momentum: μ in [0, 1); 0 keeps no velocity.
        nesterov: whether to look ahead; without momentum it changes nothing.
        name: a name for logs.
        **kwargs: what every Keras optimizer takes: weight_decay, clipnorm, clipvalue,
            global_clipnorm, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor,
            gradient_accumulation_steps.

    Shapes:
        g, θ, v: the shape of the variable.

    Raises:
        ValueError: α ≤ 0 or not finite, or μ outside [0, 1).

    Example:
        >>> theta = keras.Variable([1.0])
        >>> optimizer = SGD(0.1, momentum=0.5)
        >>> for g in (1.0, 1.0):  # v = −0.1, then 0.5·(−0.1) − 0.1 = −0.15
        ...     optimizer.apply([ops.convert_to_tensor([g])], [theta])
        >>> round(float(theta[0]), 6)
        0.75

    Source: Robbins & Monro (1951), "A Stochastic Approximation Method"; Polyak (1964), "Some
    Methods of Speeding up the Convergence of Iteration Methods"; Nesterov's variant as in
    Sutskever et al. (2013), "On the Importance of Initialization and Momentum in Deep Learning".
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, *, name="SGD", **kwargs):
        super().__init__(ranges.rate(learning_rate), name=name, **kwargs)
        self.momentum = ranges.share("momentum", momentum)
        self.nesterov = nesterov

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        if self.momentum:
            self.momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        theta, mu = variable, self.momentum
        g = ops.zeros(theta.shape, theta.dtype) + ops.cast(gradient, theta.dtype)  # rows add up
        alpha = ops.cast(learning_rate, theta.dtype)
        if not mu:
            theta.assign_sub(alpha * g)
            return
        v = self.momentums[self._get_variable_index(theta)]

        v.assign(mu * v - alpha * g)
        theta.assign_add(mu * v - alpha * g if self.nesterov else v)

    from_config = classmethod(ranges.restored)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
