"""Many visitors at once: browsers that upload photos side by side, and what is left of many visits that are over.

    python -m benchmarks --only load

Promised: of 8 browsers that upload one photo after the other for 60 s none meets an error, none waits for an answer 8
times as long as one that is alone, and the server answers its health check within 0.5 s all the while; after 60 visits
with 500 photos the server's memory is at most 5 % more than after the first six. A visit's first answer is compared
with a first one, as the browser loads the charts with it. The browser is the one that the environment variable CHROMIUM
names, the machine's own Chromium, or else Playwright's; it works on the same machine, so that 8 of them wait for its
processors, too.
"""

from __future__ import annotations

import asyncio
import math
import os
import re
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.photos import fill_folder, marked_photos
from benchmarks.server import chromium, served
from benchmarks.setting import Setting
from benchmarks.table import Row, at_most, median
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

BROWSERS, SECONDS, ALONE_SECONDS = 8, 60, 20
VISITS, FIRST_VISITS, PHOTOS = 60, 6, 500
TIMES_LIMIT, MEMORY_LIMIT, HEALTH_LIMIT = 8, 1.05, 0.5
#: Until what a closed tab leaves is given up: Streamlit waits 40 s for it to come back, and looks every few.
FREED_SECONDS = 60
#: Milliseconds after which a browser gives up.
PATIENCE = 120_000
#: Whether a page has run, and keeps no place for what is still to be drawn.
DRAWN = """() => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
  && !document.querySelector("[data-testid=stSkeleton]")"""
ANSWER = re.compile(r"^(Looks \w+, \d+ %|Uncertain: \w+ or \w+|No face found|\d+ faces.*)$")


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    photos, words = marked_photos(setting.photos, setting.scratch)
    fill_folder(setting.scratch / "photos", [photo.path for photo in photos], setting.files)
    files = _in_turn(sorted((setting.scratch / "photos").iterdir()))
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch / "workspace")}
    with served(environment=environment) as (address, server):
        rows = asyncio.run(_measured(address, psutil.Process(server.pid), files))
    return f"{BROWSERS} browsers at once, then {VISITS} visits one after the other; {words}", rows


async def _measured(address: str, server: psutil.Process, files: Iterator[Path]) -> list[Row]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium())
        alone = await _uploading(browser, address, files, ALONE_SECONDS, asyncio.Barrier(1))
        health: list[float] = []
        asking = asyncio.create_task(_ask_health(address, health))
        opened = asyncio.Barrier(BROWSERS)
        together = await asyncio.gather(
            *(_uploading(browser, address, files, SECONDS, opened) for _ in range(BROWSERS)), return_exceptions=True
        )
        asking.cancel()
        first, last = await _memory_of_visits(browser, address, server, files)
        await browser.close()
    grown = f"{first / 2**20:.0f} and {last / 2**20:.0f} MB"
    return [
        *_rows_of_waiting(alone, together, health),
        at_most(f"memory after {VISITS} visits, of that after {FIRST_VISITS}", [last / first], MEMORY_LIMIT, "", grown),
    ]


def _rows_of_waiting(alone: list[float], together: list[list[float] | BaseException], health: list[float]) -> list[Row]:
    answered = [one for one in together if isinstance(one, list)]
    errors = [str(one).splitlines()[0] for one in together if isinstance(one, BaseException)]
    return [
        *_compared("first answers of visits", alone[:1], [times[0] for times in answered]),
        *_compared("later answers", alone[1:], [seconds for times in answered for seconds in times[1:]]),
        at_most("browsers that met an error", [len(errors)], 0, "", "; ".join(errors)[:200]),
        at_most(
            "the longest wait for the health check", [max(health)], HEALTH_LIMIT, "s", f"asked {len(health)} times"
        ),
    ]


def _compared(answers: str, alone: list[float], together: list[float]) -> list[Row]:
    """How long such answers took one browser, and several at once; without any it is for ever."""
    limit, together = TIMES_LIMIT * median(alone), together or [math.inf]
    return [
        at_most(f"{answers}, one browser", alone, None, "s", f"{len(alone)} photos"),
        at_most(f"{answers}, {BROWSERS} browsers", together, None, "s", f"{len(together)} photos"),
        at_most(f"the longest of them: {TIMES_LIMIT} times one's", [max(together)], limit, "s"),
    ]


async def _uploading(
    browser: Browser, address: str, files: Iterator[Path], seconds: float, opened: asyncio.Barrier
) -> list[float]:
    """Upload one photo after the other for a while, once all have `opened` the page; how long each answer took."""
    times: list[float] = []
    async with _photo_page(browser, address) as page:
        async with asyncio.timeout(PATIENCE / 1000):  # one that cannot open it keeps the others waiting
            await opened.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end or len(times) < 2:
            times.append(await _upload(page, next(files)))
    return times


async def _upload(page: Page, file: Path) -> float:
    """Seconds from the upload of a photo until its answer is there; then the page is cleared."""
    start = time.perf_counter()
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("heading", name=ANSWER).first.wait_for()
    await page.wait_for_function(DRAWN)
    seconds = time.perf_counter() - start
    if await page.get_by_test_id("stException").count():
        raise RuntimeError("the page shows an error")
    await page.get_by_role("button", name="Clear all").click()
    await page.get_by_role("heading", name=ANSWER).first.wait_for(state="detached")
    return seconds


async def _memory_of_visits(
    browser: Browser, address: str, server: psutil.Process, files: Iterator[Path]
) -> tuple[int, int]:
    """The server's memory in bytes after the first visits and after all, each with its share of the photos."""
    sizes = []
    for visits in (FIRST_VISITS, VISITS - FIRST_VISITS):
        for _ in range(visits):
            async with _photo_page(browser, address) as page:
                for file in islice(files, -(-PHOTOS // VISITS)):
                    await _upload(page, file)
        await asyncio.sleep(FREED_SECONDS)
        sizes.append(_memory(server))
    return sizes[0], sizes[1]


@asynccontextmanager
async def _photo_page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page for photos, for one visit."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{address}/Predict")
    await page.get_by_role("button", name="Portrait").wait_for()
    await page.locator("input[type=file]").wait_for(state="attached")
    try:
        yield page
    finally:
        await context.close()


async def _ask_health(address: str, times: list[float]) -> None:
    """Ask again and again whether the server lives, and note how long each answer took."""
    while True:
        times.append(await asyncio.to_thread(_seconds_until_answered, f"{address}/_stcore/health"))
        await asyncio.sleep(0.2)


def _seconds_until_answered(address: str) -> float:
    """Measured in the thread that asks: what the browsers' own loop has to do does not count."""
    start = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - start


def _memory(server: psutil.Process) -> int:
    """Bytes of the server and of what it has started."""
    total = 0
    for one in (server, *server.children(recursive=True)):
        with suppress(psutil.Error):
            total += one.memory_info().rss
    return total


def _in_turn(files: list[Path]) -> Iterator[Path]:
    """The files without an end. One that comes again was answered before, if the server still knows it."""
    while True:
        yield from files
