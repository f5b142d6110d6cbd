"""Milliseconds per training step: model.fit, our loops, the bare bound and PyTorch, in one run.

    python benchmarks/training.py [--rounds N] [--markdown]

Each contender runs in processes of its own, with the threads that it chooses itself (those of
Keras: TensorFlow's default; PyTorch: one thread and all, the better one counts). The compiled epoch
and the bare step, whose ratio is of a few per cent, take turns in one process. The rounds go round
all contenders, so that a slow minute of the machine slows them all.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time

import numpy as np

SIZES = {
    "digits, batch 32": ((8, 8, 1), 32, 1184),
    "digits, batch 128": ((8, 8, 1), 128, 1152),
    "28×28×1, batch 64": ((28, 28, 1), 64, 1024),
}
OURS, THROWN_AWAY = "compiled epoch", "compiled epoch, losses thrown away"
BARE = "bare forward + backward + update"
PYTORCH = "PyTorch, one thread", "PyTorch, all threads"
PROCESSES = [
    ["model.fit"],
    ["model.fit, jit"],
    ["model.fit, steps_per_execution = epoch"],
    ["tape loop"],
    [OURS, THROWN_AWAY, BARE],
    ["eager tape loop"],
    *([name] for name in PYTORCH),
]
EPOCHS = 5  # in one measurement, after one that warms up
TURNS = 8


def contender(name, shape, batch_size, samples):
    """Gives a function that trains for some epochs."""
    random = np.random.default_rng(0)
    x = random.random((samples, *shape), dtype="float32")
    y = random.integers(0, 10, samples)
    if name.startswith("PyTorch"):
        return pytorch(x, y, batch_size, threads=1 if "one" in name else None)
    from coursekit.training import threads

    if name in (OURS, THROWN_AWAY, BARE):
        threads.choose(shape, batch_size)
    import keras

    from coursekit.models import mini_cnn

    model, optimizer = mini_cnn(shape, seed=0), keras.optimizers.Adam()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if name.startswith("model.fit"):
        steps = samples // batch_size if "steps" in name else 1
        jit = True if "jit" in name else "auto"
        model.compile(optimizer, loss, steps_per_execution=steps, jit_compile=jit)
        return lambda epochs: model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
    if name in (OURS, THROWN_AWAY):
        return compiled(model, loss, optimizer, x, y, batch_size, keep=name == OURS)
    if name == BARE:
        return bare(model, loss, optimizer, x, y, batch_size)
    if name.startswith("eager"):
        return eager(model, loss, optimizer, x, y, batch_size)
    return tape_loop(model, loss, optimizer, x, y, batch_size)


def compiled(model, loss, optimizer, x, y, batch_size, keep):
    from coursekit.training.compiled_epoch import CompiledEpoch

    engine = CompiledEpoch(model, loss, optimizer, (x, y), batch_size, keep_losses=keep)
    random = np.random.default_rng(0)

    def run(epochs):
        for _ in range(epochs):
            engine.epoch(random.permutation(len(x)))

    return run


def bare(model, loss, optimizer, x, y, batch_size):
    """Nothing but the step, on one batch again and again inside one graph: no data, no losses."""
    import tensorflow as tf

    xs, ys = tf.constant(x[:batch_size]), tf.constant(y[:batch_size])
    optimizer.build(model.trainable_variables)

    @tf.function
    def epoch():
        for _ in tf.range(len(x) // batch_size):
            with tf.GradientTape() as tape:
                value = loss(ys, model(xs, training=True))
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    def run(epochs):
        for _ in range(epochs):
            epoch()

    return run


def eager(model, loss, optimizer, x, y, batch_size):
    import tensorflow as tf

    def run(epochs):
        for _ in range(epochs):
            for start in range(0, len(x), batch_size):
                with tf.GradientTape() as tape:
                    y_pred = model(x[start : start + batch_size], training=True)
                    value = loss(y[start : start + batch_size], y_pred)
                gradients = tape.gradient(value, model.trainable_variables)
                optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    return run


def tape_loop(model, loss, optimizer, x, y, batch_size):
    """Traces in every call, as its users have it; so a call is one long training."""
    from coursekit.training import tape

    def run(epochs):
        data = {"data": (x, y), "batch_size": batch_size, "verbose": 0, "seed": 0}
        record = tape.train(model, loss, optimizer, epochs=epochs + 1, callbacks=[watch], **data)
        run.seconds = watch.seconds
        return record

    import keras

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:  # the first one traces
                self.began = time.perf_counter()

        def on_train_end(self, logs=None):
            self.seconds = time.perf_counter() - self.began

    watch = Watch()
    return run


def pytorch(x, y, batch_size, threads):
    import torch

    from coursekit.models import mini_cnn, torch_twin

    if threads:
        torch.set_num_threads(threads)
    twin = torch_twin(mini_cnn(x.shape[1:], seed=0))
    optimizer, loss = torch.optim.Adam(twin.parameters()), torch.nn.CrossEntropyLoss()
    x, y = torch.tensor(x.transpose(0, 3, 1, 2).copy()), torch.tensor(y)

    def run(epochs):
        for _ in range(epochs):
            order = torch.randperm(len(x))
            for batch in order.split(batch_size):
                optimizer.zero_grad()
                loss(twin(x[batch]), y[batch]).backward()
                optimizer.step()

    return run


def measure(names, size):
    """Milliseconds per step of some contenders that take turns; runs in a process of its own."""
    shape, batch_size, samples = SIZES[size]
    runs = {name: contender(name, shape, batch_size, samples) for name in names}
    times = {name: [] for name in names}
    for turn in range(1 + TURNS):
        for name, run in runs.items():
            epochs = 1 if name.startswith("eager") or not turn else EPOCHS
            began = time.perf_counter()
            run(epochs)
            seconds = getattr(run, "seconds", None) or time.perf_counter() - began
            if turn:  # the first one traces
                times[name].append(1000 * seconds / (epochs * (samples // batch_size)))
    return times


def in_a_process(names, size):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("TF_NUM", "OMP_NUM"))
    }
    command = [sys.executable, __file__, "--measure", "; ".join(names), size]
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        command,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def machine():
    from importlib import metadata

    names = ("tensorflow", "keras", "numpy", "torch")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = file.read().splitlines()
        cpu = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = platform.processor()
    python = platform.python_version()
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {python}, {versions}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", action="store_true", help="print tables for docs/speed.md")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        names, size = arguments.measure
        print(json.dumps(measure(names.split("; "), size)))
        return
    print(machine())
    for size in SIZES:
        times = {name: [] for names in PROCESSES for name in names}
        for _ in range(arguments.rounds):
            for names in PROCESSES:
                for name, values in in_a_process(names, size).items():
                    times[name] += values
        report(size, times, arguments.markdown)


def report(size, times, markdown):
    median = {name: np.median(values) for name, values in times.items()}
    row = "| {} | {} | {} | {} |" if markdown else "{:42} {:>8} {:>8} {:>10}"
    print(f"\n{'### ' if markdown else ''}{size}\n")
    print(row.format("ms per step", "least", "median", "speed-up"))
    if markdown:
        print("|---|---|---|---|")
    for name, values in times.items():
        speed_up = f"{median['model.fit'] / median[name]:.2f}×"
        print(row.format(name, f"{min(values):.3f}", f"{median[name]:.3f}", speed_up))
    ours, torch = median[OURS], min(median[name] for name in PYTORCH)
    best_fit = min(value for name, value in median.items() if name.startswith("model.fit"))
    bare, thrown_away = (
        np.median(np.array(times[OURS]) / np.array(times[name])) for name in (BARE, THROWN_AWAY)
    )
    print(
        f"\nThe compiled epoch: {median['model.fit'] / ours:.2f}× as fast as default fit, "
        f"{best_fit / ours:.2f}× as fit at its best, {torch / ours:.2f}× as PyTorch; it takes "
        f"{bare:.2f} of the time of the bare step, and {thrown_away:.2f} of its own time without "
        "keeping losses (medians of turns)."
    )


if __name__ == "__main__":
    main()
