"""Right repairs in other styles pass, and every task has the whole lists of words."""

from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in
from coursekit.course.stub import without_markers
from coursekit.grading.sick_training import CAUSES, SHARES, SIZES

ROOT = Path(__file__).parents[2]
REPAIRS = {
    each.name: each.file.read_text(encoding="utf-8")
    for each in exercises_in(ROOT / "solutions")
    if each.name.startswith("repair_")
}
LOSS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
OWN_LOSS = "lambda y, z: keras.ops.sparse_categorical_crossentropy(y, z, from_logits=True)"
# exercise: [what stands in the answer, what another right repair has in its place] …
OTHERS = {
    "repair_scale": [
        (
            "x / 255, x_validation / 255",
            "(x - x.mean()) / x.std(), (x_validation - x.mean()) / x.std()",
        ),
        ("x / 255, x_validation / 255", "x / 127.5 - 1, x_validation / 127.5 - 1"),
        (
            "    x, x_validation = x / 255, x_validation / 255\n",
            "    keras_input = layers.Rescaling(1 / 255)\n",
            "            layers.Flatten(),\n",
            "            keras_input,\n            layers.Flatten(),\n",
        ),
    ],
    "repair_logits": [
        (LOSS, '"sparse_categorical_crossentropy"', "Dense(10)", 'Dense(10, activation="softmax")'),
        (LOSS, OWN_LOSS),
    ],
    "repair_head": [
        (
            "last = layers.Dense(10)",
            'last = layers.Dense(10, activation="softmax")',
            LOSS,
            LOSS[:-17] + ")",
            'EVIDENCE = "output_range"',  # probabilities lie between 0 and 1, sick or healthy
            'EVIDENCE = "gradient_norm"',
        ),
    ],
    "repair_rate": [
        ("global_clipnorm=0.2", "global_clipnorm=0.3"),
        ("global_clipnorm=0.2", "clipvalue=0.01"),
        ("global_clipnorm=0.2", "clipnorm=0.25"),
    ],
    "repair_reduction": [
        (f"{LOSS}\n    # INSTEAD", f'{LOSS[:-1]}, reduction="sum_over_batch_size")\n    # INSTEAD'),
        (f"{LOSS}\n    # INSTEAD", f"{OWN_LOSS}\n    # INSTEAD"),
    ],
    "repair_shuffle": [
        ("    x, y = x[order], y[order]\n", "    y = y[order]\n    x = x[order]\n"),
        ("    x, y = x[order], y[order]\n", "    del order\n"),
    ],
    "repair_frozen": [
        (
            '    model.compile(optimizer, loss_fn, metrics=["accuracy"])\n    # INSTEAD',
            "    model = keras.Sequential([*model.layers])\n"
            "    optimizer = keras.optimizers.SGD(LEARNING_RATE)\n    # INSTEAD",
        ),
    ],
    "repair_warmup": [
        ("WarmUp(LEARNING_RATE, 38)", "WarmUp(LEARNING_RATE, 25)"),
        (
            "WarmUp(LEARNING_RATE, 38)",
            "keras.optimizers.schedules.CosineDecay("
            "0.0003, 1, alpha=1.0, warmup_target=LEARNING_RATE, warmup_steps=36)",
        ),
    ],
}


@pytest.mark.parametrize("name", REPAIRS)
def test_the_task_has_every_word_that_may_be_named(name):
    task = REPAIRS[name].partition("import keras")[0]
    assert [word for word in [*CAUSES, *SHARES, *SIZES] if f'"{word}"' not in task] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "edits"), [(name, edits) for name, others in OTHERS.items() for edits in others]
)
def test_another_right_repair_passes(name, edits, examine):
    text = REPAIRS[name]
    for old, new in zip(edits[::2], edits[1::2]):
        assert old in text
        text = text.replace(old, new, 1)
    report = examine(name, without_markers(text))
    assert [each.says for each in report.checks if each.verdict != "pass"] == []
