"""The reader's own optimizer or loss: found in a file, tried out, and put into the race."""

import hashlib
import importlib.util
import inspect
import sys
import traceback
from pathlib import Path

import keras
import numpy as np

from coursekit.lab.contenders import CONTENDERS, Contender, half_decades
from coursekit.training.compiled_epoch import CompiledEpoch

RATES = half_decades(-6, 0)  # wide enough for what steps like SGD and what steps like Adam


def own_optimizer(path, rivals, settings):
    """The contender with the optimizer of a file: the one subclass of keras.optimizers.Optimizer in it.

    Args:
        path: of the file.
        rivals: keys of those that it is compared with in words.
        settings: its arguments; a learning rate among them takes the place of its own default.

    Raises:
        ValueError: there is no such class, or it does not work; one sentence says what to do.
    """
    kind = _class_in(path, keras.optimizers.Optimizer)
    default = inspect.signature(kind).parameters.get("learning_rate")
    rate = getattr(default, "default", None)
    rate = rate if isinstance(rate, (int, float)) and rate > 0 else 0.01
    settings = dict(settings)
    rate = settings.pop("learning_rate", rate)
    how = ", ".join(
        f"{name}={value:g}" for name, value in {"learning_rate": rate, **settings}.items()
    )
    optimizer = _made(path, kind, f"{kind.__name__}({how})", learning_rate=rate, **settings)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    _try_out(path, kind, loss, optimizer)
    name = f"own {kind.__name__}"
    return Contender(name, name, kind, rate, RATES, settings, None, _hash(path), tuple(rivals))


def own_loss(path, rival):
    """The contender that trains on the loss of a file: the one subclass of keras.losses.Loss in it.

    Args:
        path: of the file.
        rival: key of the optimizer that trains on it, and is compared with itself on the cross-entropy.

    Raises:
        ValueError: as for `own_optimizer`.
    """
    kind = _class_in(path, keras.losses.Loss)
    loss = _made(path, kind, f"{kind.__name__}()")
    other = CONTENDERS[rival]
    _try_out(path, kind, loss, other.make())
    name = f"{other.name} on own loss"
    return Contender(
        name,
        name,
        other.kind,
        other.chapter,
        other.rates,
        other.settings,
        loss,
        _hash(path),
        (rival,),
    )


def _class_in(path, base):
    """The one class of this kind that a file defines."""
    what = f"keras.{base.__module__.split('.')[2]}.{base.__name__}"
    if not Path(path).is_file():
        raise ValueError(f"There is no file {path} with a subclass of {what}.")
    name = f"coursekit_own_{Path(path).stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise ValueError(f"{path} is no Python file; it should be one with a subclass of {what}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ValueError(_in_words(error, path)) from error
    found = [
        each
        for each in vars(module).values()
        if inspect.isclass(each) and each.__module__ == name and issubclass(each, base)
    ]
    found = list(dict.fromkeys(found))
    if not found:
        raise ValueError(f"In {path} there is no subclass of {what}.")
    if len(found) > 1:
        names = ", ".join(each.__name__ for each in found)
        raise ValueError(
            f"In {path} there are several subclasses of {what}: {names}. Put the one that is to race into "
            "a file of its own."
        )
    return found[0]


def _made(path, kind, how, **arguments):
    try:
        return kind(**arguments)
    except NotImplementedError as error:
        raise ValueError(_not_written(path, kind)) from error
    except TypeError as error:
        if _lines(error, path):
            raise ValueError(_in_words(error, path)) from error
        raise ValueError(
            f"{kind.__name__} in {path} cannot be made as it is here, {how}: {error}. Give every "
            "other argument a default value."
        ) from error
    except Exception as error:
        raise ValueError(_in_words(error, path)) from error


def _try_out(path, kind, loss, optimizer):
    """Trains something tiny twice from one start, as the lab will."""
    random = np.random.default_rng(0)
    data = random.normal(size=(12, 3)).astype("float32"), random.integers(0, 3, 12)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    try:
        engine = CompiledEpoch(model, loss, optimizer, data, batch_size=4)
        first = engine.epoch(np.arange(12)).losses
        engine.restart()
        again = engine.epoch(np.arange(12)).losses
    except NotImplementedError as error:
        raise ValueError(_not_written(path, kind)) from error
    except Exception as error:
        raise ValueError(_in_words(error, path)) from error
    if not np.allclose(first, again, 1e-5, equal_nan=True):
        raise ValueError(
            f"{kind.__name__} in {path} remembers one training in the next: of two from the same start the "
            "second differs. Keep what it remembers in optimizer variables, made in build."
        )


def _not_written(path, kind):
    return f"{kind.__name__} in {path} is not written yet. Write it first; coursekit check says whether it is right."


def _in_words(error, path):
    """An exception by the reader's own line, without the frames of Keras and TensorFlow."""
    lines = _lines(error, path)
    if isinstance(error, SyntaxError) and error.lineno:
        lines = [(error.lineno, (error.text or "").strip())]
        words = error.msg
    else:
        words = str(error).strip()
        if words.startswith(
            "in user code:"
        ):  # what TensorFlow wraps round an error while it traces
            words = words.split("\n\n")[-1].strip()
        words = words.splitlines()[-1].strip() if words else ""
    where = f", line {lines[-1][0]}: {lines[-1][1]}\n" if lines else ": "
    kind = "" if words.startswith(type(error).__name__) else f"{type(error).__name__}: "
    return f"{path}{where}{kind}{words}"


def _lines(error, path):
    frames = traceback.extract_tb(error.__traceback__)
    return [
        (frame.lineno, frame.line)
        for frame in frames
        if Path(frame.filename).absolute() == Path(path).absolute()
    ]


def _hash(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
