"""Pictures of videos at even times, for data sets of clips."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from emotion_core.models.sequence import STEP
from emotion_core.video.files import is_video_name
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection


class SampledVideos:
    """Reads videos for `import_dataset`, as often a second as sequence models look at a face."""

    def is_video(self, name: str) -> bool:
        """Whether a file is called like a video."""
        return is_video_name(Path(name))

    def pictures(self, path: Path) -> Iterator[tuple[float, np.ndarray]]:
        """When each picture is shown, in seconds, and the picture, RGB and upright.

        Raises:
            VideoError: the file is no video or is damaged.
        """
        with VideoFile(path) as video, closing(video.frames(Selection(every=STEP))) as frames:
            for frame in frames:
                yield frame.seconds, frame.picture
