"""Pictures handed on: the newest, as soon as the session has looked at it."""

from __future__ import annotations

import asyncio
import threading
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import VideoProcessorBase
from streamlit_webrtc.process import VideoProcessTrack

from tests.waiting import PATIENCE, result_of
from ui.webcam.transport import relay

CLOCK = Fraction(1, 90_000)


#: Turns of the loop in which whoever is quick gets a picture.
FEW = 5


class Numbers(MediaStreamTrack):
    """A picture at every turn of the loop, each of them its number."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    async def recv(self) -> int:
        await asyncio.sleep(0)
        self.given += 1
        return self.given


def test_who_takes_pictures_slowly_gets_the_newest():
    async def behind() -> list[int]:
        source = Numbers()
        taken = relay.newest_only(MediaRelay()).subscribe(source)
        late = []
        for _ in range(5):
            number = await taken.recv()
            late.append(source.given - number)
            for _ in range(20 * FEW):
                await asyncio.sleep(0)
        taken.stop()
        source.stop()
        return late

    assert max(result_of(behind())) <= FEW


class Film(MediaStreamTrack):
    """These frames in their order, each a thirtieth of a second after the last."""

    kind = "video"

    def __init__(self, frames: list[av.VideoFrame]) -> None:
        super().__init__()
        self.frames, self.given = frames, 0

    async def recv(self) -> av.VideoFrame:
        if self.given == len(self.frames):
            self.stop()
            raise MediaStreamError
        frame = self.frames[self.given]
        frame.pts, frame.time_base = 3000 * self.given, CLOCK
        self.given += 1
        return frame


class Inverting(VideoProcessorBase):
    """Makes of each picture one as bright as it was dark; notes in which thread, and how often it was told the end."""

    def __init__(self, may_end: threading.Event | None = None) -> None:
        self.may_end = may_end
        self.threads: set[str] = set()
        self.ends = 0
        self.done = False

    def recv(self, frame: av.VideoFrame) -> av.VideoFrame:
        self.threads.add(threading.current_thread().name)
        if self.may_end:
            self.done = self.may_end.wait(PATIENCE)
        return av.VideoFrame.from_ndarray(255 - frame.to_ndarray(format="rgb24"), format="rgb24")

    def on_ended(self) -> None:
        self.ends += 1


def grey(value: int) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((48, 64, 3), value, np.uint8), format="rgb24")


def seen(source: MediaStreamTrack, processor: Inverting) -> MediaStreamTrack:
    """What the relay gives to who takes the pictures that a processor makes."""
    return relay.newest_only(MediaRelay()).subscribe(VideoProcessTrack(source, processor))


async def all_of(track: MediaStreamTrack) -> list[av.VideoFrame]:
    found = []
    while True:
        try:
            found.append(await track.recv())
        except MediaStreamError:
            return found


def test_every_picture_comes_as_the_session_made_it_with_its_own_time():
    processor = Inverting()
    came = result_of(all_of(seen(Film([grey(50), grey(200)]), processor)))
    assert [(frame.pts, frame.time_base) for frame in came] == [(0, CLOCK), (3000, CLOCK)]
    assert [round(frame.to_ndarray(format="rgb24").mean()) for frame in came] == [205, 55]


def test_the_loop_goes_on_while_the_session_works():
    async def beside() -> tuple[bool, set[str]]:
        processor = Inverting(may_end=threading.Event())
        coming = asyncio.ensure_future(seen(Film([grey(50)]), processor).recv())
        while not processor.threads:
            await asyncio.sleep(0.01)
        processor.may_end.set()  # which only a loop that goes on comes to
        await coming
        return processor.done, processor.threads - {threading.current_thread().name}

    in_time, elsewhere = result_of(beside())
    assert in_time
    assert len(elsewhere) == 1


def test_who_no_longer_waits_leaves_the_session_to_end_its_work_first():
    async def left() -> tuple[bool, bool]:
        processor = Inverting(may_end=threading.Event())
        coming = asyncio.ensure_future(seen(Film([grey(50)]), processor).recv())
        while not processor.threads:
            await asyncio.sleep(0.01)
        coming.cancel()
        asyncio.get_running_loop().call_later(0.1, processor.may_end.set)
        await asyncio.wait([coming])
        return processor.done, coming.cancelled()

    assert result_of(left()) == (True, True)


def test_it_ends_with_the_camera_and_the_session_is_told_once():
    source, processor = Film([]), Inverting()
    track = seen(source, processor)
    source.stop()
    assert track.readyState == "ended"
    assert processor.ends == 1


def test_the_camera_and_the_session_end_with_it():
    source, processor = Film([]), Inverting()
    seen(source, processor).stop()
    assert source.readyState == "ended"
    assert processor.ends == 1
