"""The report of a video, as text."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.video.timelines import TimelineSettings, timelines
from emotion_core.visuals.video_html import clock, video_as_html
from tests.video_results import course, result_of

RAW = TimelineSettings(smoothing=0, transition_cost=0.05)
ROWS = sorted(course(1, (1, "neutral"), (2, "happy")) + course(2, (1, "sad")))


def test_a_report_shows_each_person_with_shares_and_expressions():
    result = result_of(ROWS, portraits={1: np.zeros((96, 96, 3), np.uint8)}).named(1, "<b>Ada</b>")
    text = video_as_html(result, timelines(result, RAW))
    assert "&lt;b&gt;Ada&lt;/b&gt;" in text and "<b>Ada</b></h2>" not in text
    assert "happy 67 %, neutral 33 %" in text and "sad 100 %" in text
    assert "<td>happy</td><td>0:00.95</td>" in text.replace("\n", "")
    assert "data:image/png;base64," in text
    assert "default-src &#39;none&#39;" in text


def test_what_is_not_whole_is_said():
    result = result_of(ROWS, complete=False, note="stopped at 3.0 s; what was analysed until then is kept")
    assert "Stopped at 3.0 s" in video_as_html(result, timelines(result))


def test_a_video_without_a_face_has_a_report():
    result = result_of([], moments=[0.0, 1.0])
    assert "No face was found." in video_as_html(result, timelines(result))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.00"), (62.349, "1:02.35"), (59.999, "1:00.00"), (3723.5, "1:02:03.50")]
)
def test_times_are_written_as_people_read_them(seconds, text):
    assert clock(seconds) == text
