"""Known messages of Keras and TensorFlow, and what they mean, each in one sentence."""

import re

_MEANINGS = [
    (
        r"None values not supported|No gradients provided|Attempt to convert a value \(None\)",
        "A gradient is None: the loss was not computed from that variable inside the tape. Was the "
        "forward pass outside of `with tf.GradientTape()`, or was a value taken out with .numpy()?",
    ),
    (
        r"symbolic tf\.Tensor as a Python bool|Using a symbolic",
        "Inside a tf.function a tensor has no value yet, so Python's `if`, `and` and `while` cannot "
        "ask it: use ops.where, or write the formula without a branch.",
    ),
    (
        r"'SymbolicTensor' object has no attribute 'numpy'",
        "Inside a tf.function a tensor has no value yet, so there is no .numpy(): stay with tensors.",
    ),
    (
        r"has no attribute 'numpy'",
        "Only an eager TensorFlow tensor has .numpy(); the input may also be a NumPy array.",
    ),
    (
        r"cannot compute \w+ as input #\d.*was expected to be a (\w+) tensor but is a (\w+) tensor",
        "Two tensors of different dtypes meet; TensorFlow does not convert them: use ops.cast.",
    ),
    (
        r"Input 'y' of '\w+' Op has type|has type \w+ that does not match type|must have the same "
        r"dtype|incompatible (?:dtype|type)|Tensor conversion requested dtype",
        "Two tensors of different dtypes meet; TensorFlow does not convert them: use ops.cast.",
    ),
    (
        r"Incompatible shapes|Dimensions must be equal|could not be broadcast|not compatible|"
        r"Inner dimensions|required broadcastable shapes",
        "Two shapes do not fit: print both just before this line.",
    ),
    (
        r"Computed output size would be zero or negative",
        'The image has become too small for this layer: padding="same" in the convolutions keeps its '
        "size, and each pooling halves it.",
    ),
    (
        r"Index out of range|out of bounds|is not in \[0",
        "An index points past the end: is it the class number, and the right axis?",
    ),
    (
        r"'NoneType' object cannot be interpreted as an integer|Expected int.* but got None|"
        r"unsupported operand.*NoneType",
        "A size is None: inside a tf.function the batch size is not known; ops.shape(x)[0] gives it "
        "as a tensor.",
    ),
    (
        r"Unknown variable|was not built for",
        "An optimizer belongs to the variables it saw first: make a new one for another model, and hand "
        "all pairs (gradient, variable) to one call of apply_gradients. One of your own numbers them in "
        "super().build(variables).",
    ),
    (
        r"tf\.function only supports singleton tf\.Variables|reat\w+ variables on (?:a )?non-first",
        "A tf.Variable (or a layer, an optimizer) is made inside a tf.function: make it once outside. An "
        "optimizer makes its own variables in its first step, so each needs a tf.function of its own.",
    ),
    (
        r"Inputs must be an iterable of at least one Tensor",
        "tf.add_n cannot add up an empty list, and a model without regularizers has no losses: Python's "
        "sum(...) of an empty list is 0.",
    ),
    (
        r"object has no attribute 'assign'",
        "Only a variable can be assigned to; of a tensor make a new one: w = w - step.",
    ),
    (
        r"does not support item assignment|object does not support",
        "A tensor cannot be changed in place: compute a new one.",
    ),
    (
        r"takes \d+ positional arguments? but|missing \d+ required|unexpected keyword argument|"
        r"Argument\(s\) not recognized",
        "Something is called with arguments that it does not take: compare your line of `def` "
        "with the stub's, and your own calls with the functions that they call.",
    ),
    (
        r"maximum recursion depth",
        "A function calls itself without end.",
    ),
    (
        r"Unable to allocate|OOM when allocating|failed to allocate|std::bad_alloc",
        "More memory was asked for than a submission may have.",
    ),
]


def meaning_of(words):
    """One sentence on a known message, or None.

    Example:
        >>> meaning_of("Incompatible shapes: [3] vs. [2] [Op:Sub] name: ")
        'Two shapes do not fit: print both just before this line.'
    """
    return next((says for pattern, says in _MEANINGS if re.search(pattern, words)), None)
