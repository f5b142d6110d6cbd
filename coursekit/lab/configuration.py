"""What a lab was told to do, with what, on what: the first row of its log."""

import platform
from importlib import metadata

from coursekit import __version__
from coursekit.lab.contenders import CONTENDERS
from coursekit.lab.protocol import DECAYS, TUNING_SEEDS
from coursekit.lab.runs import BATCH_SIZE, LEARNT, TARGET
from coursekit.logbook.hashes import data_hash


def configuration(plan, data, model):
    """The configuration as plain data: two labs with equal ones did the same.

    Args:
        plan: a `coursekit.lab.protocol.Plan`.
        data: the images.
        model: one of the networks that are trained.
    """
    return {
        "data": {
            "name": plan.data,
            "sha256": data_hash(data),
            **{name: len(part[0]) for name, part in zip(data._fields, data)},
        },
        "model": {"name": model.name, "parameters": model.count_params()},
        "classes": model.output_shape[-1],
        "optimizers": {each.key: described(each) for each in plan.contenders},
        "decayed": described(CONTENDERS["momentum"]),
        "decays": list(DECAYS),
        "seeds": list(range(plan.seeds)),
        "tuning_seeds": list(TUNING_SEEDS),
        "epochs": plan.epochs,
        "batch_size": BATCH_SIZE,
        "target": TARGET,
        "learnt": LEARNT,
        "quick": plan.quick,
        "versions": versions(),
    }


def described(contender):
    """A contender as plain data."""
    return {
        "name": contender.name,
        "class": contender.kind.__name__,
        "settings": contender.settings,
        "chapter": contender.chapter,
        "rates": list(contender.rates),
        "loss": contender.loss and type(contender.loss).__name__,
        "sha256": contender.sha256,
    }


def versions():
    """The versions of what the numbers depend on."""
    packages = ("keras", "numpy", "tensorflow")
    return {
        "python": platform.python_version(),
        "coursekit": __version__,
        **{name: metadata.version(name) for name in packages},
    }
