"""`coursekit hiker` as a user types it."""

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.colors import to_hex
from PIL import Image

from coursekit.cli import main
from coursekit.hiker import session
from coursekit.hiker.exact_map import ExactMap
from coursekit.hiker.hike import hike, slight
from coursekit.hiker.hikers import hikers
from coursekit.hiker.surfaces import SURFACES
from coursekit.plots.colours import shades

NOBODY_WRITES = "/proc/self"  # not even root
OWN = Path(__file__).with_name("mine.py").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("here")


def coursekit(*arguments):
    return CliRunner().invoke(main, ["hiker", *(str(argument) for argument in arguments)])


def row(output, name):
    return re.search(rf"^{re.escape(name)}\b.*$", output, re.MULTILINE).group().split()


def test_says_who_descends_zigzags_and_diverges_and_draws_it(here):
    (here / "coursekit-hiker.png").write_text("mine")
    result = coursekit("--optimizer", "sgd,adam", "--learning-rate", "0.0816,0.04", "--steps", "60")
    assert result.exit_code == 0, result.output
    # 0.0816 · 25 = 2.04: above the limit of plain descent
    assert row(result.output, "SGD") == ["SGD", "0.0816", "2.04", "of", "2", "diverges"]
    assert row(result.output, "Adam")[:3] == ["Adam", "0.04", "descends"]
    with Image.open(here / "coursekit-hiker-2.png") as picture:
        assert picture.size[0] == 1575
    assert (here / "coursekit-hiker.png").read_text() == "mine"


def test_files_are_named_as_they_are(here):
    out, film = here / "bild [neu].png", here / "film [neu].gif"
    result = coursekit(*("--optimizer", "sgd", "--steps", "5"), *("--out", out, "--animate", film))
    assert f"The picture is in {out}.\n" in result.output, result.output
    assert f"The film is in {film}.\n" in result.output


