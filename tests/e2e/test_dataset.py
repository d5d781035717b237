"""The page of data sets in a real browser: a zip comes in, is looked through, corrected and exported."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import edits_of, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, choose, downloaded, settled
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


def test_a_zip_is_imported_looked_through_corrected_and_exported(dataset_page: Page, faces: Path):
    page = dataset_page
    page.locator("input[type=file]").set_input_files(faces)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="21 faces")).to_be_visible()
    expect(shown(page)).to_have_count(21)

    settled(page)  # while a page still runs, Streamlit may put its address back to what it was
    choose(page, "Emotion", "Sad")
    expect(shown(page)).to_have_count(3)
    expect(page).to_have_url(re.compile("set=my(%20|\\+)faces&set_emotion=Sad"))

    shown(page).first.click()
    dialog = page.get_by_role("dialog")
    number = face_in(dialog)
    dialog.get_by_role("button", name="Angry").click()
    expect(dialog.get_by_text("2 of 3")).to_be_visible()  # it goes on to the next face
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_text("As imported: sad, train")).to_be_visible()
    assert face_in(dialog) == number

    page.keyboard.press("u")
    expect(dialog.get_by_text("As imported: sad, train")).to_be_hidden()
    assert face_in(dialog) == number
    page.keyboard.press("x")
    expect(dialog.get_by_text("2 of 3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name=f"Face {number}:")).to_be_focused()  # where it was opened
    expect(page.get_by_role("heading", name="20 faces, 1 excluded")).to_be_visible()
    expect(page).to_have_url(re.compile("set=my(%20|\\+)faces(%20|\\+)corrected&set_emotion=Sad"))

    page.get_by_role("button", name="Export").click()
    name, data = downloaded(page, "Corrected labels as csv")
    assert name == "my faces corrected-labels.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert len(rows) == 21
    assert [row["label"] for row in rows if row["excluded"] == "True"] == ["sad"]
    assert rows[number]["excluded"] == "True"


def face_in(dialog: Locator) -> int:
    """The number of the face that the review shows."""
    found = re.match(r"Face (\d+), labelled", str(dialog.get_by_role("img").first.get_attribute("alt")))
    assert found
    return int(found[1])


def test_faces_are_corrected_with_keys_and_none_is_lost_or_done_to_another_face(
    page, dashboard: Dashboard, monkeypatch
):
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(21, seed=1), "keys", "drawn faces")
    page.set_default_timeout(PATIENCE * 1000)
    failed: list[Error] = []
    page.on("pageerror", lambda error: failed.append(error))
    page.goto(f"{dashboard.address}/Dataset?set=keys&set_face=0")
    dialog = page.get_by_role("dialog")

    def press(key: str, shows: str) -> None:
        page.keyboard.press(key)
        expect(dialog.get_by_text(shows)).to_be_visible()

    expect(dialog.get_by_text("1 of 21")).to_be_visible()
    given, splits = (open_dataset("keys").table[column] for column in ("label", "split"))
    for place in range(1, 11):  # faster than the page is drawn anew
        other = "2" if given[place - 1] == "angry" else "1"
        press(other, f"{place + 1} of 21")
    page.keyboard.press("s")
    press("1" if splits[10] == "test" else "3", "12 of 21")
    page.keyboard.press("/")
    page.keyboard.type("not", delay=10)
    press("Enter", "13 of 21")
    press("x", "14 of 21")
    press("Enter", "15 of 21")
    press("u", "13 of 21")
    settled(page)
    acts = edits_of("keys corrected").acts()
    assert [act.rows for act in acts] == [(row,) for row in range(12)]
    assert [(act.act, act.to) for act in acts[10:]] == [
        ("move", "train" if splits[10] == "test" else "test"),
        ("relabel", "nf"),
    ]
    assert {act.to for act in acts[:10]} == {"angry", "disgusted"}
    press("x", "14 of 21")
    page.keyboard.press("u")  # at once
    expect(dialog.get_by_text("13 of 21")).to_be_visible()
    settled(page)
    assert edits_of("keys corrected").acts() == acts
    assert failed == []


def test_a_review_that_a_link_has_opened_leaves_the_keyboard_at_the_pages_title(
    page, dashboard: Dashboard, monkeypatch
):
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(21, seed=1), "linked", "drawn faces")
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Dataset?set=linked&set_face=0")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 21")).to_be_visible()
    page.keyboard.press("x")
    expect(dialog.get_by_text("2 of 21")).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")  # nothing has opened the dialog to which it could go back
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_focused(timeout=4000)


def test_what_fails_in_the_review_is_said_in_it(page: Page, dashboard: Dashboard, monkeypatch):
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(21, seed=1), "broken", "drawn faces")
    derive("broken", "broken corrected")
    (dashboard.scratch / "workspace" / "datasets" / "broken corrected" / ".edits.jsonl.lock").mkdir()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Dataset?set=broken+corrected&set_face=0")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 21")).to_be_visible()
    page.keyboard.press("x")
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("Is a directory")
    settled(page)
    page.wait_for_timeout(500)  # the review would have gone on to the next face by now
    settled(page)
    expect(dialog.get_by_test_id("stAlert")).to_be_visible()
    expect(dialog.get_by_text("1 of 21")).to_be_visible()
    expect(dialog.get_by_text("Face 0 excluded")).to_be_hidden()
    assert edits_of("broken corrected").acts() == []


def test_many_faces_are_selected_and_labelled_at_once_and_the_map_leads_to_faces(
    page: Page, dashboard: Dashboard, monkeypatch
):
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(21, seed=1), "many", "drawn faces")
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Dataset?set=many")
    boxes = page.get_by_role("checkbox", name=re.compile("Select face"))
    expect(boxes).to_have_count(21)
    settled(page)
    boxes.nth(0).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("5 faces selected")).to_be_visible()
    page.get_by_role("button", name="Label as").click()
    page.get_by_text("Not a face", exact=True).last.click()
    undo = page.get_by_role("button", name="Undo: 5 faces labelled not a face")
    expect(undo).to_be_visible()
    acts = edits_of("many corrected").acts()
    assert [(act.act, act.rows, act.to) for act in acts] == [("relabel", (0, 1, 2, 3, 4), "nf")]
    settled(page)
    undo.click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    assert edits_of("many corrected").acts() == []

    settled(page)
    page.get_by_text("Map of the set").click()
    page.get_by_role("button", name="Make the map").click()
    expect(page.get_by_text("Draw around faces")).to_be_visible()
    settled(page)
    drawing = page.get_by_test_id("stPlotlyChart").last.locator(".nsewdrag")
    drawing.scroll_into_view_if_needed()
    area = drawing.bounding_box()
    assert area
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.03)]
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    expect(page.get_by_text("These are the faces selected on the map.")).to_be_visible()
    expect(page.get_by_text("1 to 21 of 21 faces")).to_be_visible()
