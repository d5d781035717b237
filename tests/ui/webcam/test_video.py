"""Frames and arrays, and what the stream's libraries are told."""

from __future__ import annotations

import copy

import av
import numpy as np
import pytest
from aiortc import RTCPeerConnection
from aiortc.codecs import CODECS

from tests.waiting import result_of
from ui.webcam.transport import video


def colours(height: int, width: int) -> np.ndarray:
    """Red grows to the right, green downwards."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[..., 0] = np.linspace(30, 220, width).astype(np.uint8)
    picture[..., 1] = np.linspace(220, 30, height).astype(np.uint8)[:, np.newaxis]
    return picture


@pytest.mark.parametrize("size", [(120, 160), (121, 160), (120, 161), (1, 1)])
def test_a_picture_survives_as_a_frame(size):
    picture = colours(*size)
    there = video.frame_of(picture)
    assert (there.height, there.width) == size
    again = video.picture_of(there)
    assert again.shape == picture.shape
    assert np.abs(again.astype(int) - picture).mean() < 3


@pytest.mark.parametrize("size", [(120, 160), (121, 161)])
def test_a_camera_s_frame_has_the_colours_that_av_gives_it(size):
    frame = av.VideoFrame.from_ndarray(colours(*size), format="rgb24").reformat(format="yuv420p")
    assert np.abs(video.picture_of(frame).astype(int) - frame.to_ndarray(format="rgb24")).mean() < 2


def test_frames_of_even_size_are_in_the_encoder_s_own_colours():
    assert video.frame_of(colours(120, 160)).format.name == "yuv420p"


@pytest.fixture
def untouched(monkeypatch):
    """What is told to aiortc here stays here."""
    monkeypatch.setitem(CODECS, "video", copy.deepcopy(CODECS["video"]))


def test_the_answer_to_a_browser_asks_for_enough(untouched):
    async def answer() -> str:
        browser, server = RTCPeerConnection(), RTCPeerConnection()
        browser.addTransceiver("video")
        await browser.setLocalDescription(await browser.createOffer())
        await server.setRemoteDescription(browser.localDescription)
        said = (await server.createAnswer()).sdp
        await browser.close()
        await server.close()
        return said

    video.ask_for_enough()
    video.ask_for_enough()  # as every rerun of the page does
    said = result_of(answer())
    assert (
        said.count("x-google-min-bitrate=600;x-google-start-bitrate=1000;x-google-max-bitrate=1000")
        == len(CODECS["video"]) // 2
    )
    assert all("apt=" in line for line in said.splitlines() if line.startswith("a=fmtp") and "x-google" not in line)
