"""What the browser is sent: whole pictures when asked for, at the rate that is asked for, not blurred."""

from __future__ import annotations

from fractions import Fraction

import aiortc.codecs
import av
import numpy as np
import pytest
from aiortc.codecs import get_encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from ui.webcam.transport.encoder import QuickEncoder, encode_quickly

VP8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)
#: Bytes before the picture in each packet.
DESCRIPTOR = 4


def frame(number: int, height: int = 240, width: int = 320) -> av.VideoFrame:
    """Coarse noise, the same in each, which moves to the right."""
    blocks = np.random.default_rng(1).integers(0, 255, (height // 8 + 1, width // 8 + 1), np.uint8)
    picture = np.roll(np.kron(blocks, np.ones((8, 8), np.uint8))[:height, :width], number, axis=1)
    made = av.VideoFrame.from_ndarray(np.repeat(picture[..., np.newaxis], 3, axis=2), format="rgb24")
    made.pts, made.time_base = 3000 * number, Fraction(1, 90_000)
    return made


def decoded(encoder: Vp8Encoder, frames: list[av.VideoFrame]) -> list[np.ndarray]:
    decoder, found = av.CodecContext.create("libvpx", "r"), []
    for one in frames:
        payloads, _ = encoder.encode(one)
        found += decoder.decode(av.Packet(b"".join(payload[DESCRIPTOR:] for payload in payloads)))
    return [one.to_ndarray(format="rgb24") for one in found]


def test_pictures_arrive_as_they_were():
    frames = [frame(number) for number in range(10)]
    came = decoded(QuickEncoder(), frames)
    assert len(came) == len(frames)
    assert np.abs(came[-1].astype(int) - frames[-1].to_ndarray(format="rgb24")).mean() < 12


def test_fine_changes_are_not_taken_for_noise():
    random, frames = np.random.default_rng(2), []
    for number in range(8):
        grain = random.normal(128, 6, (240, 320, 1)).repeat(3, axis=2).clip(0, 255).astype(np.uint8)
        frames.append(av.VideoFrame.from_ndarray(grain, format="rgb24"))
        frames[-1].pts, frames[-1].time_base = 3000 * number, Fraction(1, 90_000)

    def error(encoder: Vp8Encoder) -> float:
        encoder.target_bitrate = 1_500_000
        last = decoded(encoder, frames)[-1].astype(int)
        return float(np.abs(last - frames[-1].to_ndarray(format="rgb24")).mean())

    assert error(QuickEncoder()) < 0.95 * error(Vp8Encoder())


def test_the_codec_knows_every_setting():
    encoder = QuickEncoder()
    encoder.encode(frame(0))
    assert not encoder.codec.options  # what it does not know stays in it


def test_pictures_of_another_size_go_on():
    assert [picture.shape for picture in decoded(QuickEncoder(), [frame(0), frame(1, 121, 161)])] == [
        (240, 320, 3),
        (121, 161, 3),
    ]


def test_the_next_picture_is_a_whole_one_where_that_is_asked_for():
    encoder = QuickEncoder()
    sizes = [len(b"".join(encoder.encode(frame(0), number in (0, 9))[0])) for number in range(10)]
    assert sizes[9] > 3 * max(sizes[5:9])


@pytest.mark.parametrize(("change", "anew"), [(1.05, False), (1.5, True), (0.5, True)])
def test_it_begins_anew_only_where_the_rate_that_is_asked_for_changes_much(change, anew):
    encoder = QuickEncoder()
    encoder.encode(frame(0))
    before = encoder.codec
    encoder.target_bitrate = round(encoder.target_bitrate * change)
    encoder.encode(frame(1))
    assert (encoder.codec is not before) == anew
    assert encoder.codec.bit_rate == (encoder.target_bitrate if anew else before.bit_rate)


def test_aiortc_takes_it_once_it_is_told_to(monkeypatch):
    monkeypatch.setattr(aiortc.codecs, "Vp8Encoder", Vp8Encoder)
    encode_quickly()
    assert isinstance(get_encoder(VP8), QuickEncoder)
