"""The page Teach in a real browser whose camera is a film of the sample portrait."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Error, Page, expect

from benchmarks.camera import film, launch_flags
from tests.clips_of_two import upside_down
from tests.e2e.conftest import Dashboard, choose, settled
from tests.pictures import png
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def page(
    browser_type: BrowserType, browser_type_launch_args: dict, dashboard: Dashboard, tmp_path: Path
) -> Iterator[Page]:
    """The page Teach in a browser that takes a film of the portrait for its camera's."""
    flags = launch_flags(film(tmp_path / "portrait.mjpeg", pictures=64))
    try:
        browser = browser_type.launch(**{**browser_type_launch_args, "args": flags})
    except Error as error:
        if "Executable doesn't exist" in str(error):
            pytest.skip("no browser: set CHROMIUM, install chromium, or run `playwright install chromium`")
        raise
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Teach")
    page.get_by_role("button", name="Begin").wait_for()
    yield page
    browser.close()


def test_taught_from_the_camera_and_from_photos_it_answers_live(page: Page, tmp_path: Path):
    page.get_by_role("textbox", name="Classes, one a line").fill("as it is\nupside down <b>")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("in its name")).to_be_visible()
    page.get_by_role("textbox", name="Classes, one a line").fill("as it is\nвверх дном")
    page.get_by_role("button", name="Begin").click()

    # The second class comes from photos, before the camera runs.
    photos = []
    for number in range(0, 60, 10):
        photos.append(tmp_path / f"{number}.png")
        photos[-1].write_bytes(png(upside_down(number)))
    settled(page)
    page.get_by_text("Add photos", exact=True).click()
    settled(page)
    choose(page, "Class", "Вверх дном")
    page.locator("input[type=file]").set_input_files(photos)
    expect(page.get_by_test_id("stFileChipName").first).to_be_visible()
    expect(page.get_by_test_id("stFileChipIconSpinner")).to_have_count(0)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="2 вверх дном (6)")).to_be_visible()

    # Buttons have the look of the dashboard's, and the colours of their classes, the first of which is #C55804.
    button = page.get_by_role("group", name="Hold to record").get_by_role("button").first
    mark = button.evaluate("button => getComputedStyle(button).borderLeftColor")
    assert mark == "rgb(197, 88, 4)"

    # The first by the key of its number, held while the camera shows it.
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("button", name="1 as it is (0)")).to_be_enabled()
    page.locator("iframe[title*=webrtc]").wait_for()
    expect(page.get_by_text("No face is visible")).to_have_count(0)
    page.get_by_role("heading", name="Teach").click()
    page.keyboard.down("1")
    expect(page.get_by_role("button", name=re.compile(r"^1 as it is \((?:[6-9]|\d\d+)\)$"))).to_be_visible()
    page.keyboard.up("1")

    expect(page.get_by_role("heading", name=re.compile(r"^As it is, \d+ %$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"accuracy on \d+ faces"))).to_be_visible()
    page.get_by_text("Keep as a model", exact=True).click()
    page.get_by_role("button", name="Keep the model").click()
    expect(page.get_by_text("The model is kept")).to_be_visible()
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()
