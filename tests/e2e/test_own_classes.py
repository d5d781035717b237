"""A set of drawn faces with three own classes through every page, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, choose, settled
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)
CLASSES = "happy -> cheerful\nneutral -> calm\nangry, disgusted, fearful, sad -> gloomy\nsurprised ->"
#: What a card says of its classes.
MADE = "What it is, and how it was made"
ORDER = "Output in the order: cheerful, calm, gloomy"


@pytest.fixture
def opened(page: Page, dashboard: Dashboard, monkeypatch):
    """Opens a page of a dashboard with the set "three"."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(210, seed=6), "seven", "drawn")
    derive("seven", "three", class_table_of(CLASSES))
    page.set_default_timeout(PATIENCE * 1000)

    def goto(address: str) -> Page:
        page.goto(f"{dashboard.address}/{address}")
        settled(page)
        return page

    return goto


def test_every_page_knows_them(opened):
    page = opened("Dataset?set=three")
    expect(page.get_by_role("heading", name=re.compile(r"\d+ faces"))).to_be_visible()
    expect(page.get_by_text("Cheerful").first).to_be_attached()
    learned_on_train(opened("Train"))
    used_on_photos_and_video(page)
    chosen_on_webcam(page)
    evaluated(page)
    page = opened("Models?model_card=few-shot%20three%201")
    expect(page.get_by_role("heading", name="few-shot three 1")).to_be_visible()
    page.get_by_text(MADE).click()
    expect(page.get_by_text(ORDER)).to_be_visible()
    expect(page.get_by_text("This model has learned from few faces: 133")).to_be_visible()


def learned_on_train(page: Page) -> None:
    choose(page, "Data set", "three")
    choose(page, "Network", "few-shot")
    expect(page.get_by_text("in 3 classes")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Start training").click()
    page.get_by_role("button", name="Use this model").wait_for()
    settled(page)
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text("It is a model of your workspace")).to_be_visible()
    settled(page)


def used_on_photos_and_video(page: Page) -> None:
    page.get_by_role("link", name="Try it on photos").click()
    page.get_by_role("button", name="Portrait").click()
    named = re.compile("cheerful|calm|gloomy", re.IGNORECASE)
    expect(page.get_by_role("heading", name=named)).to_be_visible()

    settled(page)
    page.get_by_role("link", name="Video").first.click()
    settled(page)
    page.get_by_role("button", name="Try a sample").click()
    expect(page.get_by_role("table", name="Segments")).to_be_visible()
    expect(page.locator(".legend")).to_contain_text("Cheerful")


def chosen_on_webcam(page: Page) -> None:
    """The one that was chosen reads the camera, too; how it does is tested where one is taught."""
    settled(page)
    page.get_by_role("link", name="Webcam").first.click()
    expect(page.get_by_text("Model: few-shot three 1.")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="About this model").click()
    page.get_by_role("dialog").get_by_text(MADE).click()
    expect(page.get_by_role("dialog").get_by_text(ORDER)).to_be_visible()
    page.keyboard.press("Escape")


def evaluated(page: Page) -> None:
    settled(page)
    page.get_by_role("link", name="Evaluate").first.click()
    choose(page, "Data set", "three")
    settled(page)
    page.get_by_role("button", name="Evaluate on").click()
    expect(page.get_by_role("tab", name="Errors")).to_be_visible()
    settled(page)
    cells = page.get_by_test_id("stPlotlyChart").nth(1).locator(".heatmaplayer")
    cells.scroll_into_view_if_needed()
    area = cells.bounding_box()
    assert area
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)  # the second of three
    expect(page.get_by_text("labelled calm and predicted calm by")).to_be_visible()
