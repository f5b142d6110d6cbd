"""A real browser for the tests of the page, and the page without what takes long."""

import functools
import shutil

import pytest
from selenium import webdriver

from coursekit.hiker.hikers import RATES as BEST
from coursekit.hiker.hikers import Hiker
from coursekit.hiker.page.content import content
from coursekit.hiker.page.filling import filled
from coursekit.hiker.page.network import network
from coursekit.hiker.page.references import references
from coursekit.lab.contenders import CONTENDERS

# Where nobody is at home, it must not ask anybody for anything.
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def data():
    """What the page is filled with; of the small CNN one short walk per optimizer, and one that fails."""
    walkers = [Hiker(CONTENDERS[key], rate) for key, rate in BEST.items()]
    walkers.insert(2, Hiker(CONTENDERS["momentum"], 1e9))
    return content(list(references()), network(lambda: None, walkers, epochs=1, size=7))


@pytest.fixture(scope="session")
def page(data, tmp_path_factory):
    file = tmp_path_factory.mktemp("eine Seite") / "explore ä.html"
    file.write_text(filled(data), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    binary = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("there is no chromium with its chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def formulas(chromium, page):
    """The browser with the page loaded once, for who only asks what it computes."""
    chromium.get(page.as_uri())
    return chromium


@pytest.fixture
def browser(chromium, page):
    """The browser with the page freshly loaded, 1440 pixels wide; afterwards it must have no complaint."""
    _look(chromium)
    chromium.get(page.as_uri())
    yield chromium
    assert chromium.get_log("browser") == []


@pytest.fixture
def look(browser):
    """Sets the width of the window in pixels, and what the reader prefers."""
    return functools.partial(_look, browser)


def _look(browser, width=1440, **features):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wishes = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wishes})
