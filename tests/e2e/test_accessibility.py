"""Every page in both themes, looked at by axe: what a reader of screens or of weak contrasts would stumble over.

As a page is opened, and the fullest of what pages show once something was given or asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, settled
from tests.new_runs import new_run
from tests.visuals.contrast import ENOUGH, contrast
from tests.waiting import PATIENCE
from ui.shared.pages import PAGES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

#: What axe calls minor stays: it is in Streamlit's own widgets, and hinders nobody.
SEVERE = ("moderate", "serious", "critical")
#: Colour and opacity of each text at a chart's axes, which axe does not look at, and the page's colour.
AXES = """() => {
  const ground = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor
  return [...document.querySelectorAll('.js-plotly-plot :is(.xtick, .ytick) text')].map((text) => {
    const { fill, fillOpacity } = getComputedStyle(text)
    return [fill, fillOpacity, ground]
  })
}"""
#: Tables that are wider than their place have to be scrolled, which they cannot be by keyboard.
WIDE_TABLES = """() => [...document.querySelectorAll('[data-testid=stMarkdownContainer] table')]
  .filter((table) => table.scrollWidth > table.clientWidth).length"""
ADDRESSES = ["", *(page.path.split("_")[1].removesuffix(".py") for page in PAGES)]
#: What pages show later: the address, the button that is pressed there, if any, and a text that is there then.
LATER = {
    "photo": ("Predict?photo_sample=Portrait", "", "What the network sees"),
    "crowd": ("Predict?photo_sample=50%20faces&photo_face=12", "", "Face 12 of 50"),
    "run": ("Train?train_part=Runs&train_run=first", "", "What the curves say"),
    "help": ("Predict", "How this works", "is calibrated"),
}


@pytest.fixture(scope="module")
def furnished(dashboard: Dashboard) -> Dashboard:
    """With a data set and a run to be shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
        add_dataset(synthetic_faces(60, seed=3), "drawn", "drawn")
        learned("first")
    return dashboard


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request, browser: Browser, furnished: Dashboard) -> Iterator[Page]:
    """A browser whose user prefers one theme."""
    context = browser.new_context(color_scheme=request.param)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    context.close()


def learned(name: str) -> None:
    """A run that is done, with the curves of five epochs."""
    known = {
        "event": "epoch",
        "accuracy": 0.5,
        "val_accuracy": 0.4,
        "learning_rate": 0.01,
        "seconds": 2.0,
        "best": True,
    }
    epochs = [{**known, "epoch": one, "loss": 2 * 0.9**one, "val_loss": 2 * 0.92**one} for one in range(1, 6)]
    (new_run(name, "done") / "metrics.jsonl").write_text("".join(json.dumps(one) + "\n" for one in epochs))


@pytest.mark.parametrize("address", ADDRESSES, ids=[address or "Home" for address in ADDRESSES])
def test_axe_finds_nothing_to_stumble_over(themed: Page, dashboard: Dashboard, address: str):
    themed.goto(f"{dashboard.address}/{address}")
    themed.get_by_role("heading", level=1).wait_for()
    assert _found(themed) == []


@pytest.mark.parametrize(("address", "press", "there"), LATER.values(), ids=LATER)
def test_nor_in_what_pages_show_later(themed: Page, dashboard: Dashboard, address: str, press: str, there: str):
    themed.goto(f"{dashboard.address}/{address}")
    themed.get_by_role("heading", level=1).wait_for()
    if press:
        settled(themed)
        themed.get_by_role("button", name=press).click()
    themed.get_by_text(there).first.wait_for()
    assert _found(themed) == []


def test_the_tables_of_a_card_fit_a_phone(browser: Browser, furnished: Dashboard):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{furnished.address}/Models")
    page.get_by_text("How good it is").wait_for()
    settled(page)
    assert page.locator("[data-testid=stMarkdownContainer] table").count() > 1
    assert page.evaluate(WIDE_TABLES) == 0
    page.context.close()


def test_text_beside_the_axes_of_charts_is_read(themed: Page, dashboard: Dashboard):
    themed.goto(f"{dashboard.address}/Dataset")
    themed.locator(".js-plotly-plot .ytick text").first.wait_for()
    found = {tuple(one) for one in themed.evaluate(AXES)}
    assert found
    for ink, opacity, ground in found:
        colour, page = np.array(_rgb(ink)), np.array(_rgb(ground))
        seen = float(opacity) * colour + (1 - float(opacity)) * page
        assert contrast(_hexadecimal(seen), _hexadecimal(page)) >= ENOUGH, (ink, opacity, ground)


def _found(page: Page) -> list[str]:
    """What axe says of a page once it is at rest."""
    settled(page)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    found = Axe().run(page).response["violations"]
    return [_in_words(one) for one in found if one["impact"] in SEVERE]


def _rgb(colour: str) -> list[float]:
    """Of "rgb(11, 18, 24)"."""
    return [float(channel) for channel in re.findall(r"[\d.]+", colour)[:3]]


def _hexadecimal(channels: np.ndarray) -> str:
    return "#" + "".join(f"{round(one):02x}" for one in channels)


def _in_words(violation: dict) -> str:
    first = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}): {first['html'][:200]}: {first.get('failureSummary')}"
