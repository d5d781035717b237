"""What was seen in videos as files: tables and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from emotion_core.csv_tables import CsvTable, write_table
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.reports import JsonArray
from emotion_core.video.moments import Moment, columns_of
from emotion_core.video.result import VideoResult
from emotion_core.video.timelines import PersonTimeline

#: The columns of a table of segments, in their order.
SEGMENT_COLUMNS = (
    "video", "face", "name", "emotion", "onset", "apex", "offset", "duration", "mean", "peak", "prominence",
)  # fmt: skip


class VideoCsv(CsvTable):
    """A table that grows a moment at a time: a line a face, none for a frame without a face.

    The file is open for text, best with `newline=""` and `encoding=CSV_ENCODING`; `raw` as for a `CsvTable`.
    """

    def __init__(self, file: TextIO, raw: bool = False, classes: Iterable[str] = EMOTIONS):
        super().__init__(file, columns_of(classes), raw)

    def add(self, video: str, moment: Moment) -> None:
        """Write the faces of a moment of a video of some name."""
        for row in moment.to_rows(video):
            self.add_row(row)


def write_csv(result: VideoResult, file: TextIO) -> None:
    """Write the same table of a result, with the names of persons and without those that are left out."""
    write_table(file, columns_of(result.classes), result.rows())


class SegmentCsv(CsvTable):
    """A table that grows a video at a time: a line a segment of an expression; the file as for `VideoCsv`."""

    def __init__(self, file: TextIO, raw: bool = False):
        super().__init__(file, SEGMENT_COLUMNS, raw)

    def add(self, video: str, lines: Iterable[PersonTimeline]) -> None:
        """Write the segments of all persons in a video of some name."""
        for row in (row for line in lines for row in segment_rows(line)):
            self.add_row({"video": video, **row})


def segment_rows(line: PersonTimeline) -> list[dict[str, object]]:
    """A person's segments as flat rows with `SEGMENT_COLUMNS` but the video, the same in CSV, JSON and tables."""
    return [
        {
            "face": segment.face,
            "name": line.name,
            "emotion": segment.emotion,
            **{
                name: round(float(getattr(segment, name)), 3)
                for name in ("onset", "apex", "offset", "duration", "mean", "peak", "prominence")
            },
        }
        for segment in line.segments
    ]


def summary_row(line: PersonTimeline) -> dict[str, object]:
    """A person in sums: how long seen, what part of it each expression was there, how often, and for how long."""
    return {
        "face": line.face,
        "name": line.name,
        "seconds_seen": round(line.seconds_seen, 2),
        "rows": len(line.rows),
        "rows_left_out": line.left_out,
        "shares": {label: round(share, 4) for label, share in line.shares.items()},
        "segments": line.counts,
        "median_durations": {emotion: round(value, 3) for emotion, value in line.median_durations.items()},
    }


def video_as_json(result: VideoResult, lines: Sequence[PersonTimeline]) -> dict[str, object]:
    """A video's result as JSON knows it: {video, ..., persons, segments, cuts, moments, faces}.

    `faces` has an object a face and analysed frame, as in the table; `moments` are the seconds of all analysed frames,
    also of those without a face.
    """
    info = result.info
    return {
        "video": str(info.path).encode("utf-8", "replace").decode(),
        "width": info.width,
        "height": info.height,
        "duration": info.duration,
        "rate": info.rate,
        "model": result.model,
        "prior": result.prior,
        "at_rest": [
            {"face": face, "name": result.name_of(face), "frames": person.faces, "shift": dict(person.shift)}
            for face, person in sorted(result.at_rest.items())
        ],
        "complete": result.complete,
        "note": result.note,
        "emotions": result.classes,
        "persons": [summary_row(line) for line in lines],
        "segments": [row for line in lines for row in segment_rows(line)],
        "cuts": [round(seconds, 6) for seconds in result.cuts],
        "moments": [round(float(seconds), 6) for seconds in result.moments],
        "faces": [{key: value for key, value in row.items() if key != "video"} for row in result.rows()],
    }


class VideoJson(JsonArray):
    """An array with an object a video, see `video_as_json`."""

    def add(self, result: VideoResult, lines: Sequence[PersonTimeline]) -> None:
        """Write what was seen in a video."""
        self.add_object(video_as_json(result, lines))
