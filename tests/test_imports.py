"""Who may import whom, as a table; and that the commands' help waits for nothing heavy."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "coursekit"

# part of coursekit: the parts of coursekit that it may import
MAY_IMPORT = {
    "__init__": set(),  # loads every part, by name, when it is first used
    "__main__": {"cli"},
    "cli": {"__init__", "grading", "course", "lab", "hiker"},
    "course": set(),
    "quiet_imports": set(),
    "room": {"callbacks", "quiet_imports"},
    "logbook": set(),
    "grading": {"course", "room"},
    "data": set(),
    "models": set(),
    "losses": set(),
    "optimizers": set(),
    "plots": set(),
    "callbacks": {"plots"},
    "training": {"callbacks"},
    "lab": {
        "callbacks",
        "data",
        "logbook",
        "losses",
        "models",
        "optimizers",
        "plots",
        "quiet_imports",
        "training",
        "__init__",
    },
    "hiker": {
        "callbacks",
        "data",
        "lab",
        "losses",
        "models",
        "optimizers",
        "plots",
        "training",
        "__init__",
    },
}
# what a part must never load, at any depth of its own code
MAY_NOT_IMPORT = {
    "plots": {"keras", "tensorflow"},
    "data": {"tensorflow"},
    "cli": {"keras", "tensorflow"},
    "course": {"keras", "tensorflow", "numpy"},
    "grading": {"keras", "tensorflow"},
    "logbook": {"keras", "tensorflow"},
    "losses": {"tensorflow", "torch", "jax"},
    "optimizers": {"tensorflow", "torch", "jax"},
}


def part_of(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file):
    """Every module that a file imports, wherever the statement stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports relatively; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_what_the_table_allows(file):
    part = part_of(file)
    for name in imported(file):
        top, _, rest = name.partition(".")
        if top == "coursekit":
            other = rest.split(".")[0] or "__init__"
            if not (PACKAGE / other).is_dir() and not (PACKAGE / f"{other}.py").exists():
                other = "__init__"
            assert other == part or other in MAY_IMPORT[part], f"{part} imports {name}"
        assert top not in MAY_NOT_IMPORT.get(part, ()), f"{part} imports {name}"


def test_every_part_stands_in_the_table():
    assert {part_of(file) for file in FILES} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    "code",
    [
        "import coursekit; coursekit.__version__; dir(coursekit)",
        "import coursekit.data; coursekit.data.digits()",
        "from coursekit.cli import main; main(['--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['lab', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['hiker', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['landscape', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['explore', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['list'], standalone_mode=False)",
        "from coursekit.cli import main; main(['hint', 'mse'], standalone_mode=False)",
        "from coursekit.cli import main; main([], standalone_mode=False)",
        "from coursekit.cli import main; main(['check', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['report', 'new', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['explain', '--help'], standalone_mode=False)",
        "from coursekit.cli import main; main(['watch', '--help'], standalone_mode=False)",
    ],
)
def test_does_not_wait_for_tensorflow(code, tmp_path):
    heavy = "{'tensorflow', 'keras', 'torch', 'jax', 'matplotlib'} & set(__import__('sys').modules)"
    code = f"{code}\nloaded = {heavy}\nassert not loaded, loaded"
    # Which hints were shown, and the like, is the business of whoever works on this machine
    own_memory = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=own_memory)


def test_a_part_that_does_not_exist_is_named():
    import coursekit

    with pytest.raises(AttributeError, match="no part 'loses'; it has .*losses"):
        coursekit.loses  # noqa: B018
