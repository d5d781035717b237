"""A class taught from a part of a video: the faces of its frames are recorded as those of a camera are.

with VideoFile("clip.mp4") as video:
    record_part(lesson, "wink", video, start=2.0, end=5.0)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from emotion_core.faces.alignment import face_crop
from emotion_core.faces.detection import Detector, load_detector
from emotion_core.streams.teaching import (
    ENOUGH,
    MOST_RECORDED,
    RECORDED_WITH,
    RECORDING_STEP,
    SEVERAL_FACES,
    TOGETHER,
    Lesson,
)
from emotion_core.video.elsewhere import VideoElsewhere
from emotion_core.video.reading import VideoFile
from emotion_core.video.selection import Selection

#: Seconds of a part: a class has no room for the faces of more.
LONGEST_PART = MOST_RECORDED * RECORDING_STEP


@dataclass(frozen=True)
class RecordedPart:
    """What came of a part of a video.

    Attributes:
        faces: how many were recorded.
        left_out: frames whose faces were not, by what was wrong: see `Lesson.note`.
        several: recorded faces beside which there were others; the largest was taken.
        damage: what was wrong with the file, in words; empty if nothing.
    """

    faces: int
    left_out: Mapping[str, int]
    several: int
    damage: str = ""


def record_part(
    lesson: Lesson,
    name: str,
    video: VideoFile | VideoElsewhere,
    start: float = 0.0,
    end: float | None = None,
    person: str = "",
    detector: Detector | None = None,
) -> RecordedPart:
    """Record the largest face of five frames a second, where it is sharp and large enough, as examples of a class.

    Args:
        lesson: what is taught.
        name: of the class.
        video: an open one.
        start, end: of the part, in seconds; None for its end, or for `LONGEST_PART` if that comes first.
        person: who it shows, if that is known; faces of one person are never in two splits of a data set.
        detector: finds faces; the usual one if none is given.

    Raises:
        ValueError: there is no such class, or the part is none or too long.
        VideoError: the part begins after the video's end, or the file is damaged.
    """
    if name not in lesson.classes:
        raise ValueError(f"there is no class {name!r}; there are {', '.join(lesson.classes)}")
    part = Selection(start, start + LONGEST_PART if end is None else end, RECORDING_STEP)
    if end is not None and end - start > LONGEST_PART:
        raise ValueError(f"a part may be {LONGEST_PART:g} seconds long, not {end - start:g}")
    detector, said, began = detector or load_detector(), Counter[str](), start - TOGETHER
    with closing(video.frames(part)) as frames:
        for frame in frames:
            found = detector.detect(frame.picture)
            crop = face_crop(frame.picture, found[0], lesson.size) if found else None
            why = lesson.why_not(name, crop, [face.box.height for face in found])
            said[why] += 1
            if why == ENOUGH:
                break
            if crop is not None and why in RECORDED_WITH:
                with_last = frame.seconds - began < TOGETHER
                began = began if with_last else frame.seconds
                lesson.add(name, crop, person, with_last)
    left_out = {why: count for why, count in said.items() if why not in RECORDED_WITH}
    return RecordedPart(sum(said[why] for why in RECORDED_WITH), left_out, said[SEVERAL_FACES], video.damage)