def test_picture_and_film_are_whole_where_nothing_can_be_printed(here, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(session, "show", full)
    result = coursekit(
        *("--optimizer", "sgd", "--steps", "5"), *("--out", "a.png", "--animate", "a.gif")
    )
    assert result.exit_code == 1 and "No space left" in result.output
    for name in ("a.png", "a.gif"):
        with Image.open(here / name) as picture:
            picture.load()


def test_one_optimizer_walks_at_several_rates_in_shades_of_its_colour(here):
    rates = "0.002,0.04,0.079,0.081"
    result = coursekit("--optimizer", "sgd", "--learning-rate", rates, "--out", "a.svg")
    words = re.findall(r"^SGD .* of 2 +(\w+)", result.output, re.MULTILINE)
    assert words == ["creeps", "descends", "zigzags", "diverges"]
    drawn = (here / "a.svg").read_text(encoding="utf-8").lower()
    wanted = shades([f"SGD, {rate}" for rate in rates.split(",")]).values()
    assert all(to_hex(colour) in drawn for colour in wanted) and len(set(wanted)) == 4


def test_a_rate_after_a_colon_is_that_of_learning_rate(here):
    (here / "mine.py").write_text(OWN)
    colons = coursekit("--optimizer", "sgd:0.04,sgd:0.079,adam", "--optimizer", "mine.py:0.02")
    option = coursekit("--optimizer", "sgd", "--learning-rate", "0.04,0.079")
    sgd = [
        [line for line in each.output.splitlines() if line.startswith("SGD")]
        for each in (colons, option)
    ]
    assert [line.split() for line in sgd[0]] == [line.split() for line in sgd[1]] and len(
        sgd[0]
    ) == 2
    assert row(colons.output, "Adam")[1] == "0.15" and row(colons.output, "own Mine")[2] == "0.02"


def test_one_of_ones_own_walks_beside_the_others(here):
    (here / "mine.py").write_text(OWN)
    result = coursekit("--optimizer", "mine.py", "--optimizer", "sgd", "--animate", "a.gif")
    assert result.exit_code == 0, result.output
    own, sgd = row(result.output, "own Mine"), row(result.output, "SGD")
    assert own[2] == "0.07" and own[3] == "zigzags" and sgd[1] == "0.072"
    with Image.open("a.gif") as gif:
        assert 20 < gif.n_frames <= 60  # frames that look the same are one
    assert (here / "a.gif").stat().st_size < 1_000_000


def test_names_of_optimizers_come_before_files_that_are_called_so(here):
    for name in ("sgd", "sgd:0.04"):
        (here / name).write_text("no optimizer")
    result = coursekit("--optimizer", "sgd:0.04", "--steps", "5")
    assert row(result.output, "SGD")[:2] == ["SGD", "0.04"]


def test_rates_that_are_nearly_one_are_two(here):
    result = coursekit("--optimizer", "sgd:0.0100001,sgd:0.01000009,sgd:0.01000009")
    rates = re.findall(r"^SGD +(\S+)", result.output, re.MULTILINE)
    assert rates == ["0.0100001", "0.01000009"]


def test_who_is_the_same_on_the_map_shows_under_the_later_one_in_both_panels(here, monkeypatch):
    figures, draw = [], session.picture
    monkeypatch.setattr(session, "picture", lambda *all: figures.append(draw(*all)) or figures[0])
    coursekit("--surface", "rosenbrock", "--optimizer", "sgd:1,momentum:1,adam:1", "--out", "a.png")
    widths = [line.get_linewidth() for line in figures[0].axes[1].lines[:3]]
    assert widths[0] > 2 * widths[1] and widths[1] == widths[2]


def test_a_rate_that_is_given_twice_is_one(here):
    result = coursekit("--optimizer", "sgd", "--learning-rate", "0.01,0.02,0.01")
    assert re.findall(r"^SGD +(\S+)", result.output, re.MULTILINE) == ["0.01", "0.02"]


def test_a_single_image_per_step_is_one_image(here):
    result = coursekit(
        *("--surface", "digits", "--optimizer", "sgd", "--batch-size", "1", "--out", "a.svg"),
        *("--steps", "5"),
    )
    assert result.exit_code == 0
    text = (here / "a.svg").read_text(encoding="utf-8")
    assert ", 1 image per step" in text and "images" not in text


def test_momentum_is_that_of_the_option_and_is_said_where_it_is_unusual(here):
    command = "--optimizer", "momentum,sgd", "--learning-rate", "0.1", "--steps", "5"
    result = coursekit(*command, "--momentum", "0.5", "--out", "a.svg")
    assert row(result.output, "SGD + momentum")[3:7] == ["0.1", "2.5", "of", "3"]
    assert "5 steps, momentum 0.5" in result.output
    assert "SGD + momentum 0.5, rate 0.1: " in (here / "a.svg").read_text(encoding="utf-8")
    usual = coursekit(*command)
    assert row(usual.output, "SGD + momentum")[3:7] == ["0.1", "2.5", "of", "3.8"]
    assert "momentum 0" not in usual.output


def test_who_starts_at_the_minimum_can_be_drawn(here):
    result = coursekit("--start", "0", "0", "--optimizer", "sgd", "--steps", "9", "--out", "a.png")
    assert result.exit_code == 0, result.output
    assert row(result.output, "SGD")[5:8] == ["descends", "step", "0"]


@pytest.mark.parametrize(
    "surface, optimizer, start, word",
    [
        ("rosenbrock", "adam:10", (1.03, 0.99), "diverges"),  # from 0.5 to 17; walks begin at 24
        ("beale", "adam:3.16", (2.09, 0.52), "diverges"),
        ("digits", "adam:0.05", (6.611, 3), "zigzags"),  # up to 0.04 of 4.6
    ],
)
def test_little_is_a_tenth_of_where_walks_usually_start(here, surface, optimizer, start, word):
    batches = ["--batch-size", "1", "--seed", "4"] if surface == "digits" else []
    result = coursekit(
        "--surface",
        surface,
        "--optimizer",
        optimizer,
        "--start",
        *start,
        *batches,
        "--out",
        "a.png",
    )
    assert word in row(result.output, "Adam"), result.output
    place = SURFACES.get(surface) or ExactMap()
    first = place.heights(*np.array(place.start, float)) - place.lowest
    assert slight(place) == pytest.approx(0.1 * first)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "arguments",
    [["--start", 6.6, 3], ["--start", 6.61140011847756, 14.9983511518818, "--scale-feature", 0.2]],
)
def test_round_the_minimum_it_is_a_cloud_that_can_be_seen(here, monkeypatch, arguments):
    figures = []
    draw = session.picture
    monkeypatch.setattr(session, "picture", lambda *all: figures.append(draw(*all)) or figures[0])
    result = coursekit(
        *("--surface", "digits", "--optimizer", "sgd", "--batch-size", "8", "--out", "a.png"),
        *arguments,
    )
    assert result.exit_code == 0, result.output
    assert row(result.output, "SGD")[5:8] == ["zigzags", "not", "yet"]
    panel = figures[0].axes[1]
    heights, (low, high) = panel.lines[0].get_ydata(), panel.get_ylim()
    # who starts at the minimum is there again at a thousandth of a thousandth of a tenth of 4.62
    assert panel.lines[1].get_ydata()[0] == pytest.approx(4.62e-7, rel=0.01)
    assert 0 < low < high and np.nanmax(heights) < high < 20 * np.nanmax(heights)


@pytest.mark.filterwarnings("error")
def test_a_rate_beyond_all_numbers_gets_a_word_and_no_warning():
    result = coursekit("--surface", "digits", "--optimizer", "sgd,adam", "--learning-rate", "1e38")
    assert result.exit_code == 0 and "Warning" not in result.output, result.output
    assert row(result.output, "SGD")[-1] == "diverges"


