"""Two models on the faces of one stream: each in its own classes, and how often both say the same."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from emotion_core.streams.comparing import Agreement, agreements, verdict
from emotion_core.streams.observations import merged, write_csv
from emotion_core.streams.session import LiveSession, LiveSettings
from tests.streams.conftest import FakeClassifier, FakeDetector

GREY = np.full((240, 320, 3), 128, np.uint8)
THREE = ("positive", "neutral", "negative")


class ThreeClasses(FakeClassifier):
    """Finds every face positive, in crops of another size, and keeps the last ones."""

    def __init__(self, size: int = 48) -> None:
        super().__init__()
        self.classes, self.named, self.card.input.size = THREE, "three", size
        self.crops = np.empty(0)

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        self.batches.append(len(crops))
        self.crops = crops
        return np.tile(np.array([0.8, 0.15, 0.05], np.float32), (len(crops), 1))


@pytest.fixture
def detector() -> FakeDetector:
    return FakeDetector((0.2, 0.3), (0.7, 0.6))


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier()


@pytest.fixture
def session(classifier, detector) -> LiveSession:
    return LiveSession(classifier, detector, LiveSettings(smoothing=0))


def feed(session: LiveSession, seconds: float, start: float = 0.0) -> None:
    for number in range(round(10 * seconds)):
        session.process(GREY, start + number / 10)


def test_both_read_the_same_faces_of_a_picture_in_one_batch_each_after_one_detection(session, classifier, detector):
    second = FakeClassifier("sad")
    session.compare_with(second)
    for one in (classifier.batches, second.batches, detector.widths):
        one.clear()
    session.process(GREY, 0.0)
    assert classifier.batches == second.batches == [2]
    assert len(detector.widths) == 1
    snapshot = session.snapshot()
    for faces, emotion in ((snapshot.faces, "happy"), (snapshot.second, "sad")):
        assert [(face.number, face.result.emotion) for face in faces] == [(1, emotion), (2, emotion)]
    assert [one.result.box for one in snapshot.faces] == [one.result.box for one in snapshot.second]
    assert len(snapshot.network_milliseconds[("fake", "fake")]) == 2


def test_each_answers_in_its_own_classes_and_sees_faces_of_its_own_size(session):
    second = ThreeClasses(size=64)
    session.compare_with(second)
    feed(session, 0.5)
    assert second.crops.shape == (2, 64, 64, 3)
    assert list(session.snapshot().second[0].result.probabilities) == list(THREE)
    (one,) = agreements(session.history())
    assert (one.models, one.counts) == (("fake", "three"), {("happy", "positive"): 10})
    assert (one.comparable, one.only_one_knows) == (0, ("happy", "positive"))


def test_it_is_off_at_first_and_no_longer_runs_when_it_is_ended(session):
    feed(session, 0.3)
    assert (session.second_classifier, session.snapshot().second, agreements(session.history())) == (None, (), [])
    second = FakeClassifier("sad")
    session.compare_with(second)
    assert session.second_classifier is second
    feed(session, 0.3, start=0.3)
    session.compare_with(None)
    second.batches.clear()
    feed(session, 0.3, start=0.6)
    assert (second.batches, session.snapshot().second) == ([], ())
    assert [one.second is not None for one in session.history()] == 6 * [False] + 6 * [True] + 6 * [False]


def test_what_both_say_is_drawn_and_one_models_faces_once_the_other_is_gone(classifier, detector):
    drawn: list[list[list[str]]] = []

    def draw(picture: np.ndarray, faces) -> np.ndarray:
        drawn.append([[answer.emotion for answer in face.answers] for face in faces])
        return picture

    session = LiveSession(classifier, detector, LiveSettings(smoothing=0), draw=draw)
    session.compare_with(FakeClassifier("sad"))
    session.process(GREY, 0.0)
    session.compare_with(None)
    session.process(GREY, 0.1)
    assert drawn == [[["happy", "sad"]] * 2, [["happy"]] * 2]


def test_it_has_run_before_its_first_picture(session):
    second = FakeClassifier()
    session.compare_with(second)
    assert second.batches == [1]


def test_a_second_model_that_fails_leaves_the_first_ones_answers_and_says_why(session, caplog):
    second = FakeClassifier()
    session.compare_with(second)
    second.answer = "error"
    feed(session, 0.5)
    snapshot = session.snapshot()
    assert (snapshot.errors, len(snapshot.faces), snapshot.second) == (0, 2, ())
    assert snapshot.second_error == "the network is broken"
    assert len(caplog.records) == 1
    second.answer = "happy"
    feed(session, 0.2, start=0.5)
    assert (session.snapshot().second_error, len(session.snapshot().second)) == ("", 2)


def test_how_often_they_agreed(session, classifier):
    session.compare_with(FakeClassifier("sad"))
    feed(session, 1.0)
    classifier.answer = "sad"
    feed(session, 3.0, start=1.0)
    (one,) = agreements(session.history())
    assert (one.agreed, one.comparable, one.observations) == (60, 80, 80)
    assert one.in_words() == "fake and fake agreed 75 % of the time."


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (("sad", "sad"), "agree"),
        (("uncertain", "uncertain"), "agree"),
        (("sad", "happy"), "differ"),
        (("uncertain", "happy"), "differ"),
        (("sad", "contempt"), "not comparable"),
        (("uncertain", "contempt"), "not comparable"),
    ],
)
def test_labels_are_compared_where_both_models_know_them(said, found):
    assert verdict(said, (("sad", "happy"), ("sad", "happy", "contempt"))) == found


def test_where_there_is_no_common_class_not_even_uncertain_is_agreement():
    assert verdict(("uncertain", "uncertain"), (("happy", "sad"), ("wink", "smile"))) == "not comparable"


def test_what_only_one_of_them_knows_is_named():
    counts = {("sad", "sad"): 3, ("sad", "happy"): 1, ("sad", "contempt"): 4}
    one = Agreement(("a", "b"), (("sad", "happy"), ("sad", "happy", "contempt")), counts)
    assert one.in_words() == (
        "a and b agreed 75 % of the time where both know the class; 50 % of the time, one of them named a class that "
        "the other does not have: contempt."
    )
    assert Agreement(("a", "b"), (("happy",), ("wink",)), {}).in_words() == "a and b have no class in common."


def test_files_have_a_row_for_each_model_and_merging_renumbers_both(session):
    session.compare_with(ThreeClasses())
    session.process(GREY, 0.0)
    file = io.StringIO(newline="")
    write_csv(merged(session.history()[:1], {1: 7}), file)
    first, second = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert [(row["face"], row["model"], row["emotion"]) for row in (first, second)] == [
        ("7", "fake", "happy"),
        ("7", "three", "positive"),
    ]
    assert (first["positive"], second["positive"], second["happy"]) == ("", "0.8", "")
