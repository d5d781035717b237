"""How the video travels: frames and arrays, and what streamlit-webrtc and aiortc are told so that it does not lag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import av

#: Kilobits a second that the browser sends at the least, at the start, and at the most. More than is enough for 640x480
#: would only be more packets to take in. Less it would send because aiortc tells it from the times at which packets are
#: read how much the way can carry: on a busy processor they are read late, the way is taken for a narrow one, and the
#: browser would go down to 320x240 and a picture now and then, with nothing wrong but the processor.
BITRATES = {"x-google-min-bitrate": 600, "x-google-start-bitrate": 1000, "x-google-max-bitrate": 1000}


def picture_of(frame: av.VideoFrame) -> np.ndarray:
    """A frame as RGB of shape (height, width, 3), uint8."""
    if frame.format.name == "yuv420p" and is_even(frame.height, frame.width):
        return cv2.cvtColor(frame.to_ndarray(), cv2.COLOR_YUV2RGB_I420)
    return frame.to_ndarray(format="rgb24")


def frame_of(picture: np.ndarray) -> av.VideoFrame:
    """RGB of shape (height, width, 3), uint8, as a frame, in the colours that the encoder takes where that is possible.

    OpenCV takes a third of the time that the encoder would for turning the colours.
    """
    import av

    if is_even(*picture.shape[:2]):
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def is_even(height: int, width: int) -> bool:
    """Whether a picture can have one colour to every square of four pixels."""
    return height % 2 == 0 and width % 2 == 0


def ask_for_enough() -> None:
    """Make every answer to a browser ask for `BITRATES`, which Chromium and Safari know and others pass over."""
    from aiortc.codecs import CODECS, is_rtx

    for codec in CODECS["video"]:
        if not is_rtx(codec):
            codec.parameters.update(BITRATES)
