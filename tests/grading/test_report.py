"""The report: numbers are computed again from the student's own log, whatever machine it is from."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from coursekit.cli import main
from coursekit.course.catalogue import exercises_in
from coursekit.course.stub import without_markers
from coursekit.grading.examination import Examination
from coursekit.grading.key import Key, load
from coursekit.grading.notebook import check
from coursekit.grading.verification import example_of

ROOT = Path(__file__).parents[2]
(REPORT,) = (each for each in exercises_in(ROOT / "solutions") if each.name == "report")
ANSWERS = without_markers(REPORT.file.read_text(encoding="utf-8"))
QUESTIONS = re.findall(r"^\[(R\d+)\]$", ANSWERS, re.MULTILINE)


class NoRooms:
    """Nothing of the student's is run, so no room may be asked for."""

    def examine(self, requests):
        raise AssertionError("a table of answers was put into a room")


@pytest.fixture(scope="module")
def example():
    return example_of(REPORT)


@pytest.fixture
def folder(example, tmp_path):
    """A folder with a right report, for which the lab has left its log."""
    place = tmp_path / "report"
    place.mkdir()
    for name, content in {**example, "answers.toml": ANSWERS.encode()}.items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture
def judged(folder):
    """The checks of the report after edits of its answers: name → verdict."""

    def judge(*edits, name="answers.toml"):
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
        examination = Examination(NoRooms(), 1, ROOT / "solutions", ROOT / "exercises")
        ((_, report),) = examination.of([folder / "answers.toml"])
        return {check.name: check for check in report.checks}

    judge.text = lambda: (folder / "answers.toml").read_text(encoding="utf-8")
    return judge


def verdicts(checks):
    return {check.verdict for check in checks.values()}


def test_a_right_report_passes_without_a_room(judged):
    checks = judged()
    assert verdicts(checks) == {"pass"} and set(QUESTIONS) < set(checks)


@pytest.mark.parametrize(
    "question, edit, verdict",
    [
        ("R4", ("mean = 0.08026", "mean = 0.0811"), "pass"),  # 1 % off
        ("R4", ("mean = 0.08026", "mean = 0.0840"), "fail"),  # 5 % off
        ("R5", ("momentum = 94.27", "momentum = 94.5"), "pass"),  # less than an image
        ("R5", ("momentum = 94.27", "momentum = 94.9"), "fail"),  # two images
        ("R3", ("rmsprop = 2,", "rmsprop = 3,"), "fail"),  # counts are exact
        ("R10", ('first_loss = 0.6893\nunit = "nats"', 'first_loss = 0.9945\nunit = "bits"'), "pass"),
        ("R11", ('accuracy = 0.9656\nunit = "fraction"', 'accuracy = 96.56\nunit = "%"'), "pass"),
        ("R1", ('rows = { part = "tuning" }\n\n# The same', 'rows = [{ seed = [100, 101, 102] }]\n\n# The same'), "pass"),
        ("R10", ('rows = { part = "binary" }', 'rows = { optimizer = "adam" }'), "fail"),
        ("R10", ('rows = { part = "binary" }', 'rows = { colour = "red" }'), "fail"),
        ("R10", ('rows = { part = "binary" }', 'rows = 3'), "fail"),
        ("R10", ('first_loss = 0.6893', 'first_loss = "0.69"'), "fail"),
        ("R10", ('first_loss = 0.6893', 'first_loss = nan'), "fail"),
        ("R10", ('first_loss = 0.6893', 'first_loss = true'), "fail"),
        ("R12", ('measure = "overshoot"', 'measure = "beauty"'), "error"),
    ],
)  # fmt: skip
def test_numbers_units_and_rows(judged, question, edit, verdict):
    checks = judged(edit)
    assert checks[question].verdict == verdict, checks[question].says
    assert verdicts({n: c for n, c in checks.items() if n != question}) == {"pass"}


def test_what_does_not_follow_is_named_and_the_right_number_is_not_told(judged):
    says = judged(("mean = 0.08026", "mean = 0.2"))["R4"].says
    assert says.startswith("mean = 0.2 does not follow from your log") and "explain R4" in says
    assert "0.080" not in says


def test_rows_too_many_or_too_few_are_named(judged):
    few = 'rows = { part = "binary", optimizer = "adam", seed = [0, 1] }'
    checks = judged(
        ('rows = { part = "binary", optimizer = "adam" }', few),
        ('rows = { part = "binary" }', 'rows = { part = ["binary", "fit"] }'),
    )
    assert re.search(r"leaves out run \d+ \(binary, odd or even, adam .*seed 2", checks["R11"].says)
    assert re.search(r"takes in run \d+ \(fit", checks["R10"].says)


