"""What is suggested where no face was found is what finds one, and a picture that lies is turned upright."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.images import load_image
from emotion_core.inference.analyze import find_faces
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.inference.suggestions import SMALLEST_FACE, find_upright, looser_settings, turned
from ui.photos.samples import sample_photo

GREY = np.full((200, 300, 3), 128, np.uint8)


class FakeDetector:
    """Finds one face of a given score and height, in pictures that are brightest all along the top."""

    def __init__(self, score: float, height: float = 50.0):
        self.face = Face(Box(10.0, 10.0, height, height), score)

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float) -> list[Face]:
        upright = image[0].min() == image.max()
        large_enough = self.face.box.height >= smallest_face and self.face.score >= threshold
        return [self.face] if upright and large_enough else []


@pytest.mark.parametrize(("score", "threshold"), [(0.65, 0.6), (0.45, 0.4), (0.3, 0.3)])
def test_the_nearest_lower_threshold_that_finds_a_face_is_suggested(score, threshold):
    settings = AnalysisSettings("mine", FakeDetector(score))
    looser = looser_settings(GREY, settings)
    assert looser is not None
    assert (looser.threshold, looser.smallest_face) == (threshold, settings.smallest_face)
    assert (looser.model, looser.detector) == (settings.model, settings.detector)


def test_smaller_faces_are_allowed_before_the_threshold_is_lowered():
    settings = AnalysisSettings(detector=FakeDetector(0.9, height=20), smallest_face=100)
    looser = looser_settings(GREY, settings)
    assert looser is not None
    assert (looser.smallest_face, looser.threshold) == (SMALLEST_FACE, settings.threshold)


def test_nothing_is_suggested_that_does_not_help():
    assert looser_settings(GREY, AnalysisSettings(detector=FakeDetector(0.1))) is None
    assert find_upright(GREY, AnalysisSettings(detector=FakeDetector(0.1))) == ([], 0)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_lies_is_turned_by_as_much_as_makes_it_upright(turns):
    upright = GREY.copy()
    upright[:20] = 255
    lying = turned(upright, 4 - turns)
    found, by = find_upright(lying, AnalysisSettings(detector=FakeDetector(0.9)))
    assert (len(found), by) == (1, turns)
    assert find_upright(lying, AnalysisSettings(detector=FakeDetector(0.9), whole=True))[1] == 0


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_portrait_that_lies_reads_as_when_upright(turns):
    portrait = load_image(sample_photo().data)
    lying = turned(portrait, 4 - turns)
    found, by = find_upright(lying, AnalysisSettings())
    assert by == turns
    upright = find_faces(portrait, AnalysisSettings())
    assert [face.box for face in found] == [face.box for face in upright]


def test_turning_is_clockwise():
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[0, 0] = 255
    assert turned(picture, 1).shape == (3, 2, 3)
    assert turned(picture, 1)[0, 1].tolist() == [255, 255, 255]
    assert (turned(picture, 4) == picture).all()
