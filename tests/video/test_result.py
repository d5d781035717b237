"""Results, and persons who are merged, split, named and left out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.video.reports import video_as_json
from emotion_core.video.timelines import timelines
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


class TestReadAgainstTheFaceAtRest:
    """Face 2 looks sad all the time, at rest too."""

    def test_of_a_stretch_one_person_is_read_and_every_export_says_so(self, result):
        read = result.against_rest(2, 0.0, 1.0)
        mine = read.faces == 2
        assert {read.face(int(place)).result.emotion for place in np.flatnonzero(mine)} == {"neutral"}
        np.testing.assert_array_equal(read.probabilities[~mine], result.probabilities[~mine])
        assert read.at_rest[2].faces == 11
        assert read.model_of(2) == "fake, read against a face at rest" and read.model_of(1) == "fake"
        assert {row["model"] for row in read.rows()} == {"fake", "fake, read against a face at rest"}
        lines = timelines(read)
        assert {line.name for line in lines} == {"Face 1", "Face 2, read against a face at rest", "Face 3"}
        assert video_as_json(read, lines)["at_rest"][0]["face"] == 2

    def test_it_is_switched_off_and_the_answers_are_as_before(self, result):
        back = result.against_rest(2, 0.0, 1.0).as_read(2)
        np.testing.assert_allclose(back.probabilities, result.probabilities, atol=1e-6)
        assert not back.at_rest and back.as_read(2) is back

    def test_again_it_is_by_the_answers_as_they_were(self, result):
        once, twice = result.against_rest(2, 0.0, 1.0), result.against_rest(2, 0.0, 1.0).against_rest(2, 0.0, 1.0)
        np.testing.assert_allclose(twice.probabilities, once.probabilities, atol=1e-5)

    def test_who_is_merged_or_split_is_read_as_before(self, result):
        assert not result.against_rest(1, 0.0, 1.0).merged(1, 3).at_rest
        assert not result.against_rest(2, 0.0, 1.0).split(2, 1.0).at_rest

    def test_a_stretch_in_which_the_face_is_not_seen_is_refused(self, result):
        with pytest.raises(ValueError, match="Face 2 is not seen well enough from"):
            result.against_rest(2, 5.0, 6.0)

    @pytest.mark.parametrize("stretch", [(1.0, 0.5), (float("nan"), 1.0)])
    def test_a_stretch_that_ends_before_it_begins_is_none(self, result, stretch):
        with pytest.raises(ValueError, match=r"a stretch ends after it begins; from .* s is none"):
            result.against_rest(2, *stretch)


def test_a_face_that_is_not_there_is_named(result):
    with pytest.raises(ValueError, match="there is no face 9; there are 1, 2, 3"):
        result.without(9)
