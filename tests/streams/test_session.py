"""A stream of pictures through a session: who is in it, how they look, and nothing that a camera sends breaks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.streams import clock as clock_module, session as session_module
from emotion_core.streams.hints import BLURRED, NO_FACE, TOO_DARK, TOO_SMALL
from emotion_core.streams.meter import AVERAGED
from emotion_core.streams.session import LiveSession, LiveSettings
from emotion_core.visuals.drawing import annotate_live
from tests.streams.conftest import FakeClassifier, FakeDetector

GREY = np.full((240, 320, 3), 128, np.uint8)


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier()


@pytest.fixture
def session(classifier) -> LiveSession:
    """One face in the middle of every picture, which looks happy."""
    return LiveSession(classifier, FakeDetector((0.5, 0.5)), draw=annotate_live)


def feed(session: LiveSession, frame: np.ndarray, seconds: float, start: float = 0.0, rate: int = 30) -> None:
    for number in range(round(seconds * rate)):
        session.process(frame, start + number / rate)


def test_before_the_first_picture_there_is_nothing(session):
    snapshot = session.snapshot()
    assert (snapshot.frame, snapshot.faces, snapshot.frames_in, snapshot.idle) == (None, (), 0, float("inf"))
    assert session.history() == []


def test_a_picture_comes_back_annotated_in_its_own_size(session):
    shown = session.process(GREY, 0.0)
    assert shown.shape == GREY.shape
    assert (shown != GREY).any()
    snapshot = session.snapshot()
    assert snapshot.frame is shown
    assert [(face.number, face.result.emotion) for face in snapshot.faces] == [(1, "happy")]
    assert snapshot.faces[0].result.confidence == pytest.approx(0.88)


def test_what_was_passed_in_is_left_as_it_was(session):
    frame = GREY.copy()
    session.process(frame, 0.0)
    assert (frame == GREY).all()


def test_all_faces_of_a_picture_are_one_batch(classifier):
    session = LiveSession(classifier, FakeDetector((0.2, 0.3), (0.5, 0.6), (0.8, 0.4)))
    classifier.batches.clear()
    session.process(GREY, 0.0)
    assert classifier.batches == [3]


@pytest.mark.parametrize("rate", [10, 30, 60])
def test_the_detector_looks_every_so_many_seconds_whatever_the_frame_rate(classifier, rate):
    detector = FakeDetector((0.5, 0.5))
    session = LiveSession(classifier, detector, LiveSettings(detector_interval=0.2))
    detector.looks = 0
    feed(session, GREY, 2.0, rate=rate)
    assert detector.looks == 10
    assert session.snapshot().frames_analysed == 2 * rate


def test_settings_work_while_it_runs(classifier):
    detector = FakeDetector((0.5, 0.5))
    session = LiveSession(classifier, detector, LiveSettings(detector_interval=5.0))
    feed(session, GREY, 1.0)
    assert session.snapshot().faces
    session.settings = LiveSettings(detector_interval=0.0, smallest_face=100)
    detector.looks = 0
    feed(session, GREY, 1.0, start=1.0)
    assert detector.looks == 30
    assert session.snapshot().faces == ()
    assert session.snapshot().hints == (TOO_SMALL,)


def test_the_larger_the_smallest_face_the_smaller_the_picture_that_is_searched(classifier):
    detector = FakeDetector((0.5, 0.5))
    session = LiveSession(classifier, detector, LiveSettings(detector_interval=0))
    wide = np.full((480, 640, 3), 128, np.uint8)
    detector.widths.clear()
    for smallest, time_ in ((20, 0.0), (40, 0.1), (80, 0.2)):
        session.settings = LiveSettings(detector_interval=0, smallest_face=smallest)
        session.process(wide, time_)
    assert detector.widths == [640, 320, 192]


def test_the_mix_of_expressions_may_be_changed_while_it_runs(session, classifier):
    feed(session, GREY, 1.0)
    assert (session.snapshot().faces[0].result.emotion, session.history()[-1].prior) == ("happy", "balanced")
    session.settings = LiveSettings(smoothing=0, prior={"sad": 0.4})
    feed(session, GREY, 1.0, start=1.0)
    face = session.snapshot().faces[0].result  # of the fake for another mix
    assert (face.emotion, face.prior) == ("uncertain", "sad=0.4")
    assert face.ranking[0][0] == "sad"
    session.settings = LiveSettings(smoothing=0)
    feed(session, GREY, 1.0, start=2.0)
    assert session.snapshot().faces[0].result.emotion == "happy"


@pytest.mark.parametrize(
    "wrong", [{"smoothing": -1}, {"detector_interval": float("nan")}, {"smallest_face": 0}, {"smoothing": 1e9}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="allowed are"):
        LiveSettings(**wrong)


def test_probabilities_are_smoothed_and_the_label_follows(session, classifier):
    feed(session, GREY, 1.0)
    classifier.answer = "sad"
    session.process(GREY, 1.0)
    assert session.snapshot().faces[0].result.emotion == "happy"
    feed(session, GREY, 1.0, start=1.03)
    result = session.snapshot().faces[0].result
    assert result.emotion == "sad"
    assert result.confidence == result.probabilities["sad"]
    assert sum(result.probabilities.values()) == pytest.approx(1)


def test_a_face_lost_for_a_second_keeps_its_name(classifier):
    detector = FakeDetector((0.5, 0.5))
    session = LiveSession(classifier, detector)
    feed(session, GREY, 1.0)
    detector.points = ()
    feed(session, GREY, 1.0, start=1.0)
    assert session.snapshot().faces == ()
    assert session.snapshot().hints == (NO_FACE,)
    detector.points = ((0.52, 0.5),)
    feed(session, GREY, 0.5, start=2.0)
    assert [face.number for face in session.snapshot().faces] == [1]


def test_a_stream_that_stands_still_loses_no_face(session):
    feed(session, GREY, 1.0)
    feed(session, GREY, 1.0, start=6.0)
    assert [face.number for face in session.snapshot().faces] == [1]
    feed(session, GREY, 1.0, start=60.0)
    assert [face.number for face in session.snapshot().faces] == [1]  # known again, within a minute


def test_the_history_has_a_row_a_face_every_tenth_of_a_second(classifier):
    session = LiveSession(classifier, FakeDetector((0.3, 0.5), (0.7, 0.5)))
    feed(session, GREY, 2.0)
    history = session.history()
    assert len(history) == pytest.approx(2 * 20, abs=4)
    assert {observation.number for observation in history} == {1, 2}
    assert all(sum(observation.probabilities) == pytest.approx(1) for observation in history)
    times = [observation.time for observation in history]
    assert times == sorted(times)
    assert min(observation.time for observation in session.history(last=0.5)) >= 2 - 1 / 30 - 0.5 - 1e-6


def test_the_history_is_bounded_and_says_from_when_on_it_is_kept(classifier, monkeypatch):
    monkeypatch.setattr(session_module, "HISTORY_ROWS", 20)
    session = LiveSession(classifier, FakeDetector((0.3, 0.5), (0.7, 0.5)))
    feed(session, GREY, 1.0, rate=10)
    assert len(session.history()) == 20
    assert session.snapshot().kept_since == 0
    feed(session, GREY, 4.0, start=1.0, rate=10)
    assert len(session.history()) == 20
    assert session.snapshot().kept_since == session.history()[0].time == pytest.approx(4.0)


def test_the_times_of_the_stages_add_up_to_no_more_than_the_whole(session):
    feed(session, GREY, 0.5)
    snapshot = session.snapshot()
    parts = [snapshot.milliseconds[name] for name in ("detect", "track", "classify", "draw")]
    assert 0 < sum(parts) <= snapshot.milliseconds["whole"]
    assert snapshot.rate > 0


class Clock:
    """What the session takes for the time of day."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = 100.0
        monkeypatch.setattr(session_module, "perf_counter", lambda: self.now)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def short_minute(monkeypatch) -> None:
    monkeypatch.setattr(clock_module, "QUICKEST_OF", 5)


