"""The range that label smoothing may have."""


def check_smoothing(label_smoothing):
    """Gives `label_smoothing` back if it lies in [0, 1]; otherwise a ValueError says so."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(
            "label_smoothing is the share of certainty taken from the labels, between 0 and 1; "
            f"got {label_smoothing}. Try 0.1."
        )
    return label_smoothing
