"""How many pictures a second a stream is followed at, and how long it can go on.

    python -m benchmarks --only live
    python -m benchmarks --only live --minutes 3 --starts 10

Promised, at 640x480: `LiveSession` alone analyses 60 pictures a second with one face, 30 with four. In a real browser
whose camera is a film of 30 pictures a second, 25 a second are shown, 15 analysed, and the annotated picture comes at
most 150 ms after the camera's at the median: a number on each picture tells which is which. Three browsers at once each
keep a third of one's rate. After ten minutes the server's memory is at most 5 % above that of the second minute. After
fifty starts and stops it has no more threads, sockets and open files than half-way: what is kept for the next stream,
such as a pool's threads, has come by then, and anything left over would be there many times.

Browser and server share the machine's cores; the processor time of each is said. Where processes are started in
sessions of their own, Linux may share the cores by session (sched_autogroup), and niceness counts within one only: what
else runs takes its part whatever its niceness. Without a browser only the first is
measured.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from benchmarks.camera import film, launch_flags, picture_of
from benchmarks.setting import ROOT, Setting, on_cores
from benchmarks.table import Row, at_least, at_most, figure
from emotion_core.streams import LiveSession
from emotion_core.visuals import annotate_live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page, Playwright

ALONE = {1: 60.0, 4: 30.0}
SHOWN, ANALYSED, DELAY = 25.0, 15.0, 150.0
SHARE_OF_ONE = 1 / 3
MEMORY_GROWTH = 0.05
#: So many seconds of each stream are measured, and so many before them are not.
MEASURED, SETTLING = 20.0, 5.0
PATIENCE = 60_000
#: Starts after which is looked at what is left over, of each half of all.
LAST_STARTS = 5

# Keeps the camera's stream, to be watched beside what comes back of it.
WATCHED_CAMERA = """
const devices = navigator.mediaDevices
if (devices) {
  const ask = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (wanted) => (window.camera = await ask(wanted))
}
"""
# Notes when each numbered picture is first seen, from the camera and coming back; see benchmarks/camera.py.
WATCH = """async ([seconds, bits]) => {
  const shown = document.querySelector("video")
  const camera = document.createElement("video")
  Object.assign(camera, { muted: true, width: 64, srcObject: window.camera })
  document.body.append(camera)
  await camera.play()
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: 160, height: 10 })
  const context = canvas.getContext("2d", { willReadFrequently: true })
  const numberOf = (video, mirrored) => {
    context.drawImage(video, 0, 0, video.videoWidth, video.videoWidth / 16, 0, 0, 160, 10)
    const row = context.getImageData(0, 5, 160, 1).data
    let number = 0
    for (let bit = 0; bit < bits; bit++) {
      const x = bit * 10 + 5
      if (row[4 * (mirrored ? 159 - x : x)] > 127) number += 2 ** bit
    }
    return number
  }
  const seen = { camera: [], shown: [] }
  const follow = (video, name) => video.requestVideoFrameCallback((now) => {
    const number = numberOf(video, name == "shown"), list = seen[name]
    if (!list.length || list.at(-1)[1] != number) list.push([now, number])
    follow(video, name)
  })
  follow(camera, "camera")
  follow(shown, "shown")
  await new Promise((done) => setTimeout(done, 1000 * seconds))
  camera.remove()
  return seen
}"""


@dataclass(frozen=True)
class Watched:
    """What a browser saw of a stream.

    Attributes:
        camera, shown, analysed: pictures per second: that the camera gave, that came back, that the page says.
        delays: from a picture's coming from the camera to its coming back annotated, in milliseconds.
    """

    camera: float
    shown: float
    analysed: float
    delays: list[float]


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    with on_cores(2):
        rows = [_alone(faces, limit, setting.rounds) for faces, limit in ALONE.items()]
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        return "on two cores; without a browser", rows
    from playwright.sync_api import sync_playwright

    camera = film(setting.scratch / "portrait.mjpeg")
    with sync_playwright() as playwright, _dashboard() as (address, server):
        with ExitStack() as stack:
            pages = [_page(stack, playwright, path, camera, address) for _ in range(3)]
            one, cpu = _one(pages[0], server)
            rows += _rows_of_one(one, cpu)
            rows.append(_three(pages, one))
        with ExitStack() as stack:
            page = _page(stack, playwright, path, camera, address)
            rows.append(_starts(page, server, setting.starts))
            rows.append(_memory(page, server, setting.minutes))
    return "640x480; browser and server on the same cores", rows


def _alone(faces: int, limit: float, rounds: int) -> Row:
    """Pictures per second through a session, nothing else running in this process."""
    session = LiveSession(draw=annotate_live)
    frames = [picture_of(number, faces) for number in range(64)]
    rates, place = [], 0
    for _ in range(rounds + 1):
        start = time.perf_counter()
        for _ in range(len(frames)):
            session.process(frames[place % len(frames)], place / 30)
            place += 1
        rates.append(len(frames) / (time.perf_counter() - start))
    snapshot = session.snapshot()
    if len(snapshot.faces) != faces or snapshot.errors:
        raise RuntimeError(f"{len(snapshot.faces)} faces are followed instead of {faces}: it measures something else")
    stages = ", ".join(f"{name} {figure(ms)}" for name, ms in snapshot.milliseconds.items())
    name = "LiveSession alone, " + ("one face" if faces == 1 else f"{faces} faces")
    return at_least(name, rates[1:], limit, "pictures/s", f"ms: {stages}")


@contextmanager
def _dashboard() -> Iterator[tuple[str, psutil.Process]]:
    """The dashboard on a port of its own: its address and its process."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        port = listener.getsockname()[1]
    command = ["-m", "streamlit", "run", "Home.py", "--server.headless", "true", "--server.port", str(port)]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://localhost:{port}", psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _page(stack: ExitStack, playwright: Playwright, path: str, camera: Path, address: str) -> Page:
    """The webcam page in a browser of its own, ready to start."""
    browser: Browser = playwright.chromium.launch(executable_path=path, args=launch_flags(camera))
    stack.callback(browser.close)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCHED_CAMERA)
    _goto(page, f"{address}/Webcam")
    page.get_by_role("button", name="Start the camera").wait_for()
    page.get_by_text("Model: ").wait_for()
    return page


