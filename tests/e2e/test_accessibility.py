"""Every page in both themes, looked at by axe: what a reader of screens or of weak contrasts would stumble over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, settled
from tests.waiting import PATIENCE
from ui.shared.pages import PAGES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

#: What axe calls minor stays: it is in Streamlit's own widgets, and hinders nobody.
SEVERE = ("moderate", "serious", "critical")
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


def _in_words(violation: dict) -> str:
    first = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}): {first['html'][:200]}: {first.get('failureSummary')}"
