"""Segments as subtitles, character by character."""

from __future__ import annotations

import io

from emotion_core.video.subtitles import write_srt, write_vtt
from emotion_core.video.timelines import TimelineSettings, timelines
from tests.video_results import course, result_of

#: Happy from 1.0 to 2.9 s; the same at 62 minutes.
RAW = TimelineSettings(smoothing=0, prominence=0.5)
ROWS = course(1, (2, "happy"), share=0.912, start=1.0) + course(1, (1, "sad"), start=3723.5)


def lines(name: str = "Ada <b> & co"):
    return timelines(result_of(ROWS).named(1, name), RAW)


def test_webvtt():
    file = io.StringIO()
    write_vtt(lines(), file)
    assert file.getvalue() == (
        "WEBVTT\n"
        "\n1\n00:00:01.000 --> 00:00:02.900\nAda &lt;b&gt; &amp; co looks happy, 91 %\n"
        "\n2\n01:02:03.500 --> 01:02:04.400\nAda &lt;b&gt; &amp; co looks sad, 90 %\n"
    )


def test_subrip():
    file = io.StringIO()
    write_srt(lines("Ada"), file)
    assert file.getvalue() == (
        "1\n00:00:01,000 --> 00:00:02,900\nAda looks happy, 91 %\n\n"
        "2\n01:02:03,500 --> 01:02:04,400\nAda looks sad, 90 %\n\n"
    )


def test_without_an_expression_there_is_a_file_without_any():
    file = io.StringIO()
    write_vtt(timelines(result_of(course(1, (1, "neutral")))), file)
    assert file.getvalue() == "WEBVTT\n"


def test_an_expression_in_one_frame_is_shown_at_all():
    file = io.StringIO()
    write_srt(timelines(result_of([(0.0, 1, "happy", 0.9)]), TimelineSettings(least_seconds=0)), file)
    assert "00:00:00,000 --> 00:00:00,001" in file.getvalue()


def test_no_markup_comes_of_a_name_in_subrip():
    file = io.StringIO()
    write_srt(lines("<font size=99>{\\an8}Ada"), file)
    assert "<font" not in file.getvalue() and "{\\an8}" not in file.getvalue()
    assert "Ada looks happy" in file.getvalue()
