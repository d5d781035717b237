"""What is said of pictures that are hard to read, and only if they stay so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.streams.hints import (
    BLURRED,
    LASTING,
    NO_FACE,
    TOO_DARK,
    TOO_SMALL,
    LastingHints,
    hints_of_face,
    hints_without_face,
)


@pytest.fixture
def crop(astronaut) -> np.ndarray:
    return astronaut[65:176, 168:279]


def small(crop: np.ndarray) -> np.ndarray:
    return cv2.resize(crop, (48, 48), interpolation=cv2.INTER_AREA)


def test_a_good_face_gives_no_hint(crop):
    assert hints_of_face(small(crop), 111) == set()


def test_a_dark_face_is_said(crop):
    assert hints_of_face(small(crop) // 5, 111) == {TOO_DARK}


def test_a_blurred_face_is_said_but_not_one_that_was_enlarged(crop):
    soft = small(cv2.GaussianBlur(crop, (0, 0), 6))
    assert hints_of_face(soft, 111) == {BLURRED}
    assert hints_of_face(soft, 40) == set()


def test_a_flat_face_breaks_nothing():
    assert hints_of_face(np.full((48, 48, 3), 128, np.uint8), 111) == {BLURRED}


def test_without_a_face_the_most_likely_reason_is_said():
    grey = np.full((240, 320), 128, np.uint8)
    assert hints_without_face(grey, smaller_ones=False) == {NO_FACE}
    assert hints_without_face(grey, smaller_ones=True) == {TOO_SMALL}
    assert hints_without_face(grey // 8, smaller_ones=False) == {TOO_DARK}


def test_only_what_lasts_is_said():
    lasting = LastingHints()
    assert lasting.update({NO_FACE}, 0.0) == ()
    assert lasting.update({NO_FACE}, LASTING / 2) == ()
    assert lasting.update({NO_FACE}, LASTING) == (NO_FACE,)
    assert lasting.update(set(), LASTING + 0.1) == ()
    assert lasting.update({NO_FACE}, LASTING + 0.2) == ()
