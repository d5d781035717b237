"""Results, and persons who are merged, split, named and left out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.video_results import course, result_of

#: Face 1 for a second, face 2 all the time, face 3 when 1 is gone.
ROWS = sorted(course(1, (1, "happy")) + course(2, (2, "sad")) + course(3, (1, "happy"), start=1.0))
PORTRAITS = {number: np.full((96, 96, 3), number, np.uint8) for number in (1, 2, 3)}


@pytest.fixture
def result():
    return result_of(ROWS, portraits=PORTRAITS)


def test_two_faces_become_one_person(result):
    merged = result.merged(1, 3)
    assert merged.persons == [1, 2] and (merged.faces == 1).sum() == 20
    assert set(merged.portraits) == {1, 2}
    assert result.persons == [1, 2, 3]  # it is another result


def test_who_are_seen_at_one_time_are_two_persons(result):
    with pytest.raises(ValueError, match=r"Face 1 and Face 2 are both seen at 0.0 s"):
        result.merged(1, 2)


def test_the_name_stays_when_persons_are_merged(result):
    assert result.named(3, "Ada").merged(1, 3).name_of(1) == "Ada"
    assert result.named(3, "Ada").named(1, "Bea").merged(1, 3).name_of(1) == "Bea"


def test_one_person_becomes_two(result):
    split = result.split(2, 1.5)
    assert split.persons == [1, 2, 3, 4]
    assert split.seconds[split.faces == 4].min() == 1.5
    assert (split.portraits[4] == result.portraits[2]).all()


@pytest.mark.parametrize("seconds", [0.0, 9.0])
def test_there_must_be_something_on_both_sides(result, seconds):
    with pytest.raises(ValueError, match="is not seen both before"):
        result.split(2, seconds)


def test_persons_are_named(result):
    named = result.named(1, "  Ada \n Lovelace ")
    assert named.name_of(1) == "Ada Lovelace" and named.name_of(2) == "Face 2"
    assert {row["name"] for row in named.rows()} == {"Ada Lovelace", ""}
    assert named.named(1, "").name_of(1) == "Face 1"


@pytest.mark.parametrize(("name", "reason"), [("Ada", "another person is called Ada"), ("x" * 61, "60 characters")])
def test_names_that_cannot_be_are_refused(result, name, reason):
    with pytest.raises(ValueError, match=reason):
        result.named(2, "Ada").named(1, name)


def test_a_face_is_left_out_of_tables_and_taken_in_again(result):
    out = result.without(2)
    assert out.persons == [1, 3] and len(out.to_frame()) == 20
    assert len(out.including(2).to_frame()) == 40


def test_a_face_that_is_not_there_is_named(result):
    with pytest.raises(ValueError, match="there is no face 9; there are 1, 2, 3"):
        result.without(9)