@pytest.fixture
def slow(classifier, clock, monkeypatch) -> LiveSession:
    """By its clock, a session whose network takes a hundredth of a second."""
    answer = classifier.predict_proba

    def predict_proba(crops: np.ndarray) -> np.ndarray:
        clock.now += 0.01
        return answer(crops)

    monkeypatch.setattr(classifier, "predict_proba", predict_proba)
    return LiveSession(classifier, FakeDetector((0.5, 0.5)))


def come(session: LiveSession, clock: Clock, late: list[float]) -> None:
    """Pictures that were taken every tenth of a second and come so many seconds late."""
    start = clock.now
    for number, seconds in enumerate(late):
        clock.now = start + number / 10 + seconds
        session.process(GREY, 7.0 + number / 10)


def test_a_picture_that_comes_as_quickly_as_any_is_delayed_by_its_analysis_alone(slow, clock):
    come(slow, clock, [0.3, 0.3, 0.3])
    assert slow.snapshot().milliseconds["wait"] == pytest.approx(0, abs=1e-6)
    assert slow.snapshot().delay == pytest.approx(10)


def test_what_comes_later_than_the_quickest_has_waited(slow, clock):
    come(slow, clock, [0.3, 0.5, 0.7, 0.5])  # 0, 200, 400 and 200 ms later
    assert slow.snapshot().milliseconds["wait"] == pytest.approx(200)
    assert slow.snapshot().delay == pytest.approx(210)


