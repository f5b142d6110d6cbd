"""The page in one file: template, style, data and scripts put together."""

import json
from importlib.resources import files

# In this order, since a class must be there before it is used.
SCRIPTS = (
    "optimizers.js",
    "surfaces.js",
    "logistic.js",
    "batches.js",
    "walk.js",
    "verdict.js",
    "landscapes.js",
    "canvas.js",
    "contours.js",
    "ground.js",
    "map.js",
    "curve.js",
    "walks.js",
    "prediction.js",
    "results.js",
    "selftest.js",
    "controls.js",
    "transport.js",
    "pointing.js",
    "page.js",
)

# What is no number is null in JSON, and none of the page's formulas may take it for 0.
READ = """const DATA = JSON.parse(document.getElementById("data").textContent, (_, value) =>
  value === null ? NaN : value,
);"""


def filled(content):
    """Gives the page as text: nothing in it is fetched from anywhere.

    Args:
        content: what `coursekit.hiker.page.content.content` gives.
    """
    here = files("coursekit.hiker.page")
    page = here.joinpath("template.html").read_text(encoding="utf-8")
    scripts = [here.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS]
    data = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    parts = {
        "style": here.joinpath("page.css").read_text(encoding="utf-8"),
        # neither "</script>" nor "<!--" may stand in a script
        "data": data.replace("<", "\\u003c"),
        "script": "\n".join([READ, *scripts]),
    }
    for name, text in parts.items():
        page = page.replace(f"{{{{ {name} }}}}", text)
    return page
