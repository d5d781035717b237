"""Pictures of the dashboard's pages, as `scripts/screenshots` makes them."""

from __future__ import annotations

import io
import math
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.camera import launch_flags
from emotion_core.images import load_image
from ui.photos.samples import sample_photo
from ui.video.sample import SECONDS, frame_at

ROOT = Path(__file__).resolve().parent.parent
#: Pixels of a window, and bytes of a picture at most.
WINDOW = {"width": 1280, "height": 860}
LARGEST = 200_000
#: Seconds for a page to be ready.
PATIENCE = 120
#: A set of drawn faces, and a run that learns from it while the other pictures are made.
DRAW = """
from emotion_core.datasets import add_dataset, synthetic_faces
add_dataset(synthetic_faces(1400, seed=3), 'drawn faces', 'drawn')
"""
TRAIN = ["train", "--data", "drawn faces", "--preset", "mini-xception", "--recipe", "quick", "--run", "first"]
TRAIN += ["--epochs", "6"]
#: True once all that a page shows is there: nothing of an earlier run of it, no place kept for what is to come.
AT_REST = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
    && [...document.images].every((image) => image.complete)
    && [...document.querySelectorAll('.js-plotly-plot')].every((chart) => chart.querySelector('.main-svg'))"""


def home(page: Page) -> None:
    page.get_by_text("What the network sees").wait_for()


def crowd(page: Page) -> None:
    page.get_by_role("button", name="50 faces").click()
    page.get_by_text("Face 1 of 50").wait_for()
    page.wait_for_function(AT_REST)
    page.get_by_role("radio").nth(10).click()
    page.get_by_text("Face 11 of 50").wait_for()


def film(page: Page) -> None:
    page.get_by_role("button", name="Try a sample").click()
    page.get_by_role("heading", name="People in the video").wait_for()
    # Until it can be played, the browser draws an arc over it.
    page.wait_for_function("(video) => video.readyState === 4", arg=page.locator("video").element_handle())
    to_the_top(page.locator(".stage"))


def lesson(page: Page) -> None:
    """One class from photos, the other one from the camera, which shows a smile."""
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Add photos", exact=True).click()
    photos = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": portrait(SECONDS / 2 + n / 10)} for n in range(8)
    ]
    page.get_by_test_id("stFileUploader").first.locator("input").set_input_files(photos)
    page.get_by_text("7.jpg").wait_for()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="1 straight face (8)").wait_for()
    page.get_by_text("Add photos", exact=True).click()
    page.get_by_role("button", name="Start the camera").click()
    page.get_by_role("button", name="2 wide smile (0)").and_(page.locator(":enabled")).wait_for()
    page.locator("iframe[title*=webrtc]").wait_for()
    page.get_by_role("heading", name="Teach").click()
    page.keyboard.down("2")
    page.get_by_role("button", name=re.compile(r"^2 wide smile \((?:[2-9]\d)\)$")).wait_for()
    page.keyboard.up("2")
    page.get_by_role("heading", name=re.compile("^Wide smile, ")).wait_for()
    page.get_by_text("accuracy on").wait_for()
    # What is run anew every second is never pale.
    page.add_style_tag(content="[data-stale] { opacity: 1 !important; transition: none !important }")


def faces(page: Page) -> None:
    page.get_by_role("heading", name="Faces", exact=True).wait_for()
    page.wait_for_function(AT_REST)
    to_the_top(page.get_by_role("heading", name="1,400 faces"))


def evaluation(page: Page) -> None:
    page.get_by_role("button", name="Use this model").click()
    told = page.get_by_text("is now a model")
    told.wait_for()
    page.get_by_role("link", name="Evaluate it").click()
    page.get_by_role("button", name="Evaluate on").click()
    page.get_by_role("heading", name="Confusion matrix").wait_for()
    told.wait_for(state="detached")
    page.wait_for_function(AT_REST)
    to_the_top(page.get_by_role("heading", name="By emotion"))


def run(page: Page) -> None:
    page.get_by_role("heading", name="What the curves say").wait_for()
    page.wait_for_function(AT_REST)
    to_the_top(page.locator(".js-plotly-plot"))


def portrait(seconds: float) -> bytes:
    """The sample video's portrait at a time, as a camera with 640x480 pixels takes it: JPEG."""
    picture = cv2.resize(frame_at(load_image(sample_photo().data), seconds), (640, 640), interpolation=cv2.INTER_CUBIC)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture[40:520])).save(file, "JPEG", quality=92)
    return file.getvalue()


def to_the_top(what: Locator) -> None:
    """Scroll until something is seen below the page's own bar."""
    what.first.evaluate("(it) => { it.style.scrollMarginTop = '80px'; it.scrollIntoView() }")


#: Where the run is shown; its network is made a model and evaluated.
RUN = "Train?train_part=Runs&train_run=first"
#: The pictures by their names, the address and what is done there; the run comes last, as it is not done at once.
PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "home": ("", home),
    "photos": ("Predict", crowd),
    "video": ("Video", film),
    "teach": ("Teach", lesson),
    "data-sets": ("Dataset?set=drawn%20faces", faces),
    "train": (RUN, run),
    "evaluate": (RUN, evaluation),
}


def main(folder: Path) -> None:
    """Make all pictures in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as address, sync_playwright() as playwright:
        camera = Path(scratch) / "smile.mjpeg"
        camera.write_bytes(b"".join(portrait(math.sin(math.tau * number / 60) / 2) for number in range(60)))
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=launch_flags(camera))
        page = browser.new_page(viewport=WINDOW, color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(1000 * PATIENCE)
        for name, (path, prepare) in PICTURES.items():
            page.goto(f"{address}/{path}")
            page.get_by_role("heading", level=1).wait_for()
            prepare(page)
            page.wait_for_function(AT_REST)
            page.evaluate("document.activeElement?.blur()")
            (folder / f"{name}.jpg").write_bytes(small_enough(page.screenshot(animations="disabled")))
            print(folder / f"{name}.jpg")
        browser.close()


def small_enough(png: bytes) -> bytes:
    """A picture as JPEG in the best quality with at most `LARGEST` bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in range(90, 30, -10):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True)
        if len(file.getvalue()) <= LARGEST:
            return file.getvalue()
    raise SystemExit(f"a picture of {image.size} cannot be made smaller than {LARGEST:,} bytes")


@contextmanager
def served(scratch: Path) -> Iterator[str]:
    """A dashboard with a workspace of drawn faces and a run that learns from them; its address."""
    environment = {**os.environ, "EMOTION_CORE_WORKSPACE": str(scratch / "workspace")}
    subprocess.run([sys.executable, "-c", DRAW], cwd=ROOT, env=environment, check=True)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    dashboard = ["-m", "streamlit", "run", "Home.py", "--server.headless=true", f"--server.port={port}"]
    with at_work(["-m", "emotion_core", *TRAIN], environment), at_work(dashboard, environment):
        wait_for(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}"


@contextmanager
def at_work(arguments: list[str], environment: dict[str, str]) -> Iterator[None]:
    """A process of Python's, until it is needed no more."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
