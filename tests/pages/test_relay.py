"""Pictures handed on: the newest, and each of them once."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError

from tests.pages.conftest import finished
from ui import relay

CLOCK = Fraction(1, 90_000)


class Numbers(MediaStreamTrack):
    """A hundred pictures a second, each of them its number."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    async def recv(self) -> int:
        await asyncio.sleep(0.01)
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
            await asyncio.sleep(0.1)
        taken.stop()
        source.stop()
        return late

    assert max(finished(behind())) <= 1


class Film(MediaStreamTrack):
    """These frames in their order, each a thirtieth of a second after the last, which is written into it when given."""

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


def grey(value: int, height: int = 48, width: int = 64) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), value, np.uint8), format="rgb24")
    return frame.reformat(format="yuv420p")


async def all_of(track: MediaStreamTrack) -> list[av.VideoFrame]:
    found = []
    while True:
        try:
            found.append(await track.recv())
        except MediaStreamError:
            return found


def test_a_picture_that_is_given_again_is_passed_on_once_with_the_time_it_had_first():
    slow, next_one = grey(50), grey(200)
    came = finished(all_of(relay.EachOnce(Film([slow, slow, slow, next_one, next_one]))))
    assert [frame.pts for frame in came] == [0, 9000]
    assert [round(frame.to_ndarray(format="rgb24").mean(), -1) for frame in came] == [50, 200]


def test_the_encoder_goes_on_though_the_session_gives_a_picture_again_while_it_is_encoded():
    """Encoding sets the time of a frame by another clock; without a copy it would be that of the session's frame."""

    async def encoded() -> list[int]:
        slow, encoder = grey(50), Vp8Encoder()
        track = relay.EachOnce(Film([grey(20), slow, slow, grey(100), grey(200)]))
        times = []
        for _ in range(4):
            frame = await track.recv()
            slow.pts = 0  # what the session may do at any time
            times.append(encoder.encode(frame)[1])
        return times

    assert finished(encoded()) == pytest.approx([0, 3000, 9000, 12000], abs=3)


@pytest.mark.parametrize("size", [(49, 64), (48, 65), (1, 1)])
def test_pictures_of_odd_sizes_are_copied_too(size):
    (came,) = finished(all_of(relay.EachOnce(Film([grey(120, *size)]))))
    assert (came.height, came.width) == size
    assert abs(came.to_ndarray(format="rgb24").mean() - 120) < 3


def test_it_ends_with_the_track_behind_it_and_ends_that_with_itself():
    source = Film([])
    track = relay.EachOnce(source)
    source.stop()
    assert track.readyState == "ended"
    source = Film([])
    relay.EachOnce(source).stop()
    assert source.readyState == "ended"
