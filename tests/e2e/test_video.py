"""The page Video in a real browser."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.clips import grey_frames, write_clip
from tests.e2e.conftest import Dashboard, downloaded
from tests.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def video_page(page: Page, dashboard: Dashboard) -> Page:
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Video")
    page.get_by_role("button", name="Try a sample").wait_for()
    return page


def test_a_click_on_the_time_line_moves_the_player_and_what_was_seen_is_downloaded(video_page: Page):
    page = video_page
    page.get_by_role("button", name="Try a sample").click()
    expect(page.get_by_role("heading", name="People in the video")).to_be_visible()
    video, line = page.locator("video"), page.locator("canvas.time")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box is not None
    line.click(position={"x": 0.75 * box["width"], "y": 30})
    assert video.evaluate("(video) => video.currentTime") > 3

    there = video.evaluate("(video) => video.currentTime")
    line.press("Shift+ArrowLeft")
    assert video.evaluate("(video) => video.currentTime") == pytest.approx(there - 1, abs=0.1)

    line.press("+")
    line.press("+")
    line.press("End")  # the part that is shown goes where the video goes
    wait_until(lambda: page.locator(".player").evaluate("({player: {line, now}}) => line.shows(now) && now > 7"))
    line.press("Home")
    wait_until(lambda: page.locator(".player").evaluate("({player: {line, now}}) => line.shows(0) && now === 0"))

    check_whose_curves_are_shown(page)

    line.press("e")
    page.get_by_role("textbox", name=re.compile("Marker at")).fill("smile goes")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("listitem").filter(has_text="smile goes")).to_be_visible()
    name, data = downloaded(page, "Markers (CSV)")
    assert name == "sample-markers.csv" and data.decode("utf-8-sig").splitlines()[1].endswith("smile goes")

    name, data = downloaded(page, "Every frame (CSV)")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert name == "sample.csv" and len(rows) > 100
    assert {row["emotion"] for row in rows} > {"happy"}
    assert float(rows[1]["seconds"]) == pytest.approx(1 / 15, abs=0.001)


#: The player's data once more, with the sample's one person twice, the second time under another name.
WITH_A_SECOND_PERSON = """({player}) => {
  const [one] = player.data.persons
  player.update({...player.data, persons: [one, {...one, number: 2, name: "Second"}]}, player.sendMarker)
}"""


def check_whose_curves_are_shown(page: Page) -> None:
    """Up and down choose a person, as a click on a name does, and who reads by ear is told."""
    line = page.locator("canvas.time")
    page.locator(".player").evaluate(WITH_A_SECOND_PERSON)
    for key, name in (("ArrowDown", "Second"), ("ArrowDown", "Second"), ("ArrowUp", "Face 1"), ("ArrowUp", "Face 1")):
        line.press(key)
        expect(line).to_have_attribute("aria-valuetext", re.compile(f", curves of {name}$"))


def test_what_is_no_video_is_named_and_a_video_without_a_face_is_said_to_have_none(video_page: Page, tmp_path):
    page = video_page
    (tmp_path / "picture.mp4").write_bytes(b"no video at all")
    page.locator("input[type=file]").set_input_files(tmp_path / "picture.mp4")
    expect(page.get_by_text("picture.mp4 cannot be analysed")).to_be_visible()
    write_clip(tmp_path / "grey.mp4", grey_frames(80, 120, 160))
    page.locator("input[type=file]").set_input_files(tmp_path / "grey.mp4")
    expect(page.get_by_text("No face was found in this video.")).to_be_visible()
