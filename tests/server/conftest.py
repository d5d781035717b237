"""A service with tight limits, and pictures to send."""

from __future__ import annotations

import io
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.services import Service, serving

#: What the service of most tests is limited to.
MAX_BYTES, MAX_FILES, MAX_PIXELS, MAX_CROPS, SECONDS = 1_000_000, 4, 2_000_000, 50, 3


@pytest.fixture(scope="session")
def service(tmp_path_factory) -> Iterator[Service]:
    limits = {"max_bytes": MAX_BYTES, "max_files": MAX_FILES, "max_pixels": MAX_PIXELS, "max_crops": MAX_CROPS}
    with serving(tmp_path_factory.mktemp("service"), **limits, seconds_to_send=SECONDS, max_streams=1) as running:
        yield running


@pytest.fixture(scope="session")
def jpeg(astronaut) -> bytes:
    """The portrait."""
    return encoded(astronaut)


@pytest.fixture(scope="session")
def pair(astronaut) -> bytes:
    """The portrait twice, once large and once small."""
    canvas = np.full((512, 800, 3), 128, np.uint8)
    canvas[:, :512] = astronaut
    canvas[100:356, 530:786] = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)
    return encoded(canvas)


def encoded(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=90)
    return file.getvalue()
