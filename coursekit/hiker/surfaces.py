"""Invented surfaces: functions of two weights whose maps show what makes descent hard."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Surface:
    """A loss of two weights, with what is known of it.

        H = [[f_xx, f_xy], [f_xy, f_yy]],   λ = ½ (f_xx + f_yy) ± √(¼ (f_xx − f_yy)² + f_xy²)

    Plain descent near a minimum is stable where learning rate · λ < 2 for the larger λ.

    Args:
        name: on the command line.
        difficulty: what makes it hard, in a few words.
        function: f(x, y) in array arithmetic: numbers, NumPy arrays and tensors alike.
        hessian: (x, y) → f_xx, f_xy, f_yy.
        minima: the lowest points, all of the same height.
        lowest: their height.
        start: where a walk begins unless told otherwise.
        limits: (x from, x to), (y from, y to) of the map.
        rates: learning rates for a first walk, by optimizer.
        source: the paper that the function is from.

    Example:
        >>> SURFACES["ravine"].curvatures(0.0, 0.0)
        (1.0, 25.0)
        >>> SURFACES["rosenbrock"].function(1.0, 1.0)
        0.0
    """

    name: str
    difficulty: str
    function: Callable
    hessian: Callable
    minima: tuple[tuple[float, float], ...]
    lowest: float
    start: tuple[float, float]
    limits: tuple[tuple[float, float], tuple[float, float]]
    rates: dict[str, float]
    source: str

    axes = ("x", "y")

    def heights(self, x, y):
        """f at many points, in NumPy and float64; what overflows is inf or nan."""
        with np.errstate(all="ignore"):
            return self.function(np.asarray(x, float), np.asarray(y, float))

    def curvatures(self, x, y):
        """The two eigenvalues of the Hessian at a point, the smaller first."""
        return eigenvalues(*self.hessian(x, y))


def eigenvalues(f_xx, f_xy, f_yy):
    """The eigenvalues of a symmetric matrix of two rows, the smaller first.

    Example:
        >>> eigenvalues(2.0, 1.0, 2.0)
        (1.0, 3.0)
    """
    middle = (f_xx + f_yy) / 2
    half = np.hypot((f_xx - f_yy) / 2, f_xy)
    return float(middle - half), float(middle + half)


RAVINE = Surface(
    "ravine",
    "25 times as steep across as along",
    function=lambda x, y: (x**2 + 25 * y**2) / 2,
    hessian=lambda x, y: (1.0, 0.0, 25.0),
    minima=((0.0, 0.0),),
    lowest=0.0,
    start=(-4.0, 1.0),
    limits=((-4.8, 2.4), (-1.5, 1.5)),
    rates={"sgd": 0.072, "momentum": 0.02, "rmsprop": 0.05, "adam": 0.15},
    source='Polyak (1964), "Some Methods of Speeding up the Convergence of Iteration Methods": '
    "the quadratic with two curvatures",
)

ROSENBROCK = Surface(
    "rosenbrock",
    "a bent valley with a nearly level floor",
    function=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    hessian=lambda x, y: (2 + 1200 * x**2 - 400 * y, -400 * x, 200.0),
    minima=((1.0, 1.0),),
    lowest=0.0,
    start=(-1.2, 1.0),
    limits=((-2.0, 2.0), (-1.0, 3.0)),
    rates={"sgd": 0.001, "momentum": 0.0005, "rmsprop": 0.02, "adam": 0.1},
    source='Rosenbrock (1960), "An Automatic Method for Finding the Greatest or Least Value of a '
    'Function"',
)

BEALE = Surface(
    "beale",
    "plateaus and steep walls beside each other",
    function=lambda x, y: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
    hessian=lambda x, y: (
        2 * ((y - 1) ** 2 + (y**2 - 1) ** 2 + (y**3 - 1) ** 2),
        2 * (1.5 + 2 * x * (y - 1))
        + 4 * y * (2.25 + 2 * x * (y**2 - 1))
        + 6 * y**2 * (2.625 + 2 * x * (y**3 - 1)),
        2 * x**2
        + 4 * x * (2.25 - x + 3 * x * y**2)
        + 6 * x * y * (2 * (2.625 - x + x * y**3) + 3 * x * y**3),
    ),
    minima=((3.0, 0.5),),
    lowest=0.0,
    start=(1.0, 1.5),
    limits=((-1.0, 4.5), (-1.5, 2.0)),
    rates={"sgd": 0.01, "momentum": 0.003, "rmsprop": 0.02, "adam": 0.1},
    source='Beale (1958), "On an Iterative Method for Finding a Local Minimum of a Function of '
    'More than One Variable"',
)

SADDLE = Surface(
    "saddle",
    "level ground that is no minimum",
    function=lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
    hessian=lambda x, y: (1.0, 0.0, 3 * y**2 - 1),
    minima=((0.0, 1.0), (0.0, -1.0)),
    lowest=-0.25,
    start=(-1.5, 0.001),
    limits=((-2.0, 2.0), (-1.6, 1.6)),
    rates={"sgd": 0.1, "momentum": 0.03, "rmsprop": 0.02, "adam": 0.05},
    source='Nesterov (2004), "Introductory Lectures on Convex Optimization", example 1.2.2',
)

HIMMELBLAU = Surface(
    "himmelblau",
    "four minima, all equally good",
    function=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    hessian=lambda x, y: (
        12 * x**2 + 4 * y - 42,
        4 * (x + y),
        12 * y**2 + 4 * x - 26,
    ),
    minima=(
        (3.0, 2.0),
        (-2.8051180869527448, 3.131312518250573),
        (-3.779310253377747, -3.283185991286169),
        (3.5844283403304917, -1.8481265269644035),
    ),
    lowest=0.0,
    start=(-0.5, -1.0),
    limits=((-5.0, 5.0), (-5.0, 5.0)),
    rates={"sgd": 0.01, "momentum": 0.005, "rmsprop": 0.05, "adam": 0.3},
    source='Himmelblau (1972), "Applied Nonlinear Programming"',
)

SURFACES = {surface.name: surface for surface in (RAVINE, ROSENBROCK, BEALE, SADDLE, HIMMELBLAU)}
