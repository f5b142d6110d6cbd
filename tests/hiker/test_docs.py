"""What docs/hiker.md and docs/landscape.md show is what happens."""

import doctest
import re
from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from coursekit.hiker import landscape_words, verdict
from coursekit.hiker.exact_map import ExactMap
from coursekit.hiker.hike import hike
from coursekit.hiker.hikers import hikers
from coursekit.hiker.landscape_command import landscape
from coursekit.hiker.session import show
from coursekit.hiker.surfaces import SURFACES
from coursekit.lab.command import KEYS

PAGE = Path(__file__).parents[2] / "docs" / "hiker.md"
TEXT = PAGE.read_text(encoding="utf-8")
LANDSCAPE = PAGE.with_name("landscape.md").read_text(encoding="utf-8")


def printed(text):
    """The tables that a command prints: their titles and rows, without the room between cells."""
    blocks = [block for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)]
    return [[line.split() for line in block.splitlines() if "─" not in line] for block in blocks]


def test_its_example_is_true():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 6 and not result.failed


def test_its_table_has_every_surface_and_its_difficulty():
    for surface in SURFACES.values():
        assert f"| `{surface.name}` | {surface.difficulty}" in TEXT


def test_its_thresholds_are_those_of_the_verdict():
    assert f"zigzag > {verdict.WAVERS}, or back > {100 * verdict.TURNS:g} %" in TEXT
    assert f"- **a little**: {100 * verdict.SLIGHT:g} % of the height where walks start" in TEXT
    assert (verdict.ARRIVED, verdict.CREEPS) == (1e-3, 0.5)


def test_its_numbers_of_the_digits_are_those_of_the_map():
    plain, ravine = ExactMap(), ExactMap(0.2)
    steep = [np.divide(*reversed(place.curvatures(0, 0))) for place in (plain, ravine)]
    assert round(steep[0]) == 2 and f"now it is {steep[1]:.0f} times" in TEXT
    right = np.mean((plain.features @ plain.minima[0] > 0) == plain.labels)
    assert f"it is {plain.lowest:.3f}, and {100 * right:.1f} % are right" in re.sub(
        r"\s+", " ", TEXT
    )


def test_its_tables_are_those_that_the_command_prints():
    ravine, at_rates = SURFACES["ravine"], "sgd:0.002,sgd:0.04,sgd:0.079,sgd:0.081"
    for wanted, who in zip(printed(TEXT), (KEYS, at_rates), strict=True):
        console = Console(file=StringIO(), width=100)
        hikes = [hike(ravine, one, ravine.start, 150) for one in hikers([who], ravine.rates)]
        show(ravine, hikes, console)
        (found,) = printed(f"```\n{console.file.getvalue()}```")
        assert found[-len(wanted) :] == wanted


def test_its_sentence_on_momentum_is_that_of_the_table():
    (row,) = (row for row in printed(TEXT)[0] if row[:3] == ["SGD", "+", "momentum"])
    assert 0 < int(row[-2]) < 5 and "hardly any step points against the one before" in TEXT


def test_the_table_of_the_landscape_has_its_columns_and_its_hikers():
    ((head, *rows),) = printed(LANDSCAPE)
    assert head == " ".join(landscape_words.COLUMNS).split()
    assert all(
        " ".join(row).startswith(one.name) for row, one in zip(rows, hikers([KEYS]), strict=True)
    )
    assert all(row[-3] == "%" and float(row[-2]) <= float(row[-1]) for row in rows)
    assert f"`--images` ({default('images')})" in LANDSCAPE
    assert f"on all {default('images')} images of the map" in re.sub(r"\s+", " ", LANDSCAPE)


def default(option):
    (found,) = (each for each in landscape.params if each.name == option)
    return found.default
