"""Hostile files uploaded on the pages of a running dashboard, whose health is asked for all the while."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Error, Page, sync_playwright

from benchmarks.server import chromium, served
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.attack.attack import MOST_BYTES, MOST_SECONDS, PATIENCE, Try, bytes_of, seconds_of
from tests.attack.corpus import make
from tests.attack.lessons import LESSON_FILE

#: Seconds within which the server says that it lives, whatever it is given.
MOST_SILENCE = 0.5
#: Milliseconds in which a page begins to do what it was asked.
BEGINS = 500


def pages(numbers: Iterator[int], scale: float = 1.0) -> Iterator[Try]:
    """Upload the hostile files of these numbers, on one page after the other."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder, sync_playwright() as playwright:
        scratch = Path(folder) / "server"
        scratch.mkdir()
        browser = playwright.chromium.launch(executable_path=chromium())
        environment = {**os.environ, WORKSPACE_VARIABLE: str(scratch / "workspace"), "TMPDIR": str(scratch)}
        with served(environment=environment) as (address, server):
            for number in numbers:
                title = list(ROOMS)[number % len(ROOMS)]
                generator, path = make(ROOMS[title][0], number // len(ROOMS), Path(folder), scale)
                file = _zipped(path) if path.is_dir() else path
                with _Watch(address, server.pid) as watch:
                    outcome, words = _upload(browser, address, title, file)
                yield _judged(Try(f"page {title}", generator, number, outcome, words, *watch.cost), watch.silence)
                file.unlink()
        browser.close()


def _upload(browser: Browser, server: str, title: str, file: Path) -> tuple[str, str]:
    """How a file goes on a page: "read"; "named" where the page says what is wrong; "unnamed" or "crash"."""
    _, address, act = ROOMS[title]
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    try:
        page.goto(f"{server}/{address}")
        _settled(page)
        act(page, file)
        _settled(page)
        if page.get_by_test_id("stException").count():
            return "unnamed", "the page shows an error that is not ours"
        return ("named", "") if page.get_by_test_id("stAlert").count() else ("read", "")
    except Error as error:
        return "crash", str(error).splitlines()[0][:200]
    finally:
        context.close()


def _judged(one: Try, silence: float) -> Try:
    """The same, a failure where it cost too much."""
    if one.outcome in ("read", "named") and one.megabytes * 2**20 > MOST_BYTES:
        return Try(one.kind, one.generator, one.number, "large", "too much memory", one.seconds, one.megabytes)
    if one.outcome in ("read", "named") and (one.seconds > MOST_SECONDS or silence > MOST_SILENCE):
        words = f"{one.seconds:.0f} s of processor time; {silence:.2f} s until the server answered that it lives"
        return Try(one.kind, one.generator, one.number, "slow", words, one.seconds, one.megabytes)
    return one


class _Watch:
    """What a server takes while something is done, and how long it leaves whoever asks for its health waiting."""

    def __init__(self, address: str, pid: int):
        self._address, self._pid, self._done = f"{address}/_stcore/health", pid, threading.Event()
        self._began, self._least = seconds_of(pid), bytes_of(pid)
        self._most = self._least
        self.silence = 0.0
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._weigh, self._ask)]

    @property
    def cost(self) -> tuple[float, float]:
        """Seconds of processor time, and megabytes more than before."""
        return seconds_of(self._pid) - self._began, (self._most - self._least) / 2**20

    def __enter__(self) -> _Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._done.wait(0.05):
            self._most = max(self._most, bytes_of(self._pid))

    def _ask(self) -> None:
        while not self._done.wait(0.1):
            asked = time.monotonic()
            try:
                with urllib.request.urlopen(self._address, timeout=PATIENCE):
                    self.silence = max(self.silence, time.monotonic() - asked)
            except OSError:
                self.silence = float("inf")


def _settled(page: Page) -> None:
    """Wait until the page has done what it was asked just before."""
    page.wait_for_timeout(BEGINS)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def _zipped(folder: Path) -> Path:
    """A folder as a zip, in its place."""
    path = Path(shutil.make_archive(str(folder), "zip", folder))
    shutil.rmtree(folder)
    return path


def _photo(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)


def _data_set(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".st-key-set_import button:enabled").click()


def _model(page: Page, file: Path) -> None:
    page.get_by_role("button", name="Import a model").click()
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_timeout(BEGINS)
    page.get_by_role("button", name="Import it").click()


def _video(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    _settled(page)
    page.get_by_test_id("stProgress").first.wait_for(state="detached")


def _teach(page: Page, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    lesson = json.loads(parts.pop(LESSON_FILE))
    page.get_by_role("textbox", name="Classes, one a line").fill(lesson["classes"])
    page.get_by_role("button", name="Begin").click()
    _settled(page)
    if page.get_by_test_id("stAlert").count():
        return
    page.get_by_text("Add photos", exact=True).click()
    _settled(page)
    dropped = [{"name": name, "mimeType": "", "buffer": content} for name, content in parts.items()]
    page.locator("[class*=st-key-teach_photo_files] input[type=file]").set_input_files(dropped)
    page.get_by_test_id("stFileChipIconSpinner").first.wait_for(state="detached")
    page.get_by_role("button", name="Add", exact=True).click()


#: By the page's title the kind of the files, the page's address, and what is done there with one.
ROOMS: dict[str, tuple[str, str, Callable[[Page, Path], None]]] = {
    "Photos": ("picture", "Predict", _photo),
    "Data sets": ("data set", "Dataset", _data_set),
    "Models": ("model", "Models", _model),
    "Video": ("video", "Video", _video),
    "Teach": ("lesson", "Teach", _teach),
}
