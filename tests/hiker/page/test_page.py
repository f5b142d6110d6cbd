"""The page as a reader uses it, in a real browser: controls, numbers, prediction, and access for all."""

import math
import re

import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from coursekit.hiker.hike import slight
from coursekit.hiker.page.references import KINDS, STEPS, WALKS, landscape
from coursekit.hiker.surfaces import SURFACES
from coursekit.hiker.verdict import verdict
from coursekit.hiker.walk import walk


def element(browser, name):
    return browser.find_element("id", name)


def open_tab(browser, name):
    element(browser, f"tab-{name}").click()


def choose_only(browser, key):
    for box in browser.find_elements("css selector", "[data-optimizer]"):
        if box.is_selected() != (box.get_attribute("data-optimizer") == key):
            box.click()


def results(browser):
    """What the table of results says: hiker → its numbers, with all their digits."""
    rows = browser.execute_script(
        "return [...document.querySelectorAll('#results tbody tr')].map((row) => ({...row.dataset}))"
    )
    return {row["hiker"]: row for row in rows}


def place(row):
    return float(row["x"]), float(row["y"])


def on_map(browser, across, down):
    """Clicks on the map, at these shares of its width and height."""
    canvas = element(browser, "map")
    size = canvas.size
    x, y = (across - 0.5) * size["width"], (down - 0.5) * size["height"]
    ActionChains(browser).move_to_element_with_offset(canvas, int(x), int(y)).click().perform()


def test_it_walks_the_paths_of_keras_and_says_so(browser):
    badge = element(browser, "self-test")
    assert badge.text.startswith("✓") and f"{len(WALKS)} walks" in badge.text
    assert f"over the first {STEPS} steps" in badge.text
    assert 0 < float(badge.get_attribute("data-difference")) < 1e-4


def test_an_altered_path_of_keras_is_shown_in_red(browser, page, data, tmp_path):
    text = page.read_text(encoding="utf-8")
    number = f"{data['references'][4]['path'][-1][1]}]]"
    assert text.count(number) == 1 and WALKS[4][:2] == ("rosenbrock", "adam")
    altered = tmp_path / "altered.html"
    altered.write_text(text.replace(number, f"{float(number[:-2]) + 0.01}]]"), encoding="utf-8")
    browser.get(altered.as_uri())
    badge = element(browser, "self-test")
    assert badge.get_attribute("data-passed") == "false"
    assert badge.text.startswith("✗") and "Adam on rosenbrock differs by" in badge.text
    assert badge.text.endswith("at step 30")


@pytest.mark.parametrize("wrong", ["point[0] + 0.01", "NaN", "Infinity"])
def test_every_reference_counts_in_the_self_test(browser, wrong):
    found = browser.execute_script(
        f"""return DATA.references.map((reference, k) => {{
          const path = reference.path.map((point, t) => t === 15 ? [{wrong}, point[1]] : point);
          const {{ passed, step }} = selfTest(DATA.references.with(k, {{ ...reference, path }}));
          return [passed, step];
        }})"""
    )
    assert found == [[False, 15]] * len(WALKS)


def test_what_was_not_compared_has_not_passed(browser):
    passed, none, hollow, words = browser.execute_script(
        """const [first, ...others] = DATA.references;
        const shown = document.createElement("p");
        const results = [DATA.references, [], [...others, { ...first, path: first.path.slice(0, 1) }]]
          .map((references) => selfTest(references).passed);
        DATA.references = [];
        showSelfTest(shown);
        return [...results, shown.textContent]"""
    )
    assert (passed, none, hollow) == (True, False, False)
    assert words.startswith("✗ Of the 0 walks of Keras") and words.endswith("0 could be compared")


