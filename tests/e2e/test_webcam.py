"""The webcam page in a real browser whose camera is a film of the sample portrait."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, expect

import emotion_core as ec
from benchmarks.camera import film, launch_flags
from tests.e2e.conftest import Dashboard, choose, downloaded, settled
from tests.waiting import PATIENCE
from ui.webcam.transport.camera_rate import pictures_a_second

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

expect.set_options(timeout=PATIENCE * 1000)

LOOKS_HAPPY = re.compile(r"^Face 1 looks happy, \d+ %$")
MINUTE = "[aria-label='The probabilities over the last 60 seconds']"
MOVED = f"drawn => document.querySelector({MINUTE!r}).innerHTML !== drawn"
#: Whether the chart was there at each of so many looks, one every hundredth of a second.
STAYS = f"""async looks => {{
  let there = 0
  for (let look = 0; look < looks; look++) {{
    await new Promise(done => setTimeout(done, 10))
    if (document.querySelector({MINUTE!r})?.clientHeight > 0) there++
  }}
  return there === looks
}}"""
#: Whether what is open of the camera gives so many pictures a second.
GIVES = """rate => {
  const open = navigator.mediaDevices.tracks.filter(track => track.readyState == "live")
  return open.length && open.every(track => Math.abs(track.getSettings().frameRate - rate) < 1)
}"""
#: Keeps the connections that a page makes, in the frame that makes them.
KEPT_CONNECTIONS = """
const Connection = window.RTCPeerConnection
window.connections = []
window.RTCPeerConnection = class extends Connection {
  constructor(...given) { super(...given); window.connections.push(this) }
}
"""
#: Tells that the newest connection is lost, as the browser does some seconds after the network has faltered.
LOST = """() => {
  const connection = window.connections.at(-1)
  Object.defineProperty(connection, "connectionState", { value: "disconnected" })
  connection.dispatchEvent(new Event("connectionstatechange"))
}"""
#: However long the stream was: "1 face in 9 s", "1 face in 1 min 5 s".
SUMMARY = re.compile(r"^1 face in (\d+ min )?\d+ s$")


@pytest.fixture(scope="module")
def launch(browser_type: BrowserType, browser_type_launch_args: dict) -> Iterator[Callable[[list[str]], Browser]]:
    """Call it with flags to have a browser."""
    started: list[Browser] = []

    def start(flags: list[str]) -> Browser:
        try:
            started.append(browser_type.launch(**{**browser_type_launch_args, "args": flags}))
        except Error as error:
            if "Executable doesn't exist" in str(error):
                pytest.skip("no browser: set CHROMIUM, install chromium, or run `playwright install chromium`")
            raise
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def portrait(tmp_path_factory) -> Path:
    return film(tmp_path_factory.mktemp("camera") / "portrait.mjpeg", pictures=64)


@pytest.fixture(scope="module")
def filmed(launch, portrait) -> Browser:
    """A browser that takes the film for its camera's, and may use it."""
    return launch(launch_flags(portrait))


def webcam_page(browser: Browser, dashboard: Dashboard, script: str = "") -> Page:
    """The webcam page, ready; a script runs in each of its frames before all else."""
    page = browser.new_page(viewport={"width": 1280, "height": 1200})
    page.set_default_timeout(PATIENCE * 1000)
    page.add_init_script(script)
    page.goto(f"{dashboard.address}/Webcam")
    page.get_by_role("button", name="Start the camera").wait_for()
    page.get_by_text("Model: ").wait_for()
    return page


@pytest.fixture
def webcam(filmed, dashboard) -> Iterator[Page]:
    page = webcam_page(filmed, dashboard)
    yield page
    page.close()


def start(page: Page) -> None:
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


def video_time(page: Page) -> float:
    video = page.frame_locator("iframe[title*=webrtc]").locator("video")
    assert video.evaluate("video => video.videoWidth") == 640
    return video.evaluate("video => video.currentTime")


