"""The crop that a network sees: square, upright, framed by the box's height, wherever the face lies."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, strategies as st

from emotion_core.faces.alignment import LEVEL_ENOUGH, face_crop, roll, whole_picture
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face

GRADIENT = np.dstack([np.tile(np.arange(120, dtype=np.uint8) * 2, (90, 1))] * 3)
numbers = st.floats(-400, 400)
boxes = st.builds(Box, numbers, numbers, st.floats(-5, 600), st.floats(-5, 600))
landmarks = st.none() | st.lists(numbers, min_size=10, max_size=10).map(lambda n: np.array(n, np.float32).reshape(5, 2))
faces = st.builds(Face, boxes, st.just(0.9), landmarks)


def face_with_eyes(right: tuple[float, float], left: tuple[float, float], box: Box | None = None) -> Face:
    points = np.zeros((5, 2), np.float32)
    points[:2] = right, left
    return Face(box or Box(0, 0, 50, 50), 0.9, points)


class TestRoll:
    @pytest.mark.parametrize(
        ("left_eye", "degrees"),
        [((30, 10), 0), ((20, 20), 45), ((10, 30), 90), ((0, 10), 180), ((10, 0), -90), ((20, 0), -45)],
    )
    def test_is_the_tilt_of_the_line_through_the_eyes(self, left_eye, degrees):
        assert roll(face_with_eyes((10, 10), left_eye)) == pytest.approx(degrees)

    def test_is_none_without_landmarks(self):
        assert roll(Face(Box(0, 0, 10, 10))) == 0


@given(faces, st.sampled_from([1, 8, 48, 100]))
def test_any_face_gives_a_square_crop(face, size):
    crop = face_crop(GRADIENT, face, size)
    assert crop.shape == (size, size, 3)
    assert crop.dtype == np.uint8


@given(faces, st.integers(1, 30), st.integers(1, 30))
def test_so_does_any_picture(face, height, width):
    image = np.full((height, width, 3), (10, 20, 30), np.uint8)
    crop = face_crop(image, face, 16)
    assert crop.reshape(-1, 3).tolist() == [[10, 20, 30]] * 256  # of one colour, edges repeated: no black corners


def test_a_crop_of_its_own_size_is_the_picture_itself():
    image = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    assert np.array_equal(face_crop(image, Face(Box(20, 30, 48, 48)), 48), image[30:78, 20:68])
    assert np.array_equal(face_crop(image, whole_picture(image), 100), image)


def test_the_square_is_as_high_as_the_box_about_its_centre():
    image = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    narrow, square = Face(Box(30, 20, 40, 60)), Face(Box(20, 20, 60, 60))
    assert np.array_equal(face_crop(image, narrow, 60), face_crop(image, square, 60))


def test_over_the_edge_the_edge_is_repeated():
    crop = face_crop(GRADIENT, Face(Box(-10, 0, 20, 20)), 20)
    assert (crop[:, :10] == GRADIENT[0, 0]).all()
    assert np.array_equal(crop[:, 10:], GRADIENT[:20, :10])
    assert (face_crop(GRADIENT, Face(Box(500, 500, 20, 20)), 20) == GRADIENT[-1, -1]).all()


def test_the_whole_picture_is_a_face_as_large_as_it():
    assert whole_picture(GRADIENT) == Face(Box(0, 0, 120, 90))


def test_the_picture_is_not_changed_by_writing_on_a_resized_crop():
    image = GRADIENT.copy()
    face_crop(image, Face(Box(10, 10, 40, 40)), 20)[:] = 0
    assert np.array_equal(image, GRADIENT)


class TestLevelEyes:
    """A drawn face: grey, with a red dot for the person's right eye and a blue one for the left."""

    SIDE, CENTRE, EYES_APART = 160, 200, 60

    def drawn(self, degrees: float) -> tuple[np.ndarray, Face]:
        image = np.full((400, 400, 3), 128, np.uint8)
        angle = math.radians(degrees)
        across = np.array([math.cos(angle), math.sin(angle)])
        up = np.array([math.sin(angle), -math.cos(angle)])
        right, left = (self.CENTRE + 20 * up + side * self.EYES_APART / 2 * across for side in (-1, 1))
        cv2.circle(image, tuple(round(v * 16) for v in right), 6 * 16, (255, 0, 0), -1, cv2.LINE_AA, 4)
        cv2.circle(image, tuple(round(v * 16) for v in left), 6 * 16, (0, 0, 255), -1, cv2.LINE_AA, 4)
        corner = self.CENTRE - self.SIDE / 2
        return image, face_with_eyes(right, left, Box(corner, corner, self.SIDE, self.SIDE))

    @staticmethod
    def dot(crop: np.ndarray, colour: int, other: int) -> tuple[float, float]:
        rows, columns = np.nonzero(crop[:, :, colour].astype(int) - crop[:, :, other] > 60)
        return float(columns.mean()), float(rows.mean())

    @pytest.mark.parametrize("degrees", [-180, -135, -90, -45, -20, -11, 11, 15, 30, 60, 90, 120, 179])
    @pytest.mark.parametrize("size", [48, 96, 200])
    def test_after_alignment_they_are_level_and_in_their_place(self, degrees, size):
        image, face = self.drawn(degrees)
        crop = face_crop(image, face, size)
        (right_x, right_y), (left_x, left_y) = self.dot(crop, 0, 2), self.dot(crop, 2, 0)
        pixel = size / self.SIDE
        tolerance = max(0.6, 1.2 * pixel)
        assert right_y == pytest.approx(left_y, abs=tolerance)
        assert left_x - right_x == pytest.approx(self.EYES_APART * pixel, abs=2 * tolerance)
        assert (right_x + left_x) / 2 == pytest.approx(size / 2, abs=tolerance + 0.5)
        assert right_y == pytest.approx(size / 2 - 20 * pixel, abs=tolerance + 0.5)

    @pytest.mark.parametrize("degrees", [-LEVEL_ENOUGH + 1, 0, LEVEL_ENOUGH - 1])
    def test_a_slight_tilt_is_left_as_it_is(self, degrees):
        image, face = self.drawn(degrees)
        assert np.array_equal(face_crop(image, face, 48), face_crop(image, Face(face.box), 48))

    @pytest.mark.parametrize("degrees", [LEVEL_ENOUGH - 0.5, LEVEL_ENOUGH + 0.5])
    def test_turning_does_not_change_the_framing(self, degrees):
        """On either side of the limit the dots are the same distance apart."""
        image, face = self.drawn(degrees)
        crop = face_crop(image, face, 160)
        (right_x, right_y), (left_x, left_y) = self.dot(crop, 0, 2), self.dot(crop, 2, 0)
        assert math.hypot(left_x - right_x, left_y - right_y) == pytest.approx(self.EYES_APART, abs=1)


def test_the_portrait_turned_gives_nearly_the_crop_of_the_portrait_upright(astronaut):
    eyes = np.array([[200, 102], [247, 103]], np.float32)
    upright = face_crop(astronaut, face_with_eyes(*eyes, Box(179, 65, 90, 111)), 48).astype(float)
    matrix = cv2.getRotationMatrix2D(Box(179, 65, 90, 111).center, 30, 1.0)
    turned = cv2.warpAffine(astronaut, matrix, (512, 512))
    face = face_with_eyes(*(eyes @ matrix[:, :2].T + matrix[:, 2]), Box(179, 65, 90, 111))
    left_turned = np.abs(face_crop(turned, Face(face.box), 48) - upright).mean()
    assert np.abs(face_crop(turned, face, 48) - upright).mean() < left_turned / 3
