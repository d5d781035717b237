"""Every page in both themes, looked at by axe: what a reader of screens or of weak contrasts would stumble over.

As a page is opened, and the fullest of what pages show once something was given or asked. A page follows its user from
one theme to the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.images import load_image
from emotion_core.inference import to_jpeg
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, choose, settled
from tests.new_runs import new_run
from tests.visuals.contrast import ENOUGH, contrast
from tests.waiting import PATIENCE
from ui.photos.samples import sample_photo
from ui.shared.pages import PAGES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

#: What axe calls minor stays: it is in Streamlit's own widgets, and hinders nobody.
SEVERE = ("moderate", "serious", "critical")
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
#: Colour and opacity of each text at a chart's axes, which axe does not look at, and the page's colour.
AXES = """() => {
  const ground = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor
  const texts = '.js-plotly-plot :is([class$=tick] text, [class$=title])'
  return [...document.querySelectorAll(texts)].map((text) => {
    const { fill, fillOpacity } = getComputedStyle(text)
    return [fill, fillOpacity, ground]
  })
}"""
#: Tables that are wider than their place have to be scrolled, which they cannot be by keyboard.
WIDE_TABLES = """() => [...document.querySelectorAll('[data-testid=stMarkdownContainer] table')]
  .filter((table) => table.scrollWidth > table.clientWidth).length"""
ADDRESSES = ["", *(page.path.split("_")[1].removesuffix(".py") for page in PAGES)]
#: A part of a page that runs again and again fades for a moment each time.
WITHOUT_FADING = "[data-testid=stElementContainer] { opacity: 1 !important; transition: none !important }"
#: Whether a page is dark.
IS_DARK = """() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor
  .match(/\\d+/g).every((channel) => channel < 128)"""


@pytest.fixture(scope="module")
def furnished(dashboard: Dashboard) -> Dashboard:
    """With a data set and a run to be shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
        add_dataset(synthetic_faces(60, seed=3), "drawn", "drawn")
        learned("first")
    return dashboard


@pytest.fixture(scope="module")
def page(browser: Browser, furnished: Dashboard) -> Iterator[Page]:
    """One browser for all of these."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    page.context.close()


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


def pressed(button: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=button).click()


def taught(page: Page) -> None:
    """A lesson of two classes, from photos."""
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Add photos", exact=True).click()
    photos = [{"name": f"{one}.jpg", "mimeType": "image/jpeg", "buffer": portrait(one)} for one in range(5)]
    for number, name in enumerate(("straight face", "wide smile"), start=1):
        if number > 1:
            choose(page, "Class", name.capitalize())
        sent = count(1)
        with page.expect_response(lambda one, sent=sent: one.request.method == "PUT" and next(sent) == len(photos)):
            page.locator("input[type=file]").first.set_input_files(photos)
        settled(page)
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("button", name=f"{number} {name} ({len(photos)})").wait_for()


def portrait(number: int) -> bytes:
    return to_jpeg(np.roll(load_image(sample_photo().data), 8 * number, axis=1))


#: What pages show later: the address, what is done there, and a text that is there then.
LATER: dict[str, tuple[str, Callable[[Page], None], str]] = {
    "photo": ("Predict?photo_sample=Portrait", settled, "What the network sees"),
    "crowd": ("Predict?photo_sample=50%20faces&photo_face=12", settled, "Face 12 of 50"),
    "run": ("Train?train_part=Runs&train_run=first", settled, "What the curves say"),
    "help": ("Predict", pressed("How this works"), "is calibrated"),
    "evaluation": ("Evaluate?evaluate_data=drawn", pressed("Evaluate on"), "Confusion matrix"),
    "lesson": ("Teach", taught, "accuracy on 10 faces"),
}


@pytest.mark.parametrize("address", ADDRESSES, ids=[address or "Home" for address in ADDRESSES])
def test_axe_finds_nothing_to_stumble_over(page: Page, dashboard: Dashboard, address: str):
    page.goto(f"{dashboard.address}/{address}")
    page.get_by_role("heading", level=1).wait_for()
    assert _found(page) == []


@pytest.mark.parametrize(("address", "does", "there"), LATER.values(), ids=LATER)
def test_nor_in_what_pages_show_later(
    page: Page, dashboard: Dashboard, address: str, does: Callable[[Page], None], there: str
):
    page.goto(f"{dashboard.address}/{address}")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    does(page)
    page.get_by_text(there).first.wait_for()
    assert _found(page) == []


def test_the_tables_of_a_card_fit_a_phone(browser: Browser, furnished: Dashboard):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{furnished.address}/Models")
    page.get_by_text("How good it is").wait_for()
    settled(page)
    page.get_by_text("All figures").click()
    page.get_by_text("In brackets").wait_for()
    assert page.locator("[data-testid=stMarkdownContainer] table").count() > 1
    assert page.evaluate(WIDE_TABLES) == 0
    page.context.close()


def test_text_beside_the_axes_of_charts_is_read(page: Page, dashboard: Dashboard):
    page.goto(f"{dashboard.address}/Train?train_part=Runs&train_run=first")
    page.locator(".js-plotly-plot .y4tick text").first.wait_for()  # of the last of four panels
    for theme in THEMES:
        in_theme(page, theme)
        found = {tuple(one) for one in page.evaluate(AXES)}
        assert found
        for ink, opacity, ground in found:
            colour, behind = np.array(_rgb(ink)), np.array(_rgb(ground))
            seen = float(opacity) * colour + (1 - float(opacity)) * behind
            assert contrast(_hexadecimal(seen), _hexadecimal(behind)) >= ENOUGH, (theme, ink, opacity, ground)


def in_theme(page: Page, theme: Theme) -> None:
    """Let the browser's user prefer a theme, which the page follows."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"dark => ({IS_DARK})() === dark", arg=theme == "dark")


def _found(page: Page) -> list[str]:
    """What axe says of a page once it is at rest, in both themes."""
    settled(page)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.add_style_tag(content=WITHOUT_FADING)
    found = []
    for theme in THEMES:
        in_theme(page, theme)
        violations = Axe().run(page).response["violations"]
        found += [f"{theme}: {_in_words(one)}" for one in violations if one["impact"] in SEVERE]
    return found


def _rgb(colour: str) -> list[float]:
    """Of "rgb(11, 18, 24)"."""
    return [float(channel) for channel in re.findall(r"[\d.]+", colour)[:3]]


def _hexadecimal(channels: np.ndarray) -> str:
    return "#" + "".join(f"{round(one):02x}" for one in channels)


def _in_words(violation: dict) -> str:
    first = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}): {first['html'][:200]}: {first.get('failureSummary')}"
