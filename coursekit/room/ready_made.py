"""Ready-made things that an exercise asks for: named by pattern, and closed while it is examined."""

import builtins
import fnmatch
import importlib.abc
import sys
import types

# group: patterns of dotted names that count as ready-made, and those that do not
GROUPS = {
    "losses": (
        [
            "keras.losses.*",
            "keras.metrics.*",
            "keras.ops.*crossentropy",
            "keras.*.*_crossentropy",
            "tensorflow.nn.*cross_entropy*",
            "tensorflow.raw_ops.*CrossEntropy*",
        ],
        [
            "keras.losses.Loss",
            "keras.losses.Reduction",
            "keras.metrics.Mean",
            "keras.metrics.Sum",
            "keras.metrics.Metric",
            "keras.metrics.MeanMetricWrapper",
            "keras.metrics.*Accuracy",
            "keras.metrics.*accuracy",
        ],
    ),
    "optimizers": (
        [
            "keras.optimizers.*",
            "tensorflow.train.*Optimizer",
            "tensorflow.raw_ops.*Apply*",
        ],
        ["keras.optimizers.Optimizer", "keras.optimizers.schedules*"],
    ),
    "gradients": (
        [
            "tensorflow.GradientTape",
            "tensorflow.gradients",
            "tensorflow.hessians",
            "tensorflow.autodiff.*",
            "tensorflow.python.eager.*",
        ],
        [],
    ),
    "fit": (
        [
            "keras.Model.fit",
            "keras.Model.train_on_batch",
            "keras.Model.train_step",
            "keras.Sequential.fit",
            "keras.Sequential.train_on_batch",
            "keras.Sequential.train_step",
        ],
        [],
    ),
}
METHODS = {"fit": {"fit", "train_on_batch", "train_step", "make_train_function"}}
# other packages in which the ready-made thing can be had; coursekit's own parts and the answers
OTHERS = {"torch", "jax", "jaxlib", "optax", "flax", "sklearn", "tf_keras", "solutions"}
OWN = {"losses", "optimizers", "callbacks", "training", "lab", "models", "_solutions", "grading"}


class ReadyMade(Exception):
    """Raised where the student's code uses what it should do itself; its words are the name."""


def is_ready_made(name, groups):
    """Whether a dotted name ("keras.losses.mean_squared_error") is closed for these groups.

    Example:
        >>> is_ready_made("keras.losses.MeanSquaredError", ["losses"])
        True
        >>> is_ready_made("keras.losses.Loss", ["losses"])
        False
    """
    top, *rest = name.split(".")
    if top in OTHERS:
        return bool(groups)
    if top == "coursekit":
        return bool(rest) and rest[0] in OWN
    for group in groups:
        closed, open_ = GROUPS[group]
        if any(fnmatch.fnmatchcase(name, each) for each in open_):
            continue
        if any(fnmatch.fnmatchcase(name, each) for each in closed):
            return True
    return False


def hide_packages(groups, needed=()):
    """Makes `import` refuse other frameworks, the answers and coursekit's own equal parts.

    What an exercise needs is not hidden. Nor is the rest of coursekit; but the modules that ask the questions
    and measure the answers lose their names: whoever looks for one of them finds nothing, an empty module, or
    what `import` makes anew, and what is changed in that changes no answer.
    """
    package = sys.modules["coursekit"]
    for name in [*sys.modules]:
        top, *rest = name.split(".")
        if top == "coursekit" and rest:
            del sys.modules[name]
            vars(package).pop(rest[0], None)
    for ours in [sys.modules["questions"], sys.modules["__main__"]]:
        # multiprocessing has a second name for __main__
        for name in [name for name, module in sys.modules.items() if module is ours]:
            sys.modules[name] = types.ModuleType(name)
    sys.meta_path.insert(0, _Hidden(OTHERS - set(needed) if groups else set()))


class _Hidden(importlib.abc.MetaPathFinder):
    def __init__(self, others):
        self.others = others

    def find_spec(self, name, path=None, target=None):
        top, *rest = name.split(".")
        if top in self.others or top == "coursekit" and rest and rest[0] in OWN:
            raise ReadyMade("jax" if top == "jaxlib" else name)  # nobody imports jaxlib by hand


