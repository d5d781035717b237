"""How a source is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.encodings import checked_encoding
from emotion_core.datasets.readers.labels import Classes
from emotion_core.datasets.readers.numberings import with_numbering
from emotion_core.progress import Progress, no_progress

if TYPE_CHECKING:
    import numpy as np

DEFAULT_SIDE = 48
SIDES = (16, 512)
LABELS_FROM = ("auto", "folders", "table")
CROPPING = ("auto", "always", "never")


class Cropper(Protocol):
    """What finds the face in a photo; see `emotion_core.faces.cropping`."""

    def shows_photos(self, pictures: Iterable[np.ndarray]) -> bool:
        """Whether RGB pictures are photos with a face somewhere, rather than crops of faces."""

    def crop(self, picture: np.ndarray, side: int) -> np.ndarray | None:
        """The largest face as an upright RGB crop of (side, side, 3), or None where there is none."""


class VideoReader(Protocol):
    """What reads videos that are clips of a data set; see `emotion_core.video.SampledVideos`."""

    def is_video(self, name: str) -> bool:
        """Whether a file is called like a video."""

    def pictures(self, path: Path) -> Iterator[tuple[float, np.ndarray]]:
        """When each of its pictures is shown, in seconds, and the picture in RGB; raises a ValueError."""


@dataclass(frozen=True)
class ReadOptions:
    """How a source is to be read.

    Attributes:
        labels: what labels mean, beyond the known synonyms and `numbering`; None leaves such faces out.
        skip_bad_rows: leave out and count what cannot be used, instead of stopping.
        side: side of the square images in pixels, 16 to 512.
        colour: keep colours; None keeps them where there are any and `side` is above 48.
        cropper: finds faces in photos.
        crop: "always", "never", or "auto", where the first hundred pictures decide.
        progress: is told how much is done, from 0 to 1.
        name_pattern: where in the names of pictures their labels stand, such as *_{label}_*; see `name_patterns`.
        labels_from: where labels are taken from if folders and a table or other file of labels disagree.
        classes: what becomes of the labels: "seven" maps them to the seven emotions, "keep" keeps them as they are, a
            table groups them.
        videos: reads videos; None leaves them aside.
        encoding: what tables are in that are not in UTF-8; empty where what they name is to tell it.
        numbering: what labels mean that are numbers: one of `NUMBERINGS`, or "angry,happy" from 0. `labels` get these.

    Raises:
        DatasetError: an option has a value that is not allowed.
    """

    labels: Mapping[str, str | None] = field(default_factory=dict)
    skip_bad_rows: bool = False
    side: int = DEFAULT_SIDE
    colour: bool | None = None
    cropper: Cropper | None = None
    crop: str = "auto"
    progress: Progress = no_progress
    name_pattern: str | None = None
    labels_from: str = "auto"
    classes: Classes = "seven"
    videos: VideoReader | None = None
    encoding: str = ""
    numbering: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", with_numbering(self.labels, self.numbering))
        if not SIDES[0] <= self.side <= SIDES[1]:
            raise DatasetError(f"images of side {self.side} cannot be stored; allowed are {SIDES[0]} to {SIDES[1]}")
        if self.crop not in CROPPING:
            raise DatasetError(f"crop must be one of {', '.join(CROPPING)}, not {self.crop!r}")
        if self.labels_from not in LABELS_FROM:
            raise DatasetError(f"labels_from must be one of {', '.join(LABELS_FROM)}, not {self.labels_from!r}")
        if self.crop == "always" and self.cropper is None:
            raise DatasetError("faces can only be cut out of photos with a cropper")
        if self.encoding:
            checked_encoding(self.encoding)
