"""What docs/hiker.md shows is what happens."""

import doctest
import re
from pathlib import Path

import numpy as np

from coursekit.hiker import verdict
from coursekit.hiker.exact_map import ExactMap
from coursekit.hiker.surfaces import SURFACES

PAGE = Path(__file__).parents[2] / "docs" / "hiker.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_example_is_true():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 6 and not result.failed


def test_its_table_has_every_surface_and_its_difficulty():
    for surface in SURFACES.values():
        assert f"| `{surface.name}` | {surface.difficulty}" in TEXT


def test_its_thresholds_are_those_of_the_verdict():
    assert f"zigzag > {verdict.WAVERS}, or back > {100 * verdict.TURNS:g} %" in TEXT
    assert (verdict.ARRIVED, verdict.CREEPS) == (1e-3, 0.5)


def test_its_numbers_of_the_digits_are_those_of_the_map():
    plain, ravine = ExactMap(), ExactMap(0.2)
    steep = [np.divide(*reversed(place.curvatures(0, 0))) for place in (plain, ravine)]
    assert round(steep[0]) == 2 and f"now it is {steep[1]:.0f} times" in TEXT
    right = np.mean((plain.features @ plain.minima[0] > 0) == plain.labels)
    assert f"it is {plain.lowest:.3f}, and {100 * right:.1f} % are right" in re.sub(
        r"\s+", " ", TEXT
    )