def close_ready_made(groups):
    """Makes every ready-made thing of these groups raise ReadyMade, under whatever name it is held.

    The functions themselves are changed, not their names: a copy of a name, `getattr`, a private
    path and a string all lead to the same function.
    """
    setattr(builtins, _RAISER, _raise)
    for name, thing in [pair for group in groups for pair in things(group)]:
        if isinstance(thing, type):
            made = [
                vars(thing)[each]
                for each in ("__init__", "__enter__", "_push_tape", "update_step")
                if each in vars(thing)
            ]
        else:
            made = [thing]
        for function in made:
            while function is not None:
                _close(name, function)
                function = getattr(function, "__wrapped__", None)


def things(group):
    """Pairs (name, function or class) of what a group closes, from the packages as they are."""
    import keras
    import tensorflow as tf
    from tensorflow.python.eager import imperative_grad
    from tensorflow.python.ops import gen_nn_ops, gen_training_ops, gradients_impl

    if group == "losses":
        for place in ("losses", "metrics"):
            for name, thing in vars(getattr(keras, place)).items():
                if is_ready_made(f"keras.{place}.{name}", ["losses"]) and name not in _LOOKUPS:
                    yield f"keras.{place}.{name}", thing
        for name in ("binary", "categorical", "sparse_categorical"):
            for place in (keras.ops, keras.src.backend.nn):
                yield f"keras.ops.{name}_crossentropy", getattr(place, f"{name}_crossentropy")
        for place in (tf.nn, tf.compat.v1.nn, gen_nn_ops):
            for name in dir(place):
                if "cross_entropy" in name:
                    yield f"tf.nn.{name}", getattr(place, name)
        for name in dir(tf.raw_ops):
            if "CrossEntropy" in name:
                yield f"tf.raw_ops.{name}", getattr(tf.raw_ops, name)
        for name, thing in vars(tf.compat.v1.losses).items():
            yield f"tf.compat.v1.losses.{name}", thing
    elif group == "optimizers":
        for name, thing in vars(keras.optimizers).items():
            if isinstance(thing, type) and is_ready_made(f"keras.optimizers.{name}", [group]):
                yield f"keras.optimizers.{name}", thing
        for name, thing in vars(tf.compat.v1.train).items():
            if name.endswith("Optimizer") and name != "Optimizer":
                yield f"tf.compat.v1.train.{name}", thing
        for name, thing in vars(gen_training_ops).items():
            if "apply" in name:
                yield f"tf.raw_ops.{name}", thing
        for name in dir(tf.raw_ops):
            if "Apply" in name:
                yield f"tf.raw_ops.{name}", getattr(tf.raw_ops, name)
    elif group == "gradients":
        yield "tf.GradientTape", tf.GradientTape
        yield "tf.autodiff.ForwardAccumulator", tf.autodiff.ForwardAccumulator
        # what differentiates underneath the tape, and underneath its private relatives
        yield "tensorflow.python.eager.imperative_grad", imperative_grad.imperative_grad
        for name in ("gradients", "gradients_v2", "HessiansV2", "hessians"):
            yield f"tf.{name}", getattr(gradients_impl, name)
    elif group == "fit":
        for kind in keras.Model.__mro__:
            for name in METHODS["fit"] & vars(kind).keys():
                yield f"Model.{name}", vars(kind)[name]


_LOOKUPS = {"get", "serialize", "deserialize"}  # what they look up is closed
_RAISER = "raise_ready_made"


def _raise(name):
    raise ReadyMade(name)


_CLOSED = compile(
    f"def closed(*args, **kwargs):\n    {_RAISER}('name')", "<ready-made>", "exec"
).co_consts[0]


def _close(name, function):
    if not isinstance(function, types.FunctionType) or _RAISER in function.__code__.co_names:
        return
    code = _CLOSED.replace(
        co_consts=tuple(name if each == "name" else each for each in _CLOSED.co_consts),
        co_freevars=function.__code__.co_freevars,
    )
    function.__code__ = code
