"""`coursekit lab` as a user types it."""

import base64
import csv
import json
import os
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from PIL import Image

from coursekit.cli import main
from coursekit.lab import figures, html_report, protocol
from coursekit.logbook import fitting
from coursekit.logbook.reading import read

QUICK = ["lab", "--quick", "--epochs", "1", "--seeds", "2", "--optimizers", "momentum,adam"]


def coursekit(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def misfits(log):
    """What does not fit in a log, by every question that there is."""
    questions = [function for name, function in vars(fitting).items() if name.startswith("misfit_")]
    assert len(questions) >= 7
    return [found for found in (question(log) for question in questions) if found]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A quick lab in a folder whose name has a space and an umlaut."""
    folder = tmp_path_factory.mktemp("lab") / "mein Versuch für morgen"
    result = coursekit(*QUICK, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder, result.output


def test_leaves_tables_steps_figures_and_a_report(lab):
    folder, _ = lab
    names = {file.name for file in folder.iterdir()}
    figures = {"race.png", "batch_losses.png", "oscillation.png"}
    assert names == {"results.json", "runs.csv", "runs.jsonl", "report.md"} | figures
    for name in figures:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert f"({name})" in (folder / "report.md").read_text(encoding="utf-8")


def test_films_the_loss_curves_side_by_side(tmp_path):
    film = tmp_path / "a.gif"
    arguments = [
        *QUICK[:4],
        "--seeds",
        "1",
        *QUICK[6:],
        "--out",
        tmp_path / "lab",
        "--animate",
        film,
    ]
    result = coursekit(*arguments)
    assert result.exit_code == 0, result.output
    assert f"The film is in {film}" in result.output.replace("\n", "")
    with Image.open(film) as gif:
        assert 20 < gif.n_frames <= 38 and gif.size[0] == 800  # 37 steps, two panels
    again = coursekit(*QUICK, "--out", tmp_path / "other", "--animate", film)
    assert again.exit_code == 1 and "exists already and is left as it is" in again.output
    assert not (tmp_path / "other").exists()


def test_csv_json_and_steps_tell_of_the_same_runs(lab):
    folder, _ = lab
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    with open(folder / "runs.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    log = read((folder / "runs.jsonl").read_bytes())
    assert len(content["runs"]) == len(rows) == len(log.runs) == 4
    for own, run, row in zip(log.runs, content["runs"], rows):
        assert len(own.losses) == 37 and len(own.probe) == 38
        assert float(row["test_accuracy"]) == run["test_accuracy"] == own.scores["test_accuracy"]
        assert run["last_epoch_loss"] == pytest.approx(own.losses.mean(), rel=1e-5)
        assert run["mean_probe_loss"] == pytest.approx(own.probe.mean(), rel=1e-5)
    assert content["plan"]["optimizers"] == ["momentum", "adam"] and not content["missing"]


def test_says_the_verdict_and_shows_the_race(lab):
    _, output = lab
    assert "At the chapter's learning rates" in output and "The race" in output
    assert "seed 1" in output and "4 runs in" in output


def test_the_same_command_gives_the_same_bytes(lab, tmp_path):
    folder, _ = lab
    assert coursekit(*QUICK, "--out", tmp_path / "again").exit_code == 0
    for name in ("results.json", "runs.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    first, again = (
        (place / "runs.jsonl").read_bytes().splitlines() for place in (folder, tmp_path / "again")
    )
    assert first[1:] == again[1:]  # the first line has the hour in it


def test_a_folder_with_something_in_it_is_left_alone(lab):
    folder, _ = lab
    before = (folder / "results.json").read_bytes()
    result = coursekit(*QUICK, "--out", folder)
    assert result.exit_code == 1
    assert "exists already and is left as it is" in result.output
    assert (folder / "results.json").read_bytes() == before


def test_without_out_the_next_free_name_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coursekit-lab").mkdir()
    (tmp_path / "coursekit-lab" / "mine.txt").write_text("mine", encoding="utf-8")
    assert coursekit(*QUICK).exit_code == 0
    assert (tmp_path / "coursekit-lab-2" / "report.md").exists()
    assert [file.name for file in (tmp_path / "coursekit-lab").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (["--optimizers", "adam,adamax"], 2, "no optimizer called 'adamax'"),
        (["--optimizers", ","], 2, "no optimizer called 'nothing'"),
        (["--seeds", "0"], 2, "--seeds is a whole number from 1 to 100"),
        (["--seeds", "101"], 2, "they are for tuning); got 101"),
        (["--epochs", "-1"], 2, "--epochs is a whole number of at least 1; got -1"),
        (["--seeds", "many"], 2, "not a valid integer"),
        (["--data", "cats"], 2, "'cats' is not one of"),
        (["--out", "FILE/inside"], 1, "should go to"),
        (["--out", "FILE"], 1, "exists already"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, code, says, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    arguments = [argument.replace("FILE", str(tmp_path / "file")) for argument in arguments]
    result = coursekit("lab", "--quick", *arguments)
    assert result.exit_code == code
    assert says in " ".join(result.output.split()) and "Traceback" not in result.output
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_without_network_and_cache_mnist_is_one_sentence(tmp_path, monkeypatch):
    import keras

    files = keras.src.utils.file_utils
    monkeypatch.setattr(files.config, "keras_home", lambda: str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    result = coursekit("lab", "--data", "mnist", "--quick", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "mnist should come from Keras's cache or from the network" in result.output
    assert "Traceback" not in result.output


def test_a_full_disk_leaves_the_verdicts_on_the_screen(tmp_path, monkeypatch):
    def full(results, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coursekit.lab.results.write_csv", full)
    result = coursekit(*QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "The race" in result.output
    assert "Not everything could be written" in result.output
    assert "No space left on device" in result.output and "Traceback" not in result.output


def test_a_report_that_there_is_no_room_for_is_not_left_half(tmp_path, monkeypatch):
    def full(self, text, **how):
        self.write_bytes(text[:10].encode())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    monkeypatch.setattr("coursekit.lab.results.write_json", lambda results, path: None)
    result = coursekit(*QUICK, "--html", "--out", tmp_path / "out")
    assert result.exit_code == 1 and "(No space left on device)" in " ".join(result.output.split())
    assert not [file for file in (tmp_path / "out").iterdir() if "report" in file.name]


def test_runs_on_mnist_from_kerass_cache(tmp_path, monkeypatch):
    import keras
    import numpy as np

    files = keras.src.utils.file_utils
    monkeypatch.setattr(files.config, "keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(files, "validate_file", lambda *arguments, **settings: True)
    (tmp_path / "datasets").mkdir()
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (300, 28, 28), "uint8"), np.arange(300) % 10
    parts = {"x_train": images, "y_train": labels, "x_test": images[:50], "y_test": labels[:50]}
    np.savez(tmp_path / "datasets" / "mnist.npz", **parts)
    result = coursekit(*QUICK, "--data", "mnist", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert content["plan"]["data"] == "mnist" and len(content["runs"]) == 4


@pytest.mark.parametrize("after", [1, 3])
def test_an_interruption_saves_what_is_finished_and_says_what_is_missing(
    after, tmp_path, monkeypatch
):
    run = protocol.Study._run
    count = []

    def interrupted(self, *arguments, **settings):
        if len(count) == after:
            raise KeyboardInterrupt
        count.append(1)
        return run(self, *arguments, **settings)

    monkeypatch.setattr(protocol.Study, "_run", interrupted)
    keys = ["--optimizers", "sgd,momentum,adam"]  # SGD first, which is not among the compared
    result = coursekit(*QUICK[:-2], *keys, "--out", tmp_path / "out")
    assert result.exit_code == 130, result.output
    assert "Interrupted; not finished: race at the chapter's learning rates." in " ".join(
        result.output.split()
    )
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert len(content["runs"]) == after
    assert content["missing"] == ["race at the chapter's learning rates"]
    assert "Not done: race" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    log = read((tmp_path / "out" / "runs.jsonl").read_bytes())
    assert log.rows[-1][1]["missing"] == content["missing"] and misfits(log) == []


@pytest.mark.slow
def test_ctrl_c_at_the_terminal(tmp_path):
    command = [
        sys.executable,
        "-m",
        "coursekit",
        "lab",
        "--epochs",
        "20",  # longer than any machine is busy with something else
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True,
    )  # fmt: skip
    for line in process.stdout:
        if "seed 102" in line:
            break
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted; not finished: tuning" in rest and "Traceback" not in rest
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert len(content["runs"]) >= 3 and len(content["missing"]) == 6


PREDICTED = """lower_curve = "adam"
oscillates = "not shown"
best_rate = 0.01
test_accuracy = [0.9, 0.95]
because = "It says so in the chapter."
"""


def test_predictions_are_sealed_when_the_lab_starts(tmp_path):
    (tmp_path / "predictions.toml").write_text(PREDICTED, encoding="utf-8")
    (tmp_path / "answers.toml").write_text("mine", encoding="utf-8")
    result = coursekit(*QUICK, "--out", tmp_path)
    assert result.exit_code == 0 and "are sealed" in result.output, result.output
    header = read((tmp_path / "runs.jsonl").read_bytes()).header
    assert header["predictions"]["because"] == "It says so in the chapter."
    assert header["predictions"]["sealed"] <= header["began"]
    assert (tmp_path / "answers.toml").read_text(encoding="utf-8") == "mine"
    again = coursekit(*QUICK, "--out", tmp_path)
    assert again.exit_code == 1 and "exists already and is left as it is" in again.output


@pytest.mark.parametrize(
    "text, says",
    [
        ('lower_curve = ""\n', "is not filled in yet"),
        (PREDICTED.replace("0.01", '""'), "best_rate is not filled in yet"),
        (PREDICTED.replace('"adam"', '"Adam"'), 'lower_curve should be "momentum" or "adam"'),
        (PREDICTED.replace("[0.9, 0.95]", "[90, 95]"), "two fractions between 0 and 1"),
        (PREDICTED.replace("0.01", '"0.01"'), "best_rate should be a learning rate"),
        ("lower_curve =", "cannot be read as TOML"),
    ],
)
def test_predictions_that_cannot_be_sealed_stop_the_lab_before_it_starts(tmp_path, text, says):
    (tmp_path / "predictions.toml").write_text(text, encoding="utf-8")
    result = coursekit(*QUICK, "--out", tmp_path)
    assert result.exit_code == 2 and says in " ".join(result.output.split())
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.toml"]


def test_a_log_that_cannot_be_written_on_is_one_sentence(tmp_path, monkeypatch):
    from coursekit.logbook.writing import Logbook

    def full(self, rows, mode="r+b", runs=0):
        self.failure = OSError(28, "No space left on device")

    monkeypatch.setattr(Logbook, "_write", full)
    result = coursekit(*QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 1 and "The race" in result.output
    assert "Not everything could be written" in result.output and "Traceback" not in result.output


class Page(HTMLParser):
    """What a page says and what it loads."""

    def __init__(self, text):
        super().__init__()
        self.words, self.loads, self.pictures, self.cells, self.tag = [], [], [], [], ""
        self.alternatives = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tag, attributes = tag, dict(attributes)
        source = attributes.get("src") or attributes.get("href")
        if source and source.startswith("data:image/png;base64,"):
            self.pictures.append(base64.b64decode(source.partition(",")[2]))
            self.alternatives.append(attributes["alt"])
        elif source or tag in ("script", "link"):
            self.loads.append(source or tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        self.words.append(data)
        if self.tag in ("td", "th"):
            self.cells[-1] += data.rstrip("\n")


def test_every_figure_has_a_sentence_on_how_to_read_it():
    assert set(html_report.HOW_TO_READ) == set(figures.FIGURES)
    assert set(html_report.ALTERNATIVES) == set(figures.FIGURES)


def test_where_a_figures_numbers_are_said_to_be_there_they_are(lab):
    folder, _ = lab
    with open(folder / "runs.csv", encoding="utf-8", newline="") as file:
        columns = csv.DictReader(file).fieldnames
    rows = [json.loads(row) for row in (folder / "runs.jsonl").read_text("utf-8").splitlines()]
    assert {"part", "zigzag", "learning_rate", "validation_loss"} <= set(columns)
    assert {"loss", "probe_loss"} <= set(next(row for row in rows if row.get("step") == 1))
    assert "rest" in {row["row"] for row in rows}


def test_html_is_one_page_with_everything_in_it(tmp_path):
    (tmp_path / "predictions.toml").write_text(
        PREDICTED.replace("the chapter.", "<the> chapter & $5."), encoding="utf-8"
    )
    (tmp_path / "answers.toml").write_text("mine", encoding="utf-8")
    result = coursekit(*QUICK, "--html", "--out", tmp_path)
    assert result.exit_code == 0 and "report.html" in result.output, result.output
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    content = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    text = "".join(page.words)
    for sentence in content["verdicts"]:
        assert sentence in text
    assert page.pictures == [
        (tmp_path / name).read_bytes()
        for name in ("race.png", "batch_losses.png", "oscillation.png")
    ]
    assert page.alternatives == list(html_report.ALTERNATIVES.values())[:3]
    assert page.loads == [] and "url(" not in text
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    rows = [line for line in markdown.splitlines() if line.startswith(("| SGD", "| Adam"))]
    assert len(rows) == 2
    for row in rows:
        cells = row[2:-2].split(" | ")
        first = page.cells.index(cells[0])
        assert page.cells[first : first + len(cells)] == cells
    asked = page.cells.index("whose curve will be lower")
    assert page.cells[asked : asked + 10] == [
        *("whose curve will be lower", "Adam", "whose will waver more", "not shown"),
        *("the best learning rate for Adam", "0.01"),
        *("the test accuracy of Adam at its best rate", "0.9 to 0.95"),
        *("why", "It says so in <the> chapter & $5."),
    ]
    header = read((tmp_path / "runs.jsonl").read_bytes()).header
    assert f"sealed {header['predictions']['sealed']}" in text
    rows = (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"has {len(rows)} rows" in text and json.loads(rows[-1])["digest"] in text
