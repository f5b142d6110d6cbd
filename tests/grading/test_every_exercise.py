"""What every exercise must keep, asked of whatever exercises are found."""

import tomllib
from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in
from coursekit.course.hints import hints_of
from coursekit.grading.key import Key
from coursekit.grading.verification import complaint, trials_of

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "solutions"
EXERCISES = exercises_in(SOLUTIONS)
# the least number of slips, where it is not 12
LEAST = {"1_losses": 20, "2_optimizers": 20, "4_practice": 10, "5_pytorch": 10}
MANY = {"training_loop", "train_step"}
TRAIN = {"sgd_l2", "train_step", "learning_rate_finder"}  # quickly, so that nobody is told to wait

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)


def folder(exercise):
    return SOLUTIONS / exercise.section / exercise.name


@every_exercise
def test_has_all_its_files(exercise):
    files = {each.name for each in folder(exercise).iterdir() if each.is_file()}
    own = {f"{exercise.name}.py", "questions.py"}
    if not exercise.is_program:
        own = {"example.py", *(file.name for file in exercise.printed)}
    assert files == {"key.py", "hints.md", "wrong.toml"} | own


@every_exercise
def test_has_three_hints_and_a_source(exercise):
    assert len(hints_of(exercise.name)) == 3
    assert "\nSource: " in exercise.task and "\nBy hand: " in exercise.task


@every_exercise
def test_knows_enough_slips(exercise):
    slips = tomllib.loads((folder(exercise) / "wrong.toml").read_text(encoding="utf-8"))
    least = 20 if exercise.name in MANY else LEAST.get(exercise.section, 12)
    assert len(slips) >= least


@every_exercise
def test_every_slip_of_the_key_is_shown_by_an_edit(exercise):
    path = folder(exercise) / "wrong.toml"
    edits = tomllib.loads(path.read_text(encoding="utf-8"))
    shown = {edit.get("slip", name) for name, edit in edits.items()}
    assert set(Key.read(folder(exercise) / "key.py").slips) <= shown


def until_each_check_has_failed(trials):
    """The answer, the stub, and slips: each time the one with most checks that have not failed yet.

    Those that fail more than half of the checks come last, since they tell little of each.
    """
    answer, stub, *slips = trials
    chosen, waiting = [answer, stub], {check for slip in slips for check in slip.caught}
    most = len(waiting) / 2

    def worth(slip):
        new = len(waiting.intersection(slip.caught))
        return new > 0 and len(slip.caught) <= most, new

    while waiting:
        chosen.append(max(slips, key=worth))
        waiting.difference_update(chosen[-1].caught)
    return chosen


@pytest.mark.slow
@every_exercise
def test_answer_passes_and_slips_are_caught_and_named(exercise, examination):
    """All slips, but where a check trains: there `coursekit dev verify` tries the others."""
    trials = trials_of(exercise, SOLUTIONS)
    if exercise.name in TRAIN or Key.read(folder(exercise) / "key.py").takes:
        trials = until_each_check_has_failed(trials)
    reports = dict(examination.of([trial.submission() for trial in trials]))
    complaints = [complaint(trial, reports[number]) for number, trial in enumerate(trials)]
    assert [each for each in complaints if each] == []