SLIPS = {
    "no momentum": ("v[i] = mu * v[i] - alpha * g[i];", "v[i] = -alpha * g[i];"),
    "no look ahead": ("this.nesterov ? mu * v[i] - alpha * g[i] : v[i]", "v[i]"),
    "RMSprop's ε outside the root": ("Math.sqrt(s[i] + epsilon)", "(Math.sqrt(s[i]) + epsilon)"),
    "the ε of Algorithm 1": ("m[i]) / (Math.sqrt(v[i]) + epsilon)", "m[i]) / (Math.sqrt(v[i]) + epsilon * root)"),
    "no bias correction": ("(this.learning_rate * root) / begun", "this.learning_rate"),
    "a step counted late": ("this.t += 1;", "this.t += this.m[0] === 0 ? 1 : 0.999;"),
    "a slope of beale": ("3 * c * y ** 2", "2 * c * y ** 2"),
    "a slope that is no number": ("3 * c * y ** 2", "NaN * c"),  # not in the last walk
    "a slope of the digits": ("- this.labels[i];\n      sum[0]", "- this.labels[i] * 0.99;\n      sum[0]"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_wrong_formula_is_noticed(browser, page, tmp_path, slip):
    right, wrong = SLIPS[slip]
    text = page.read_text(encoding="utf-8")
    assert text.count(right) == 1
    altered = tmp_path / "altered.html"
    altered.write_text(text.replace(right, wrong), encoding="utf-8")
    browser.get(altered.as_uri())
    assert element(browser, "self-test").text.startswith("✗")


def test_every_tab_and_surface_opens_without_a_complaint(browser):
    # The fixture looks into the console.
    for tab in ("exact", "network", "invented"):
        open_tab(browser, tab)
        assert element(browser, f"tab-{tab}").get_attribute("aria-selected") == "true"
        assert results(browser)
    surfaces = Select(element(browser, "surface"))
    for option in [each.get_attribute("value") for each in surfaces.options]:
        surfaces.select_by_value(option)
        assert place(results(browser)["sgd"]) != landscape(option).start


def test_the_slider_changes_the_rate_and_the_walk(browser):
    before = results(browser)["sgd"]
    slider = element(browser, "rate-sgd")
    slider.send_keys(Keys.ARROW_LEFT)
    after = results(browser)["sgd"]
    assert element(browser, "rate-sgd-shown").text == "0.0631"  # a twentieth of a decade below
    assert place(before) != place(after)
    assert slider.get_attribute("aria-valuetext") == "0.0631"
    wanted = walk(landscape("ravine").function, KINDS["sgd"](0.0631), (-4.0, 1.0), 150)
    np.testing.assert_allclose(place(after), wanted[-1], atol=1e-5)


@pytest.mark.parametrize(
    "surface, key, settings",
    [
        ("himmelblau", "adam", {}),
        ("saddle", "rmsprop", {}),
        ("ravine", "momentum", {"momentum": 0.9}),
        ("beale", "sgd", {}),
    ],
)
def test_the_numbers_shown_are_those_of_keras(browser, surface, key, settings):
    where = landscape(surface)
    Select(element(browser, "surface")).select_by_value(surface)
    choose_only(browser, key)
    optimizer = KINDS[key](learning_rate=where.rates[key], **settings)
    path = walk(where.function, optimizer, where.start, 150)
    row = results(browser)[key]
    np.testing.assert_allclose(place(row), path[-1], rtol=1e-3, atol=1e-3)
    assert float(row["loss"]) == pytest.approx(float(where.heights(*path[-1])), rel=1e-2, abs=1e-5)


def test_momentum_and_nesterov_change_the_walk(browser):
    choose_only(browser, "momentum")
    places = [place(results(browser)["momentum"])]
    element(browser, "momentum").send_keys(Keys.ARROW_LEFT)
    places.append(place(results(browser)["momentum"]))
    element(browser, "nesterov").click()
    places.append(place(results(browser)["momentum"]))
    settings = [{"momentum": 0.9}, {"momentum": 0.89}, {"momentum": 0.89, "nesterov": True}]
    for found, setting in zip(places, settings):
        optimizer = KINDS["momentum"](learning_rate=0.02, **setting)
        wanted = walk(landscape("ravine").function, optimizer, (-4.0, 1.0), 150)[-1]
        np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_few_images_per_step_make_a_walk_of_the_seed(browser):
    open_tab(browser, "exact")
    choose_only(browser, "adam")
    whole = place(results(browser)["adam"])
    Select(element(browser, "batch")).select_by_value("4")
    first = place(results(browser)["adam"])
    seed = element(browser, "seed")
    seed.send_keys(Keys.CONTROL + "a" + Keys.NULL, "5", Keys.ENTER)
    other = place(results(browser)["adam"])
    seed.send_keys(Keys.CONTROL + "a" + Keys.NULL, "0", Keys.ENTER)
    assert place(results(browser)["adam"]) == first
    assert len({whole, first, other}) == 3


@pytest.mark.parametrize("key, rate", [("adam", 0.5), ("sgd", 15.8), ("momentum", 0.1)])
def test_round_the_minimum_its_words_are_those_of_python(browser, key, rate):
    where = landscape("digits")
    open_tab(browser, "exact")
    choose_only(browser, key)
    Select(element(browser, "batch")).select_by_value("1")
    for seed in range(6):
        path, losses, word = browser.execute_script(
            """const [key, rate, start, seed] = arguments;
            changed("walks", () => { state.rates[key] = rate; state.start = start; state.seed = seed; });
            const [hiker] = hikers();
            return [hiker.path, hiker.losses, document.querySelector("#results tbody tr").dataset.verdict]""",
            key,
            rate,
            where.minima[0],
            seed,
        )
        assert word == verdict(path, losses, where.lowest, slight(where)).word
        assert word != "diverges" and losses[-1] > losses[0]
        assert len(path) == 151
    assert browser.execute_script("return current().slight") == pytest.approx(slight(where))


def test_the_gauge_says_when_the_rate_is_beyond_its_limit(browser):
    choose_only(browser, "sgd")
    for keys, over in ((0, "false"), (1, "false"), (2, "true")):  # .072, .0794, .0891 times 25
        if keys:
            element(browser, "rate-sgd").send_keys(Keys.ARROW_RIGHT)
        gauge = browser.find_element("css selector", ".gauge")
        rate = float(element(browser, "rate-sgd-shown").text)
        assert float(gauge.get_attribute("data-value")) == pytest.approx(25 * rate, rel=1e-4)
        assert gauge.get_attribute("data-over") == over
    assert results(browser)["sgd"]["verdict"] == "diverges"
    assert "over" in browser.find_element("css selector", "#results tbody").text


def test_the_gauge_is_that_of_the_place_that_is_shown(browser):
    where = landscape("rosenbrock")
    Select(element(browser, "surface")).select_by_value("rosenbrock")
    choose_only(browser, "sgd")
    for step in (150, 149):
        assert element(browser, "time-shown").text == f"{step} of 150"
        gauge = browser.find_element("css selector", ".gauge")
        wanted = where.rates["sgd"] * where.curvatures(*place(results(browser)["sgd"]))[1]
        assert float(gauge.get_attribute("data-value")) == pytest.approx(wanted, rel=1e-6)
        element(browser, "time").send_keys(Keys.ARROW_LEFT)


def test_where_nobody_walks_the_page_says_so(browser):
    for box in browser.find_elements("css selector", "[data-optimizer]"):
        if box.is_selected():
            box.click()
    assert "Nobody walks: choose an optimizer." in element(browser, "results").text
    assert not element(browser, "play").is_enabled()
    assert not element(browser, "predict").is_enabled()
    assert (
        element(browser, "map")
        .get_attribute("aria-label")
        .endswith("Nobody walks: choose an optimizer.")
    )
    element(browser, "on-sgd").click()
    assert element(browser, "play").is_enabled() and element(browser, "predict").is_enabled()


def test_a_step_and_back(browser):
    element(browser, "reset").click()
    assert place(results(browser)["adam"]) == landscape("ravine").start
    assert "has not started" in element(browser, "results").text
    element(browser, "step").click()
    wanted = walk(landscape("ravine").function, KINDS["adam"](0.15), (-4.0, 1.0), 1)[-1]
    np.testing.assert_allclose(place(results(browser)["adam"]), wanted, rtol=1e-5)
    element(browser, "time").send_keys(Keys.ARROW_RIGHT)
    assert element(browser, "time-shown").text == "2 of 150"


def test_a_click_on_the_map_is_the_new_start(browser):
    before = place(results(browser)["sgd"])
    on_map(browser, 0.8, 0.3)
    start = [float(element(browser, f"start-{axis}").get_attribute("value")) for axis in "xy"]
    (left, right), (bottom, top) = landscape("ravine").limits
    assert left + 0.7 * (right - left) < start[0] < right and (bottom + top) / 2 < start[1] < top
    assert place(results(browser)["sgd"]) != before


def test_arrow_keys_on_the_map_move_the_start(browser):
    element(browser, "map").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_UP, Keys.ARROW_UP)
    start = [float(element(browser, f"start-{axis}").get_attribute("value")) for axis in "xy"]
    (left, right), (bottom, top) = landscape("ravine").limits
    wanted = -4 + 0.01 * (right - left), 1 + 0.02 * (top - bottom)
    np.testing.assert_allclose(start, wanted, rtol=1e-3)


def test_a_start_can_be_typed(browser):
    field = element(browser, "start-x")
    field.send_keys(Keys.CONTROL + "a" + Keys.NULL, "2", Keys.ENTER)
    choose_only(browser, "sgd")
    wanted = walk(landscape("ravine").function, KINDS["sgd"](0.072), (2.0, 1.0), 150)[-1]
    np.testing.assert_allclose(place(results(browser)["sgd"]), wanted, atol=1e-6)


def test_number_fields_show_what_is_kept(browser):
    def typed(name, text):
        element(browser, name).send_keys(Keys.CONTROL + "a" + Keys.NULL, text, Keys.ENTER)
        kept = browser.execute_script("return [state.start[0], state.seed]")
        return element(browser, name).get_attribute("value"), kept[name == "seed"]

    assert typed("start-x", "-1.23456") == ("-1.235", -1.235)
    assert typed("start-x", Keys.BACKSPACE) == ("-1.235", -1.235)
    open_tab(browser, "exact")
    Select(element(browser, "batch")).select_by_value("4")
    for text, seed in (("99999", 9999), ("1e300", 9999), ("-3", 0), ("7", 7)):
        assert typed("seed", text) == (str(seed), seed)


def test_a_start_beyond_the_map_is_put_to_its_edge(browser):
    choose_only(browser, "sgd")
    (left, _), (_, top) = landscape("ravine").limits
    for axis, far in (("x", "-100"), ("y", "1e9")):
        element(browser, f"start-{axis}").send_keys(Keys.CONTROL + "a" + Keys.NULL, far, Keys.ENTER)
    element(browser, "reset").click()
    assert place(results(browser)["sgd"]) == (left, top)
    assert float(element(browser, "start-x").get_attribute("value")) == left


def test_who_predicts_sees_the_walk_only_afterwards(browser, look):
    look(prefers_reduced_motion="reduce")
    choose_only(browser, "sgd")
    element(browser, "predict").click()
    assert "Where will SGD at 0.072 be after 50 steps?" in element(browser, "prediction").text
    assert place(results(browser)["sgd"]) == landscape("ravine").start
    assert not element(browser, "play").is_enabled() and not element(browser, "time").is_enabled()
    assert not element(browser, "all-steps").is_displayed()
    # Ten hundredths of the map to the right of the start, by the keys alone.
    element(browser, "map").send_keys(Keys.SHIFT, Keys.ARROW_RIGHT, Keys.NULL, Keys.ENTER)
    (left, right), _ = landscape("ravine").limits
    there = walk(landscape("ravine").function, KINDS["sgd"](0.072), (-4.0, 1.0), 50)[-1]
    apart = math.hypot(there[0] - (-4 + 0.1 * (right - left)), there[1] - 1)
    words = element(browser, "prediction").text
    assert float(re.search(r"and ([\d.]+) from your mark", words)[1]) == pytest.approx(
        apart, abs=0.01
    )
    assert element(browser, "time-shown").text == "50 of 150"
    np.testing.assert_allclose(place(results(browser)["sgd"]), there, atol=1e-5)


def only_the_start_is_seen(browser):
    """Whether nothing on the page tells of a step after the first."""
    curves = browser.execute_script(
        """let found;
        const own = drawCurves;
        drawCurves = (canvas, { walks }) => (found = walks.map((hiker) => hiker.losses.length));
        draw();
        drawCurves = own;
        return found"""
    )
    rows = results(browser).values()
    start = tuple(browser.execute_script("return state.start"))
    return (
        element(browser, "time-shown").text.startswith("0 of")
        and curves == [1]
        and [place(row) for row in rows] == [start]
        and element(browser, "words").get_attribute("textContent") == ""
        and not element(browser, "all-steps").is_displayed()
    )


def test_whatever_is_changed_while_asked_the_answer_stays_hidden(browser):
    WebDriverWait(browser, 5).until(
        lambda _: element(browser, "words").get_attribute("textContent")
    )
    element(browser, "predict").click()
    assert only_the_start_is_seen(browser)
    changes = [
        lambda: element(browser, "rate-sgd").send_keys(Keys.ARROW_LEFT),
        lambda: Select(element(browser, "surface")).select_by_value("beale"),
        lambda: open_tab(browser, "exact"),
        lambda: element(browser, "scaled").click(),
        lambda: open_tab(browser, "network"),
        lambda: open_tab(browser, "invented"),
    ]
    for change in changes:
        change()
        assert "Where will SGD" in element(browser, "prediction").text
        assert only_the_start_is_seen(browser)


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_a_prediction_can_be_given_up(browser, how):
    element(browser, "predict").click()
    assert "only the first is asked for" in element(browser, "prediction").text
    if how == "button":
        element(browser, "predict").click()
    else:
        element(browser, "map").send_keys(Keys.ESCAPE)
    assert element(browser, "prediction").text == ""
    assert element(browser, "play").is_enabled()


def test_play_walks_step_by_step(browser):
    element(browser, "reset").click()
    element(browser, "play").click()
    seen = set()

    def far_enough(_):
        seen.add(int(element(browser, "time").get_attribute("value")))
        return max(seen) >= 20

    WebDriverWait(browser, 10, poll_frequency=0.02).until(far_enough)
    assert len(seen) > 3 and max(seen) < 150
    element(browser, "play").click()
    assert element(browser, "play").text == "▶ Play"


@pytest.mark.parametrize("asked", [False, True])
def test_what_is_played_is_not_read_aloud_at_every_step(browser, asked):
    # <output> and role="status" are live without saying so.
    browser.execute_script(
        """window.read = [];
        const live = "output, [role=status], [role=alert], [role=log], [aria-live]";
        const observer = new MutationObserver((changes) => read.push(...changes.map(({ target }) => target.id)));
        for (const part of document.querySelectorAll(live)) {
          if (part.ariaLive !== "off") observer.observe(part, { childList: true, characterData: true, subtree: true });
        }"""
    )
    if asked:
        element(browser, "predict").click()
        element(browser, "map").send_keys(Keys.ENTER)
    else:
        element(browser, "reset").click()
        element(browser, "play").click()
    WebDriverWait(browser, 10, poll_frequency=0.02).until(
        lambda _: int(element(browser, "time").get_attribute("value")) >= 20
    )
    read = browser.execute_script("return read")
    assert read.count("prediction") == (2 if asked else 0) and set(read) <= {"prediction"}


def test_numbers_beside_their_sliders_are_not_live(browser):
    outputs = browser.find_elements("tag name", "output")
    assert len(outputs) == 6
    assert {each.get_attribute("aria-live") for each in outputs} == {"off"}


def test_who_wants_no_motion_sees_the_end_at_once(browser, look):
    look(prefers_reduced_motion="reduce")
    element(browser, "reset").click()
    element(browser, "play").click()
    assert element(browser, "time-shown").text == "150 of 150"


def test_a_hiker_that_leaves_all_numbers_is_said_to(browser):
    choose_only(browser, "sgd")
    slider = element(browser, "rate-sgd")
    slider.send_keys(Keys.END)
    assert element(browser, "rate-sgd-shown").text == "100"
    assert results(browser)["sgd"]["verdict"] == "diverges"
    assert "not finite" in element(browser, "results").text


def test_the_network_is_stepped_over_as_it_was_walked(browser, data):
    open_tab(browser, "network")
    assert not element(browser, "start-x").is_displayed()
    choose_only(browser, "momentum")
    kept = data["network"]["hikers"]["momentum"]
    row = results(browser)["momentum"]
    assert place(row) == tuple(kept[0]["path"][-1])
    assert float(row["loss"]) == kept[0]["losses"][-1]
    for _ in range(3):
        element(browser, "time").send_keys(Keys.ARROW_LEFT)
    assert place(results(browser)["momentum"]) == tuple(kept[0]["path"][-4])


def test_the_other_rate_of_the_network_has_left_all_numbers(browser):
    open_tab(browser, "network")
    choose_only(browser, "momentum")
    element(browser, "rate-momentum").send_keys(Keys.ARROW_RIGHT)
    assert results(browser)["momentum"]["verdict"] == "diverges"
    assert "off the map" in element(browser, "results").text


@pytest.mark.parametrize("where, is_away", [("above its edge", 1), ("on it", 0), ("beside it", 1)])
def test_who_is_off_the_map_has_a_hollow_mark(browser, where, is_away):
    fill, x, y, words, cell = browser.execute_script(
        """const [where, away] = arguments;
        const [, top] = DATA.network.limits[1];
        const path = [[0, 0], [0, where === "above its edge" ? top + 1 : 0]];
        const hiker = { path, away: [0, away], hidden: [0, 0.9], colour: "own", marker: "circle" };
        document.getElementById("tab-network").click();
        let drawn, words = "";
        const own = mark;
        mark = (_, kind, x, y, size, fill) => (drawn = [fill, x, y]);
        const pen = { strokeText() {}, fillText: (text) => (words = text) };
        view.map.drawHead(pen, hiker, 1, "paper", "ink", [view.map.toScreen([0, 0])]);
        mark = own;
        return [...drawn, words, onTheMap(hiker, 1)]""",
        where,
        is_away,
    )
    assert fill == ("paper" if is_away else "own")
    assert words == ("off the map" if where == "above its edge" else "")
    assert cell.startswith("off the map") == bool(is_away)
    if where != "above its edge":  # it is where it is, whoever else is there
        there = browser.execute_script("return view.map.toScreen([0, 0])")
        assert [x, y] == pytest.approx(there)


def test_what_is_off_the_map_is_drawn_dashed_and_without_dots(browser):
    lines, dots = browser.execute_script(
        """const lines = [];
        let steps, dash, dots = 0;
        const pen = {
          beginPath: () => (steps = []), moveTo: () => steps.push(0), lineTo: () => steps.push(1),
          setLineDash: (given) => (dash = given.length > 0), arc() {}, fill: () => dots++,
          stroke() { lines.push([this.strokeStyle, dash, steps]); },
        };
        const path = [[0, 0], [1, 0], [2, 0], [2, 1], [2, 0]];
        view.map.drawPath(pen, { path, away: [0, 1, 1, 0, 0], colour: "own" }, 4, "paper");
        return [lines.map(([colour, ...rest]) => [colour === themeColour("soft") ? "grey" : colour, ...rest]), dots]"""
    )
    assert lines == [
        ["paper", False, [0, 1, 1, 1, 1]],
        ["grey", True, [0, 1, 1, 1]],
        ["own", False, [0, 1]],
    ]
    assert dots == 3


GROUND = """const { width, height } = view.map.canvas;
const picture = () => {
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(view.map.canvas, 0, 0);
  return context.getImageData(0, 0, width, height).data;
};
const same = (a, b) => a.filter((value, i) => value === b[i]).length / a.length;
const walked = picture();
view.map.draw({ walks: [], step: 0, start: state.start, minima: [] });
return same(walked, picture())"""


@pytest.mark.parametrize("surface", [*SURFACES, "digits"])
@pytest.mark.parametrize("key", ["sgd", "momentum"])
def test_who_leaves_the_map_does_not_cover_it(browser, surface, key):
    if surface == "digits":
        open_tab(browser, "exact")
    else:
        Select(element(browser, "surface")).select_by_value(surface)
    choose_only(browser, key)
    slider = element(browser, f"rate-{key}")
    for position in range(-24, 41, 3):  # from 0.05, over the rates at which some walk ends far away
        browser.execute_script(
            "changed('walks', () => (state.rates[arguments[0]] = rateAt(arguments[1])))",
            key,
            position,
        )
        assert browser.execute_script(GROUND) > 0.5, position
    slider.send_keys(Keys.END)
    assert browser.execute_script(GROUND) > 0.5


def test_a_line_is_cut_where_it_is_far_from_the_map(formulas):
    pieces = formulas.execute_script(
        """return [
          cut([0, 0], [3, 4]), cut([0, 0], [1e140, 1e140]), cut([-1e9, 5], [1e9, 5]),
          cut([2e4, 0], [2e4, 9]), cut([1e5, 0], [0, 1e6]), cut([0, 0], [NaN, 1]),
        ]"""
    )
    far = 1e4
    assert pieces[0] == [[0, 0], [3, 4]]
    np.testing.assert_allclose(pieces[1], [[0, 0], [far, far]])
    np.testing.assert_allclose(pieces[2], [[-far, 5], [far, 5]])
    assert pieces[3:] == [None, None, None]


def test_the_mark_of_who_left_all_numbers_stays_on_the_curve(browser):
    choose_only(browser, "sgd")
    element(browser, "rate-sgd").send_keys(Keys.END)
    browser.execute_script(
        "window.marks = []; mark = (_, kind, x, y) => marks.push([x, y]); draw()"
    )
    marks = browser.execute_script("return marks")
    assert len(marks) == 2 and np.isfinite(np.array(marks, float)).all()


def test_who_left_all_numbers_is_said_so_in_gauge_and_prediction(browser, look):
    look(prefers_reduced_motion="reduce")
    choose_only(browser, "sgd")
    Select(element(browser, "surface")).select_by_value("rosenbrock")
    element(browser, "rate-sgd").send_keys(Keys.END)
    assert "left all numbers" in element(browser, "results").text
    element(browser, "predict").click()
    element(browser, "map").send_keys(Keys.ENTER)
    assert element(browser, "prediction").text == "After 50 steps SGD has left all numbers."


def test_the_walks_are_a_table_as_well(browser):
    choose_only(browser, "sgd")
    element(browser, "all-steps").find_element("tag name", "summary").click()
    rows = element(browser, "steps").text.replace("−", "-").splitlines()
    wanted = walk(landscape("ravine").function, KINDS["sgd"](0.072), (-4.0, 1.0), 150)
    step, x, _, _, gauge = map(float, next(row for row in rows if row.startswith("30 ")).split())
    assert step == 30 and x == pytest.approx(wanted[30][0], rel=0.01)
    assert gauge == pytest.approx(25 * 0.072)
    assert rows[-1].startswith("150 ")


def test_the_table_of_the_network_ends_at_its_last_step(browser, data):
    open_tab(browser, "network")
    choose_only(browser, "sgd")
    element(browser, "all-steps").find_element("tag name", "summary").click()
    kept = data["network"]["hikers"]["sgd"][0]
    *_, before, last = element(browser, "steps").text.splitlines()
    assert before.startswith("30 ") and last.startswith("37 ")
    assert last.endswith(f" {round(100 * kept['hidden'][-1])} %")


def test_tabs_are_changed_by_arrow_keys(browser):
    element(browser, "tab-invented").send_keys(Keys.ARROW_LEFT)
    assert element(browser, "tab-network").get_attribute("aria-selected") == "true"
    assert browser.switch_to.active_element == element(browser, "tab-network")
    for key, tab in (
        (Keys.ARROW_RIGHT, "invented"),
        (Keys.END, "network"),
        (Keys.HOME, "invented"),
        (Keys.ARROW_RIGHT, "exact"),
    ):
        browser.switch_to.active_element.send_keys(key)
        assert browser.switch_to.active_element == element(browser, f"tab-{tab}")


def test_who_comes_back_to_a_landscape_finds_the_rates_of_before(browser):
    element(browser, "rate-sgd").send_keys(Keys.ARROW_LEFT)
    open_tab(browser, "network")
    open_tab(browser, "invented")
    assert element(browser, "rate-sgd-shown").text == "0.0631"


def test_a_click_on_the_numbers_of_an_axis_moves_nothing(browser):
    before = browser.execute_script("return state.start")
    on_map(browser, 0.5, 0.99)
    on_map(browser, 0.01, 0.5)
    assert browser.execute_script("return state.start") == before


def test_what_is_read_aloud_is_not_written_anew_where_it_stays_the_same(browser):
    WebDriverWait(browser, 5).until(
        lambda _: element(browser, "words").get_attribute("textContent")
    )
    changes = browser.execute_async_script(
        """const done = arguments[0];
        let changes = 0;
        new MutationObserver(() => changes++).observe(element("words"), { childList: true });
        window.dispatchEvent(new Event("resize"));
        setTimeout(() => done(changes), 800)"""
    )
    assert changes == 0


def test_optimizers_are_large_enough_for_a_finger(browser, look):
    look(360)
    element(browser, "on-momentum").click()
    for label in browser.find_elements("css selector", "#optimizers label.tick"):
        assert label.size["height"] >= 40


@pytest.mark.parametrize("tab", ["invented", "exact", "network"])
def test_everything_that_can_be_used_has_a_name(browser, tab):
    open_tab(browser, tab)
    browser.execute_cdp_cmd("Accessibility.enable", {})
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    usable = {"button", "checkbox", "slider", "spinbutton", "combobox", "tab", "application"}
    names = [
        node["name"]["value"].strip()
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in usable
    ]
    assert len(names) > 14 and all(names)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("tab", ["invented", "exact", "network"])
def test_nothing_is_wider_than_the_window(browser, look, tab, width):
    look(width)
    open_tab(browser, tab)
    for box in browser.find_elements("css selector", "[data-optimizer]"):
        if not box.is_selected():
            box.click()
    whole, window = browser.execute_script(
        "const page = document.documentElement; return [page.scrollWidth, page.clientWidth]"
    )
    assert whole == window and width - 20 < window <= width  # but for a scroll bar


def test_on_paper_it_is_light(browser, look):
    look(prefers_color_scheme="dark")
    ask = "return [themeColour('ink'), themeColour('paper'), getComputedStyle(document.body).backgroundColor]"
    assert browser.execute_script(ask) == ["#e8ecf0", "#12161b", "rgb(18, 22, 27)"]
    drawn = browser.execute_script(
        """let drawn;
        const own = drawCurves;
        drawCurves = (canvas, { walks }) => (drawn = walks.map((hiker) => hiker.colour));
        window.dispatchEvent(new Event("beforeprint"));
        drawCurves = own;
        return drawn"""
    )
    assert drawn == ["#CC79A7", "#D55E00"]
    assert browser.execute_script(ask) == ["#1d2329", "#ffffff", "rgb(255, 255, 255)"]
    browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script(ask)[0] == "#e8ecf0"


def test_on_paper_the_table_of_four_walks_is_whole(browser, look):
    for box in browser.find_elements("css selector", "[data-optimizer]"):
        if not box.is_selected():
            box.click()
    element(browser, "all-steps").find_element("tag name", "summary").click()
    paper = 718  # A4 less the margins, in CSS pixels
    look(width=paper)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    wide, bound = browser.execute_script(
        """const table = document.getElementById("steps"), box = table.parentElement;
        return [table.getBoundingClientRect().right, getComputedStyle(box).maxHeight]"""
    )
    assert wide <= paper and bound == "none"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_it_fetches_nothing(browser):
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_places_on_the_map_are_where_its_axes_say(formulas):
    (left, right), (bottom, top) = landscape("ravine").limits
    back, corners = formulas.execute_script(
        """const map = new LandscapeMap(document.createElement("canvas"));
        Object.assign(map, { limits: arguments[0], size: { inner: 600, across: 400 } });
        return [
          [[-4, 1], [0.5, -0.7], [2, 1.2]].map((point) => map.fromScreen(...map.toScreen(point))),
          arguments[1].map((corner) => map.toScreen(corner)),
        ]""",
        [[left, right], [bottom, top]],
        [[left, top], [right, bottom], [(left + right) / 2, (bottom + top) / 2]],
    )
    np.testing.assert_allclose(back, [[-4, 1], [0.5, -0.7], [2, 1.2]])
    np.testing.assert_allclose(corners, [[44, 10], [644, 410], [344, 210]])


def test_a_start_is_where_it_was_clicked_and_drawn_there(browser):
    canvas = element(browser, "map")
    on_map(browser, 0.7, 0.4)
    x, y = browser.execute_script("return view.map.toScreen(state.start)")
    assert x == pytest.approx(0.7 * canvas.size["width"], abs=2)
    assert y == pytest.approx(0.4 * canvas.size["height"], abs=2)


def heights_on_the_curve(browser, losses):
    """How far below the top, in pixels, the curve draws each of these losses."""
    return browser.execute_script(
        """const [losses] = arguments;
        const own = mark;
        const found = [];
        mark = (_, kind, x, y) => found.push(y);
        const walks = [{ losses, marker: "circle", colour: "#000000" }];
        losses.forEach((_, step) => drawCurves(element("curve"), { walks, step, steps: losses.length - 1 }));
        mark = own;
        draw();
        return found""",
        losses,
    )


@pytest.mark.parametrize("losses", [[100, 10, 1], [3, 2, 1], [1, 0, -1]])
def test_the_curve_of_a_loss_that_falls_goes_down_evenly(browser, losses):
    top, middle, bottom = heights_on_the_curve(browser, losses)
    assert 10 <= top < middle < bottom <= 200
    if losses != [3, 2, 1]:  # too much alike for a step of the same size in their logarithm
        assert middle == pytest.approx((top + bottom) / 2)


@pytest.mark.parametrize("losses", [[0.7, 0.6999], [0.0104, 0.0103], [5e-7, 4.9e-7], [0.1, -0.1]])
def test_the_curve_has_numbers_and_who_creeps_looks_like_it(browser, losses):
    texts = browser.execute_script(
        """const [losses] = arguments;
        const pen = CanvasRenderingContext2D.prototype;
        const own = pen.fillText;
        const texts = [];
        pen.fillText = function (text, ...place) {
          if (this.textAlign === "right") texts.push(text);
          own.call(this, text, ...place);
        };
        drawCurves(element("curve"), { walks: [{ losses, marker: "circle", colour: "#000000" }], step: 1, steps: 1 });
        pen.fillText = own;
        return texts""",
        losses,
    )
    assert len(texts) >= 2 and len(set(texts)) == len(texts)
    first, last = heights_on_the_curve(browser, losses)
    if losses[1] > 0:
        assert 0 < last - first < 20  # of about 180 pixels


def test_the_table_says_how_much_the_map_of_the_network_hides(browser, data):
    open_tab(browser, "network")
    choose_only(browser, "sgd")
    hidden = data["network"]["hikers"]["sgd"][0]["hidden"][-1]
    assert f"{round(100 * hidden)} % hidden" in element(browser, "results").text
