"""Finding faces: on the portrait that scikit-image ships, turned and scaled, and on marked photos."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from emotion_core.faces import detection
from emotion_core.faces.box import Box
from emotion_core.faces.detection import (
    DETECTORS,
    FIRST_LOOK,
    Face,
    YuNetDetector,
    choose_faces,
    load_detector,
)
from emotion_core.images import load_image

#: The astronaut's face, from forehead to chin.
FACE = Box(179, 65, 90, 111)


@pytest.fixture(scope="module")
def yunet() -> YuNetDetector:
    return YuNetDetector()


class FakeNetwork:
    """Sees the same faces, in pixels of what it is shown, in every picture, and counts how often it looked."""

    def __init__(self, faces: list[Face]):
        rows = [[*(face.box.x, face.box.y, face.box.width, face.box.height), *[0] * 10, face.score] for face in faces]
        self.rows = np.array(rows, np.float32).reshape(-1, 15)
        self.looks = 0

    def detect(self, image: np.ndarray) -> np.ndarray:
        self.looks += 1
        return self.rows


def resized(image: np.ndarray, factor: float) -> np.ndarray:
    return cv2.resize(
        image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )


def only(faces: list[Face]) -> Face:
    assert len(faces) == 1, faces
    return faces[0]


class TestYuNet:
    def test_the_portraits_one_face(self, yunet, astronaut):
        face = only(yunet.detect(astronaut))
        assert face.box.overlap(FACE) > 0.8
        assert 0.85 < face.score <= 1

    def test_its_landmarks_stand_where_they_should(self, yunet, astronaut):
        right_eye, left_eye, nose, right_mouth, left_mouth = only(yunet.detect(astronaut)).landmarks
        assert right_eye[0] < nose[0] < left_eye[0]  # the person's right is the picture's left
        assert right_mouth[0] < left_mouth[0]
        assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])

    @pytest.mark.parametrize("factor", [0.15, 0.25, 0.5, 1.5, 3.0])
    def test_small_and_large(self, yunet, astronaut, factor):
        assert only(yunet.detect(resized(astronaut, factor))).box.overlap(FACE.scaled(factor)) > 0.7

    @pytest.mark.parametrize("degrees", [-40, -20, 20, 40, 90, 180])
    def test_turned(self, yunet, astronaut, degrees):
        matrix = cv2.getRotationMatrix2D(FACE.center, degrees, 1.0)
        face = only(yunet.detect(cv2.warpAffine(astronaut, matrix, (512, 512))))
        assert np.hypot(*np.subtract(face.box.center, FACE.center)) < 20

    def test_grey(self, yunet, astronaut):
        grey = cv2.cvtColor(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        assert only(yunet.detect(grey)).box.overlap(FACE) > 0.8

    def test_several_the_largest_first(self, yunet, astronaut):
        canvas = np.full((512, 800, 3), 128, np.uint8)
        canvas[100:356, 20:276] = resized(astronaut, 0.5)
        canvas[:, 288:] = astronaut
        faces = yunet.detect(canvas)
        assert [face.box.x > 288 for face in faces] == [True, False]
        assert faces[0].box.area > faces[1].box.area

    def test_a_second_look_finds_faces_too_small_for_the_first(self, yunet, astronaut):
        canvas = np.full((1500, 2000, 3), 128, np.uint8)
        canvas[700:879, 900:1079] = resized(astronaut, 0.35)
        small = FACE.scaled(0.35)
        assert not yunet.detect(resized(canvas, FIRST_LOOK / 2000))
        expected = Box(900 + small.x, 700 + small.y, small.width, small.height)
        assert only(yunet.detect(canvas)).box.overlap(expected) > 0.6

    @pytest.mark.parametrize(
        ("seen", "longer", "looks"),
        [
            ([], 640, 1),
            ([], 1280, 1),
            ([], 1281, 2),  # faces of 30 pixels, which can be read, leave no trace at the first look
            ([Face(Box(0, 0, 200, 200), 0.4)], 1280, 2),
            ([Face(Box(0, 0, 200, 200), 0.9)], 1280, 1),
            ([Face(Box(0, 0, 200, 200), 0.9), Face(Box(300, 0, 60, 70), 0.9)], 1280, 2),
            ([Face(Box(0, 0, 200, 200), 0.9), Face(Box(300, 0, 60, 70), 0.9)], 640, 1),
        ],
    )
    def test_a_second_look_is_taken_where_small_faces_may_have_been_missed(self, seen, longer, looks, monkeypatch):
        network = FakeNetwork([face.scaled(min(1, FIRST_LOOK / longer)) for face in seen])
        monkeypatch.setattr(detection, "YuNetNetwork", lambda *options: network)
        YuNetDetector().detect(np.zeros((longer // 2, longer, 3), np.uint8), threshold=0.7)
        assert network.looks == looks

    def test_a_second_look_does_not_count_faces_twice(self, yunet, astronaut):
        canvas = np.full((1100, 1600, 3), 128, np.uint8)
        canvas[:512, :512] = astronaut
        canvas[700:956, 900:1156] = resized(astronaut, 0.5)
        assert len(yunet.detect(canvas)) == 2

    def test_the_smallest_face_is_in_pixels_of_the_picture(self, yunet, astronaut):
        twice = resized(astronaut, 2)
        assert len(yunet.detect(twice, smallest_face=200)) == 1
        assert yunet.detect(twice, smallest_face=250) == []

    def test_a_stricter_threshold_keeps_fewer(self, yunet, astronaut):
        assert len(yunet.detect(astronaut, threshold=0.8)) == 1
        assert yunet.detect(astronaut, threshold=0.99) == []

    def test_the_picture_is_not_changed(self, yunet, astronaut):
        before = astronaut.copy()
        yunet.detect(astronaut)
        assert np.array_equal(astronaut, before)

    def test_eight_threads_give_the_same_answers_as_one(self, yunet, astronaut):
        pictures = [resized(astronaut, factor) for factor in (0.3, 0.5, 0.7, 1.0)] * 6

        def boxes(picture: np.ndarray) -> list[Box]:
            return [face.box for face in yunet.detect(picture)]

        alone = [boxes(picture) for picture in pictures[:4]] * 6
        with ThreadPoolExecutor(8) as executor:
            assert list(executor.map(boxes, pictures)) == alone


class TestHaar:
    def test_the_portraits_one_face_without_landmarks(self, astronaut):
        face = only(load_detector("haar").detect(astronaut))
        assert face.box.overlap(FACE) > 0.6
        assert face.score == 1
        assert face.landmarks is None

    def test_boxes_are_in_pixels_of_the_picture(self, astronaut):
        assert only(load_detector("haar").detect(resized(astronaut, 2))).box.overlap(FACE.scaled(2)) > 0.6

    def test_threads(self, astronaut):
        haar = load_detector("haar")
        with ThreadPoolExecutor(4) as executor:
            found = list(executor.map(haar.detect, [astronaut] * 12))
        assert all(len(faces) == 1 and faces[0].box == found[0][0].box for faces in found)


@pytest.mark.parametrize("name", DETECTORS)
class TestNothingToFind:
    @pytest.mark.parametrize("value", [0, 128, 255])
    def test_a_blank_picture(self, name, value):
        assert load_detector(name).detect(np.full((480, 640, 3), value, np.uint8)) == []

    @pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 700), (7, 7), (8, 192), (30, 640), (48, 48)])
    def test_pictures_of_odd_shapes(self, name, size):
        detector, rng = load_detector(name), np.random.default_rng(0)
        for _ in range(5):
            assert detector.detect(rng.integers(0, 256, (*size, 3), dtype=np.uint8)) == []


def test_an_unknown_detector_is_refused():
    with pytest.raises(ValueError, match="unknown detector 'mtcnn'; allowed are yunet, haar"):
        load_detector("mtcnn")


def test_chosen_faces_are_sure_and_high_enough_and_sorted():
    small, large, unsure = Face(Box(0, 0, 20, 20)), Face(Box(0, 0, 30, 30)), Face(Box(0, 0, 50, 50), 0.5)
    assert choose_faces([small, unsure, large], 0.7) == [large, small]
    assert choose_faces([small, unsure, large], 0.5, 25) == [unsure, large]
    assert choose_faces([], 0.7) == []


def test_a_scaled_faces_landmarks_are_scaled_too():
    face = Face(Box(1, 2, 3, 4), 0.9, np.ones((5, 2), np.float32)).scaled(2)
    assert face.box == Box(2, 4, 6, 8)
    assert face.landmarks.tolist() == [[2, 2]] * 5
    assert Face(Box(1, 2, 3, 4)).scaled(2).landmarks is None


class TestMarkedPhotos:
    """Every photo with the boxes of its faces; regions to ignore count neither way."""

    HIT = 0.4

    @pytest.fixture(scope="class")
    @classmethod
    def counts(cls, photos_folder):
        """(faces, hits, false boxes on photos with faces, false boxes on photos without) of YuNet."""
        yunet, faces, hits, wrong, wrong_in_empty = YuNetDetector(), 0, 0, 0, 0
        for name, marks in json.loads((photos_folder / "faces.json").read_text()).items():
            found = [face.box for face in yunet.detect(load_image(photos_folder / name))]
            marked = [Box(*face["box"]) for face in marks["faces"]]
            ignored = [Box(*region) for region in marks["ignore"]]
            faces += len(marked)
            hits += sum(any(box.overlap(mark) >= cls.HIT for box in found) for mark in marked)
            false = sum(
                all(box.overlap(mark) < cls.HIT for mark in marked) and not any(_within(box, i) for i in ignored)
                for box in found
            )
            wrong, wrong_in_empty = wrong + false * bool(marked), wrong_in_empty + false * (not marked)
        return faces, hits, wrong, wrong_in_empty

    def test_nearly_every_face_is_found(self, counts):
        faces, hits, _, _ = counts
        assert faces > 0
        assert hits >= 0.97 * faces, f"{hits} of {faces}"

    def test_nothing_is_found_where_there_is_no_face(self, counts):
        assert counts[3] == 0

    def test_little_else_is_taken_for_a_face(self, counts):
        assert counts[2] <= 0.03 * counts[0]


def _within(box: Box, region: Box) -> bool:
    x, y = box.center
    return region.x <= x <= region.x + region.width and region.y <= y <= region.y + region.height
