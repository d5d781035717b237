"""What browsers do every day: back and forward, loading anew amid work, old links, narrow windows, long names."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from emotion_core.datasets import dataset_names
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.processes import process_mark
from emotion_core.runs.events import TRAINING
from emotion_core.runs.status import Status, write_status
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE
from tests.e2e.conftest import Dashboard, choose, settled
from tests.fer2013_files import fer2013_text
from tests.new_runs import new_run
from tests.waiting import PATIENCE, wait_until
from ui.models.manage import zipped
from ui.shared.pages import PAGES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)

ADDRESSES = ["", *(page.path.split("_")[1].removesuffix(".py") for page in PAGES)]
#: A window of 320 pixels, and one of 1280 by 800 at a zoom of 200 %.
SMALL, ZOOMED = {"width": 320, "height": 640}, {"width": 640, "height": 400}
#: As long as names may be; and longer, with signs that they may not have.
LONGEST = "表情数据集" * 4 + "تعابير الوجوه" * 2 + " names of 64 signs"
TOO_LONG = "😀" + "表情تعبير" * 10
MIXED = f"{LONGEST[:-1]}2"
#: Where what has the longest name is shown.
LONG_NAMED = {
    "Dataset": f"?set={quote(LONGEST)}",
    "Train": f"?train_part=Runs&train_run={quote(LONGEST)}",
    "Evaluate": f"?evaluate_data={quote(LONGEST)}&evaluate_models={quote(LONGEST)}",
}
#: By how much the page, or the part of it that scrolls, is wider than what is seen of it.
TOO_WIDE = """() => Math.max(...[document.scrollingElement, document.querySelector('[data-testid=stMain]')]
    .map((part) => part.scrollWidth - part.clientWidth))"""

#: What buttons say that is not seen to its end.
CUT = """() => [...document.querySelectorAll('[data-testid=stMain] button [data-testid=stMarkdownContainer]')]
    .filter((words) => words.scrollWidth > words.clientWidth + 1).map((words) => words.textContent)"""


@pytest.fixture(scope="module")
def furnished(dashboard: Dashboard) -> Iterator[Dashboard]:
    """The dashboard with sets, runs and a model, one of each with the longest name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(dashboard.scratch / "workspace"))
        for name in ("first", "second", LONGEST):
            add_dataset(synthetic_faces(21, seed=len(name)), name, "drawn")
            new_run(name, data="first")
        shutil.copytree(SHIPPED_MODELS / "seed-cnn", dashboard.scratch / "workspace" / "models" / LONGEST)
        yield dashboard