def test_a_stream_from_start_to_summary(webcam: Page, dashboard: Dashboard):
    start(webcam)
    expect(webcam.get_by_text(re.compile(r"^\d+ frames per second, \d+ ms delay here"))).to_be_visible()

    # Video and chart go on.
    before, drawn = video_time(webcam), webcam.locator(MINUTE).inner_html()
    webcam.wait_for_function(MOVED, arg=drawn)
    assert webcam.evaluate(STAYS, 200)
    assert video_time(webcam) > before

    name, data = downloaded(webcam, "Save a picture")
    assert name == "webcam.jpg"
    assert ec.load_image(data).shape == (480, 640, 3)

    # A setting works while it runs, and the stream with it.
    webcam.get_by_text("Settings").click()
    webcam.get_by_role("slider", name="Smoothing").press("ArrowRight")
    expect(webcam.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()

    webcam.get_by_role("button", name="Stop the camera").click()
    expect(webcam.get_by_role("heading", name=SUMMARY)).to_be_visible()
    expect(webcam.locator("iframe[title*=webrtc]")).to_have_count(0)
    name, data = downloaded(webcam, "CSV")
    assert name == "webcam.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) > 10
    happy = [row for row in rows if row["emotion"] == "happy" and row["face"] == "1"]
    assert len(happy) > 0.9 * len(rows)
    assert [path for path in dashboard.scratch.rglob("*") if path.is_file()] == []


def test_two_models_read_the_same_faces_side_by_side(webcam: Page):
    settled(webcam)
    choose(webcam, "Compare with", "seed-cnn")
    expect(webcam.get_by_text("Compared with: seed-cnn")).to_be_visible()
    webcam.get_by_role("button", name="Start the camera").click()
    expect(webcam.get_by_role("heading", name=re.compile("^Face 1: the models (agree|differ)$"))).to_be_visible()
    expect(webcam.get_by_label(re.compile("^Probabilities: "))).to_have_count(2)
    webcam.get_by_role("button", name="Stop the camera").click()
    expect(webcam.get_by_text(re.compile(r"^emotion-net and seed-cnn agreed \d+ % of the time"))).to_be_visible()
    _, data = downloaded(webcam, "CSV")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert {row["model"] for row in rows} == {"emotion-net", "seed-cnn"}


def test_a_page_left_while_streaming_shows_the_summary_and_starts_again(webcam: Page):
    start(webcam)
    webcam.get_by_text("Keep it when I leave this page").click()
    expect(webcam.get_by_role("switch", name="Keep it when I leave this page")).to_be_checked()
    webcam.get_by_role("link", name=re.compile("Photos|Predict")).first.click()
    webcam.get_by_role("button", name="Portrait").wait_for()
    webcam.get_by_role("link", name="Webcam").first.click()
    expect(webcam.get_by_role("heading", name=SUMMARY)).to_be_visible()
    expect(webcam.locator("iframe[title*=webrtc]")).to_have_count(0)
    webcam.get_by_role("button", name="Start again").click()
    expect(webcam.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


def test_a_stream_whose_connection_is_lost_begins_again_once(filmed, dashboard):
    page = webcam_page(filmed, dashboard, KEPT_CONNECTIONS)
    start(page)
    frame = page.locator("iframe[title*=webrtc]").element_handle().content_frame()
    assert frame is not None
    for lost in (1, 2, 3):
        frame.evaluate(LOST)
        frame.wait_for_function("made => window.connections.length > made", arg=lost, timeout=PATIENCE * 1000)
        frame.wait_for_function("() => document.querySelector('video')?.currentTime > 1", timeout=PATIENCE * 1000)
        assert frame.evaluate("() => window.connections.length") == lost + 1
        expect(page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()
    page.close()


def test_a_tab_closed_while_streaming_leaves_room_for_the_next(filmed, dashboard):
    closed = webcam_page(filmed, dashboard)
    start(closed)
    closed.close()
    following = webcam_page(filmed, dashboard)
    start(following)
    following.close()


def test_cameras_slow_down_while_several_run(webcam, filmed, dashboard):
    def gives(page: Page, rate: int) -> None:
        frame = page.locator("iframe[title*=webrtc]").element_handle().content_frame()
        assert frame is not None
        frame.wait_for_function(GIVES, arg=rate, timeout=PATIENCE * 1000)

    alone = pictures_a_second(1)
    cameras = next(number for number in range(2, 5) if pictures_a_second(number) < alone)
    start(webcam)
    gives(webcam, alone)
    others = [webcam_page(filmed, dashboard) for _ in range(cameras - 1)]
    for other in others:
        start(other)
    for page in (webcam, *others):
        gives(page, pictures_a_second(cameras))
    for other in others:
        other.close()
    gives(webcam, alone)


def test_a_refused_camera_is_explained_and_a_photo_offered(launch, portrait, dashboard):
    page = webcam_page(launch(launch_flags(portrait, permission=False)), dashboard)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_text("The browser may not use the camera.")).to_be_visible()
    expect(page.get_by_test_id("stCameraInput")).to_be_visible()
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()


def test_a_missing_camera_is_explained(launch, dashboard):
    page = webcam_page(launch(["--no-sandbox", "--use-fake-ui-for-media-stream"]), dashboard)
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_text("No camera was found.")).to_be_visible()


def test_the_page_fits_a_phone_while_it_streams(webcam: Page):
    webcam.set_viewport_size({"width": 390, "height": 844})
    start(webcam)
    content, window = webcam.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert content <= window


def test_on_a_phone_the_answer_stands_right_below_the_picture_which_is_in_sight(webcam: Page):
    webcam.set_viewport_size({"width": 390, "height": 844})
    start(webcam)
    video = webcam.locator("iframe[title*=webrtc]")
    expect(video).to_be_in_viewport(ratio=1)
    answer = webcam.get_by_role("heading", name=LOOKS_HAPPY).bounding_box()
    mark, stop = (webcam.get_by_role("button", name=name).bounding_box() for name in ("Mark this", "Stop the camera"))
    assert answer and mark and stop
    assert stop["y"] < answer["y"] < min(mark["y"], 2 * 844)