@pytest.mark.usefixtures("short_minute")
def test_the_quickest_picture_is_one_of_late(slow, clock):
    come(slow, clock, [0.0] + [0.2] * (5 + AVERAGED))
    assert slow.snapshot().milliseconds["wait"] == pytest.approx(0, abs=1e-6)


def test_a_source_that_counts_its_time_anew_has_not_waited(slow, clock):
    come(slow, clock, [0.0, 0.0])
    clock.now += 20
    come(slow, clock, [0.0, 0.0])
    assert slow.snapshot().milliseconds["wait"] == pytest.approx(0, abs=1e-6)


ODD: list[Callable[[], np.ndarray]] = [
    lambda: np.zeros((480, 640, 3), np.uint8),
    lambda: np.full((1, 1, 3), 200, np.uint8),
    lambda: np.zeros((241, 321, 3), np.uint8),
    lambda: np.full((2, 900, 3), 90, np.uint8),
    lambda: np.full((900, 3, 3), 90, np.uint8),
    lambda: np.full((120, 160), 128, np.uint8),
    lambda: np.full((120, 160, 1), 128, np.uint8),
    lambda: GREY[:, ::-1],
    lambda: GREY[::2, ::2],
]


@pytest.mark.parametrize(
    "frame", ODD, ids=["black", "1x1", "odd", "flat", "high", "grey", "grey3", "mirrored", "steps"]
)
def test_pictures_of_any_size_are_analysed(frame):
    session = LiveSession(FakeClassifier(), FakeDetector((0.5, 0.5)), draw=annotate_live)
    for number in range(3):
        shown = session.process(frame(), number / 10)
        assert shown.shape[:2] == frame().shape[:2]
    assert session.snapshot().errors == 0
    assert session.snapshot().frames_analysed == 3


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        "a picture",
        None,
    ],
    ids=["empty", "four channels", "floats", "text", "nothing"],
)
def test_what_is_no_picture_is_counted_and_given_back(session, frame):
    assert session.process(frame, 0.0) is frame
    snapshot = session.snapshot()
    assert (snapshot.frames_in, snapshot.frames_analysed, snapshot.errors) == (1, 0, 1)
    assert "allowed are" in snapshot.last_error
    assert (session.process(GREY, 0.1) != GREY).any()


def test_a_stream_that_changes_its_size_keeps_its_faces(session):
    large = cv2.resize(GREY, (640, 480))
    for number, frame in enumerate((GREY, large, GREY, large, GREY)):
        session.process(frame, number / 30)
    assert [face.number for face in session.snapshot().faces] == [1]
    session.process(GREY[:, :100].copy(), 1.0)  # another shape: another picture
    assert [face.number for face in session.snapshot().faces] == [2]
    assert session.snapshot().errors == 0


@pytest.mark.parametrize(
    "stamps",
    [
        [0.0] * 20,
        [10.0 - number / 30 for number in range(20)],
        [0.0, 1.0, 2.0, 0.0, 1.0, 2.0],
        [0.0, float("nan"), 1.0, float("inf"), 2.0, -float("inf"), 3.0],
        [1e9 + number / 30 for number in range(20)],
        [0.0, 0.1, 40000.0, 40000.1],
    ],
    ids=["standing", "backward", "begun again", "no numbers", "far away", "another clock"],
)
def test_times_that_make_no_sense_break_nothing(session, stamps):
    for stamp in stamps:
        session.process(GREY, stamp)
    snapshot = session.snapshot()
    assert snapshot.errors == 0
    assert snapshot.frames_analysed == len(stamps)
    assert [face.number for face in snapshot.faces] == [1]
    assert 0 <= snapshot.seconds <= 6
    times = [observation.time for observation in session.history()]
    assert times == sorted(times)


def test_a_time_that_is_none_is_an_error_like_others(session):
    session.process(GREY, 0.0)
    assert session.process(GREY, None) is GREY
    assert session.snapshot().errors == 1
    assert session.process(GREY, 0.1) is not GREY


def test_a_stream_of_errors_has_not_stopped_coming(session, classifier):
    classifier.answer = "error"
    session.process(GREY, 0.0)
    assert session.snapshot().idle < 60


