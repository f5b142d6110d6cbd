"""What the README and the pages show is what happens."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page):
    return re.findall(
        r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


@pytest.mark.slow
def test_the_ten_lines_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = next(block for block in blocks(ROOT / "README.md") if "BatchLoss" in block)
    assert len([line for line in code.splitlines() if line and "import" not in line]) <= 10
    exec(code, {})  # noqa: S102 - our own page
    assert (tmp_path / "losses.png").exists() and (tmp_path / "losses.csv").exists()


def test_the_example_of_the_readme_is_true():
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted >= 3 and not result.failed


@pytest.mark.slow
def test_the_training_page_runs():
    code = blocks(ROOT / "docs" / "training.md")[0]
    names = {}
    exec(code.replace("epochs=5", "epochs=1"), names)  # noqa: S102 - our own page
    assert len(names["record"].losses) == 38


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link


def test_ci_runs_the_commands_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (pip install .*)$", readme, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
