"""A clip to try the page with, made of the sample photo: no film of a person may be shipped."""

from __future__ import annotations

import math
from pathlib import Path

import av
import cv2
import numpy as np

from emotion_core.images import load_image
from ui.photos.samples import sample_photo

#: Pixels of a side, frames a second, and seconds.
SIDE, RATE, SECONDS = 384, 15, 8
#: The middle of the mouth and half of its width, in pixels of the photo.
MOUTH, REACH = (219.0, 143.0), 27.0


def write_sample(path: Path) -> Path:
    """Write the portrait as a short film: the camera moves a little, and the smile goes and comes back."""
    portrait = load_image(sample_photo().data)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "yuv420p"
        for number in range(RATE * SECONDS):
            frame = av.VideoFrame.from_ndarray(frame_at(portrait, number / RATE), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def frame_at(portrait: np.ndarray, seconds: float) -> np.ndarray:
    """The portrait as it is at a time: smiling at first and at the end, with the mouth closed in the middle."""
    closed = math.sin(math.pi * seconds / SECONDS) ** 2
    bent = _with_mouth(portrait, closed)
    zoom = 1.35 + 0.1 * math.sin(2 * math.pi * seconds / SECONDS)
    turn = cv2.getRotationMatrix2D((226, 200), 3 * math.sin(4 * math.pi * seconds / SECONDS), zoom * SIDE / 512)
    turn[0, 2] += SIDE / 2 - 226
    turn[1, 2] += SIDE / 2 - 200
    return cv2.warpAffine(bent, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def _with_mouth(portrait: np.ndarray, closed: float) -> np.ndarray:
    """The portrait with the mouth closed from 0 to 1: flatter, narrower, its corners lower."""
    height, width = portrait.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = (x - MOUTH[0]) / REACH, (y - MOUTH[1]) / REACH
    near = closed * np.exp(-(np.abs(across) ** 3 + np.abs(down) ** 3))
    from_x = x + 0.5 * near * (x - MOUTH[0])
    from_y = y + 2 * near * (y - MOUTH[1]) - 12 * near * across**2
    return cv2.remap(portrait, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR)