def test_a_model_that_raises_is_counted_and_the_picture_goes_on(session, classifier, caplog):
    classifier.answer = "error"
    for number in range(5):
        assert session.process(GREY, number / 30) is GREY
    snapshot = session.snapshot()
    assert (snapshot.errors, snapshot.last_error) == (5, "the network is broken")
    assert len(caplog.records) == 1
    classifier.answer = "happy"
    session.process(GREY, 1.0)
    assert session.snapshot().faces
    assert session.snapshot().errors == 5


def test_an_error_without_words_is_logged_once_too(session, caplog):
    for _ in range(3):
        session.note(IndexError())
    assert session.snapshot().last_error == "IndexError" and len(caplog.records) == 1


def test_a_model_that_predicts_no_numbers_is_an_error_and_leaves_no_trace(session, classifier, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(classifier, "predict_proba", lambda crops: np.full((len(crops), 7), np.nan, np.float32))
        feed(session, GREY, 0.5)
    assert (session.snapshot().errors, session.snapshot().last_error) == (
        15,
        "the predictions of the model fake are not numbers",
    )
    assert not session.history()
    feed(session, GREY, 0.5, start=0.5)
    assert session.snapshot().faces[0].result.emotion == "happy"


def test_a_closed_session_can_still_be_looked_at_and_taken_up_again(session):
    feed(session, GREY, 0.5)
    session.close()
    assert session.snapshot().closed
    assert session.history()
    session.process(GREY, 0.6)
    assert not session.snapshot().closed


def test_it_may_be_looked_at_by_others_while_it_works(session):
    """Readers neither stop it nor see a state between two pictures."""
    end = threading.Event()
    odd: list[object] = []

    def look() -> None:
        while not end.is_set():
            snapshot = session.snapshot()
            if snapshot.frames_analysed > snapshot.frames_in or len(snapshot.faces) > 1:
                odd.append(snapshot)
            session.history(1.0)
            session.settings = LiveSettings(smoothing=0.3)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    feed(session, GREY, 3.0)
    end.set()
    for reader in readers:
        reader.join()
    assert odd == []
    assert session.snapshot().errors == 0


def test_no_thread_is_started(classifier):
    before = threading.active_count()
    session = LiveSession(classifier, FakeDetector((0.5, 0.5)), draw=annotate_live)
    feed(session, GREY, 0.5)
    assert threading.active_count() == before


# The real network and detector on the sample portrait


@pytest.fixture(scope="module")
def real() -> LiveSession:
    return LiveSession(draw=annotate_live)


def swinging(portrait: np.ndarray, number: int) -> np.ndarray:
    """The portrait in a picture of 640x480, a little further every time."""
    picture = np.full((480, 640, 3), 110, np.uint8)
    x = 120 + round(60 * np.sin(number / 8))
    picture[:, x : x + 400] = portrait[:480, :400]
    return picture


def test_the_portrait_is_followed_and_looks_happy(real, astronaut):
    for number in range(60):
        real.process(swinging(astronaut, number), number / 30)
        if number:
            (face,) = real.snapshot().faces
            # The face's middle lies at (224, 121) of the portrait.
            x, y = face.result.box.center
            assert abs(x - 120 - round(60 * np.sin(number / 8)) - 224) < 12
            assert abs(y - 121) < 12
    assert face.number == 1
    assert face.result.emotion == "happy"
    assert {observation.emotion for observation in real.history()} == {"happy"}
    assert real.snapshot().hints == ()


def test_drawn_faces_come_and_go_beside_the_portrait(real, astronaut):
    beside = swinging(astronaut, 60)
    beside[20:170, 480:630] = synthetic_faces(1, seed=3, size=150).images[0][..., np.newaxis]
    seen = []
    for number, frame in enumerate((beside, swinging(astronaut, 60), beside)):
        for picture in range(15):
            real.process(frame, 2 + number / 2 + picture / 30)
        seen.append([face.number for face in real.snapshot().faces])
    assert seen == [[2, 1], [1], [2, 1]]


def test_a_dark_and_a_blurred_stream_are_said(real, astronaut):
    frame = swinging(astronaut, 75)
    for picture, hint, start in ((cv2.GaussianBlur(frame, (0, 0), 6), BLURRED, 10), (frame // 40, TOO_DARK, 20)):
        for number in range(45):
            real.process(picture, start + number / 30)
        assert real.snapshot().hints == (hint,)


def test_a_hundred_pictures_take_less_processor_time_than_they_last(real, astronaut):
    frames = [swinging(astronaut, number) for number in range(20)]
    start = time.process_time()
    for number in range(100):
        real.process(frames[number % 20], 100 + number / 30)
    assert time.process_time() - start < 100 / 30
