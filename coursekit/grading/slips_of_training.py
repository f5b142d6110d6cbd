"""What the answer keys of training have in common."""

from coursekit.grading.key import Slip

COUNTED_TWICE = (
    "The optimizer counts two steps for each batch, one for each variable perhaps: hand all pairs (gradient, "
    "variable) to one call of apply_gradients."
)
PENALTIES_FORGOTTEN = (
    "The penalties of regularizers are missing; they wait in model.losses: inside the tape, after the forward "
    "pass, add sum(model.losses) to the loss."
)
IN_PARTS = Slip(
    "applied_one_by_one",
    "The optimizer gets its variables in several calls, and knows only those of the first: hand all pairs "
    "(gradient, variable) to one call of apply_gradients.",
    error=r"Unknown variable",
)
NO_LENGTH = Slip(
    "no_length",
    "`batches` is asked for a length, an index or a method, which not everything that can be walked has: walk "
    "it with `for`. list(batches) has a length.",
    error=r"has no len\(\)|not subscriptable|has no attribute '(?:batch|take|shuffle|map|cardinality"
    r"|element_spec|as_numpy_iterator|repeat|prefetch|enumerate|unbatch|reduce)'",
)
OUTSIDE_THE_TAPE = Slip(
    "forward_pass_outside_the_tape",
    "There is no gradient: compute the forward pass and the loss inside the tape, and take no value out of it "
    "(.numpy(), float()) before it has differentiated.",
    error=r"No gradients provided|None values not supported|NoneType|Attempt to convert a value",
)
BATCH_SIZE_FIXED = Slip(
    "batch_size_fixed",
    "An input_signature fixes the size of the batch, and the short last batch has another: write None for the "
    "first axis, or leave the signature out.",
    error=r"Can not cast TensorSpec\(shape=\(\d+,(.*?)\), dtype.* to TensorSpec\(shape=\(\d+,\1\), dtype",
)
