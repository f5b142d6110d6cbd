from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in

ROOT = Path(__file__).parents[2]


def course(folder, **afters):
    """A section with one stub for each name, which says after which it comes."""
    (folder / "1_one").mkdir()
    for name, after in afters.items():
        line = f"\n\nAfter: {after}" if after else ""
        (folder / "1_one" / f"{name}.py").write_text(f'"""The {name}.{line}\n"""\n')
    return folder


@pytest.mark.parametrize("edition", ["solutions", "exercises"])
def test_both_editions_have_the_sections_in_order(edition):
    found = exercises_in(ROOT / edition)
    assert [each.name for each in found] == [
        *("mse", "bce_with_logits", "softmax_crossentropy", "crossentropy_gradient"),
        *("label_smoothing", "head_and_loss"),
        *("momentum", "rmsprop", "adam", "sgd_l2", "decay_or_l2"),
        *("mini_cnn", "train_step", "training_loop", "batch_losses", "learning_rate_finder"),
        *("fair_race", "verdicts", "hiker"),
        *("repair_scale", "repair_logits", "repair_head", "repair_rate", "repair_reduction"),
        *("repair_shuffle", "repair_frozen", "repair_warmup"),
        *("fine_tuning", "report"),
        *("torch_train_step", "port_weights", "same_in_torch"),
    ]


def test_each_comes_after_the_one_it_names(tmp_path):
    found = exercises_in(course(tmp_path, a="b", b="c", c=None))
    assert [each.name for each in found] == ["c", "b", "a"]
    assert [each.title for each in found] == ["The c", "The b", "The a"]


def test_a_circle_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="circle"):
        exercises_in(course(tmp_path, a="b", b="a"))


def test_an_unknown_forerunner_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="After: nothing.*only a, b"):
        exercises_in(course(tmp_path, a=None, b="nothing"))


def test_a_folder_without_exercises_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no exercises"):
        exercises_in(tmp_path)


def test_other_files_of_an_exercise_are_none(tmp_path):
    folder = tmp_path / "1_one" / "a"
    folder.mkdir(parents=True)
    for name in ("a.py", "questions.py", "key.py"):
        (folder / name).write_text('"""A."""\n')
    assert [each.name for each in exercises_in(tmp_path)] == ["a"]


def test_an_exercise_that_is_answered_in_a_table_lies_in_a_folder(tmp_path):
    folder = tmp_path / "1_one" / "asked"
    folder.mkdir(parents=True)
    (folder / "answers.toml").write_text(
        "# Asked.\n#\n# After: a\n# With: b.toml, c.txt\n\nx = 1\n# no\n"
    )
    (folder / "b.toml").write_text("")
    (folder.parent / "a.py").write_text('"""A."""\n')
    program, table = exercises_in(tmp_path)
    assert (program.name, program.is_program, program.names) == ("a", True, ("a.py", "a.ipynb"))
    assert (table.name, table.is_program, table.names) == ("asked", False, ("asked/answers.toml",))
    assert table.title == "Asked" and table.after == "a" and "no" not in table.task
    assert table.beside == ("b.toml", "c.txt")
    assert [file.name for file in table.printed] == ["answers.toml", "b.toml"]
