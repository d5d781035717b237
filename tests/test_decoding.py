"""What takes too much memory or time to decode ends a process of its own, and the next picture is decoded."""

from __future__ import annotations

import io
import time
from contextlib import suppress

import numpy as np
import psutil
import pytest
from PIL import ExifTags, Image

from emotion_core import decoding, images
from emotion_core.decoding import DecodingError, decode_elsewhere, end_workers
from emotion_core.images import ImageError, load_image
from tests.pictures import png, png_of_zeros


@pytest.fixture(autouse=True)
def no_workers():
    yield
    end_workers()


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


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photo_of_sixty_megapixels_has_room_however_the_camera_was_held(orientation):
    exif, file = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = orientation
    Image.new("RGB", (9504, 6336), "red").save(file, "JPEG", exif=exif)
    found = load_image(file.getvalue())
    assert found.shape == ((6336, 9504, 3) if orientation == 1 else (9504, 6336, 3))
    assert found[0, 0].tolist() == found[-1, -1].tolist() == [254, 0, 0]


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
