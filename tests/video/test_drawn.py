"""Drawn faces, whose expressions begin and end when it is known, through a file and the whole analysis."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.synthetic_clips import draw_clip
from emotion_core.video.analysis import analyze_video
from emotion_core.video.timelines import timelines
from tests.clips import write_clip


@pytest.mark.parametrize("emotion", ["happy", "surprised"])
def test_a_drawn_expression_is_found_when_it_is_drawn(tmp_path, emotion):
    clip = draw_clip(emotion, seed=1, rate=20)
    frames = np.repeat(clip.frames[..., np.newaxis], 3, axis=3)
    steps = np.random.default_rng(1).permutation(np.repeat([0.03, 0.07], len(frames) // 2))
    times = np.concatenate([[0.0], np.cumsum(steps)])[: len(frames)]
    shown = np.interp(times, clip.seconds, np.arange(len(frames))).round().astype(int)  # at a rate that varies
    path = write_clip(tmp_path / "drawn.mp4", frames[shown], times=list(times), crf="10")
    (person,) = timelines(analyze_video(path, whole=True).run())
    (segment,) = [one for one in person.segments if one.emotion == emotion]
    assert segment.onset == pytest.approx(clip.onset, abs=0.12)
    assert segment.offset == pytest.approx(clip.offset, abs=0.12)
    assert clip.onset < segment.apex < clip.offset
