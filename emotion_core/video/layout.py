"""How the frames of a video stand: turned and mirrored as the file says, with square pixels, and not too large."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.sidedata.sidedata import Type
from av.video.reformatter import VideoReformatter

#: Larger frames come reduced to this longer side: faces are looked for in still smaller ones.
LONGEST_SIDE = 1920


@dataclass(frozen=True)
class Layout:
    """How decoded frames become upright pictures.

    Attributes:
        width, height: of the upright picture with square pixels, in the video's own pixels.
        turned: clockwise, in degrees: 0, 90, 180 or 270.
        mirrored: whether frames are turned upside down first.
    """

    width: int
    height: int
    turned: int
    mirrored: bool

    @classmethod
    def of(cls, frame: av.VideoFrame, aspect: Fraction | None) -> Layout:
        """How a frame stands whose pixels are so many times as wide as they are high."""
        wide, high = frame.width, frame.height
        if aspect and 1 / 4 < aspect < 4:  # what is further off is a mistake
            wide = max(1, round(wide * float(aspect)))
        turned = round(-frame.rotation / 90) * 90 % 360
        if turned in (90, 270):
            wide, high = high, wide
        return cls(wide, high, turned, _is_mirrored(frame))

    @property
    def scale(self) -> float:
        return max(1.0, max(self.width, self.height) / LONGEST_SIDE)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures, reduced by `scale`."""
        return max(1, round(self.width / self.scale)), max(1, round(self.height / self.scale))

    def upright(self, frame: av.VideoFrame, reformatter: VideoReformatter) -> np.ndarray:
        """A frame as an RGB picture of shape (height, width, 3), reduced by `scale`."""
        wide, high = self.size if self.turned in (0, 180) else self.size[::-1]
        picture = reformatter.reformat(frame, wide, high, "rgb24").to_ndarray()
        if self.mirrored:
            picture = picture[::-1]
        return np.ascontiguousarray(np.rot90(picture, -self.turned // 90))


def _is_mirrored(frame: av.VideoFrame) -> bool:
    """Whether a frame's display matrix mirrors, which its rotation does not tell."""
    data: Any
    for data in frame.side_data:  # of `SideData`, whatever the types say
        if data.type is Type.DISPLAYMATRIX:
            a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].astype(float)
            return a * d - b * c < 0
    return False
