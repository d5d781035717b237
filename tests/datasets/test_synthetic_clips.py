"""Drawn clips: known to the frame."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.synthetic_clips import draw_clip


def test_a_clip_goes_from_rest_to_an_expression_and_back_when_it_says():
    clip = draw_clip("happy", rate=10, size=32, rest=1.0, rise=0.4, hold=0.6)
    assert clip.frames.shape == (34, 32, 32) and clip.frames.dtype == np.uint8
    assert clip.seconds[-1] == pytest.approx(3.3)
    assert (clip.onset, clip.offset) == (pytest.approx(1.2), pytest.approx(2.2))
    assert np.interp([1.0, clip.onset, 1.4, 2.0, clip.offset, 2.4], clip.seconds, clip.strengths) == pytest.approx(
        [0, 0.5, 1, 1, 0.5, 0]
    )


def test_the_same_seed_draws_the_same_person():
    assert (draw_clip("sad", seed=3, rate=2, size=32).frames == draw_clip("sad", seed=3, rate=2, size=32).frames).all()
    assert (draw_clip("sad", seed=4, rate=2, size=32).frames != draw_clip("sad", seed=3, rate=2, size=32).frames).any()
