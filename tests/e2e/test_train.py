"""A run from a click on Start to a face recognised by what came of it, in a real browser with real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from emotion_core.runs.folder import STOP_FILE
from emotion_core.runs.history import read_history
from emotion_core.runs.status import read_status
from tests.e2e.conftest import Dashboard, choose, served, settled
from tests.waiting import PATIENCE, wait_until
from ui.photos.samples import sample_photo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

#: Milliseconds that a process of training may take to start, or to learn to its end, on a busy machine.
LONG = 240_000
NAME = "first steps"
EPOCHS = 8


@pytest.fixture
def train_page(page: Page, dashboard: Dashboard) -> Page:
    return opened(page, dashboard)


def opened(page: Page, dashboard: Dashboard) -> Page:
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Train")
    return page


@contextmanager
def held(run: Path) -> Iterator[None]:
    """The process of a run does nothing meanwhile."""
    process = psutil.Process(read_status(run).pid)
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def figure(page: Page, label: str):
    """The value below a label among the figures of a run."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def test_a_run_is_started_watched_stopped_resumed_and_its_network_used(train_page, dashboard, tmp_path):
    page = train_page
    page.get_by_role("button", name="Make 1,400 synthetic faces").click()
    name = page.get_by_role("textbox", name="Name of the run")
    name.fill(NAME)
    choose(page, "Network", "mini-xception")
    expect(name).to_have_attribute("placeholder", "mini-xception quick 1")
    expect(name).to_have_value(NAME)
    page.get_by_role("spinbutton", name="Epochs").fill(str(EPOCHS))
    page.get_by_role("spinbutton", name="Batch size").fill("128")
    page.get_by_role("button", name="Start training").dblclick()

    # Its curves grow.
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    run = dashboard.scratch / "workspace" / "runs" / NAME
    wait_until(lambda: read_history(run), LONG / 1000)
    with held(run):  # it would be done before the page has been opened anew
        expect(figure(page, "Epochs")).to_have_text(re.compile(rf"[1-9]\d* of {EPOCHS}"), timeout=LONG)
        curves = page.get_by_test_id("stPlotlyChart").filter(visible=True)
        expect(curves).to_have_count(1)
        for panel in ("Loss", "Accuracy", "Rate", "Seconds"):
            expect(curves.get_by_text(panel, exact=True)).to_be_visible()

        # It is there when another page was looked at and this one is opened anew, and stops when it is asked to.
        page.get_by_role("link", name="Home").click()
        page.goto(f"{dashboard.address}/Train")
        expect(page.get_by_role("heading", name=NAME)).to_be_visible()
        page.get_by_role("button", name="Stop training").click()
        wait_until((run / STOP_FILE).exists, PATIENCE)  # else it might learn to its end before it is told
    expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=LONG)
    expect(figure(page, "Epochs")).not_to_have_text(f"{EPOCHS} of {EPOCHS}")

    page.get_by_role("button", name="Resume").click()
    expect(figure(page, "Epochs")).to_have_text(f"{EPOCHS} of {EPOCHS}", timeout=LONG)
    expect(page.get_by_role("button", name="Use this model")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("What the curves say")).to_be_visible()
    expect(page.get_by_text("Confusion matrix")).to_be_visible()

    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_text("It is a model of your workspace")).to_be_visible()

    the_photo_page_answers_with_it(page, tmp_path / "portrait.png")
    settled(page)
    page.get_by_role("link", name="Train").first.click()
    a_cell_of_the_confusion_matrix_leads_to_its_faces(page)


def the_photo_page_answers_with_it(page: Page, portrait: Path) -> None:
    settled(page)  # the page is built anew with the model
    page.get_by_role("link", name="Try it on photos").click()
    portrait.write_bytes(sample_photo().data)
    page.locator("input[type=file]").set_input_files(portrait)
    expect(page.get_by_text(re.compile(f"Model: {NAME}"))).to_be_visible()


def a_cell_of_the_confusion_matrix_leads_to_its_faces(page: Page) -> None:
    cells = page.locator(".heatmaplayer")
    cells.scroll_into_view_if_needed()
    settled(page)
    area = cells.bounding_box()
    assert area
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)  # the fourth of seven: happy
    expect(page.get_by_text(f"faces of validation labelled happy and predicted happy by {NAME}")).to_be_visible()
    expect(page).to_have_url(re.compile("/Dataset"))


def test_a_run_goes_on_when_its_server_is_killed_and_two_browsers_see_it_at_the_next_one(browser, tmp_path):
    with served(tmp_path, tmp_path / "first.log") as (dashboard, server):
        page = opened(browser.new_page(), dashboard)
        page.get_by_role("button", name="Make 1,400 synthetic faces").click()
        choose(page, "Network", "mini-xception")
        name = page.get_by_role("textbox", name="Name of the run")
        expect(name).to_have_attribute("placeholder", "mini-xception quick 1")
        page.get_by_role("spinbutton", name="Epochs").fill("500")
        page.get_by_role("button", name="Start training").click()
        expect(figure(page, "Epochs")).to_have_text(re.compile(r"[1-9]\d* of 500"), timeout=LONG)
        server.kill()
        page.close()
    learned = len(read_history(tmp_path / "workspace" / "runs" / "mini-xception quick 1"))

    with served(tmp_path, tmp_path / "second.log") as (dashboard, _):
        one, other = (opened(browser.new_page(), dashboard) for _ in range(2))
        for page in (one, other):
            expect(page.get_by_role("heading", name="mini-xception quick 1")).to_be_visible()
            expect(page.get_by_role("button", name="Stop training")).to_be_visible()
            expect(page.get_by_role("link", name="Data sets")).to_be_visible()  # though Home has not been opened
        more = re.compile("|".join(f"^{number} of 500" for number in range(learned + 1, 501)))
        expect(figure(one, "Epochs")).to_have_text(more, timeout=LONG)
        one.get_by_role("button", name="Stop training").click()
        for page in (one, other):
            expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=LONG)
            page.close()
