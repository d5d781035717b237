"""Rectangles in pictures: their overlap, and the same rectangle in another size."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from emotion_core.faces.box import Box

places = st.floats(-10_000, 10_000)
boxes = st.builds(Box, places, places, st.floats(0.5, 10_000), st.floats(0.5, 10_000))
flat_boxes = st.builds(Box, places, places, st.sampled_from([0.0, -3.0]), st.floats(0, 100))
factors = st.floats(0.05, 20)


def close(one: Box, other: Box) -> bool:
    return (one.x, one.y, one.width, one.height) == pytest.approx(
        (other.x, other.y, other.width, other.height), rel=1e-9, abs=1e-6
    )


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Box(0, 0, 10, 10), Box(0, 0, 10, 10), 1.0),
        (Box(0, 0, 10, 10), Box(5, 0, 10, 10), 50 / 150),
        (Box(0, 0, 10, 10), Box(5, 5, 10, 10), 25 / 175),
        (Box(0, 0, 10, 10), Box(2, 2, 5, 5), 25 / 100),
        (Box(0, 0, 10, 10), Box(10, 0, 10, 10), 0.0),
        (Box(0, 0, 10, 10), Box(-50, 70, 10, 10), 0.0),
        (Box(0, 0, 0, 0), Box(0, 0, 0, 0), 0.0),
    ],
)
def test_overlap_is_what_both_share_of_what_they_cover_together(one, other, overlap):
    assert one.overlap(other) == pytest.approx(overlap)


@given(boxes, boxes)
def test_overlap_is_the_same_both_ways_and_from_0_to_1(one, other):
    assert one.overlap(other) == other.overlap(one)
    assert 0 <= one.overlap(other) <= 1


@given(boxes)
def test_a_box_overlaps_itself_wholly(box):
    assert box.overlap(box) == pytest.approx(1)


@given(flat_boxes, boxes)
def test_a_box_without_area_overlaps_nothing(flat, box):
    assert flat.area == 0
    assert flat.overlap(box) == box.overlap(flat) == flat.overlap(flat) == 0


@given(boxes, boxes, factors)
def test_overlap_does_not_depend_on_the_pictures_size(one, other, factor):
    assert one.scaled(factor).overlap(other.scaled(factor)) == pytest.approx(one.overlap(other), abs=1e-6)


@given(boxes, factors)
def test_scaled_there_and_back_it_is_the_same(box, factor):
    assert close(box.scaled(factor).scaled(1 / factor), box)
    assert box.scaled(factor).area == pytest.approx(box.area * factor**2)


@given(boxes, factors)
def test_growing_keeps_the_centre(box, factor):
    grown = box.grown(factor)
    assert grown.center == pytest.approx(box.center, abs=1e-6)
    assert (grown.width, grown.height) == pytest.approx((box.width * factor, box.height * factor))
    assert close(grown.grown(1 / factor), box)


@given(boxes, st.floats(1, 20))
def test_a_grown_box_overlaps_the_old_one_by_the_ratio_of_their_areas(box, factor):
    assert box.grown(factor).overlap(box) == pytest.approx(1 / factor**2, rel=1e-6)


def test_worked_by_hand():
    box = Box(10, 20, 30, 40)
    assert box.area == 1200
    assert box.center == (25, 40)
    assert box.scaled(0.5) == Box(5, 10, 15, 20)
    assert box.grown(2) == Box(-5, 0, 60, 80)
