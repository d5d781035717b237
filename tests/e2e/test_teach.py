"""The page Teach in a real browser whose camera shows one film after the other."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserType, Error, Page, expect

from benchmarks.camera import launch_flags
from tests.clips_of_two import smiling, upside_down
from tests.e2e.conftest import Dashboard, settled
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)
#: What the browser takes for its camera's; it is opened anew whenever the camera is started.
FILM = "camera.mjpeg"


@pytest.fixture
def page(
    browser_type: BrowserType, browser_type_launch_args: dict, dashboard: Dashboard, tmp_path: Path
) -> Iterator[Page]:
    """The page Teach in a browser that takes a film for its camera's, at first of the portrait as it is."""
    before_camera(smiling, tmp_path)
    flags = launch_flags(tmp_path / FILM)
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


def test_taught_from_two_clips_of_the_camera_it_answers_live_there_and_on_the_page_webcam(page: Page, tmp_path: Path):
    page.get_by_role("textbox", name="Classes, one a line").fill("as it is\nupside down <b>")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("in its name")).to_be_visible()
    page.get_by_role("textbox", name="Classes, one a line").fill("as it is\nвверх дном")
    page.get_by_role("button", name="Begin").click()

    # Buttons have the look of the dashboard's, and the colours of their classes, the first of which is #C55804.
    button = page.get_by_role("group", name="Hold to record").get_by_role("button").first
    mark = button.evaluate("button => getComputedStyle(button).borderLeftColor")
    assert mark == "rgb(197, 88, 4)"

    record(page, 1, "as it is")
    before_camera(upside_down, tmp_path)
    record(page, 2, "вверх дном")
    expect(page.get_by_role("heading", name=re.compile(r"^Вверх дном, \d+ %$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"accuracy on \d+ faces"))).to_be_visible()
    page.get_by_text("Keep as a model", exact=True).click()
    page.get_by_role("button", name="Keep the model").click()
    expect(page.get_by_text("The model is kept")).to_be_visible()
    expect(page.get_by_text("has learned from one person only")).to_be_visible()

    before_camera(smiling, tmp_path)
    settled(page)
    page.get_by_role("link", name="Use it live").click()
    expect(page.get_by_text(re.compile("^Model: taught"))).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Face 1 looks as it is, \d+ %$"))).to_be_visible()


def test_on_a_phone_the_buttons_to_hold_come_before_the_forms(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Begin").click()
    start = page.get_by_role("button", name="Start the camera").bounding_box()
    hold = page.get_by_role("group", name="Hold to record").bounding_box()
    photos = page.get_by_text("Add photos", exact=True).bounding_box()
    assert start["y"] < hold["y"] < photos["y"]


def record(page: Page, number: int, name: str) -> None:
    """Start the camera, anew if it runs, and hold a class's key until there are six faces of it."""
    if (stop := page.get_by_role("button", name="Stop the camera")).is_visible():
        stop.click()
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("button", name=f"{number} {name} (0)")).to_be_enabled()
    page.locator("iframe[title*=webrtc]").wait_for()
    page.get_by_role("heading", name="Teach").click()
    page.keyboard.down(str(number))
    enough = re.compile(rf"^{number} {name} \((?:[6-9]|\d\d+)\)$")
    expect(page.get_by_role("button", name=enough)).to_be_visible()
    page.keyboard.up(str(number))


def before_camera(picture: Callable[[int], np.ndarray], folder: Path) -> None:
    """Another film is what the camera takes when it is started the next time."""
    with (folder / "next").open("wb") as file:
        for number in range(0, 64, 2):
            Image.fromarray(picture(number)).save(file, "JPEG", quality=85)
    os.replace(folder / "next", folder / FILM)