def test_what_is_not_written_yet_counts_question_by_question(judged):
    stub = (ROOT / "exercises/4_practice/report/answers.toml").read_text(encoding="utf-8")
    tables = [re.split(r"^(\[R\d+\])$", text, flags=re.MULTILINE) for text in (ANSWERS, stub)]
    for number, question in enumerate(QUESTIONS):
        place = 2 * number + 2
        text = "".join([*tables[0][:place], tables[1][place], *tables[0][place + 1 :]])
        checks = judged((judged.text(), text))
        assert [name for name, check in checks.items() if check.verdict != "pass"] == [question]
        assert checks[question].verdict == "todo"


def test_another_comparison_that_is_not_shown_is_as_good(judged):
    old = ANSWERS[ANSWERS.index("measure = ") :].partition("verdict")[0]
    new = 'measure = "test_accuracy"\nsetting = "chapter"\na = "momentum"\nb = "adam"\n'
    checks = judged((old, new + "mean = -0.002\nlow = -0.006719\nhigh = 0.002719\n"))
    assert checks["R12"].verdict == "pass", checks["R12"].says


def test_an_altered_log_is_refused_with_the_row_and_nothing_is_computed_from_it(judged, folder):
    lines = (folder / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    loss = re.search(r'"probe_loss": ([\d.]+)', lines[1069])[1]
    checks = judged((lines[1069], lines[1069].replace(loss, "0.1234")), name="runs.jsonl")
    assert checks["digests"].verdict == "fail"
    assert "Line 1070 (run 50, momentum, seed 3, step 8) was altered" in checks["digests"].says
    assert {checks[name].verdict for name in QUESTIONS} == {"error"}


def test_a_prediction_is_not_changed_afterwards(judged):
    checks = judged(('oscillates = "momentum"', 'oscillates = "adam"'), name="predictions.toml")
    assert "before the lab it was 'momentum'" in checks["sealed"].says
    assert checks["R13"].verdict == "error" and checks["R12"].verdict == "pass"


def test_without_a_log_or_with_something_else_the_report_says_what_to_do(judged, folder):
    (folder / "runs.jsonl").write_text('{"row": "cell"}', encoding="utf-8")
    assert "Line 1 of runs.jsonl is no row of a lab" in judged()["loads"].says
    (folder / "runs.jsonl").unlink()
    assert "coursekit lab --out" in judged()["loads"].says


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "The file is empty"),
        ("a = 1\nb =\n", "Line 2 is not TOML"),
        ("\xff", "not UTF-8"),
        ('exercise = "reports"', "There is no exercise 'reports'"),
        ("x = 1", None),
        ("R4 = 3\nR5 = [1]", None),
    ],
)
def test_answers_of_any_kind_get_a_sentence(folder, judged, text, says):
    (folder / "answers.toml").write_text(text, encoding="latin-1")
    checks = judged() if says is None else None
    if checks:
        assert {checks[name].verdict for name in QUESTIONS} <= {"fail", "error"}
        return
    examination = Examination(NoRooms(), 1, ROOT / "solutions", ROOT / "exercises")
    ((_, report),) = examination.of([folder / "answers.toml"])
    assert says in report.checks[0].says and "autograder" not in report.checks[0].says


@pytest.mark.parametrize(
    "way", ["report", "4_practice/report", "4_practice/report/answers.toml", "."]
)
def test_is_found_by_name_folder_and_file(folder, tmp_path, monkeypatch, way):
    course = tmp_path / "mein Kurs"
    (course / "4_practice").mkdir(parents=True)
    folder.rename(course / "4_practice" / "report")
    monkeypatch.chdir(course)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = CliRunner().invoke(main, ["check", way, "--json", "out.json", "--junit", "out.xml"])
    assert done.exit_code == 0 and "report: passed" in done.output, done.output
    (row,) = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert row["exercise"] == "report" and row["passed"]
    assert "1 of" in CliRunner().invoke(main, []).output


