"""The colours of the page: those of the figures, and legible in light and in dark."""

import re
from importlib.resources import files

import pytest

from coursekit.lab.contenders import CONTENDERS
from coursekit.plots.colours import OPTIMIZERS

STYLE = files("coursekit.hiker.page").joinpath("page.css").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in re.findall(r":root(?:\S*) \{(.*?)\}", STYLE, re.DOTALL))  # fmt: skip


def luminance(colour):
    """Of sRGB, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_in_light_the_hikers_have_the_colours_of_the_figures():
    assert {CONTENDERS[key].name: LIGHT[key] for key in CONTENDERS} == OPTIMIZERS


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_legible(theme):
    for text in ("ink", "soft", "good", "bad", "accent"):
        assert contrast(theme[text], theme["paper"]) >= 4.5, text


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_hikers_stand_out_from_the_line_round_them(theme):
    for key in CONTENDERS:
        assert contrast(theme[key], theme["paper"]) >= 3, key


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
