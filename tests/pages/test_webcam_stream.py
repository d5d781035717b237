"""The webcam page's stream without page and browser: aiortc at both ends, over the machine's own network."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import aiortc.codecs
import av
import numpy as np
import psutil
import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.contrib.media import MediaRelay
from streamlit_webrtc.webrtc import WebRtcMode, WebRtcWorker

import emotion_core as ec
from emotion_core.visuals.drawing import annotate_live
from tests.fakes import FakeClassifier, FakeDetector
from tests.waiting import PATIENCE
from ui.webcam.stream import Stream
from ui.webcam.transport.encoder import encode_quickly
from ui.webcam.transport.relay import newest_only

#: Cameras that give thirty pictures a second, and threads and files that are counted.
pytestmark = pytest.mark.alone

try:
    import uvloop
except ImportError:  # on Windows
    uvloop = None

#: What the threads that the loop keeps for the next stream are called.
POOL = "pool of the loop"
OFFLINE = RTCConfiguration(iceServers=[])


@pytest.fixture(scope="module", autouse=True)
def network() -> None:
    """aioice takes no loopback addresses."""
    addresses = [
        one.address for found in psutil.net_if_addrs().values() for one in found if one.family.name == "AF_INET"
    ]
    if all(address.startswith("127.") for address in addresses):
        pytest.skip("this machine has no network but its loopback, which WebRTC does not use")


class Camera(VideoStreamTrack):
    """Thirty pictures a second, made by a function of their number."""

    def __init__(self, picture: Callable[[int], np.ndarray]):
        super().__init__()
        self.picture, self.number = picture, 0

    async def recv(self) -> av.VideoFrame:
        pts, base = await self.next_timestamp()
        frame = av.VideoFrame.from_ndarray(self.picture(self.number), format="rgb24")
        frame.pts, frame.time_base = pts, base
        self.number += 1
        return frame


class Loop:
    """An event loop in a thread of its own, as the server has one, of the kind that it has."""

    def __init__(self) -> None:
        self.loop = (uvloop or asyncio).new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix=POOL))
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(PATIENCE)

    def end(self) -> None:
        self.run(_others_done())
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


async def _others_done() -> None:
    """What a stop has begun comes to its end: a loop with half of it done would not close."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    _, left = await asyncio.wait(others, timeout=PATIENCE) if others else (set(), set())
    assert not left, left


@pytest.fixture
def loop(monkeypatch) -> Iterator[Loop]:
    monkeypatch.setattr(aiortc.codecs, "Vp8Encoder", aiortc.codecs.Vp8Encoder)  # left as it was
    encode_quickly()
    with patch("streamlit_webrtc.shutdown.get_this_session_info", return_value=None):
        loop = Loop()
        yield loop
        loop.end()


async def _relay() -> MediaRelay:
    return newest_only(MediaRelay())


def stream(
    loop: Loop, session: ec.LiveSession, picture: Callable[[int], np.ndarray], pictures: int
) -> list[np.ndarray]:
    """What comes back of so many pictures of a camera, from the start of the stream to its stop."""
    end = Stream(session)
    given = {"mode": WebRtcMode.SENDRECV, "rtc_configuration": OFFLINE, "async_processing": False}
    given |= {"video_frame_callback": end.annotated, "on_video_ended": end.on_end, "sendback_video": True}
    arguments = dict.fromkeys(inspect.signature(WebRtcWorker).parameters) | given
    worker = WebRtcWorker(**arguments | {"loop": loop.loop, "relay": loop.run(_relay())})
    try:
        return loop.run(_watch(worker, picture, pictures))
    finally:
        worker.stop()


async def _watch(worker: WebRtcWorker, picture: Callable[[int], np.ndarray], pictures: int) -> list[np.ndarray]:
    browser = RTCPeerConnection(OFFLINE)
    camera = Camera(picture)
    try:
        browser.addTrack(camera)
        coming: asyncio.Future = asyncio.get_running_loop().create_future()
        browser.on("track", coming.set_result)
        await browser.setLocalDescription(await browser.createOffer())
        offer = browser.localDescription
        answer = await asyncio.to_thread(worker.process_offer, offer.sdp, offer.type, PATIENCE)
        await browser.setRemoteDescription(RTCSessionDescription(answer.sdp, answer.type))
        track = await asyncio.wait_for(coming, PATIENCE)
        return [(await asyncio.wait_for(track.recv(), PATIENCE)).to_ndarray(format="rgb24") for _ in range(pictures)]
    finally:
        camera.stop()
        await browser.close()


