"""`coursekit landscape` as a user types it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.data import digits
from coursekit.hiker import landscape_words
from coursekit.hiker.hikers import hikers
from coursekit.hiker.joint_map import walk
from coursekit.hiker.measured import JointMap, Minima, Stability, load, save
from coursekit.models import mini_cnn

SMALL = ["--epochs", 1, "--images", 32, "--grid", 5]
OWN = Path(__file__).with_name("mine.py").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("here")


def coursekit(*arguments):
    return CliRunner().invoke(main, ["landscape", *(str(argument) for argument in arguments)])


def names(folder):
    return {file.name for file in folder.iterdir()}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The map of SGD at two rates and of somebody's own, which is SGD as well."""
    place = tmp_path_factory.mktemp("landscape")
    (place / "mine.py").write_text(OWN, encoding="utf-8")
    result = coursekit(
        *SMALL, "--quick", "--optimizer", "adam:0.01,sgd:0.1", "--optimizer",
        f"{place / 'mine.py'}:0.1", "--out", place / "out [neu]",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert f" in {place / 'out [neu]'}.\n" in result.output
    return place / "out [neu]", result.output


def test_leaves_numbers_a_picture_and_a_table(measured):
    folder, output = measured
    assert names(folder) == {"landscape.npz", "landscape.png", "landscape.md"}
    assert (folder / "landscape.png").read_bytes().startswith(b"\x89PNG")
    found = load(JointMap, folder / "landscape.npz")
    assert found.names.tolist() == ["Adam, 0.01", "SGD, 0.1", "own Mine, 0.1"]
    assert found.points.shape == (3, 38, 2) and found.grid.shape == (5, 5)
    text = (folder / "landscape.md").read_text(encoding="utf-8")
    seen = f"You see {100 * found.seen_of_all:.0f} % of the movement"
    assert seen in text and seen in output and "(landscape.png)" in text
    for row in landscape_words.table(found):
        assert f"| {' | '.join(row)} |" in text and f"{row[1]} " in output


def test_ones_own_sgd_walks_the_path_of_the_chapters(measured):
    found = load(JointMap, measured[0] / "landscape.npz")
    np.testing.assert_allclose(found.losses[2], found.losses[1], rtol=1e-4)
    np.testing.assert_allclose(found.points[2], found.points[1], atol=1e-5)


def test_every_option_decides_what_is_measured(here):
    options = "--epochs", 2, "--seed", 3, "--images", 40, "--grid", 6
    result = coursekit("--quick", "--optimizer", "adam:0.01", *options, "--out", "out")
    assert result.exit_code == 0, result.output
    found = load(JointMap, here / "out" / "landscape.npz")
    assert found.grid.shape == (6, 6) and found.losses.shape == (1, 2 * 37 + 1)
    x, y = digits().train
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    (wanted,) = walk(
        mini_cnn(seed=3), loss, hikers(["adam:0.01"]), (x, y), (x[:40], y[:40]), epochs=2, seed=3
    )
    np.testing.assert_allclose(found.losses[0, :40], wanted.losses[:40], rtol=1e-3)


def test_draws_again_without_tensorflow_and_without_measuring(measured, here):
    folder, _ = measured
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    code = (
        "from coursekit.cli import main\n"
        f"main(['landscape', '--from', {str(folder)!r}, '--out', 'again'], standalone_mode=False)\n"
        "import sys\nassert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
    assert names(here / "again") == {"landscape.png", "landscape.md"}
    for name in names(here / "again"):
        assert (here / "again" / name).read_bytes() == before[name]
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_folder_with_something_in_it_is_left_alone(measured, here):
    folder, _ = measured
    result = coursekit("--from", folder, "--out", folder)
    assert result.exit_code == 1 and "exists already and is left as it is" in result.output
    assert coursekit("--from", folder).exit_code == coursekit("--from", folder).exit_code == 0
    assert names(here) == {"coursekit-landscape", "coursekit-landscape-2"}


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["--optimizer", "adamax"], 2, "no optimizer called 'adamax'"),
        (["--optimizer", "sgd:fast"], 2, "positive number as in sgd:0.1; got sgd:fast"),
        (["--optimizer", "none.py"], 2, "There is no file none.py"),
        (["--optimizer", "empty.py:0.1"], 2, "In empty.py there is no subclass"),
        (["--optimizer", "a.py", "--optimizer", "b.py"], 2, "Two files have an optimizer"),
        (["--epochs", "0"], 2, "--epochs is a whole number from 1 to 50; got 0"),
        (["--epochs", "51"], 2, "--epochs is a whole number from 1 to 50; got 51"),
        (["--images", "5000"], 2, "--images is a whole number from 32 to 1198; got 5000"),
        (["--grid", "1"], 2, "--grid is a whole number from 5 to 501; got 1"),
        (["--seed", "-1"], 2, "--seed is a whole number from 0"),
        (["--out", "empty.py"], 1, "exists already"),
        (["--out", "empty.py/inside"], 1, "should go to"),
        (["--from", "nowhere"], 2, "should hold what coursekit landscape has measured"),
        (["--from", "broken"], 2, "should hold the arrays names, points"),
        (["--from", "alone"], 2, "it is one array alone"),
        (["--from", "uneven"], 2, "does not (sharpness has the shape (1, 3))"),
        (["--from", "words"], 2, "does not (sharpness is of <U1)"),
        (["--from", "broken", "--grid", "9"], 2, "so --grid can change nothing"),
        ([*SMALL, "--optimizer", "sgd:1e-9"], 2, "at least one training that learns something"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, code, says, here):
    (here / "empty.py").write_text("", encoding="utf-8")
    for name in "ab":
        text = OWN.replace("gradient)", f"gradient)  # {name}")
        (here / f"{name}.py").write_text(text, encoding="utf-8")
    for name in ("broken", "alone", "uneven", "words"):
        (here / name).mkdir()
    with open(here / "alone" / "landscape.npz", "wb") as file:
        np.save(file, np.arange(3))
    one = {"rates": np.ones(1), "steps": np.arange(2), "losses": np.ones((1, 5)), "images": 32}
    np.savez(here / "uneven" / "stability.npz", **one, sharpness=np.ones((1, 3)))
    np.savez(here / "words" / "stability.npz", **one, sharpness=np.array([["a", "b"]]))
    (here / "broken" / "landscape.npz").write_text("no numbers", encoding="utf-8")
    result = coursekit(*arguments)
    assert result.exit_code == code, result.output
    assert says in " ".join(result.output.split()) and "Traceback" not in result.output
    assert (here / "empty.py").read_text(encoding="utf-8") == ""
    assert not list(here.glob("coursekit-landscape/*"))


def test_one_that_diverges_is_named_and_the_map_is_that_of_the_others(here):
    result = coursekit(*SMALL, "--quick", "--optimizer", "adam:0.01,sgd:1e10")
    assert result.exit_code == 0, result.output
    assert "diverged, step " in result.output
    found = load(JointMap, here / "coursekit-landscape" / "landscape.npz")
    assert found.fitted.tolist() == [True, False] and np.isnan(found.losses[1, -1])
    assert np.abs(found.x).max() < 100


def test_one_that_leaves_all_numbers_with_its_first_step_has_no_share(here):
    result = coursekit(*SMALL, "--quick", "--optimizer", "adam:0.01,sgd:1e20")
    assert result.exit_code == 0, result.output
    assert "diverged, step 1" in result.output and "nan" not in result.output
    found = load(JointMap, here / "coursekit-landscape" / "landscape.npz")
    assert found.seen_of_all == pytest.approx(found.seen[0]) and 0 < found.seen[0] <= 1
    assert landscape_words.table(found)[1][:3] == ("SGD, 1e+20", "–", "–")


def full(*arguments, **more):
    raise OSError("landscape.png could not be written (No space left on device).")


def test_what_was_measured_before_the_disk_was_full_is_in_the_report(here, monkeypatch):
    monkeypatch.setattr("coursekit.hiker.landscape_session.minima", full)
    result = coursekit(*SMALL, "--optimizer", "adam:0.01", "--out", "out")
    assert result.exit_code == 1 and "No space left" in result.output
    assert names(here / "out") == {"landscape.npz", "landscape.png", "landscape.md"}
    text = (here / "out" / "landscape.md").read_text(encoding="utf-8")
    assert "| Adam, 0.01 |" in text and "(minima.png)" not in text


def test_what_cannot_be_drawn_leaves_no_empty_report_and_no_folder(measured, here, monkeypatch):
    monkeypatch.setattr("coursekit.hiker.landscape_showing.write", full)
    (here / "mine").mkdir()
    for out in ("out", "mine", "above/between/out"):
        result = coursekit("--from", measured[0], "--out", out)
        assert result.exit_code == 1 and "No space left" in result.output
    assert names(here) == {"mine"} and names(here / "mine") == set()  # who made it, keeps it


def test_ctrl_c_before_the_first_picture_leaves_no_folder(here, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    (here / "coursekit-landscape").mkdir()
    (here / "coursekit-landscape" / "old").touch()
    monkeypatch.setattr("coursekit.hiker.landscape_session.walk", interrupted)
    result = coursekit(*SMALL)
    assert result.exit_code == 130 and "nothing is written" in result.output
    assert names(here) == {"coursekit-landscape"}


@pytest.mark.slow
@pytest.mark.parametrize("command", [["hiker", "--steps", "2"], ["landscape", "--from", "map"]])
def test_a_backend_that_there_is_not_does_not_matter(command, here, monkeypatch):
    (here / "map").mkdir()
    save(KNOWN, here / "map" / "landscape.npz")
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    subprocess.run([sys.executable, "-m", "coursekit", *command], check=True, timeout=100)
    assert list(here.glob("coursekit-*"))


@pytest.mark.slow
def test_ctrl_c_leaves_whole_pictures(here):
    arguments = [sys.executable, "-m", "coursekit", "landscape", *map(str, SMALL), "--out", "out"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 100
    while not (here / "out" / "landscape.png").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)  # out of the file's renaming, where an interrupt could be lost
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert b"Interrupted; what is named here is whole" in output and b"Traceback" not in output
    left = names(here / "out")
    assert {"landscape.png", "landscape.npz", "landscape.md"} <= left
    assert not [name for name in left if "part" in name]
    for name in left - {"landscape.md"}:
        assert (here / "out" / name).stat().st_size > 1000


def test_numbers_are_kept_to_the_last_bit(here):
    found = Stability(
        np.array([0.1]), np.arange(3), np.ones((1, 3)) / 3, np.ones((1, 5)) / 7, np.array(9)
    )
    save(found, here / "stability.npz")
    for kept, own in zip(load(Stability, here / "stability.npz"), found):
        np.testing.assert_array_equal(kept, own)
    with pytest.raises(ValueError, match="should hold the arrays names, steps, grids"):
        load(Minima, here / "stability.npz")


KNOWN = JointMap(
    names=np.array(["Adam, 0.01", "SGD, 9"]),
    points=np.array([[[0.0, 0], [1, 0], [1, 1]], [[0, 0], [0, 1], [np.nan, np.nan]]]),
    off=np.array([[0.0, 0.1, 0.2], [0, 0.3, np.nan]]),
    losses=np.array([[2.0, 1.0, 0.5], [2.0, 3.0, np.nan]]),
    map_losses=np.array([[2.0, 0.6, 0.6], [2.0, np.inf, np.nan]]),
    fitted=np.array([True, False]),
    moved=np.array([2.0, 1.0]),
    seen=np.array([0.9, 0.6]),
    shares=np.array([0.5, 0.4]),
    x=np.linspace(-1, 2, 4),
    y=np.linspace(-1, 2, 5),
    grid=np.ones((5, 4)) + np.arange(4),
)


def test_the_table_says_how_far_the_map_is_wrong_and_in_which_step_one_diverged():
    adam, sgd = landscape_words.table(KNOWN)
    # after the start, which is on the map, |0.6 − 1| and |0.6 − 0.5|
    assert adam == ("Adam, 0.01", "0.5", "90 %", "0.25", "0.4", "")
    assert sgd == ("SGD, 9", "–", "60 %", "–", "–", "diverged, step 2")
    nowhere = KNOWN._replace(map_losses=np.full((2, 3), np.nan))
    assert landscape_words.table(nowhere)[0][3:5] == ("–", "–")


def test_the_sentences_name_who_diverged():
    assert landscape_words.of_map(KNOWN)[-1].endswith("without a final loss and a minimum: SGD, 9.")
    everybody = KNOWN._replace(losses=np.ones((2, 3)))
    assert not any("iverged" in sentence for sentence in landscape_words.of_map(everybody))


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"losses": np.full((2, 3), np.nan)}, "losses does not begin with numbers above 0"),
        ({"losses": -KNOWN.losses}, "losses does not begin with numbers above 0"),
        ({"grid": np.full((5, 4), np.nan)}, "grid holds no losses"),
        ({"grid": -KNOWN.grid}, "grid holds no losses"),
        ({"grid": np.zeros((5, 4))}, "grid holds no losses"),
        ({"x": KNOWN.x[::-1]}, "x does not grow"),
        ({"y": np.full(5, np.nan)}, "y does not grow"),
        ({"fitted": np.array([False, False])}, "fitted is true of nobody"),
        ({"moved": np.zeros(2)}, "moved is no movement"),
    ],
)
def test_numbers_that_no_map_can_have_get_one_sentence(changed, says, here):
    (here / "map").mkdir()
    save(KNOWN._replace(**changed), here / "map" / "landscape.npz")
    result = coursekit("--from", "map", "--out", "again")
    assert result.exit_code == 2, result.output
    assert f"does not ({says}). Measure them again" in " ".join(result.output.split())
    assert names(here) == {"map"}