def _goto(page: Page, address: str) -> None:
    from playwright.sync_api import Error

    deadline = time.monotonic() + 60
    while True:
        try:
            page.goto(address)
            return
        except Error:  # the server is not there yet
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _start(page: Page) -> Frame:
    """Start the stream; returns the frame that holds the video."""
    from playwright.sync_api import TimeoutError as Waited

    page.get_by_role("button", name=re.compile("^Start ")).click()
    try:
        page.get_by_role("heading", name=re.compile("^Face [0-9]+ looks happy")).wait_for()
    except Waited:
        raise RuntimeError(f"no face came; the page said: {page.inner_text('body')}") from None
    element = page.locator("iframe[title*=webrtc]").element_handle()
    frame = element.content_frame()
    assert frame is not None
    return frame


def _stop(page: Page) -> None:
    page.get_by_role("button", name="Stop the camera").click()
    page.get_by_role("button", name="Start again").wait_for()


def _watched(page: Page, seen: dict[str, list[tuple[float, int]]], seconds: float) -> Watched:
    said = re.match(r"(\d+) frames", page.get_by_text(re.compile("frames per second")).inner_text())
    assert said is not None
    came: dict[int, list[float]] = {}
    for moment, number in seen["camera"]:
        came.setdefault(number, []).append(moment)
    delays = []
    for moment, number in seen["shown"]:
        before = [time_ for time_ in came.get(number, []) if 0 <= moment - time_ < 4000]
        delays += [moment - before[-1]] if before else []
    return Watched(len(seen["camera"]) / seconds, len(seen["shown"]) / seconds, float(said[1]), delays)


def _one(page: Page, server: psutil.Process) -> tuple[Watched, str]:
    """One stream alone, and the processor time that server and browser took."""
    frame = _start(page)
    time.sleep(SETTLING)
    before, start = _busy(server), time.perf_counter()
    seen = frame.evaluate(WATCH, [MEASURED, 8])
    seconds = time.perf_counter() - start
    at_server, in_browser = (after - earlier for after, earlier in zip(_busy(server), before, strict=True))
    watched = _watched(page, seen, MEASURED)
    _stop(page)
    each = 1000 * at_server / (watched.analysed * seconds)
    words = f"server {at_server / seconds:.0%} of one core, {each:.0f} ms a picture; browser {in_browser / seconds:.0%}"
    return watched, f"{words}; load {os.getloadavg()[0]:.1f}"


