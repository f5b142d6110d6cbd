"""One's own optimizer and loss in the lab: found, tried out, and raced; every mistake is one sentence."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.lab import own_code, protocol
from coursekit.logbook.reading import read

ROOT = Path(__file__).parents[2]
SGD_L2 = ROOT / "solutions/2_optimizers/sgd_l2/sgd_l2.py"
SMOOTHED = ROOT / "solutions/1_losses/label_smoothing/label_smoothing.py"
OPTIMIZER = """import keras

class Mine(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.05):
        super().__init__(learning_rate)

    def update_step(self, gradient, variable, learning_rate):
        {step}
"""
RIGHT = "variable.assign(variable - learning_rate * gradient)"
REMEMBERS = """self.calls = getattr(self, "calls", 0)
        import tensorflow as tf
        if not hasattr(self, "total"):
            with tf.init_scope():
                self.total = tf.Variable(0.0)
        self.total.assign_add(1.0)
        variable.assign(variable - learning_rate * gradient * self.total)"""


def written(folder, text):
    (folder / "mine.py").write_text(text, encoding="utf-8")
    return folder / "mine.py"


def test_the_one_class_is_found_with_its_own_rate(tmp_path):
    found = own_code.own_optimizer(written(tmp_path, OPTIMIZER.format(step=RIGHT)), ("adam",), {})
    assert found.key == "own Mine" and found.chapter == 0.05 and found.against == ("adam",)
    assert float(found.make().learning_rate) == pytest.approx(0.05)


def test_own_loss_is_trained_on_by_the_rival(tmp_path):
    found = own_code.own_loss(SMOOTHED, "adam")
    assert found.key == "Adam on own loss" and found.chapter == 0.001


@pytest.mark.parametrize(
    "text, says",
    [
        ("x = 1\n", "there is no subclass of keras.optimizers.Optimizer"),
        ("from keras.optimizers import SGD as Mine\n", "there is no subclass"),
        (
            OPTIMIZER.format(step=RIGHT) + "\nclass Other(Mine):\n    pass\n",
            "several subclasses of keras.optimizers.Optimizer: Mine, Other",
        ),
        (
            OPTIMIZER.format(step=RIGHT).replace("learning_rate=0.05", "speed"),
            "cannot be made as it is here, Mine.learning_rate=0.01.: .*unexpected keyword",
        ),
        ("\n1 / 0\n", r"mine.py, line 2: 1 / 0\nZeroDivisionError: division by zero$"),
        ("def f(:\n", r"mine.py, line 1: def f\(:\nSyntaxError: invalid syntax$"),
        ("raise SystemExit('bye')\n", "line 1: .*\nSystemExit: bye$"),
        (
            OPTIMIZER.format(step="variable.assign(self.nothing)"),
            r"line 8: variable.assign\(self.nothing\)\n.*no attribute 'nothing'$",
        ),
        (OPTIMIZER.format(step="raise NotImplementedError('update_step')"), "is not written yet"),
        (OPTIMIZER.format(step=REMEMBERS), "remembers one training in the next"),
    ],
)
def test_what_cannot_race_is_told_in_one_sentence(tmp_path, text, says):
    with pytest.raises(ValueError, match=rf"(?s){says}") as caught:
        own_code.own_optimizer(written(tmp_path, text), ("adam",), {})
    assert "site-packages" not in str(caught.value) and len(str(caught.value)) < 500


def test_stubs_are_not_written_yet():
    with pytest.raises(ValueError, match="SGDL2 in .* is not written yet"):
        own_code.own_optimizer(ROOT / "exercises/2_optimizers/sgd_l2.py", ("adam",), {})
    with pytest.raises(ValueError, match="SmoothedCrossentropy in .* is not written yet"):
        own_code.own_loss(ROOT / "exercises/1_losses/label_smoothing.py", "adam")


def test_arguments_of_ones_own_optimizer(tmp_path):
    found = own_code.own_optimizer(SGD_L2, ("adam",), {"momentum": 0.9, "l2": 0.001})
    assert found.make().momentum == 0.9 and found.make().l2 == 0.001
    assert own_code.own_optimizer(SGD_L2, (), {"learning_rate": 0.1}).chapter == 0.1
    with pytest.raises(ValueError, match="(?s)line 34: super.*not recognized.*speed"):
        own_code.own_optimizer(SGD_L2, ("adam",), {"speed": 2.0})
    for arguments, says in (
        (["--with", "momentum=0.9"], "there is no --optimizer"),
        (["--optimizer", str(SGD_L2), "--with", "momentum"], "takes a name and a number"),
        (["--optimizer", str(SGD_L2), "--with", "l2=big"], "takes a name and a number"),
    ):
        done = CliRunner().invoke(main, ["lab", *arguments])
        assert done.exit_code == 2 and says in " ".join(done.output.split())


def test_no_file_is_told_at_the_command_line(tmp_path):
    for option in ("--optimizer", "--loss"):
        done = CliRunner().invoke(main, ["lab", option, str(tmp_path / "nothing.py")])
        assert done.exit_code == 2 and "There is no file" in done.output
        assert "Traceback" not in done.output


def test_binary_is_not_for_one_with_a_loss_of_its_own():
    own = own_code.own_loss(SMOOTHED, "adam")
    study = protocol.Study(protocol.Plan(optimizers=("adam",), own=(own,)))
    assert [each.key for each in study._two()] == ["adam"]


@pytest.mark.slow
def test_both_race_beside_the_others_in_words_pictures_and_log(tmp_path):
    arguments = ["--optimizer", SGD_L2, "--with", "momentum=0.9", "--loss", SMOOTHED]
    arguments += ["--out", tmp_path / "out"]
    quick = ["lab", "--quick", "--epochs", "2", "--seeds", "2", "--optimizers", "momentum,adam"]
    done = CliRunner().invoke(main, [*quick, *map(str, arguments)])
    assert done.exit_code == 0, done.output
    words = " ".join((tmp_path / "out" / "report.md").read_text(encoding="utf-8").split())
    assert "| own SGDL2 | 0.01, chapter |" in words
    assert "(own SGDL2 0.01 and Adam 0.001; 2 seeds)" in words
    assert "(Adam on own loss 0.001 and Adam 0.001; 2 seeds)" in words
    log = read((tmp_path / "out" / "runs.jsonl").read_bytes())
    described = log.configuration["optimizers"]
    assert described["own SGDL2"]["settings"] == {"momentum": 0.9}
    assert described["own SGDL2"]["sha256"] == own_code._hash(SGD_L2)
    assert described["Adam on own loss"]["loss"] == "SmoothedCrossentropy"
    runs = {run.optimizer: run for run in log.runs if run.seed == 0}
    plain, smoothed = runs["adam"], runs["Adam on own loss"]
    # trained on another loss, measured by the same one
    assert plain.losses[0] != smoothed.losses[0] and plain.probe[0] == smoothed.probe[0]
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert content["plan"]["optimizers"] == ["momentum", "adam", *list(described)[2:]]