def ramp(height: int, width: int) -> np.ndarray:
    """Dark at the left, bright at the right."""
    row = np.linspace(20, 235, width).astype(np.uint8)
    return np.repeat(np.tile(row, (height, 1))[..., np.newaxis], 3, axis=2)


@pytest.fixture
def session() -> ec.LiveSession:
    return ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9), draw=annotate_live)


def test_pictures_come_back_mirrored_and_annotated(loop, session):
    picture = ramp(240, 320)
    shown = stream(loop, session, lambda number: picture, 40)
    assert shown[-1].shape == (240, 320, 3)
    assert shown[-1][200, 20].mean() > 180 > 80 > shown[-1][200, 300].mean()
    assert np.abs(shown[-1][:80, :80].astype(int) - picture[:80, ::-1][:, :80]).max() > 60  # the box
    snapshot = session.snapshot()
    assert snapshot.errors == 0
    assert snapshot.frames_analysed > 1


def test_odd_and_changing_sizes_go_through(loop, session):
    pictures = [ramp(240, 320), ramp(241, 321), ramp(120, 160)]
    shown = stream(loop, session, lambda number: pictures[number // 12 % 3], 45)
    assert session.snapshot().errors == 0
    assert len({picture.shape for picture in shown}) == 3


def test_a_model_that_raises_leaves_the_picture_running(loop, session):
    def broken(crops: np.ndarray) -> np.ndarray:
        raise RuntimeError("the network is broken")

    session.classifier.predict_proba = broken
    picture = ramp(240, 320)
    shown = stream(loop, session, lambda number: picture, 20)
    assert np.abs(shown[-1].astype(int) - picture[:, ::-1]).mean() < 5
    assert session.snapshot().errors > 1
    assert session.snapshot().last_error == "the network is broken"


@pytest.mark.parametrize("models", [1, 2])
def test_models_slower_than_the_camera_drop_pictures_but_the_video_goes_on(loop, models):
    given: list[int] = []

    class Slow(FakeClassifier):
        """Answers when the camera has given three pictures more, or gives no more."""

        def predict_proba(self, crops: np.ndarray) -> np.ndarray:
            before, end = len(given), time.monotonic() + 2
            while before > 0 and len(given) < before + 3 and time.monotonic() < end:
                time.sleep(0.01)
            return super().predict_proba(crops)

    session = ec.LiveSession(Slow(happy=0.93), FakeDetector(0.9))
    if models == 2:
        session.compare_with(Slow(sad=0.6))

    def picture(number: int) -> np.ndarray:
        given.append(number)
        return ramp(240, 320)

    stream(loop, session, picture, 10)  # each of them comes back once, however long the next one takes
    snapshot = session.snapshot()
    assert 1 <= snapshot.frames_in < len(given) / (2 * models)
    # The newest picture is the next one: what waits does not pile up.
    assert snapshot.seconds > len(given) / 30 / 2
    assert (len(snapshot.faces), len(snapshot.second)) == (1, models - 1)
    assert (snapshot.errors, snapshot.second_error) == (0, "")


@pytest.fixture
def own_objects() -> Iterator[None]:
    """Only what a test makes is looked through for what is left: all that this process has takes seconds each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_stopped_streams_leave_no_thread_socket_or_track(loop, own_objects):
    def left() -> tuple[int, int, int]:
        threads = [one for one in threading.enumerate() if not one.name.startswith(POOL)]
        gc.collect()
        tracks = [one for one in gc.get_objects() if isinstance(one, MediaStreamTrack) and one.readyState == "live"]
        return len(threads), psutil.Process().num_fds(), len(tracks)

    def at_rest() -> tuple[int, int, int]:
        """What is left when nothing changes any more: a socket is closed at the loop's next turns."""
        found = [left()]
        while len(found) < 3 or len(set(found[-3:])) > 1:
            time.sleep(0.1)
            found.append(left())
        return found[-1]

    def once() -> None:
        session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
        stream(loop, session, lambda number: ramp(120, 160), 15)
        assert session.snapshot().closed

    once()
    before = at_rest()
    for _ in range(3):
        once()
    assert all(now <= then for now, then in zip(at_rest(), before, strict=True))
