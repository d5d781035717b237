"""Videos that are very long, or say so: a result within limits, with a sentence where the header was not true."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.video import analyze_video, timelines, write_annotated
from emotion_core.visuals import annotate_live, video_as_html
from tests.attack.video_files import HOURS, claiming
from tests.clips import grey_frames, write_clip


def test_thousands_of_tiny_frames_are_each_looked_at(tmp_path):
    clip = write_clip(tmp_path / "many.mp4", grey_frames(*(n % 256 for n in range(2000)), size=(32, 32)), codec="mpeg4")
    result = analyze_video(clip).run()
    assert len(result.moments) == 2000 and result.complete and not len(result)
    assert result.moments[-1] == pytest.approx(1999 / 25, abs=0.01)


def test_a_header_that_claims_two_hours_is_said_to_be_wrong(tmp_path):
    clip = claiming(write_clip(tmp_path / "lies.mkv", grey_frames(*range(10))), HOURS)
    analysis = analyze_video(clip)
    assert analysis.info.duration == pytest.approx(HOURS)
    result = analysis.run()
    assert len(result.moments) == 10 and analysis.share == 1
    assert result.note.startswith("the video ends at 0.4 s, though it says that it lasts 7200.0 s")


def test_hours_between_frames_are_no_work(tmp_path, astronaut):
    """No track, curve or segment goes on through a gap, and no frame is made to fill it."""
    face = np.ascontiguousarray(cv2.resize(astronaut[:256, 96:352], (128, 128)))
    times = [*np.arange(10) / 10, *(HOURS / 2 + np.arange(10) / 10), HOURS]
    clip = write_clip(tmp_path / "gaps.mkv", [face] * len(times), times=times)
    result = analyze_video(clip).run()
    assert result.moments == pytest.approx(times, abs=0.01)
    lines = timelines(result)
    assert lines and sum(one.seconds_seen for one in lines) < 10
    assert max(segment.offset - segment.onset for one in lines for segment in one.segments) < 10
    assert len(video_as_html(result, lines)) < 20_000_000
    write_annotated(result, tmp_path / "copy.mp4", annotate_live)
    assert (tmp_path / "copy.mp4").stat().st_size < 1_000_000
