"""How long one waits for another view of a large data set, in a real browser.

    python -m benchmarks --only dataset-page

Promised, with the whole FER-2013 csv imported and open: a change of a filter, or of the page, is answered in 0.5 s,
from the click to the new faces on the screen, at the median of 20. A gallery page holds at most 60 faces. The browser
is the one that the environment variable CHROMIUM names, the machine's own Chromium, or else Playwright's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.server import visited
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Row, at_most
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHANGE_LIMIT = 0.5
FACES_LIMIT = 60
CHANGES = 20
NAME = "FER-2013"
#: In turn; the first one is not that of FER-2013's first face, as the faces must become others.
EMOTIONS = ("Sad", "Angry", "Happy", "Neutral", "Surprised", "Fearful")
FACES = ".faces button"
#: Whether the first face that is shown is another one than it was. The faces are in a shadow tree.
CHANGED = """before => [...document.querySelectorAll("*")].some(element => {
  const first = element.shadowRoot?.querySelector(".faces button")
  return first && first.ariaLabel !== before
})"""


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    if setting.fer2013 is None:
        return "left out, as EMOTION_CORE_FER2013 is not set", []
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch)}
    command = [sys.executable, "-m", "emotion_core", "dataset", "import", str(setting.fer2013), "--name", NAME]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    with page_of(environment) as (page, opened):
        filters = [_filter(page, EMOTIONS[number % len(EMOTIONS)]) for number in range(CHANGES)]
        following = page.get_by_role("button", name="Next page")
        pages = [_seconds(page, partial(following.click)) for _ in range(CHANGES)]
        most = page.locator(FACES).count()
    return said.splitlines()[0], [
        at_most("another filter in a browser", filters, CHANGE_LIMIT, "s"),
        at_most("another page in a browser", pages, CHANGE_LIMIT, "s"),
        at_most("faces on a page", [most], FACES_LIMIT, ""),
        at_most("the page opens, for the first time since the start", [opened], None, "s"),
    ]


def _filter(page: Page, emotion: str) -> float:
    page.get_by_role("combobox", name="Emotion", exact=True).click()
    option = page.get_by_role("option", name=emotion, exact=True)
    option.wait_for()
    return _seconds(page, option.click)


def _seconds(page: Page, change: Callable[[], object]) -> float:
    """Seconds from a click until other faces are on the screen."""
    before = page.locator(FACES).first.get_attribute("aria-label")
    start = time.perf_counter()
    change()
    page.wait_for_function(CHANGED, arg=before, polling="raf")
    return time.perf_counter() - start


@contextmanager
def page_of(environment: dict[str, str]) -> Iterator[tuple[Page, float]]:
    """The page in a browser, with the seconds that it took to open once the server answered."""
    with visited(environment) as (page, address):
        start = time.perf_counter()
        page.goto(f"{address}/Dataset", wait_until="commit")
        page.locator(FACES).first.wait_for()
        yield page, time.perf_counter() - start
