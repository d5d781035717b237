"""The page of data sets in a real browser: a zip comes in, is looked through, corrected and exported."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from emotion_core.datasets.store import add_dataset, derive, edits_of
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, downloaded, settled
from tests.pictures import png
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def faces(tmp_path) -> Path:
    """A zip with a folder per emotion: 21 drawn faces."""
    drawn = synthetic_faces(21, seed=1)
    path = tmp_path / "my faces.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, (image, label) in enumerate(zip(drawn.images, drawn.table["label"], strict=True)):
            archive.writestr(f"train/{label}/{number:02d}.png", png(image))
    return path


@pytest.fixture
def dataset_page(page: Page, dashboard: Dashboard) -> Page:
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Dataset")
    expect(page.get_by_role("button", name="Make 1,400 synthetic faces")).to_be_visible()
    return page


def shown(page: Page):
    """The faces of the gallery."""
    return page.get_by_role("button", name=re.compile(r"^Face \d+:"))


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list, which closes by itself if the page moves below it, as it does while pictures come in."""
    for _ in range(10):
        page.get_by_role("combobox", name=label, exact=True).click()
        try:
            page.get_by_role("option", name=option, exact=True).click(timeout=5_000)
        except TimeoutError:
            continue
        return
    pytest.fail(f"the list {label} does not stay open")


def test_a_zip_is_imported_looked_through_corrected_and_exported(dataset_page: Page, faces: Path):
    page = dataset_page
    page.locator("input[type=file]").set_input_files(faces)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="21 faces")).to_be_visible()
    expect(shown(page)).to_have_count(21)

    choose(page, "Emotion", "Sad")
    expect(shown(page)).to_have_count(3)
    expect(page).to_have_url(re.compile("set=my(%20|\\+)faces&set_emotion=Sad"))

    shown(page).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name=re.compile("labelled sad"))).to_be_visible()
    dialog.get_by_role("radio", name="Angry", exact=True).or_(
        dialog.get_by_role("button", name="Angry", exact=True)
    ).click()
    expect(dialog.get_by_text("As imported: sad, train")).to_be_visible()
    number = re.search(r"set_face=(\d+)", page.url)
    assert number

    settled(page)  # the correction made another set, so all of the page runs anew
    dialog.get_by_role("button", name="Undo: face").click()
    expect(dialog.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    expect(dialog.get_by_text("As imported: sad, train")).to_be_hidden()
    dialog.get_by_role("button", name="Exclude", exact=True).click()
    expect(dialog.get_by_role("button", name="Include again")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", name="20 faces, 1 excluded")).to_be_visible()

    page.get_by_role("button", name="Export").click()
    name, data = downloaded(page, "Corrected labels as csv")
    assert name == "my faces corrected-labels.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert len(rows) == 21
    assert [row["label"] for row in rows if row["excluded"] == "True"] == ["sad"]
    assert rows[int(number[1])]["excluded"] == "True"


def test_an_undo_right_after_a_correction_takes_that_one_back(page: Page, dashboard: Dashboard, monkeypatch):
    """The second click comes while the page is still drawn anew for the first: what it says of before is no choice."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(7, seed=1), "quick", "drawn faces")
    derive("quick", "quick corrected")
    edits_of("quick corrected").exclude([6])
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Dataset?set=quick%20corrected&set_face=0")
    dialog = page.get_by_role("dialog")
    for label in ("Sad", "Happy", "Sad"):
        expect(dialog.get_by_role("button", name="Undo: face 6 excluded")).to_be_visible()
        settled(page)
        dialog.get_by_role("radio", name=label, exact=True).or_(
            dialog.get_by_role("button", name=label, exact=True)
        ).click()
        dialog.get_by_role("button", name="Undo: face").click()
        page.wait_for_timeout(500)  # both clicks are on their way
        settled(page)
        expect(dialog.get_by_role("button", name="Undo: face 6 excluded")).to_be_visible()
    settled(page)
    assert [act.act for act in edits_of("quick corrected").acts()] == ["exclude"]