def _busy(server: psutil.Process) -> tuple[float, float]:
    """Processor seconds that the server has taken, and that the browsers have."""
    browsers = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
    return sum(server.cpu_times()[:2]), sum(sum(one.cpu_times()[:2]) for one in browsers)


def _rows_of_one(one: Watched, cpu: str) -> list[Row]:
    return [
        at_least("browser, pictures shown", [one.shown], SHOWN, "per s", f"the camera gave {figure(one.camera)}"),
        at_least("browser, pictures analysed", [one.analysed], ANALYSED, "per s", cpu),
        at_most("browser, annotated picture behind the camera's", one.delays or [np.inf], DELAY, "ms"),
    ]


def _three(pages: list[Page], one: Watched) -> Row:
    """Three streams at once."""
    frames = [_start(page) for page in pages]
    time.sleep(SETTLING)
    for frame in frames:  # all are watched in the same seconds
        frame.evaluate(f"() => {{ window.watched = ({WATCH})([{MEASURED}, 8]) }}")
    found = [
        _watched(page, frame.evaluate("() => window.watched"), MEASURED)
        for page, frame in zip(pages, frames, strict=True)
    ]
    for page in pages:
        _stop(page)
    shown = [watched.shown for watched in found]
    delays = ", ".join(figure(float(np.median(watched.delays or [np.inf]))) for watched in found)
    beside = f"{', '.join(map(figure, shown))} per s; delays {delays} ms"
    name = "three browsers at once, the slowest's share of one's rate"
    return at_least(name, [min(shown) / one.shown], SHARE_OF_ONE, "", beside)


def _starts(page: Page, server: psutil.Process, starts: int) -> Row:
    """Start and stop again and again."""
    half = starts // 2
    before = _least_held(page, server, half)
    after = _least_held(page, server, starts - half)
    more = [f"{name} {after[name] - before[name]:+d}" for name in before]
    reached = all(after[name] <= before[name] for name in before)
    return Row(f"after {starts} starts and stops more than half-way", ", ".join(more), "none", "", reached)


def _least_held(page: Page, server: psutil.Process, starts: int) -> dict[str, int]:
    """The least that the server holds after one of the last starts and stops of so many.

    What a stream leaves over stays. A thread that the server has for loading pages comes and goes.
    """
    held = []
    for number in range(starts):
        _start(page)
        _stop(page)
        if number >= starts - LAST_STARTS:
            held.append(_held(server))
    held = held or [_held(server)]  # where none was asked for
    return {name: min(one[name] for one in held) for name in held[0]}


def _held(server: psutil.Process) -> dict[str, int]:
    """What the server holds, once it had time to let go.

    The browser's connections to load pages with do not count: it keeps one or two for later, stream or none.
    """
    time.sleep(3)
    udp, tcp = server.net_connections("udp"), server.net_connections("tcp")
    page = {one.laddr.port for one in tcp if one.status == psutil.CONN_LISTEN}
    to_page = sum(one.laddr.port in page for one in tcp)
    return {"threads": server.num_threads(), "UDP sockets": len(udp), "open files": server.num_fds() - to_page}


def _memory(page: Page, server: psutil.Process, minutes: float) -> Row:
    """The server's memory over a stream."""
    _start(page)
    start, found = time.monotonic(), list[tuple[float, float]]()
    while (now := (time.monotonic() - start) / 60) < minutes:
        found.append((now, server.memory_info().rss / 2**20))
        time.sleep(2)
    heading = page.get_by_role("heading", name=re.compile("^Face [0-9]+ looks happy")).count()
    _stop(page)
    early = np.median([size for now, size in found if 1.5 < now <= 2] or [found[0][1]])
    late = np.median([size for now, size in found if now > minutes - 0.5])
    if not heading:
        raise RuntimeError(f"the stream did not last {minutes:g} minutes")
    growth = 100 * (late / early - 1)
    beside = f"{figure(early)} MiB at 2 min, {figure(late)} MiB at {minutes:g} min"
    return at_most(
        f"memory after {minutes:g} minutes over that of the second", [growth], 100 * MEMORY_GROWTH, "%", beside
    )
