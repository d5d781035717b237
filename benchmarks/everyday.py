"""How soon pages answer to everyday clicks, in a real browser.

    python -m benchmarks --only everyday

Promised, at the median of several: a picture with 50 faces answers to a chosen face, by a click or an arrow key, in
0.4 s, until its expression is shown; every page can be used 1.5 s after a click in the menu, once the server has shown
it before: all that it shows at first is there, and nothing of the page before. The workspace holds 1,400 drawn faces.
The browser is the one that the environment variable CHROMIUM names, the machine's own Chromium, or else Playwright's.
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
from benchmarks.table import Row, at_most, median
from emotion_core.workspace import WORKSPACE_VARIABLE
from ui.shared.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FACES, CHOICES = 50, 20
CHOSEN_LIMIT = 0.4
VIEW_LIMIT = 1.5
#: Each page in the menu, and its title.
HOME = "Emotion dashboard"
TITLES = {"Home": HOME, **{page.title: page.title for page in PAGES}}
#: Whether the page of a title can be used: it has run, and neither keeps a place nor shows what was there before.
USABLE = """title => document.querySelector("h1")?.textContent.trim() === title
  && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
  && !document.querySelector("[data-testid=stSkeleton], [data-stale=true]")"""
#: Whether a text is shown.
SHOWN = (
    "words => [...document.querySelectorAll('[data-testid=stCaptionContainer]')].some(it => it.textContent === words)"
)


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch)}
    command = [sys.executable, "-m", "emotion_core", "dataset", "draw", "--name", "drawn"]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    with _home(environment) as page:
        views = _views(page, setting.rounds)
        rows = [
            *_chosen_faces(page),
            *(at_most(f"{name}, after a click in the menu", times, VIEW_LIMIT, "s") for name, times in views.items()),
        ]
    slowest = max(views, key=lambda name: median(views[name]))
    return f"{setting.rounds} views of each page in a warm server, the slowest one {slowest}", rows


def _views(page: Page, rounds: int) -> dict[str, list[float]]:
    """Seconds from a click in the menu until a page can be used, page by page; the first view of each is left out."""
    times: dict[str, list[float]] = {name: [] for name in TITLES}
    for _ in range(rounds + 1):
        for name, title in TITLES.items():
            link = _link(page, name)
            times[name].append(_seconds(page, link.click, USABLE, title))
    return {name: seconds[1:] for name, seconds in times.items()}


def _chosen_faces(page: Page) -> list[Row]:
    _link(page, "Photos").click()
    page.wait_for_function(USABLE, arg="Photos")
    page.get_by_role("button", name=f"{FACES} faces").click()
    page.wait_for_function(SHOWN, arg=_words(1))
    page.wait_for_function(USABLE, arg="Photos")
    clicks = [_seconds(page, partial(_click_on, page, face), SHOWN, _words(face)) for face in range(2, CHOICES + 2)]
    following = range(CHOICES + 2, 2 * CHOICES + 2)
    keys = [_seconds(page, partial(page.keyboard.press, "ArrowRight"), SHOWN, _words(face)) for face in following]
    said = f"{FACES} faces"
    return [
        at_most("a face chosen by a click in the picture", clicks, CHOSEN_LIMIT, "s", said),
        at_most("a face chosen by an arrow key", keys, CHOSEN_LIMIT, "s", said),
    ]


def _link(page: Page, name: str) -> Locator:
    """In the menu; the names of symbols are texts, too."""
    return page.get_by_test_id("stSidebarNavLink").filter(has=page.get_by_text(name, exact=True))


def _words(face: int) -> str:
    return f"Face {face} of {FACES}"


def _click_on(page: Page, face: int) -> None:
    area = page.locator(".face").nth(face - 1).bounding_box()
    assert area
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)


def _seconds(page: Page, act: Callable[[], object], happened: str, expected: str) -> float:
    """Seconds from an act until something is so on the screen."""
    start = time.perf_counter()
    act()
    page.wait_for_function(happened, arg=expected, polling="raf")
    return time.perf_counter() - start


@contextmanager
def _home(environment: dict[str, str]) -> Iterator[Page]:
    """Home in a browser, ready."""
    with visited(environment) as (page, address):
        page.goto(address)
        page.wait_for_function(USABLE, arg=HOME)
        yield page
