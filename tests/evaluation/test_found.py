"""Faces that are detected and cropped before they are predicted; misses count as wrong."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.found import BORDER, ENLARGED_SIDE, GREY, as_photo, crops_in_parts, found_faces, joined
from emotion_core.evaluation.scoring import build_report, confused, score
from emotion_core.evaluation.sets import EvaluationSet, evaluation_set
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from tests.evaluation.conftest import says


class TwoOfThree:
    """Detects every face but those whose picture is black in the middle, in the middle third of the picture."""

    def detect(self, image: np.ndarray) -> list[Face]:
        height, width = image.shape[:2]
        box = Box(width / 3, height / 3, width / 3, height / 3)
        return [] if not image[height // 2, width // 2].any() else [Face(box), Face(Box(0.0, 0.0, 9.0, 9.0))]


@pytest.fixture
def three() -> EvaluationSet:
    """Happy, sad and happy, the last of them all black."""
    images = np.array([200, 100, 0], np.uint8)[:, np.newaxis, np.newaxis].repeat(8, axis=1).repeat(8, axis=2)
    table = pd.DataFrame({"source": list("abc"), "label": ["happy", "sad", "happy"], "split": "test"})
    return evaluation_set(Dataset(images, table), "d", "test")


class TestAsPhoto:
    def test_a_picture_of_100_pixels_is_enlarged_four_times_inside_a_grey_border_of_a_quarter(self):
        photo = as_photo(np.full((100, 100, 3), 7, np.uint8))
        assert photo.shape == (600, 600, 3)
        assert (photo[:100] == GREY).all() and (photo[:, -100:] == GREY).all()
        assert (photo[100:500, 100:500] == 7).all()

    def test_grey_pictures_and_such_that_are_not_square(self):
        photo = as_photo(np.full((20, 40), 7, np.uint8))
        border = round(BORDER * ENLARGED_SIDE)
        assert photo.shape == (200 + 2 * border, 400 + 2 * border, 3)

    def test_large_pictures_keep_their_size(self):
        assert as_photo(np.zeros((512, 512), np.uint8)).shape == (768, 768, 3)


class TestFoundFaces:
    def test_the_largest_face_is_cropped_and_misses_are_known(self, three):
        told: list[float] = []
        found = found_faces(three, 48, TwoOfThree(), told.append)
        assert found.images.shape == (3, 48, 48, 3)
        assert found.detected.tolist() == [True, True, False]
        assert (found.images[0] == 200).all() and (found.images[1] == 100).all()
        assert told == [1]
        assert found.labels is three.labels

    def test_what_was_stopped_goes_on_at_the_face_that_is_next(self, three, monkeypatch):
        monkeypatch.setattr("emotion_core.evaluation.found.FACES_AT_ONCE", 1)
        parts = crops_in_parts(three.images, 48, TwoOfThree())
        first = [next(parts), next(parts)]
        rest = list(crops_in_parts(three.images, 48, TwoOfThree(), start=2))
        crops, detected = joined([*first, *rest])
        assert detected.tolist() == [True, True, False]
        assert crops.shape == (3, 48, 48, 3)

    def test_a_real_face_is_found_by_the_detector_of_photos(self, astronaut):
        crop = cv2.resize(astronaut[40:200, 150:310], (100, 100), interpolation=cv2.INTER_AREA)
        table = pd.DataFrame({"source": ["astronaut", "noise"], "label": "happy", "split": "test"})
        noise = np.random.default_rng(0).integers(0, 255, crop.shape, np.uint8)
        faces = evaluation_set(Dataset(np.stack([crop, noise]), table), "d", "test")
        assert found_faces(faces, 48).detected.tolist() == [True, False]

    def test_where_nothing_is_detected_there_is_nothing_to_say(self, three):
        class Blind:
            def detect(self, image: np.ndarray) -> list[Face]:
                return []

        with pytest.raises(DatasetError, match="no face was detected in the test split of d"):
            found_faces(three, 48, Blind())


class TestScores:
    """All three are predicted rightly; the third, happy, was not detected."""

    @pytest.fixture
    def report(self, three):
        predictions = says("happy", "sad", "happy", confidence=0.9)
        found = found_faces(three, 48, TwoOfThree())
        wrong = says("sad", "sad", "sad", confidence=0.9)
        models = [(score(p, found, name, 0.5), p) for name, p in (("right", predictions), ("wrong", wrong))]
        return build_report(found, models)

    def test_misses_count_as_wrong(self, report):
        own = report.evaluations[0].scores_by("own")
        assert (report.faces, report.detected) == (3, 2)
        assert own.accuracy.value == pytest.approx(2 / 3)
        happy = next(one for one in own.emotions if one.emotion == "happy")
        assert (happy.faces, happy.predicted, happy.recall.value, happy.precision.value) == (2, 1, 0.5, 1.0)
        assert own.macro_recall.value == 0.75

    def test_misses_stand_beside_the_confusion_matrix(self, report):
        own = report.evaluations[0].scores_by("own")
        assert own.missed == [2 - 1 if name == "happy" else 0 for name in EMOTIONS]
        assert np.array(own.confusion).shape == (7, 7) and np.sum(own.confusion) == 2

    def test_the_missed_ones_are_the_faces_in_the_column_after_the_last_class(self, report, three):
        found, own = found_faces(three, 48, TwoOfThree()), report.evaluations[0].scores_by("own")
        missed = [confused(says("happy", "sad", "happy"), found, own, row, len(EMOTIONS)).tolist() for row in range(7)]
        assert missed == [[2] if name == "happy" else [] for name in EMOTIONS]

    def test_what_is_missed_is_not_covered_and_no_confident_error(self, report):
        right, wrong = (one.scores_by("own") for one in report.evaluations)
        assert (right.coverage, right.selective_accuracy) == (pytest.approx(2 / 3), 1.0)
        assert right.curve[-1].coverage == pytest.approx(2 / 3) and right.curve[-1].risk == 0
        assert sum(one.faces for one in right.reliability) == 2
        assert right.most_confident_errors == []
        assert [one.row for one in wrong.most_confident_errors] == [0]

    def test_models_are_compared_on_all_faces(self, report):
        (one,) = report.comparisons
        assert (one.faces, one.both_right, one.only_first, one.neither) == (3, 1, 1, 1)

    def test_a_subset_without_any_detected_face_is_left_out(self, three):
        found = found_faces(three, 48, TwoOfThree())
        known = np.array([True, True, False])
        kinds = score(says("happy", "sad", "happy"), replace(found, in_training=known), "m").scores
        assert [one.without_training_duplicates for one in kinds] == [False]
