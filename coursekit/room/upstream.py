"""What the values of a function count in the sum whose derivative is asked for, in the room and at the judge's."""

import numpy as np


def upstream(shape):
    """The factors of values of this shape: fixed, unequal, none of them 1, and exact in float32.

    With a plain sum they would all be 1, and a derivative that forgets them would look right.

    Example:
        >>> upstream((3,))
        array([0.5  , 0.875, 0.375])
    """
    places = np.arange(1, 1 + np.prod(shape, dtype=int))
    return ((3 * places % 7 + 1) / 8).reshape(shape)
