"""How well a face can be read, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.streams.hints import BLURRED, TOO_DARK, TOO_SMALL
from emotion_core.video.quality import TURNED_AWAY, quality_of, turn

#: Sharp, and as bright on average as 128.
CHECKS = (
    np.kron(np.indices((24, 24)).sum(axis=0) % 2 * 255, np.ones((2, 2))).astype(np.uint8)[..., np.newaxis].repeat(3, 2)
)


def face(height: float = 96.0, nose: float = 0.0, apart: float = 40.0) -> Face:
    """A face whose nose lies so far beside the middle of its eyes, in pixels."""
    eyes = [[30, 40], [30 + apart, 40]]
    landmarks = np.array([*eyes, [30 + apart / 2 + nose, 60], [35, 80], [65, 80]], np.float32)
    return Face(Box(0, 0, 80, height), 0.9, landmarks)


def test_a_large_bright_sharp_face_towards_the_camera_is_read_best():
    quality = quality_of(face(), CHECKS)
    assert (quality.value, quality.problem) == (1.0, "")


@pytest.mark.parametrize(("height", "value", "problem"), [(36.0, 0.75, ""), (12.0, 0.25, TOO_SMALL)])
def test_a_small_face_is_worth_its_height_in_crops(height, value, problem):
    quality = quality_of(face(height=height, apart=20), CHECKS)
    assert (quality.value, quality.problem) == (pytest.approx(value), problem)


def test_heights_count_in_the_videos_own_pixels():
    assert quality_of(face(height=24), CHECKS, scale=2.0).value == 1.0


def test_a_dark_face_is_worth_its_brightness():
    quality = quality_of(face(), (CHECKS // 8).astype(np.uint8))  # 31 and 0: 15.5 on average, of 90
    assert (quality.value, quality.problem) == (pytest.approx(15.5 / 90, abs=0.01), TOO_DARK)


def test_a_blurred_face_is_said_to_be():
    ramp = np.tile(np.linspace(50, 200, 48), (48, 1)).astype(np.uint8)[..., np.newaxis].repeat(3, 2)
    assert quality_of(face(), ramp).problem == BLURRED


def test_a_face_turned_to_a_side_is_worth_less():
    assert turn(face(nose=10)) == pytest.approx(0.25)
    quality = quality_of(face(nose=30), CHECKS)
    assert (quality.value, quality.problem) == (pytest.approx(0.25), TURNED_AWAY)


def test_a_face_seen_from_the_side_has_its_eyes_together():
    assert turn(face(apart=5)) == 1.0


def test_a_tilted_head_is_not_turned_away():
    upright = face(nose=0).landmarks
    turned = (upright - 50) @ np.array([[0.8, 0.6], [-0.6, 0.8]], np.float32) + 50
    assert turn(Face(Box(0, 0, 80, 96), 0.9, turned.astype(np.float32))) == pytest.approx(0, abs=1e-5)


def test_without_landmarks_nothing_is_known_of_it():
    assert turn(Face(Box(0, 0, 80, 96))) == 0.0
