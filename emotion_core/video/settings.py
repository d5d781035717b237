"""What decides, besides the video, what is found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.inference.settings import AnalysisSettings
from emotion_core.video.selection import Selection

if TYPE_CHECKING:
    from emotion_core.models.sequence import SequenceModel

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
        sequence_model: reads each face by what comes before and after, in place of the model for single faces: its
            name in the workspace, its folder, or one that is loaded. None reads every frame by itself.

    Raises:
        ValueError: the interval is not allowed.
    """

    faces: AnalysisSettings = field(default_factory=lambda: AnalysisSettings(smallest_face=DEFAULT_SMALLEST_FACE))
    selection: Selection = field(default_factory=Selection)
    detector_interval: float = DEFAULT_DETECTOR_INTERVAL
    sequence_model: str | Path | SequenceModel | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of loaded models; of one that is not loaded yet, the seven emotions."""
        if self.sequence_model is None or isinstance(self.sequence_model, str | Path):
            return self.faces.classes
        return self.sequence_model.classes

    def __post_init__(self) -> None:
        if not 0 <= self.detector_interval <= 10:
            raise ValueError(f"the detector's interval must be 0 to 10 seconds, not {self.detector_interval}")
