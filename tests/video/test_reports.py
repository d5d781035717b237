"""Results as tables and JSON."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing

import pytest

from emotion_core.video.moments import COLUMNS
from emotion_core.video.reports import SEGMENT_COLUMNS, SegmentCsv, VideoJson, summary_row, write_csv
from emotion_core.video.timelines import TimelineSettings, timelines
from tests.video_results import course, result_of

RAW = TimelineSettings(smoothing=0, prominence=0.5)
RESULT = result_of(sorted(course(1, (1, "neutral"), (1, "happy")) + course(2, (1, "sad")))).named(1, "=Ada")


def test_a_result_is_a_table_with_a_row_a_face_and_frame():
    file = io.StringIO()
    write_csv(RESULT.without(2), file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(rows) == 20 and tuple(rows[0]) == COLUMNS
    assert rows[3]["seconds"] == "0.3" and rows[3]["emotion"] == "neutral" and rows[3]["confidence"] == "0.9"
    assert rows[3]["name"] == "'=Ada"  # nothing that a spreadsheet would run


def test_segments_are_a_table():
    file = io.StringIO()
    SegmentCsv(file).add("clip.mp4", timelines(RESULT, RAW))
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == SEGMENT_COLUMNS
    assert [(row["face"], row["emotion"], row["offset"]) for row in rows] == [
        ("1", "happy", "1.9"),
        ("2", "sad", "0.9"),
    ]


def test_a_person_in_sums():
    (line, _) = timelines(RESULT, RAW)
    row = summary_row(line)
    assert row["seconds_seen"] == 2.0 and row["shares"] == {"neutral": 0.5, "happy": 0.5}
    assert row["segments"] == {"happy": 1} and row["rows_left_out"] == 0


@pytest.mark.parametrize("times", [0, 1, 2])
def test_videos_are_an_array_of_json(times):
    file = io.StringIO()
    with closing(VideoJson(file)) as report:
        for _ in range(times):
            report.add(RESULT, timelines(RESULT, RAW))
    found = json.loads(file.getvalue())
    assert len(found) == times
    if found:
        assert len(found[0]["faces"]) == 30 and len(found[0]["moments"]) == 20
        assert [segment["emotion"] for segment in found[0]["segments"]] == ["happy", "sad"]
        assert found[0]["persons"][0]["name"] == "=Ada"
