"""How the page Video feels in a real browser: the first result, a click on the time line, very many points.

    python -m benchmarks --only video-page

Promised: the first result of a clip of 1280x720 is seen within 3 s of its upload; a click on the time line shows
another frame of the video within 150 ms and asks nothing of the server; with 100,000 points the time line is drawn anew
30 times a second while it is zoomed. The browser is the one that the environment variable CHROMIUM names, the machine's
own Chromium, or else Playwright's, which plays no H.264; it works on the same machine.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from benchmarks.server import visited
from benchmarks.setting import Setting
from benchmarks.table import Row, at_most
from benchmarks.video import film
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

#: Seconds of the clip; uploads, clicks, and moves of the time line that are timed.
CLIP, UPLOADS, CLICKS, MOVES = 10, 3, 20, 60
POINTS = 100_000
FIRST_RESULT, CLICK, FRAME = 3.0, 150.0, 1000 / 30
#: Seconds after which this gives up.
PATIENCE = 180
#: Whether a face is drawn. The player is in a shadow tree.
SEEN = """() => [...document.querySelectorAll("*")].some(element =>
  element.shadowRoot?.querySelector(".player")?.player?.persons?.some(person => person.seen.length))"""
#: Notes how many milliseconds after each click another frame of the video is on the screen.
TIME_CLICKS = """player => {
  const video = player.querySelector("video")
  player.waited = []
  player.querySelector(".time").addEventListener("pointerdown", event =>
    video.requestVideoFrameCallback(() => player.waited.push(performance.now() - event.timeStamp)), { capture: true })
}"""
#: Gives the player so many points of its first face, and moves through them; milliseconds from picture to picture.
MOVE_THROUGH = """async (root, [points, moves]) => {
  const text = array => {
    let signs = ""
    for (const byte of new Uint8Array(array.buffer)) signs += String.fromCharCode(byte)
    return btoa(signs)
  }
  const player = root.player, old = player.data, duration = points / 25, classes = old.labels.length - 1
  const seconds = text(Float32Array.from({ length: points }, (_, row) => row / 25))
  const curves = text(Uint8Array.from({ length: points * classes }, (_, place) => 127 + 120 * Math.sin(place / 999)))
  const person = { ...old.persons[0], seconds, curves, names: text(new Uint8Array(points)), seen: seconds,
    boxes: text(new Uint16Array(4 * points)), quality: text(new Uint8Array(points).fill(200)) }
  player.update({ ...old, duration, persons: [person] }, player.sendMarker)
  const picture = () => new Promise(requestAnimationFrame), took = []
  let last = await picture()
  for (let move = 1; move <= moves; move++) {
    const width = duration * (1 - move / (1.1 * moves))
    player.line.show((duration - width) / 2, (duration + width) / 2)
    const now = await picture()
    took.push(now - last)
    last = now
  }
  return took
}"""


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    clip = film(setting.scratch / "clip.mp4", 1, CLIP)
    environment = {**os.environ, WORKSPACE_VARIABLE: str(setting.scratch / "workspace")}
    with visited(environment, PATIENCE) as (page, address):
        sent: list[object] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
        page.goto(f"{address}/Video")
        first = [_first_result(page, str(clip)) for _ in range(UPLOADS)]
        page.get_by_role("heading", name="People in the video").wait_for()
        player = page.locator(".player")
        clicks, asked = _clicks(page, player, sent)
        moves = player.evaluate(MOVE_THROUGH, [POINTS, MOVES])
    return f"{CLIP} s of 1280x720 in a browser on the same machine", [
        at_most("the first result of an upload", first, FIRST_RESULT, "s"),
        at_most("a click shows another frame", clicks, CLICK, "ms", f"the slowest {max(clicks):.0f} ms"),
        at_most("messages to the server of these clicks", [asked], 0, ""),
        at_most(f"a picture of {POINTS:,} points in motion", moves, FRAME, "ms", f"the slowest {max(moves):.0f} ms"),
    ]


def _first_result(page: Page, clip: str) -> float:
    """Seconds from choosing a file until a face that was seen in it is on the time line."""
    clear = page.get_by_role("button", name="Clear")
    if clear.count():
        _settled(page)
        clear.click()
        clear.wait_for(state="detached")
    page.locator("input[type=file]").wait_for(state="attached")
    _settled(page)
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(clip)
    page.wait_for_function(SEEN, polling=20)
    return time.perf_counter() - start


def _clicks(page: Page, player: Locator, sent: list[object]) -> tuple[list[float], int]:
    """Milliseconds from clicks, here and there, to the frames that they show; and how much they sent to the server."""
    _settled(page)
    player.evaluate(TIME_CLICKS)
    line = player.locator("canvas.time")
    line.scroll_into_view_if_needed()
    area = line.bounding_box()
    assert area
    before = len(sent)
    for number in range(CLICKS):
        share = 0.2 + 0.7 * (number * 7 % CLICKS) / CLICKS
        line.click(position={"x": share * area["width"], "y": 30})
        page.wait_for_timeout(20)
        while player.evaluate("player => player.waited.length") <= number:
            page.wait_for_timeout(20)
    return player.evaluate("player => player.waited"), len(sent) - before


def _settled(page: Page) -> None:
    """Wait until the page has run."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
