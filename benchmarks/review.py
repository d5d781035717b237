"""How fast thousands of labels are corrected, and how the map of a large set is to work with, in a real browser.

    python -m benchmarks --only review

Promised, with the whole of FER-2013 imported and open, on two cores: 1,000 faces are reviewed by keys in at most 1.2 s
a face, from the key to the next face on the screen; 5,000 selected faces have another label in 3 s; the map of all
faces is made in 90 s for 32,000, shown again in 2 s, and a lasso round 1,000 points is answered in 0.5 s.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.dataset_page import NAME, page_of
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Row, at_most, figure
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

REVIEWED = 1000
FACE_SECONDS = 1.2
RELABEL_SECONDS = 3.0
MAP_SECONDS, MAP_FACES = 90, 32_000
SHOWN_SECONDS = 2.0
LASSO_SECONDS = 0.5
#: So many lassos are drawn, each round some more points than the one before, so that its answer is another.
LASSOS, LASSO_POINTS, MORE_POINTS = 5, 1000, 20
#: Milliseconds that the map may take at most before this gives up; seconds that a lasso may take.
PATIENCE, LASSO_PATIENCE = 600_000, 30
#: The map among the page's charts.
CHART = "[class*=st-key-set_map_chart]"
#: Where the map's points lie, in pixels from its upper left corner.
POINTS_OF_THE_MAP = """chart => {
  const { _fullData, _fullLayout } = chart.querySelector(".js-plotly-plot")
  const { xaxis, yaxis } = _fullLayout
  return _fullData.flatMap(({ x, y }) => Array.from(x, (value, n) => [xaxis.c2p(value), yaxis.c2p(y[n])]))
}"""


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    if setting.fer2013 is None:
        return "left out, as EMOTION_CORE_FER2013 is not set", []
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch)}
    command = [sys.executable, "-m", "emotion_core", "dataset", "import", str(setting.fer2013), "--name", NAME]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    with page_of(environment) as (page, _):
        rows = [*_many_at_once(page), *_map(page), _keys(page)]
    return "FER-2013 in a browser, two cores shared with it", rows


def _keys(page: Page) -> Row:
    """Faces labelled by keys, one after the other, in turn as two emotions."""
    page.goto(f"{page.url.partition('?')[0]}?set={NAME}&set_face=0")
    _counter(page, 1).wait_for()
    seconds = []
    for number in range(1, REVIEWED + 1):
        start = time.perf_counter()
        page.keyboard.press("1" if number % 2 else "2")
        _counter(page, number + 1).wait_for()
        seconds.append(time.perf_counter() - start)
    mean = sum(seconds) / len(seconds)
    return at_most("a face reviewed by key", seconds, FACE_SECONDS, "s", f"mean {figure(mean)} s, {REVIEWED:,} faces")


def _counter(page: Page, place: int) -> Locator:
    """Where the review is among the faces; the votes of annotators are written alike, but of at most 10."""
    return page.get_by_role("dialog").get_by_text(re.compile(rf"^{place:,} of [\d,]{{5,}}$"))


def _many_at_once(page: Page) -> list[Row]:
    """All faces of an emotion selected and labelled otherwise."""
    page.get_by_role("combobox", name="Emotion", exact=True).click()
    page.get_by_role("option", name="Neutral", exact=True).click()
    _settled(page)
    every = page.get_by_role("button", name="All that match")
    every.click()
    selected = page.get_by_text("faces selected", exact=False)
    selected.wait_for()
    number = selected.inner_text().split()[0]
    _settled(page)
    page.get_by_role("button", name="Label as").click()
    option = page.get_by_text("Not a face", exact=True).last
    option.wait_for()
    start = time.perf_counter()
    option.click()
    page.get_by_role("button", name="Undo: ").wait_for()
    done = time.perf_counter() - start
    _settled(page)
    page.get_by_role("button", name="Undo: ").click()
    _settled(page)
    return [at_most("many selected faces have another label", [done], RELABEL_SECONDS, "s", f"{number} faces")]


def _map(page: Page) -> list[Row]:
    address = f"{page.url.partition('?')[0]}?set={NAME}"
    page.goto(address)
    _open_map(page)
    make = page.get_by_role("button", name="Make the map")
    make.wait_for()
    _settled(page)
    start = time.perf_counter()
    make.click()
    page.get_by_text("Draw around faces").wait_for(timeout=PATIENCE)
    made = time.perf_counter() - start
    faces = _faces(page)
    page.goto(address)
    page.get_by_text("Map of the set").wait_for()
    _settled(page)
    start = time.perf_counter()
    page.get_by_text("Map of the set").click()
    _chart(page).wait_for()
    shown = time.perf_counter() - start
    _settled(page)
    lasso = [_lasso(page, seed) for seed in range(LASSOS)]
    limit = MAP_SECONDS * max(1.0, faces / MAP_FACES)
    return [
        at_most("the map is made", [made], limit, "s", f"{faces:,} faces; {figure(made / faces * 1000)} ms a face"),
        at_most("the map is shown again", [shown], SHOWN_SECONDS, "s"),
        at_most("a lasso is answered", lasso, LASSO_SECONDS, "s", "about 1,000 points"),
    ]


def _open_map(page: Page) -> None:
    toggle = page.get_by_text("Map of the set")
    toggle.wait_for()
    _settled(page)
    toggle.click()


def _chart(page: Page) -> Locator:
    return page.locator(CHART).locator(".nsewdrag")


def _faces(page: Page) -> int:
    """How many faces the set has, as the page's title says."""
    heading = page.get_by_role("heading", name="faces").first.inner_text()
    return int(heading.split()[0].replace(",", ""))


def _lasso(page: Page, seed: int) -> float:
    """Seconds from a lasso's end, around the points nearest to one drawn by lot, until its faces are shown."""
    drawing = _chart(page)
    drawing.scroll_into_view_if_needed()
    area = drawing.bounding_box()
    assert area
    points = np.array(page.locator(CHART).evaluate(POINTS_OF_THE_MAP))
    x, y = points[np.random.default_rng(seed).integers(len(points))]
    half = np.sort(np.abs(points - (x, y)).max(axis=1))[LASSO_POINTS + MORE_POINTS * seed]
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -0.95))
    places = [(area["x"] + x + across * half, area["y"] + y + down * half) for across, down in corners]
    before = page.get_by_text(" faces", exact=False).all_inner_texts()
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    start = time.perf_counter()
    page.mouse.up()
    while page.get_by_text(" faces", exact=False).all_inner_texts() == before:
        page.wait_for_timeout(10)
        if time.perf_counter() - start > LASSO_PATIENCE:
            raise RuntimeError(f"a lasso was not answered in {LASSO_PATIENCE} s")
    done = time.perf_counter() - start
    _settled(page)
    return done


def _settled(page: Page) -> None:
    """Wait until the page has run."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
