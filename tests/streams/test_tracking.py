"""Who is who from picture to picture: drawn boxes whose answers are worked by hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.streams.tracking import KEEP_SECONDS, Track, Tracker, assign, assignment_cost, pixel_shifts

STEP = 0.1


def face(x: float, y: float = 100.0, size: float = 80.0) -> Face:
    """A square face about a centre."""
    return Face(Box(x - size / 2, y - size / 2, size, size), 0.9)


def centers(tracker: Tracker) -> dict[int, float]:
    """Where each track is, across, in whole pixels."""
    return {track.number: round(track.face.box.center[0]) for track in tracker.seen}


def watch(tracker: Tracker, *pictures: list[Face], start: float = 0.0) -> None:
    """Show a tracker the faces of pictures taken every tenth of a second."""
    for number, faces in enumerate(pictures):
        tracker.advance(start + number * STEP)
        tracker.update(faces, start + number * STEP)


def test_faces_are_numbered_as_they_come_and_keep_their_numbers():
    tracker = Tracker()
    watch(tracker, [face(100), face(300)], [face(302), face(98)], [face(500), face(101), face(299)])
    assert centers(tracker) == pytest.approx({1: 101, 2: 299, 3: 500}, abs=4)


def test_crossing_faces_keep_their_numbers():
    # One walks to the right by 20 pixels a step, the other to the left; they are level after ten steps.
    tracker = Tracker()
    steps = [[face(100 + 20 * step), face(500 - 20 * step, y=120)] for step in range(21)]
    watch(tracker, *steps)
    assert centers(tracker) == pytest.approx({1: 500, 2: 100}, abs=10)


def test_a_face_hidden_behind_another_while_they_cross_is_taken_up_again():
    tracker = Tracker()
    for step in range(21):
        both = [face(100 + 20 * step), face(500 - 20 * step)]
        hidden = abs(both[0].box.x - both[1].box.x) < 60
        tracker.advance(step * STEP)
        tracker.update(both[:1] if hidden else both, step * STEP)
    assert centers(tracker) == pytest.approx({1: 500, 2: 100}, abs=10)


def test_a_face_lost_for_a_second_is_the_same_when_it_comes_back():
    tracker = Tracker()
    watch(tracker, [face(100)], *([[]] * 10), [face(110)])
    assert [track.number for track in tracker.seen] == [1]


def test_a_face_that_moves_while_it_is_lost_is_expected_further_on():
    # At 100 pixels a second it coasts 0.4 s * (1 - e^-1) * 100 = 25 pixels in 0.4 s.
    track = Track(1, face(100), (100.0, 0.0), 0.0, 0.0).coasted(0.4)
    assert track.face.box.center[0] == pytest.approx(125.3, abs=0.1)
    assert track.velocity[0] == pytest.approx(100 / np.e)


def test_coasting_does_not_depend_on_the_number_of_steps():
    track = Track(1, face(100), (100.0, -50.0), 0.0, 0.0)
    stepwise = track
    for step in range(1, 11):
        stepwise = stepwise.coasted(step / 20)
    assert stepwise.face.box.center == pytest.approx(track.coasted(0.5).face.box.center)


def test_a_face_gone_for_long_is_another_one():
    tracker = Tracker()
    watch(tracker, [face(100)])
    watch(tracker, [], [face(100)], start=KEEP_SECONDS + STEP)
    assert [track.number for track in tracker.tracks] == [2]


def test_a_pause_of_the_stream_loses_no_face():
    tracker = Tracker()
    watch(tracker, [face(100)])
    tracker.pause(5.0)
    assert [track.number for track in tracker.seen] == [1]
    watch(tracker, [face(105)], start=5.0 + STEP)
    assert [track.number for track in tracker.tracks] == [1]


def test_a_face_that_is_lost_is_not_seen():
    tracker = Tracker()
    watch(tracker, [face(100), face(300)], [face(300)])
    assert [track.number for track in tracker.seen] == [2]
    assert [track.number for track in tracker.tracks] == [1, 2]


def test_two_faces_of_unlike_size_in_one_place_are_two():
    # A child before its mother: the small face lies within the large one.
    tracker = Tracker()
    watch(tracker, [face(100, size=160), face(110, size=60)], [face(112, size=62), face(101, size=158)])
    sizes = {track.number: track.face.box.height for track in tracker.seen}
    assert sizes == pytest.approx({1: 158, 2: 62}, abs=3)


def test_what_is_far_or_of_another_size_is_not_the_same_face():
    track = Track(1, face(100), (0.0, 0.0), 0.0, 0.0)
    assert assignment_cost(track, face(100)) == 0
    # A quarter to the side: 60 of 100 columns are shared, the centres are a quarter of a height apart.
    assert assignment_cost(track, face(120)) == pytest.approx(1 - 60 / 100 + 0.25)
    assert assign([track], [face(181)]) == {}
    assert assign([track], [face(100, size=150)]) == {}


def test_the_best_assignment_of_all_counts_not_the_first():
    # The left track alone would prefer the detection at 115, which the right one needs more.
    tracks = [Track(1, face(100), (0.0, 0.0), 0.0, 0.0), Track(2, face(150), (0.0, 0.0), 0.0, 0.0)]
    assert assign(tracks, [face(75), face(115)]) == {0: 0, 1: 1}


def test_a_detection_without_height_breaks_nothing():
    tracker = Tracker()
    watch(tracker, [face(100)], [Face(Box(100, 100, 0, 0))], [face(100)])
    assert 1 in [track.number for track in tracker.seen]


def test_a_box_trembles_less_than_the_detections_and_its_landmarks_with_it():
    tracker = Tracker()
    eyes = np.float32([[80, 90], [120, 90], [100, 100], [85, 120], [115, 120]])
    for step in range(20):
        shift = 4.0 * (-1) ** step
        found = Face(face(100 + shift).box, 0.9, eyes + np.float32([shift, 0]))
        tracker.advance(step * STEP)
        tracker.update([found], step * STEP)
    (track,) = tracker.seen
    off = track.face.box.center[0] - 100
    assert abs(off) < 4
    assert track.face.landmarks is not None
    assert track.face.landmarks[:, 0] == pytest.approx(eyes[:, 0] + off, abs=0.01)


def test_repeated_times_move_nothing():
    tracker = Tracker()
    for x in (100, 110, 120):
        tracker.advance(5.0)
        tracker.update([face(x)], 5.0)
    (track,) = tracker.seen
    assert track.velocity == (0.0, 0.0)
    assert track.face.box.center[0] == pytest.approx(117, abs=2)


def test_tracks_go_on_in_pictures_of_another_size():
    tracker = Tracker()
    watch(tracker, [face(100)])
    tracker.scale(0.5)
    tracker.advance(STEP)
    tracker.update([face(50, y=50, size=40)], STEP)
    assert centers(tracker) == {1: 50}


def test_numbers_are_not_given_twice():
    tracker = Tracker()
    watch(tracker, [face(100)])
    tracker.forget()
    watch(tracker, [face(100)], start=STEP)
    assert [track.number for track in tracker.tracks] == [2]


@pytest.fixture(scope="module")
def speckled() -> np.ndarray:
    """Soft speckles, (240, 320) uint8, of which every part looks different."""
    chance = np.random.default_rng(1).integers(0, 256, (60, 80), np.uint8)
    return cv2.resize(chance, (320, 240), interpolation=cv2.INTER_CUBIC)


def test_pixels_that_move_take_their_boxes_along(speckled):
    moved = np.roll(speckled, (3, -5), axis=(0, 1))
    shifts = pixel_shifts(speckled, moved, {7: Box(100, 80, 60, 60), 9: Box(200, 150, 40, 40)})
    assert shifts[7] == pytest.approx((-5, 3), abs=0.1)
    assert shifts[9] == pytest.approx((-5, 3), abs=0.1)


def test_where_nothing_is_recognised_no_shift_is_told(speckled):
    other = np.random.default_rng(2).integers(0, 256, speckled.shape, np.uint8)
    assert pixel_shifts(speckled, other, {1: Box(100, 80, 60, 60)}) == {}
    assert pixel_shifts(speckled, speckled, {}) == {}
    tiny = np.zeros((1, 1), np.uint8)
    assert pixel_shifts(tiny, tiny, {1: Box(0, 0, 1, 1)}) == {}


def test_a_box_outside_of_the_picture_has_no_shift(speckled):
    assert pixel_shifts(speckled, speckled, {1: Box(1000, 1000, 50, 50)}) == {}


def test_a_shift_tells_the_velocity():
    tracker = Tracker()
    watch(tracker, [face(100)])
    for step in range(1, 30):
        tracker.advance(step / 30, {1: (2.0, -1.0)})
    (track,) = tracker.seen
    assert track.face.box.center == pytest.approx((100 + 2 * 29, 100 - 29))
    assert track.velocity == pytest.approx((60, -30), rel=0.01)


def test_the_portrait_is_held_between_detections(astronaut):
    """The whole picture swings by 60 pixels; the box must follow without being told."""
    grey = cv2.resize(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY), (256, 256), interpolation=cv2.INTER_AREA)
    box = Box(179 / 2, 65 / 2, 45, 55)
    tracker = Tracker()
    watch(tracker, [Face(box)])
    before, places = grey, []
    for step in range(1, 31):
        across = 30 * np.sin(2 * np.pi * step / 30)
        after = cv2.warpAffine(grey, np.float32([[1, 0, across], [0, 1, 0]]), (256, 256))
        tracker.advance(step / 30, pixel_shifts(before, after, {1: tracker.seen[0].face.box}))
        places.append(tracker.seen[0].face.box.x - box.x - across)
        before = after
    assert max(map(abs, places)) < 3


def test_a_face_given_its_former_number_takes_the_place_of_whoever_had_it():
    tracker = Tracker()
    watch(tracker, [face(100)], [face(700)])
    tracker.renumber({2: 1})
    assert centers(tracker) == {1: 700}
    watch(tracker, [face(700), face(300)], start=0.3)
    assert centers(tracker) == {1: 700, 3: 300}
