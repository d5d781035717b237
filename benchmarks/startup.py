"""How long one waits at the start.

    python -m benchmarks --only startup

Promised: `import emotion_core` takes 0.05 s in a fresh process and loads neither TensorFlow nor Streamlit; from the
start of `python -m emotion_core analyze PHOTO` to the first answer for a photo of 640x480 it takes 0.5 s; Home shows
the sample's result in a browser 3 s after `streamlit run Home.py` is called, on a machine that ran it before. The
browser runs before the clock does: the one that the environment variable CHROMIUM names, the machine's own Chromium, or
else Playwright's.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.photos import group, save
from benchmarks.server import chromium, free_port, served
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Row, at_most, median, spread

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

IMPORT_LIMIT = 0.05
ANSWER_LIMIT = 0.5
HOME_LIMIT = 3.0
HEAVY = ("tensorflow", "keras", "streamlit")
#: How the heading above the sample's result begins, and that of the page of one line.
RESULT = re.compile("^(Looks |Uncertain: )")

IMPORT = "import time; start = time.perf_counter(); import emotion_core; print(time.perf_counter() - start)"
LOADED = f"import emotion_core, sys; print(*sorted(set({HEAVY}) & set(sys.modules)))"


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    photo = save(group(1), setting.scratch / "photo.jpg")
    return "fresh processes", [*_programs(photo, setting.rounds), _home(setting.rounds, setting.scratch)]


def _programs(photo: Path, rounds: int) -> list[Row]:
    ways: dict[str, Callable[[], float]] = {
        "import": lambda: float(_python("-c", IMPORT)),
        "ours": partial(first_line, "-m", "emotion_core", "analyze", str(photo)),
        "ancestor": partial(first_line, "-m", "benchmarks.ancestor", str(photo)),
    }
    for way in ways.values():  # so that the files are in memory and compiled
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(way())
    loaded = _python("-c", LOADED).strip()
    ratio = median(seconds["ancestor"]) / median(seconds["ours"])
    ancestor = f"ancestor {spread(seconds['ancestor'], 's')}, {ratio:.1f} times as long"
    return [
        at_most("import emotion_core", seconds["import"], IMPORT_LIMIT, "s"),
        Row("import emotion_core loads of " + ", ".join(HEAVY), loaded or "none", "none", reached=not loaded),
        at_most("command line to its first answer", seconds["ours"], ANSWER_LIMIT, "s", ancestor),
    ]


def _python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def first_line(*arguments: str) -> float:
    """Seconds from the start of a Python process to the first line that it writes.

    Raises:
        RuntimeError: it wrote none.
    """
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line, seconds = process.stdout.readline(), time.perf_counter() - start
        process.stdout.read()
    if not line:
        raise RuntimeError(f"python {' '.join(arguments)} answered nothing")
    return seconds


def _home(rounds: int, scratch: Path) -> Row:
    """Home, and in turn with it a page of one line, which shows how much of the time is Streamlit's own."""
    bare = scratch / "bare.py"
    bare.write_text("import streamlit\n\nstreamlit.title('Looks bare')\n")
    seconds: dict[Path, list[float]] = {ROOT / "Home.py": [], bare: []}
    with _browser() as context:
        port = free_port()  # always the same: what a browser keeps, it keeps by address
        for _ in range(rounds + 1):
            for script, times in seconds.items():
                times.append(page_is_usable(script, context, port))
    home, alone = (times[1:] for times in seconds.values())
    ratio = median(home) / median(alone)
    beside = f"a page of one line {spread(alone, 's')}; ours takes {ratio:.2f} times as long"
    return at_most("Home shows the sample's result in a browser", home, HOME_LIMIT, "s", beside)


def page_is_usable(script: Path, context: BrowserContext, port: int) -> float:
    """Seconds from the call of `streamlit run` until a heading that begins like a result is seen."""
    page = context.new_page()
    start = time.perf_counter()
    with served(script, port=port) as (address, _):
        page.goto(address, wait_until="commit")
        page.get_by_role("heading", name=RESULT).wait_for(timeout=60_000)
        seconds = time.perf_counter() - start
        page.close()
    return seconds


@contextmanager
def _browser() -> Iterator[BrowserContext]:
    """A browser that keeps what it has loaded, as on a machine that ran the dashboard before."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium()) as browser:
        yield browser.new_context()
