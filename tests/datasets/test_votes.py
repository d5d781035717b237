"""FER+'s rule of the majority, and what a network learns from the votes; worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from emotion_core.datasets.votes import COLUMNS, NO_LABEL, has_votes, majority_labels, vote_targets
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES


def votes(**counts: int) -> pd.DataFrame:
    """One face: how many voted for what."""
    assert set(counts) <= set(FERPLUS_VOTES)
    return pd.DataFrame([[counts.get(name, 0) for name in FERPLUS_VOTES]], columns=list(COLUMNS))


def majority(**counts: int) -> str | None:
    label = majority_labels(votes(**counts))[0]
    return None if label == NO_LABEL else EMOTIONS[label]


def target(**counts: int) -> dict[str, float]:
    shares, usable = vote_targets(votes(**counts))
    assert usable[0]
    return {name: float(share) for name, share in zip(EMOTIONS, shares[0], strict=True) if share}


any_table = st.lists(st.lists(st.integers(0, 10), min_size=10, max_size=10), min_size=1, max_size=5).map(
    lambda rows: pd.DataFrame(rows, columns=list(COLUMNS))
)


class TestMajority:
    @pytest.mark.parametrize("name", EMOTIONS)
    def test_all_ten(self, name):
        assert majority(**{name: 10}) == name

    def test_more_than_half(self):
        assert majority(happy=6, neutral=4) == "happy"

    def test_half_is_not_enough(self):
        assert majority(happy=5, neutral=5) is None
        assert majority(happy=4, sad=2, neutral=2) is None

    def test_votes_of_one_are_removed_before_counting(self):
        # 5 of 10 would be half; without the two single votes it is 5 of 8.
        assert majority(sad=5, neutral=3, angry=1, fearful=1) == "sad"

    def test_nobody_voted_twice_for_anything(self):
        assert majority(**dict.fromkeys(FERPLUS_VOTES, 1)) is None
        assert majority() is None

    @pytest.mark.parametrize("name", ["contempt", "unknown", "nf"])
    def test_what_is_not_among_our_seven_is_no_label(self, name):
        assert majority(**{name: 8}, happy=2) is None

    @pytest.mark.parametrize("name", ["contempt", "unknown", "nf"])
    def test_but_it_counts_as_a_vote_against(self, name):
        assert majority(happy=5, **{name: 5}) is None

    def test_many_faces(self):
        table = pd.concat([votes(happy=10), votes(unknown=10), votes(angry=7, sad=3)])
        assert majority_labels(table).tolist() == [EMOTIONS.index("happy"), NO_LABEL, EMOTIONS.index("angry")]


class TestTargets:
    def test_are_the_shares_of_the_votes_without_single_ones(self):
        assert target(happy=6, neutral=2, sad=1, angry=1) == pytest.approx({"happy": 0.75, "neutral": 0.25})

    def test_need_no_majority(self):
        assert target(happy=5, surprised=5) == pytest.approx({"happy": 0.5, "surprised": 0.5})

    def test_are_over_our_seven_only(self):
        assert target(angry=4, contempt=3, sad=3) == pytest.approx({"angry": 4 / 7, "sad": 3 / 7})

    @pytest.mark.parametrize("name", ["contempt", "unknown", "nf"])
    def test_a_face_that_is_mostly_something_else_is_left_out(self, name):
        shares, usable = vote_targets(votes(**{name: 6}, happy=4))
        assert not usable[0]
        assert shares[0] == pytest.approx([1 / 7] * 7)

    def test_a_face_on_which_no_two_agree_is_left_out(self):
        assert not vote_targets(votes(happy=1, sad=1))[1][0]
        assert not vote_targets(votes())[1][0]

    @given(any_table)
    def test_every_row_sums_to_1(self, table):
        shares, _ = vote_targets(table)
        assert shares.dtype == np.float32
        assert shares.shape == (len(table), 7)
        assert shares.sum(axis=1) == pytest.approx(1)
        assert (shares >= 0).all()

    @given(any_table)
    def test_a_majority_is_usable_and_is_the_largest_share(self, table):
        shares, usable = vote_targets(table)
        labels = majority_labels(table)
        known = labels != NO_LABEL
        assert usable[known].all()
        assert (shares.argmax(axis=1) == labels)[known].all()


def test_a_table_has_votes_if_it_has_all_ten_columns():
    assert has_votes(votes())
    assert has_votes(votes().assign(label="happy"))
    assert not has_votes(votes().drop(columns="votes_nf"))


def test_asking_does_not_change_the_table():
    table = votes(happy=1, sad=9)
    before = table.copy()
    majority_labels(table), vote_targets(table)
    pd.testing.assert_frame_equal(table, before)
