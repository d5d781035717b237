"""What takes too much memory or time to decode ends a process of its own, and the next picture is decoded."""

from __future__ import annotations

import struct
import time
import zlib
from contextlib import suppress

import numpy as np
import psutil
import pytest

from emotion_core import decoding, images
from emotion_core.decoding import DecodingError, decode_elsewhere, end_workers
from emotion_core.images import ImageError, load_image
from tests.pictures import png


@pytest.fixture(autouse=True)
def no_workers():
    yield
    end_workers()


def png_of_zeros(width: int, height: int, bits: int = 8, colour: int = 0) -> bytes:
    """A PNG whose pixels are all 0, made without holding them in memory."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    left, packer, packed = (1 + width * channels * bits // 8) * height, zlib.compressobj(1), bytearray()
    while left:
        some = min(left, 2**20)
        packed += packer.compress(bytes(some))
        left -= some
    packed += packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")


def grown() -> float:
    """The most memory in bytes that this process and those that it started have, each by itself."""
    own = psutil.Process()
    sizes = [own.memory_info().rss]
    for child in own.children():
        with suppress(psutil.Error):
            sizes.append(child.memory_info().rss)
    return max(sizes)


def test_a_large_picture_is_the_same_wherever_it_is_decoded(monkeypatch):
    photo = png(np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8))
    here = load_image(photo)
    monkeypatch.setattr(images, "LARGE_PIXELS", 100)
    assert (load_image(photo) == here).all()
    (worker,) = decoding._idle
    assert (load_image(photo) == here).all()
    assert decoding._idle == [worker], "it is kept for the next picture"


def test_what_is_wrong_with_a_picture_is_said_as_ever(monkeypatch):
    broken = png(np.zeros((60, 80, 3), np.uint8))[:-60]
    with pytest.raises(ImageError) as here:
        load_image(broken)
    monkeypatch.setattr(images, "LARGE_PIXELS", 100)
    with pytest.raises(ImageError) as elsewhere:
        load_image(broken)
    assert str(elsewhere.value) == str(here.value)


@pytest.mark.parametrize(
    ("width", "height", "bits", "colour"), [(1, 79_000_000, 8, 0), (8000, 9800, 16, 0), (8000, 9800, 16, 6)]
)
def test_a_bomb_takes_no_more_than_is_allowed(width, height, bits, colour):
    bomb = png_of_zeros(width, height, bits, colour)
    before = psutil.Process().memory_info().rss
    try:
        found = load_image(bomb)
    except ImageError as error:
        assert "damaged" not in str(error)
        assert "memory" in str(error)
    else:
        assert found.nbytes < 250_000_000
        del found
    assert grown() - before < 1000 * 2**20


def test_a_picture_that_takes_too_long_ends_its_process_and_the_next_one_is_decoded(monkeypatch):
    comment = b"P6\n#" + b" " * 60_000_000 + b"\n1 1\n255\n\0\0\0"
    monkeypatch.setattr(decoding, "WAITING_SECONDS", 1)
    began = time.monotonic()
    try:
        load_image(comment)
    except ImageError as error:
        assert "time" in str(error)
    assert time.monotonic() - began < 30
    monkeypatch.setattr(decoding, "WAITING_SECONDS", 60)
    assert decode_elsewhere(png(np.zeros((2, 3, 3), np.uint8))).shape == (2, 3, 3)


def test_a_process_that_died_is_replaced():
    decode_elsewhere(png(np.zeros((2, 3, 3), np.uint8)))
    decoding._idle[0]._process.kill()
    decoding._idle[0]._process.wait()
    assert decode_elsewhere(png(np.zeros((2, 3, 3), np.uint8))).shape == (2, 3, 3)


def test_what_comes_back_is_pixels_or_words():
    with pytest.raises(DecodingError, match="not a picture"):
        decode_elsewhere(b"\x80\x04\x95 no pickle, no picture")
