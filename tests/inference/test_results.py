"""What is found, as rows and tables."""

from __future__ import annotations

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.results import COLUMNS, FaceResult, PhotoResult, to_frame


def face(emotion: str = "happy", **shares: float) -> FaceResult:
    probabilities = {name: shares.get(name, 0.0) for name in EMOTIONS}
    confidence = max(probabilities.values())
    return FaceResult(Box(1.23, 4.56, 7.89, 10), 0.98765, None, probabilities, emotion, confidence, "tiny")


HAPPY = face(happy=0.93456, surprised=0.05, neutral=0.01544)


def test_the_ranking_begins_with_the_most_probable():
    assert HAPPY.ranking[:3] == [("happy", 0.93456), ("surprised", 0.05), ("neutral", 0.01544)]
    assert len(HAPPY.ranking) == 7


def test_a_row_is_flat_and_rounded_and_in_the_columns_order():
    row = HAPPY.to_row()
    assert list(row) == list(COLUMNS[3:])
    assert row["emotion"] == "happy"
    assert row["confidence"] == row["happy"] == 0.9346
    assert (row["x"], row["y"], row["width"], row["height"]) == (1.2, 4.6, 7.9, 10)
    assert row["detection_score"] == 0.988


class TestPhotos:
    def test_one_row_a_face_numbered_from_1(self):
        rows = PhotoResult("a.jpg", [HAPPY, HAPPY]).to_rows()
        assert [(row["photo"], row["face"], row["error"]) for row in rows] == [("a.jpg", 1, ""), ("a.jpg", 2, "")]

    def test_one_without_a_face_says_so(self):
        assert PhotoResult("a.jpg").to_rows() == [{"photo": "a.jpg", "face": 0, "error": "no face found"}]

    def test_a_bad_one_says_why(self):
        assert PhotoResult("a.jpg", error="empty").to_rows() == [{"photo": "a.jpg", "face": 0, "error": "empty"}]


class TestTables:
    def test_of_faces(self):
        table = to_frame([HAPPY, face("sad", sad=1.0)])
        assert list(table) == list(COLUMNS[3:])
        assert table["emotion"].tolist() == ["happy", "sad"]

    def test_of_photos(self):
        table = to_frame([PhotoResult("a.jpg", [HAPPY]), PhotoResult("写真.jpg", error="empty"), PhotoResult("c.jpg")])
        assert list(table) == list(COLUMNS)
        assert table["photo"].tolist() == ["a.jpg", "写真.jpg", "c.jpg"]
        assert table["error"].tolist() == ["", "empty", "no face found"]
        assert table["emotion"].isna().tolist() == [False, True, True]

    def test_of_nothing(self):
        table = to_frame([])
        assert len(table) == 0
        assert list(table) == list(COLUMNS[3:])

    def test_of_a_generator(self):
        assert len(to_frame(face for face in [HAPPY] * 3)) == 3
