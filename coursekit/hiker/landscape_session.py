"""One session of `coursekit landscape`: progress while it measures, then table, words and pictures."""

import time

import keras
import tensorflow as tf
from rich.console import Console

from coursekit.data import digits
from coursekit.hiker import measured
from coursekit.hiker.joint_map import joint_map, walk
from coursekit.hiker.landscape_pictures import write, write_report
from coursekit.hiker.landscape_showing import show
from coursekit.hiker.loss_at import LossAt
from coursekit.hiker.minima import minima
from coursekit.hiker.stability import EVERY, RATES, STEPS, stability
from coursekit.lab.interruption import Interruption
from coursekit.lab.progress_bar import progress_bar
from coursekit.models import mini_cnn

SIZE_OF_MINIMA = 25


def carry_out(everybody, folder, epochs=5, seed=0, images=256, size=41, quick=False):
    """Measures a landscape and writes what it finds; a picture is whole or not there.

    Args:
        everybody: a list of `coursekit.hiker.hikers.Hiker`.
        folder: where it goes.
        epochs, seed: of the trainings.
        images: so many of the training images the loss is measured on.
        size: points along each side of the map.
        quick: whether to leave out all but the map.

    Returns:
        Whether it was finished: Ctrl-C ends it early, and what was measured stays.

    Raises:
        ValueError: none of the hikers learns anything.
        OSError: something cannot be written.
    """
    console, began = Console(), time.perf_counter()
    tf.get_logger().setLevel("ERROR")  # which takes each optimizer's graph for one made too often
    data, model = digits(), mini_cnn(seed=seed)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    chosen = tuple(part[:images] for part in data.train)
    loss_at = LossAt(model, loss, chosen)
    names, found = [one.name for one in everybody], {}
    bar, interruption = progress_bar(console), Interruption()

    def counted(description, total):
        task = bar.add_task(description, total=total)

        def one_more():
            interruption.look()
            bar.advance(task)

        return one_more

    def keep(name, value):
        measured.save(value, folder / f"{name}.npz")
        write(name, value, folder)
        write_report({**found, name: value}, folder)
        found[name] = value

    finished = True
    try:
        with bar, interruption:
            tell = counted("trainings", len(everybody))
            walks = walk(model, loss, everybody, data.train, chosen, epochs, seed, tell)
            tell = counted("rows of the map", size)
            keep("landscape", joint_map(loss_at, names, walks, size, tell))
            if not quick:
                ended = sum(not walk.diverged for walk in walks)
                tell = counted("rows round the minima", SIZE_OF_MINIMA * ended)
                keep("minima", minima(loss_at, names, walks, SIZE_OF_MINIMA, seed=seed, tell=tell))
                tell = counted("sharpness", len(RATES) * (STEPS // EVERY + 1))
                keep("stability", stability(model, loss, chosen, tell=tell))
    except KeyboardInterrupt:
        finished = False
    if not found:
        console.print("Nothing was finished, so nothing is written.")
        return finished
    show(found, console)
    seconds = time.perf_counter() - began
    console.print(
        f"\nAfter {seconds:.0f} s, {_files(found)} in {folder}.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if not finished:
        console.print("Interrupted; what is named here is whole.")
    return finished


def _files(found):
    names = [f"{name}.{ending}" for name in found for ending in ("png", "npz")]
    return f"landscape.md, {', '.join(names)}"
