"""Faces followed through pictures at given times, handed over one by one or many at once."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.answers import PREDICTIONS_KEPT, TrackedFace
from emotion_core.streams.face_stream import FaceStream
from emotion_core.streams.hints import NO_FACE, TOO_SMALL
from tests.streams.conftest import FakeClassifier, FakeDetector

GREY = np.full((240, 320, 3), 128, np.uint8)
TIMES = [number / 10 for number in range(20)]


def sure_of(emotion: str) -> np.ndarray:
    """A prediction of a network, (7,) float32."""
    row = np.full(len(EMOTIONS), 0.02, np.float32)
    row[EMOTIONS.index(emotion)] = 0.88
    return row


def prediction(time: float) -> np.ndarray:
    return sure_of("happy" if time < 1 else "sad")


def stream(*points: tuple[float, float]) -> FaceStream:
    return FaceStream(FakeDetector(*points), FakeClassifier())


def locate(faces: FaceStream, time: float, interval: float = 0.2, picture: np.ndarray = GREY) -> None:
    faces.follow(picture, time)
    if faces.detection_is_due(time, interval):
        faces.detect(picture, time, smallest_face=40)


def one_by_one(faces: FaceStream) -> list[tuple[TrackedFace, ...]]:
    found = []
    for time in TIMES:
        locate(faces, time)
        rows = np.stack([prediction(time)] * len(faces.visible))
        found.append(faces.observe(faces.visible, rows, time, smoothing=0.5))
    return found


def in_one_batch(faces: FaceStream) -> list[tuple[TrackedFace, ...]]:
    """All pictures located first, and predicted afterwards."""
    located = []
    for time in TIMES:
        locate(faces, time)
        located.append(faces.visible)
    return [
        faces.observe(tracks, np.stack([prediction(time)] * len(tracks)), time, smoothing=0.5)
        for time, tracks in zip(TIMES, located, strict=True)
    ]


def test_faces_keep_their_numbers_the_largest_first():
    for found in one_by_one(stream((0.3, 0.5), (0.7, 0.5))):
        assert [face.number for face in found] == [1, 2]


def test_predictions_are_smoothed_and_the_label_follows_a_little_later():
    labels = [found[0].result.emotion for found in one_by_one(stream((0.5, 0.5)))]
    assert labels[10] == "happy"  # the network has said "sad" already
    assert labels[-1] == "sad"


def test_pictures_may_be_predicted_in_batches():
    points = (0.3, 0.5), (0.7, 0.5)
    for single, batched in zip(one_by_one(stream(*points)), in_one_batch(stream(*points)), strict=True):
        assert [(face.number, face.result.emotion) for face in single] == [
            (face.number, face.result.emotion) for face in batched
        ]
        assert [face.result.probabilities for face in single] == [face.result.probabilities for face in batched]


def test_detection_is_due_at_intervals_and_when_the_size_changes():
    faces = stream((0.5, 0.5))
    locate(faces, 0.0)
    assert [faces.detection_is_due(time, 0.2) for time in (0.1, 0.2)] == [False, True]
    faces.follow(np.full((480, 640, 3), 128, np.uint8), 0.1)
    assert faces.detection_is_due(0.1, 0.2)


def test_crops_are_what_the_card_asks_for():
    faces = stream((0.3, 0.5), (0.7, 0.5))
    locate(faces, 0.0)
    assert faces.crops(GREY, faces.visible).shape == (2, 48, 48, 3)
    assert faces.crops(GREY, []).shape == (0, 48, 48, 3)


def test_a_prediction_that_is_not_a_number_is_refused_and_leaves_no_trace():
    faces = stream((0.5, 0.5))
    locate(faces, 0.0)
    with pytest.raises(ValueError, match="not numbers"):
        faces.observe(faces.visible, np.full((1, 7), np.nan, np.float32), 0.0, smoothing=0.5)
    (face,) = faces.observe(faces.visible, sure_of("happy")[np.newaxis], 0.1, smoothing=0.5)
    assert face.result.confidence == pytest.approx(0.88)


def test_predictions_of_faces_long_gone_are_forgotten():
    faces = stream((0.5, 0.5))
    locate(faces, 0.0)
    tracks = faces.visible
    faces.observe(tracks, sure_of("happy")[np.newaxis], 0.0, smoothing=1000.0)
    (face,) = faces.observe(tracks, sure_of("sad")[np.newaxis], PREDICTIONS_KEPT + 1, smoothing=1000.0)
    assert face.result.emotion == "sad"


def test_it_is_said_why_no_face_is_found():
    faces = stream()
    locate(faces, 0.0)
    assert faces.hints([], faces.crops(GREY, [])) == {NO_FACE}
    faces = FaceStream(FakeDetector((0.5, 0.5), height=0.1), FakeClassifier())  # of 24 pixels, where 40 are asked for
    locate(faces, 0.0)
    assert faces.hints([], faces.crops(GREY, [])) == {TOO_SMALL}
