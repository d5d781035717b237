"""Every page in both themes, looked at by axe: what a reader of screens or of weak contrasts would stumble over."""

from __future__ import annotations

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
ADDRESSES = ["", *(page.path.split("_")[1].removesuffix(".py") for page in PAGES)]


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request, browser: Browser, dashboard: Dashboard) -> Iterator[Page]:
    """A browser whose user prefers one theme, and a data set to be shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
        if request.param == "light":
            add_dataset(synthetic_faces(60, seed=3), "drawn", "drawn")
    context = browser.new_context(color_scheme=request.param)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    context.close()


@pytest.mark.parametrize("address", ADDRESSES, ids=[address or "Home" for address in ADDRESSES])
def test_axe_finds_nothing_to_stumble_over(themed: Page, dashboard: Dashboard, address: str):
    themed.goto(f"{dashboard.address}/{address}")
    themed.get_by_role("heading", level=1).wait_for()
    settled(themed)
    themed.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    found = Axe().run(themed).response["violations"]
    assert [_in_words(one) for one in found if one["impact"] in SEVERE] == []


def test_text_beside_the_axes_of_charts_is_read(themed: Page, dashboard: Dashboard):
    themed.goto(f"{dashboard.address}/Dataset")
    themed.locator(".js-plotly-plot .ytick text").first.wait_for()
    found = {tuple(one) for one in themed.evaluate(AXES)}
    assert found
    for ink, opacity, ground in found:
        colour, page = np.array(_rgb(ink)), np.array(_rgb(ground))
        seen = float(opacity) * colour + (1 - float(opacity)) * page
        assert contrast(_hexadecimal(seen), _hexadecimal(page)) >= ENOUGH, (ink, opacity, ground)


def _rgb(colour: str) -> list[float]:
    """Of "rgb(11, 18, 24)"."""
    return [float(channel) for channel in re.findall(r"[\d.]+", colour)[:3]]


def _hexadecimal(channels: np.ndarray) -> str:
    return "#" + "".join(f"{round(one):02x}" for one in channels)


def _in_words(violation: dict) -> str:
    first = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}): {first['html'][:200]}: {first.get('failureSummary')}"
