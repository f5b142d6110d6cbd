"""What is built is what is shipped: the wheel has all parts and nothing else."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from coursekit.course.catalogue import exercises_in
from coursekit.grading.verification import example_of

ROOT = Path(__file__).parents[1]
ANSWERS = exercises_in(ROOT / "solutions")
COUNT = len(ANSWERS)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy of the tree, whose path has a space and an umlaut in it."""
    folder = tmp_path_factory.mktemp("räder und mehr")
    tree = shutil.copytree(
        ROOT, folder / "tree", ignore=shutil.ignore_patterns(".*", "*.egg-info", "build")
    )
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, tree]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


@pytest.mark.slow
def test_has_every_file_of_the_package(wheel):
    source = ROOT / "coursekit"
    wanted = {
        f"coursekit/{file.relative_to(source).as_posix()}"
        for file in source.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    shipped = {name for name in wheel.namelist() if name.startswith("coursekit/")}
    assert wanted <= shipped


@pytest.mark.slow
def test_has_no_tests_and_no_answers(wheel):
    for name in wheel.namelist():
        assert not name.startswith(("tests", "docs", "benchmarks", "solutions", "exercises")), name


@pytest.mark.slow
def test_has_every_stub_paper_key_and_hint_and_no_answer(wheel):
    stubs = {
        f"coursekit/_exercises/{file.relative_to(ROOT / 'exercises').as_posix()}"
        for file in (ROOT / "exercises").rglob("*")
        if file.suffix in (".py", ".toml")
    }
    papers = {
        f"coursekit/_solutions/{file.relative_to(ROOT / 'solutions').as_posix()}"
        for name in ("hints.md", "questions.py", "key.py")
        for file in ROOT.glob(f"solutions/*/*/{name}")
    }
    editions = "coursekit/_exercises/", "coursekit/_solutions/"
    shipped = {name for name in wheel.namelist() if name.startswith(editions)}
    assert shipped == stubs | papers and stubs and papers
    for name in shipped:
        assert b"SOLUTION" not in wheel.read(name)


@pytest.mark.slow
def test_hands_out_its_exercises_where_it_is_installed(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    code = "import sys; sys.path.insert(0, sys.argv[1]); from coursekit.cli import main; main(['init', sys.argv[2]])"
    command = [sys.executable, "-I", "-c", code, tmp_path / "site", tmp_path / "mine"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = ("*/*.py", "*/*/*.toml")
    copied, stubs = (
        sorted(file.name for name in names for file in place.glob(name))
        for place in (tmp_path / "mine", ROOT / "exercises")
    )
    assert copied == stubs


@pytest.mark.slow
def test_says_its_licence_and_its_command(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    (commands,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    text = wheel.read(metadata).decode()
    assert "License: MIT" in text or "License-Expression: MIT" in text
    assert "Provides-Extra: torch" in text and "Provides-Extra: jax" in text
    assert "coursekit = coursekit.cli:main" in wheel.read(commands).decode()


@pytest.mark.slow
def test_a_student_goes_from_init_to_all_passed_with_the_wheel_alone(wheel, tmp_path):
    """In a virtual environment of its own, which borrows the packages that the kit needs."""
    home = tmp_path / "Zuhause von Grete"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    site = min((home / "venv").glob("[Ll]ib/**/site-packages"))
    wheel.extractall(site)
    (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    python = next((home / "venv").glob("[bS]*/python*"))

    def call(*arguments):
        return subprocess.run(
            [python, "-m", "coursekit", *arguments],
            cwd=home,
            env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert f"{COUNT} exercises copied" in call("init", ".").stdout
    done = call("check", "mse")
    assert done.returncode == 1 and "not written yet" in done.stdout, done.stderr
    for answer in ANSWERS:
        own = home / answer.section / answer.names[0]
        shutil.copyfile(answer.file, own)
        for name, content in ({} if answer.is_program else example_of(answer)).items():
            own.with_name(name).write_bytes(content)
    done = call("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{COUNT} of {COUNT} passed. That is all of it" in " ".join(call().stdout.split())
    assert "no model answers" in " ".join(call("show", "mse").stderr.split())
