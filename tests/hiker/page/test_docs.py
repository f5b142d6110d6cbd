"""What docs/explore.md says is what the page does."""

import re
from pathlib import Path

import pytest

from coursekit.hiker.page.network import WALKERS
from coursekit.hiker.page.references import STEPS, WALKS
from coursekit.hiker.surfaces import SURFACES
from coursekit.models import mini_cnn

TEXT = (Path(__file__).parents[3] / "docs" / "explore.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s+", " ", TEXT)
NUMBERS = {12: "twelve", 30: "thirty"}


def limit(row, **numbers):
    """The limit that the table gives in this row, and the number that it comes to, if it says one."""
    (formula,) = re.findall(rf"^\| {re.escape(row)} \| (.*) \|$", TEXT, re.MULTILINE)
    formula, _, number = formula.partition(" = ")
    formula = formula.replace("−", "-").replace("₁", "_1")
    return eval(re.sub(r"(\d)([μβ])", r"\1*\2", formula), {}, numbers), number


@pytest.mark.parametrize("mu", [0.5, 0.9])
def test_its_limits_are_those_of_the_page(formulas, mu):
    sgd, momentum, nesterov, rmsprop = formulas.execute_script(
        """const [momentum] = arguments;
        return [new SGD(), new SGD({ momentum }), new SGD({ momentum, nesterov: true }), new RMSprop()]
          .map((one) => one.limit)""",
        mu,
    )
    assert limit("SGD")[0] == sgd
    assert limit("SGD with momentum μ", μ=mu)[0] == pytest.approx(momentum)
    assert limit("Nesterov", μ=mu)[0] == pytest.approx(nesterov)
    assert limit("RMSprop, in its own scale")[0] == rmsprop


def test_its_limit_of_adam_is_that_of_the_page(formulas):
    other, default = formulas.execute_script(
        "return [new Adam({ beta_1: 0.5 }), new Adam()].map((adam) => adam.limit)"
    )
    assert limit("Adam, in its own scale", β_1=0.5)[0] == pytest.approx(other)
    wanted, said = limit("Adam, in its own scale", β_1=0.9)
    assert wanted == pytest.approx(default) == pytest.approx(float(said))


def test_what_the_page_explains_has_the_same_limits(formulas):
    said = formulas.execute_script("return document.getElementById('explained').textContent")
    for formula in ("2 + 2μ", "(2 + 2μ) / (1 + 2μ)", "(2 + 2β₁) / (1 − β₁) = 38"):
        assert formula in said and f"| {formula} |" in TEXT


def test_its_rates_at_the_limit_of_the_ravine_are_true(formulas):
    curvature = SURFACES["ravine"].curvatures(0.0, 0.0)[1]
    limits = formulas.execute_script(
        """return [{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }].map((each) => new SGD(each).limit)"""
    )
    assert f"The curvature across is {curvature:g}, so" in FLAT
    for one in limits:
        (said,) = re.findall(rf"{one:.3g}/{curvature:g} = (\d\.\d+)", FLAT)
        assert float(said) == pytest.approx(one / curvature, rel=0.01)


def test_its_counts_are_those_of_the_walks():
    assert f"{len(WALKERS)} walks with the four optimizers" in FLAT
    assert f"{NUMBERS[len(WALKS)]} walks of {NUMBERS[STEPS]} steps" in FLAT
    assert f"Of {mini_cnn().count_params():,} dimensions" in FLAT