def test_another_log_is_another_report(folder, tmp_path, monkeypatch):
    """What has passed is not remembered for other runs."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert CliRunner().invoke(main, ["check", "report"]).exit_code == 0
    assert "report                 passed" in CliRunner().invoke(main, []).output
    with (folder / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert "report                 not checked yet" in CliRunner().invoke(main, []).output


def test_explain_shows_the_rows_and_the_formula_and_not_the_number(folder):
    done = CliRunner().invoke(main, ["explain", "R4", str(folder)])
    assert done.exit_code == 0 and "R4 is computed from 10 runs" in done.output
    assert re.search(r"lines +\d+ to \d+ +run 50 +race, chapter +momentum .*seed 3", done.output)
    assert "sd(d)" in done.output and "0.08" not in done.output
    done = CliRunner().invoke(main, ["explain", "R99", str(folder)])
    assert done.exit_code == 2 and "There is no question 'R99'. They are: R1, R2" in done.output
    (folder / "runs.jsonl").unlink()
    done = CliRunner().invoke(main, ["explain", "R4", str(folder)])
    assert done.exit_code == 1 and "no runs.jsonl" in done.output
    done = CliRunner().invoke(main, ["explain", "R4", str(folder / "nowhere")])
    assert done.exit_code == 1 and "does not exist" in done.output


@pytest.fixture
def claims(tmp_path):
    """What follows from another lab: its example.py with changes → a function from a question to its Claim."""

    def of_lab(**changes):
        example = load(REPORT.file.with_name("example.py"), "another_lab")
        for name, change in changes.items():
            change(getattr(example, name))
        shutil.copy(REPORT.file.with_name("predictions.toml"), tmp_path)
        example.write(tmp_path)
        key = Key.read(REPORT.file.with_name("key.py"))
        evidence = key.evidence({"runs.jsonl": (tmp_path / "runs.jsonl").read_bytes()})
        checks = {check.name: check for check in key.checks}
        return lambda name: checks[name].wanted(said={}, **evidence)

    return of_lab


def test_where_no_run_died_only_that_is_asked(claims):
    wanted = claims(DEAD=dict.clear)("R8")
    assert wanted.test({"died": 0, "sign": "none died", "rate": "", "unit": "", "rows": ""}) is True
    assert "died = 2" in wanted.test({"died": 2, "sign": "none died"})


def test_ones_own_optimizer_is_not_asked_for(claims):
    def own(values):
        values["own Mine"] = values["adam"]

    wanted = claims(TUNED=own, CHAPTER=own, BEST=own, SPEED=own)
    for question in ("R1", "R2", "R3"):
        claim = wanted(question).claim
        assert not [name for name in claim.numbers if "own" in name] and claim.numbers
        assert {run.optimizer for run in claim.runs} == {"sgd", "momentum", "rmsprop", "adam"}


def test_an_optimizer_that_did_not_race_is_named(claims):
    def fewer(values):
        values.pop("sgd")

    wanted = claims(TUNED=fewer, CHAPTER=fewer, BEST=fewer, SPEED=fewer)
    assert list(wanted("R1").claim.numbers) == ["momentum", "rmsprop", "adam"]
    with pytest.raises(LookupError, match="sgd was not among the optimizers of the lab"):
        wanted("R8")


def test_explain_tells_of_a_log_that_is_altered_or_has_no_predictions(folder):
    done = CliRunner().invoke(main, ["explain", "R13", str(folder)])
    assert done.exit_code == 0 and done.output.startswith("Line 1 of your runs.jsonl")
    lines = (folder / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    for question, change, says in (
        ("R13", {"predictions": None}, "began without predictions"),
        ("R13", {"predictions": {**first["predictions"], "best_rate": "fast"}}, "is altered"),
        ("R3", {"configuration": {**first["configuration"], "batch_size": None}}, "no row|altered"),
        ("R6", {"configuration": {**first["configuration"], "learnt": "all"}}, "is altered"),
    ):
        text = "\n".join([json.dumps({**first, **change}), *lines[1:]])
        (folder / "runs.jsonl").write_text(text, encoding="utf-8")
        done = CliRunner().invoke(main, ["explain", question, str(folder)])
        assert done.exit_code == 1 and re.search(says, done.output), done.output
        assert isinstance(done.exception, SystemExit)


def test_a_report_is_begun_where_nothing_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["report", "new"])
    assert done.exit_code == 0 and "coursekit lab --out report" in done.output
    mine = Path("report/predictions.toml")
    mine.write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(main, ["report", "new"])
    assert mine.read_text(encoding="utf-8") == "mine" and "left as it is" in done.output
    Path("4_practice").mkdir()
    assert "4_practice/report" in CliRunner().invoke(main, ["report", "new"]).output
    assert CliRunner().invoke(main, ["check", "report"]).exit_code == 1


def test_is_no_program_and_no_notebook(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    done = CliRunner().invoke(main, ["run", "report"])
    assert done.exit_code == 1 and "there is nothing to run" in done.output
    with pytest.raises(ValueError, match="answered in a file, not in a notebook"):
        check("report")


def test_waits_for_no_tensorflow(folder):
    code = f"""
import sys
from coursekit.cli import main
try:
    main(['check', {str(folder)!r}], standalone_mode=False)
except SystemExit as end:
    assert end.code == 0
assert not {{'tensorflow', 'keras', 'matplotlib'}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)
