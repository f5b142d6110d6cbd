"""Exceptions with words that take long to match."""


def mean_squared_error(y_true, y_pred):
    raise ValueError(
        "in user code:"
        + "{{" * 500
        + 'File "coursekit-room-' * 50
        + "cannot compute a as input #1" * 50
    )