@pytest.fixture(scope="module")
def page(browser: Browser, furnished: Dashboard) -> Iterator[Page]:
    """One browser for all of these."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield page
    page.context.close()


def opened(page: Page, dashboard: Dashboard, address: str) -> None:
    """A page by its address, as a link or a bookmark leads to it."""
    page.goto(f"{dashboard.address}/{address}")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_function("window.historyKeeper")  # comes by itself, on a fresh server after the page
    settled(page)


def titled(page: Page, title: str) -> None:
    """Wait until another page is there, and has run."""
    page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
    settled(page)


def test_back_and_forward_lead_through_pages_and_choices(page: Page, furnished: Dashboard):
    opened(page, furnished, "")
    menu = page.get_by_test_id("stSidebarNavLink")
    menu.filter(has_text="Data sets").click()
    titled(page, "Data sets")
    choose(page, "Data set", "second")
    settled(page)
    for step, shown in ((page.go_back, "first"), (page.go_forward, "second"), (page.go_back, "first")):
        step()
        expect(page.get_by_role("combobox", name="Data set", exact=True)).to_have_value(shown)
        settled(page)
    page.go_back()
    titled(page, "Emotion dashboard")  # what a page shows at first is no step of its own

    menu.filter(has_text="Train").click()
    titled(page, "Train")
    page.get_by_role("radio", name="Runs").click()
    page.get_by_role("combobox", name="Run", exact=True).wait_for()
    settled(page)
    choose(page, "Run", "second")
    expect(page.get_by_role("heading", name="second")).to_be_visible()
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", name=LONGEST)).to_be_visible()
    settled(page)
    page.go_back()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()


def test_a_training_under_way_is_found_again_when_the_page_is_loaded_anew(page: Page, furnished: Dashboard):
    folder = new_run("under way", data="first")
    status = Status(
        state="running",
        run=folder.name,
        pid=os.getpid(),
        process_mark=process_mark(os.getpid()),
        heartbeat=time.time(),
        doing=TRAINING,
        epoch=2,
        epochs=20,
        batch=1,
        batches=5,
    )
    write_status(folder, status)
    opened(page, furnished, "Train")
    for _ in range(2):
        expect(page.get_by_role("heading", name=folder.name)).to_be_visible()
        expect(page.get_by_text("Epoch 2 of 20, batch 1 of 5")).to_be_visible()
        expect(page.get_by_role("button", name="Stop training")).to_be_visible()
        page.reload()
    write_status(folder, status.model_copy(update={"state": "stopped"}))
    expect(page.get_by_text("Stopped")).to_be_visible()


def test_an_import_under_way_is_found_again_when_the_page_is_loaded_anew(
    page: Page, furnished: Dashboard, tmp_path: Path
):
    path = tmp_path / "many faces.csv"
    path.write_text(fer2013_text(synthetic_faces(70)))
    opened(page, furnished, "Dataset")
    reading = import_held_up(page, path)
    for _ in range(2):
        expect(page.get_by_text("Importing many faces.csv")).to_be_visible()
        page.reload()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    reading.resume()
    expect(page.get_by_role("combobox", name="Data set", exact=True)).to_have_value("many faces")
    expect(page.get_by_role("heading", name="70 faces")).to_be_visible()


def test_an_import_that_ended_while_nobody_looked_is_what_the_page_shows_next(
    page: Page, furnished: Dashboard, tmp_path: Path
):
    path = tmp_path / "unseen faces.csv"
    path.write_text(fer2013_text(synthetic_faces(21)))
    opened(page, furnished, "Dataset?set=first")
    reading = import_held_up(page, path)
    page.goto("about:blank")
    reading.resume()
    reading.wait(PATIENCE)
    wait_until(lambda: "unseen faces" in dataset_names())
    opened(page, furnished, "Dataset?set=first")
    expect(page.get_by_text("21 faces are in the set unseen faces.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Data set", exact=True)).to_have_value("unseen faces")
    expect(page).to_have_url(re.compile(r"set=unseen"))


def import_held_up(page: Page, path: Path) -> psutil.Process:
    """Begin an import on the page Data sets; the process that reads it, which is suspended."""
    page.get_by_text("Import a data set").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Import", exact=True).click()
    reading = wait_until(reading_process)
    reading.suspend()
    return reading


def reading_process() -> psutil.Process | None:
    """The process that reads what is imported, once it is there."""
    found = psutil.Process().children(recursive=True)
    return next((one for one in found if "emotion_core.jobs.reading_process" in " ".join(one.cmdline())), None)


@pytest.mark.parametrize(
    ("address", "words", "way_on"),
    [
        ("Train?train_part=Runs&train_run=gone", "The run gone is gone", "Run"),
        ("Dataset?set=gone", "There is no data set 'gone' here, or no longer", "Data set"),
        ("Dataset?set=first&set_face=99999", "There is no face 99999 in this set", "Data set"),
        ("Evaluate?evaluate_data=gone", "There is no data set gone here, or no longer", "Data set"),
        ("Evaluate?evaluate_models=gone", "Not here, or no longer: gone", "Models"),
    ],
)
def test_a_link_to_what_is_gone_says_so_and_leads_on(
    page: Page, furnished: Dashboard, address: str, words: str, way_on: str
):
    opened(page, furnished, address)
    expect(page.get_by_test_id("stAlert").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("combobox", name=way_on, exact=True)).to_be_visible()


def test_no_page_scrolls_sideways_in_a_narrow_window(page: Page, furnished: Dashboard):
    wide = {}
    for address in ADDRESSES:
        page.set_viewport_size(SMALL)
        opened(page, furnished, f"{address}{LONG_NAMED.get(address, '')}")
        wide[f"{address} at 320 pixels"] = page.evaluate(TOO_WIDE)
        page.set_viewport_size(ZOOMED)
        wide[f"{address} at 200 %"] = page.evaluate(TOO_WIDE)
    assert {where: pixels for where, pixels in wide.items() if pixels > 0} == {}


def test_what_buttons_say_is_read_to_its_end_on_a_narrow_phone(page: Page, furnished: Dashboard):
    leaked = synthetic_faces(21)
    leaked.images[1] = leaked.images[0]
    leaked.table["split"] = ["train", *["test"] * 20]
    add_dataset(leaked, "leaked", "drawn")
    page.set_viewport_size(SMALL)
    opened(page, furnished, "Dataset?set=leaked")
    expect(page.get_by_role("button", name="Exclude the test images that are also in training")).to_be_visible()
    assert page.evaluate(CUT) == []


def test_pages_begin_where_the_window_does(page: Page, furnished: Dashboard):
    page.set_viewport_size({"width": 1280, "height": 900})
    above = {}
    for address in ADDRESSES:
        opened(page, furnished, address)
        title = page.get_by_role("heading", level=1).first.bounding_box()
        assert title is not None
        above[address] = title["y"]
    assert {where: pixels for where, pixels in above.items() if pixels > 64} == {}


def test_long_names_of_any_script_come_back_whole_and_what_is_not_allowed_is_said(page: Page, furnished: Dashboard):
    opened(page, furnished, "Dataset")
    page.get_by_text("Import a data set").click()
    page.get_by_text("Synthetic faces", exact=True).click()
    settled(page)
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill(TOO_LONG)
    page.get_by_role("button", name="Make", exact=True).click()
    expect(page.get_by_test_id("stAlert").filter(has_text="allowed are")).to_be_visible()
    expect(name).to_have_value(TOO_LONG)
    settled(page)
    name.fill(MIXED)
    page.get_by_role("button", name="Make", exact=True).click()
    expect(page.get_by_role("combobox", name="Data set", exact=True)).to_have_value(MIXED)

    opened(page, furnished, "Train?train_part=New%20run")
    name = page.get_by_role("textbox", name="Name of the run")
    name.fill(TOO_LONG)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_test_id("stAlert").filter(has_text="allowed are")).to_be_visible()
    expect(name).to_have_value(TOO_LONG)


def test_what_was_asked_for_a_change_closes_once_it_is_made(page: Page, furnished: Dashboard):
    page.set_viewport_size({"width": 1280, "height": 800})
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", furnished.scratch / "workspace" / "models" / "mine")
    opened(page, furnished, "Models?model_card=mine")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_role("textbox", name="New name").fill("ours")
    page.get_by_role("button", name="Rename it").click()
    expect(page.get_by_role("heading", name="ours", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Rename it")).to_be_hidden()
    settled(page)
    page.get_by_role("button", name="Import a model").click()
    model = {"name": "m.zip", "mimeType": "application/zip", "buffer": zipped(SHIPPED_MODELS / "seed-cnn")}
    page.locator("input[type=file]").set_input_files(model)
    page.get_by_role("textbox", name="Name", exact=True).fill("from a colleague")
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_role("heading", name="from a colleague", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Import it")).to_be_hidden()

    for name in ("third", "fourth"):
        add_dataset(synthetic_faces(21, seed=len(name)), name, "drawn")
    opened(page, furnished, "Dataset?set=third")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("third is deleted")).to_be_visible()
    expect(page.get_by_role("button", name="Delete it")).to_be_hidden()
