"""Copies of our modules for whoever looks for them by name: what is changed in a copy changes no answer."""

import sys
import types

NAMES = ("questions", "coursekit")  # with all that lies below them


def put_decoys():
    """Puts a copy in the place of each of our modules; those that hold it already go on with the original.

    What a student's file assigns to the question paper, to a function of it, or to the parts of coursekit
    that measure a training, it assigns to the copy. A room cannot be made safe from its own inside in this
    way; it takes more than to know a name.
    """
    ours = {name: it for name, it in sys.modules.items() if name.partition(".")[0] in NAMES}
    decoys = {name: _copy(module) for name, module in ours.items()}
    for name, decoy in decoys.items():
        package, _, part = name.rpartition(".")
        if package in decoys:
            setattr(decoys[package], part, decoy)
    sys.modules.update(decoys)


def _copy(module):
    copy = types.ModuleType(module.__name__)
    for name, value in vars(module).items():
        ours = isinstance(value, types.FunctionType) and value.__globals__ is vars(module)
        vars(copy)[name] = _copy_of_function(value, vars(copy)) if ours else value
    return copy


def _copy_of_function(function, names):
    copy = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy
