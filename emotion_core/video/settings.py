"""What decides, besides the video, what is found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from emotion_core.inference.settings import AnalysisSettings
from emotion_core.video.selection import Selection

#: Lowest height of a face, in pixels of the video: one that is smaller is hardly ever read right.
DEFAULT_SMALLEST_FACE = 24.0
DEFAULT_DETECTOR_INTERVAL = 0.25


@dataclass(frozen=True)
class VideoSettings:
    """How a video is analysed.

    Attributes:
        faces: which faces are found, and by which model they are read; see `AnalysisSettings`.
        selection: which frames; see `Selection`.
        detector_interval: seconds between two looks for faces; between them known faces are followed by their pixels.

    Raises:
        ValueError: the interval is not allowed.
    """

    faces: AnalysisSettings = field(default_factory=lambda: AnalysisSettings(smallest_face=DEFAULT_SMALLEST_FACE))
    selection: Selection = field(default_factory=Selection)
    detector_interval: float = DEFAULT_DETECTOR_INTERVAL

    def __post_init__(self) -> None:
        if not 0 <= self.detector_interval <= 10:
            raise ValueError(f"the detector's interval must be 0 to 10 seconds, not {self.detector_interval}")
