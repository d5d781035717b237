"""The page Evaluate in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.names import datasets_folder
from emotion_core.datasets.store import delete_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.models.registry import DEFAULT_MODEL
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, downloaded, settled
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)

NAME = "drawn to evaluate"


@pytest.fixture
def evaluate_page(page: Page, dashboard: Dashboard, monkeypatch) -> Iterator[Page]:
    """The page, ready, with a data set of drawn faces chosen, which is gone afterwards: other tests look for files."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(300, seed=5), NAME, "drawn")
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Evaluate?evaluate_data={NAME}")
    page.get_by_role("combobox", name="Models").wait_for()
    yield page
    delete_dataset(NAME)
    (datasets_folder() / f".{NAME}.lock").unlink(missing_ok=True)


def test_a_model_is_evaluated_looked_into_and_downloaded(evaluate_page: Page, tmp_path: Path):
    page = evaluate_page
    page.get_by_role("button", name="Evaluate on").click()
    expect(page.get_by_text("Against the data set's own labels", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    for part, heading in (("Calibration", "Risk–coverage"), ("Errors", "Most confident errors")):
        page.get_by_role("tab", name=part).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_role("tab", name="By emotion").click()
    page.get_by_role("radio", name="Precision").click()
    expect(page.get_by_text("Of the faces predicted so, the share that has this label.")).to_be_visible()

    name, data = downloaded(page, "Figures (JSON)")
    figures = json.loads(data)
    assert name == "evaluation-drawn-to-evaluate-validation.json"
    assert (figures["data"], figures["split"]) == (NAME, "validation")

    name, data = downloaded(page, "Report (HTML)")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    report = tmp_path / name
    report.write_bytes(data)
    page.goto(report.as_uri())
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(f"Evaluation on {NAME}, validation"))).to_be_visible()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_the_page_fits_a_phone(evaluate_page: Page):
    evaluate_page.set_viewport_size({"width": 390, "height": 844})
    start = evaluate_page.get_by_role("button", name="Evaluate on")
    parts = evaluate_page.get_by_role("tab", name="By emotion")
    expect(start.or_(parts).first).to_be_visible()
    if start.is_visible():
        start.click()
    expect(parts).to_be_visible()
    content, window = evaluate_page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert content <= window


def test_a_cell_of_the_confusion_matrix_and_an_error_lead_to_their_faces(evaluate_page: Page):
    page = evaluate_page
    start = page.get_by_role("button", name="Evaluate on")
    cells = page.get_by_test_id("stPlotlyChart").nth(1).locator(".heatmaplayer")
    expect(start.or_(cells).first).to_be_visible()
    if start.is_visible():
        start.click()
    expect(page.get_by_role("tab", name="Errors")).to_be_visible()
    cells.scroll_into_view_if_needed()
    settled(page)
    area = cells.bounding_box()
    assert area
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)  # the fourth of seven: happy
    told = f"These are the faces of validation labelled happy and predicted happy by {DEFAULT_MODEL}."
    expect(page.get_by_text(told)).to_be_visible()
    expect(page).to_have_url(re.compile("/Dataset"))

    settled(page)
    page.go_back()
    page.get_by_role("tab", name="Errors").click()
    expect(page).to_have_url(re.compile("/Evaluate"))
    page.get_by_role("button", name="Review").first.click()
    expect(page.get_by_role("dialog").get_by_role("img", name=re.compile(r"Face \d+, labelled"))).to_be_visible()
