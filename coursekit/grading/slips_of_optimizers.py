"""What the answer keys of optimizers have in common."""

from coursekit.grading.key import Slip

NOT_IN_A_GRAPH = Slip(
    "not_in_a_graph",
    "Inside a tf.function tensors have no values: no .numpy(), NumPy functions, or assignments into arrays. "
    "Compute with the tensors themselves, or with keras.ops.",
    error="",
)