@pytest.mark.parametrize(
    "kind, changed, says",
    [
        (Minima, {"grids": np.full((1, 3, 3), np.nan)}, "grids holds no losses"),
        (Minima, {"steps": np.zeros(3)}, "steps does not grow"),
        (Stability, {"rates": np.zeros(1)}, "rates holds what is not above 0"),
        (Stability, {"sharpness": np.full((1, 2), np.nan)}, "sharpness holds what is no number"),
        (Stability, {"losses": np.full((1, 5), np.inf)}, "losses holds what is no number"),
    ],
)
def test_numbers_that_no_slice_and_no_run_can_have_get_one_sentence(kind, changed, says, here):
    good = {
        Minima: Minima(np.array(["a"]), np.arange(3), np.ones((1, 3, 3)), np.ones(1), np.ones(1)),
        Stability: Stability(
            np.ones(1), np.arange(2), np.ones((1, 2)), np.ones((1, 5)), np.array(32)
        ),
    }[kind]
    save(good, here / "good.npz")
    load(kind, here / "good.npz")
    save(good._replace(**changed), here / "bad.npz")
    with pytest.raises(ValueError, match=says):
        load(kind, here / "bad.npz")


def test_the_sentence_on_stability_counts_the_steps_that_rose():
    losses = np.array([[5, 4, 3, 3.5, 3.4, 3.6, 3.0], [5, 4, 3, 2, 1.5, 1.2, 1]])
    sharpness = np.array([[10.0, 21, 19, 22], [3, 4, 5, 6]])
    steps = np.array([0, 2, 4, 6])
    found = Stability(np.array([0.1, 0.1]), steps, sharpness, losses, np.array(32))
    one, other = landscape_words.of_stability(found)
    assert one.startswith(
        "Learning rate 0.1, gradient descent on all 32 images of the map at once: "
    )
    assert "reaches 2/α = 20 by step 2, 22 at most" in one
    assert "before, 0 of 2 raised the loss; after, 2 of 4" in one
    assert "stays below 2/α = 20, at 6 at most" in other
