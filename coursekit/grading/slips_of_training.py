"""What the answer keys of training have in common."""

from coursekit.grading.key import Slip

COUNTED_TWICE = (
    "The optimizer counts two steps for each batch, one for each variable perhaps: hand all pairs (gradient, "
    "variable) to one call of apply_gradients."
)
IN_PARTS = Slip(
    "applied_one_by_one",
    "The optimizer gets its variables in several calls, and knows only those of the first: hand all pairs "
    "(gradient, variable) to one call of apply_gradients.",
    error=r"Unknown variable",
)
BATCH_SIZE_FIXED = Slip(
    "batch_size_fixed",
    "An input_signature fixes the size of the batch, and the short last batch has another: write None for the "
    "first axis, or leave the signature out.",
    error=r"Can not cast TensorSpec\(shape=\(\d+,(.*?)\), dtype.* to TensorSpec\(shape=\(\d+,\1\), dtype",
)