def test_digits_walk_with_batches_of_that_seed_and_scaled_features(monkeypatch):
    found = []
    draw = session.picture
    monkeypatch.setattr(session, "picture", lambda *all: found.append(all) or draw(*all))
    command = "--surface", "digits", "--optimizer", "sgd", "--scale-feature", "0.2", "--steps", "20"
    for more in ([], ["--batch-size", "16"], ["--batch-size", "16", "--seed", "3"]):
        result = coursekit(*command, *more)
        assert result.exit_code == 0 and "second feature × 0.2" in result.output, result.output
    place = ExactMap(0.2)
    (sgd,) = hikers(["sgd"], place.rates)
    of_seed = [None, place.batches(16, 20, 0), place.batches(16, 20, 3)]
    wanted = [hike(place, sgd, place.start, 20, batches).path for batches in of_seed]
    for (_, (walked,), _), path in zip(found, wanted, strict=True):
        np.testing.assert_allclose(walked.path, path, rtol=1e-5)
    assert all(np.abs(wanted[i] - wanted[i - 1]).max() > 0.1 for i in range(3))


def test_the_losses_of_a_hike_are_those_of_its_places():
    place = SURFACES["rosenbrock"]
    (adam,) = hikers(["adam"], place.rates)
    found = hike(place, adam, (0.5, 2.0), 30)
    x, y = found.path.T.astype(float)
    assert found.path[0].tolist() == [0.5, 2.0]
    np.testing.assert_allclose(found.losses, (1 - x) ** 2 + 100 * (y - x**2) ** 2)
    assert found.limit is None


def test_the_gauge_is_the_largest_curvature_on_the_map_times_the_rate():
    place = SURFACES["saddle"]
    (sgd,) = hikers(["sgd"], place.rates)
    found = hike(place, sgd, (0.5, 1.5), 30)  # 3·1.5² − 1 = 5.75 at the start, less further down
    assert found.steepest == pytest.approx(0.1 * 5.75)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--surface", "alps"], "is not one of"),
        (["--optimizer", "sdg"], "no optimizer called 'sdg'"),
        (["--optimizer", "none.py"], "There is no file none.py"),
        (["--optimizer", "a" * 300], "no optimizer called 'aaa"),
        (["--optimizer", f"{'a' * 300}.py"], "There is no file aaa"),
        (["--learning-rate", "fast"], "such as 0.1,0.01; got fast"),
        (["--learning-rate", "1,2,3"], "one for each of 4; got 3: 1, 2, 3"),
        (["--learning-rate", "-1"], "above 0"),
        (["--optimizer", ","], "there is no name in ','"),
        (["--optimizer", "sgd:fast"], "positive number as in sgd:0.1; got sgd:fast"),
        (
            ["--optimizer", "sgd:1", "--learning-rate", "1"],
            "(SGD, 1) or in --learning-rate, not in",
        ),
        (["--surface", "digits", "--scale-feature", "1e-200"], "from 0.001 to 1000; got 1e-200"),
        (["--steps", "1"], "from 2 to 100000; got 1"),
        (["--momentum", "1"], "below 1; got 1"),
        (["--momentum", "0.5", "--optimizer", "sgd"], "SGD + momentum, which does not walk here"),
        (["--start", "nan", "0"], "x from -4.8 to 2.4 and y from -1.5 to 1.5; got nan, 0"),
        (["--batch-size", "8"], "for --surface digits; ravine has no data"),
        (["--surface", "digits", "--batch-size", "999"], "from 1 to 357 images; got 999"),
        (["--surface", "digits", "--batch-size", "8", "--seed", "-1"], "at least 0; got -1"),
        (["--surface", "digits", "--seed", "1"], "there is no --batch-size"),
        (["--surface", "digits", "--scale-feature", "0"], "from 0.001 to 1000; got 0"),
        (["--out", "a.bmp"], "should end in .png"),
        (["--out", ""], "The name of the file should end in .png"),
        (["--animate", ""], "The name of the file should end in .gif"),
        (["--out", "none/a.png"], "does not exist"),
        (["--animate", "a.avi"], "should end in .gif or .mp4"),
        (["--animate", "none/a.gif"], "none, which does not exist"),
        (["--animate", f"{NOBODY_WRITES}/a.mp4"], "could not be written"),
        (["--out", f"{NOBODY_WRITES}/a.png"], "could not be written"),
    ],
)
def test_an_error_is_one_sentence_and_leaves_no_file(here, arguments, message):
    if NOBODY_WRITES in arguments[-1] and not Path(NOBODY_WRITES).is_dir():
        pytest.skip("no folder that nobody may write to")
    result = coursekit(*arguments)
    assert result.exit_code != 0
    assert message in " ".join(result.output.split()), result.output
    assert "Traceback" not in result.output and list(here.iterdir()) == []
