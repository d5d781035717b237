"""Corrections as a list of acts: applied in order, taken back one by one, written down at once."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from emotion_core.datasets.edits import Act, Edits, edited, write_list
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import LABELS


@pytest.fixture
def table():
    columns = {"source": ["a", "b", "c"], "label": ["happy", "sad", "sad"], "split": ["train", "train", "test"]}
    return pd.DataFrame(columns).assign(hash=["1", "2", "3"])


@pytest.fixture
def edits(tmp_path):
    return Edits(tmp_path / "edits.jsonl")


def test_nothing_was_done(edits, table):
    after = edited(table, edits.acts())
    assert after["label"].tolist() == table["label"].tolist()
    assert not after["excluded"].any()
    assert after["row"].tolist() == [0, 1, 2]


def test_later_acts_win(edits, table):
    edits.relabel([0, 1], "angry")
    edits.relabel([1], "contempt")
    edits.move([2], "validation")
    edits.exclude([0, 2])
    edits.include([2])
    after = edited(table, edits.acts())
    assert after["label"].tolist() == ["angry", "contempt", "sad"]
    assert after["split"].tolist() == ["train", "train", "validation"]
    assert after["excluded"].tolist() == [True, False, False]
    assert after["given_label"].tolist() == ["happy", "sad", "sad"]
    assert after["given_split"].tolist() == ["train", "train", "test"]
    assert table["label"].tolist() == ["happy", "sad", "sad"]


def test_undo(edits, table):
    edits.relabel([0], "angry")
    edits.exclude([1])
    assert edits.undo() == Act(act="exclude", rows=(1,))
    assert edits.undo() == Act(act="relabel", rows=(0,), to="angry")
    assert edits.undo() is None
    assert edits.acts() == []


def test_an_undo_of_an_act_of_ones_own_leaves_what_others_have_done_since(edits, table):
    edits.relabel([0, 1], "angry")
    assert edits.add(Act(act="relabel", rows=(1,), to="contempt")) == [Act(act="relabel", rows=(0, 1), to="angry")]
    assert edits.undo(Act(act="relabel", rows=(0, 1), to="angry")) == Act(act="relabel", rows=(0, 1), to="angry")
    assert edited(table, edits.acts())["label"].tolist() == ["happy", "contempt", "sad"]
    assert edits.undo(Act(act="exclude", rows=(2,))) is None


def test_an_act_on_no_face_is_none(edits):
    edits.exclude([])
    assert edits.acts() == []


def test_they_outlive_the_process(edits, tmp_path):
    edits.exclude(pd.Series([4, 5]))
    assert Edits(tmp_path / "edits.jsonl").acts() == [Act(act="exclude", rows=(4, 5))]


@pytest.mark.parametrize("label", ["anger", "", "Happy"])
def test_an_unknown_label(edits, label):
    with pytest.raises(DatasetError, match=r"unknown label .*; allowed are angry, "):
        edits.relabel([0], label)


def test_an_unknown_split(edits):
    with pytest.raises(DatasetError, match="unknown split 'Training'; allowed are train, validation, test"):
        edits.move([0], "Training")


@pytest.mark.parametrize("row", [3, -1])
def test_a_row_that_is_not_there(table, row):
    with pytest.raises(DatasetError, match=f"names row {row}; the data set has 3 rows"):
        edited(table, [Act(act="exclude", rows=(row,))])


@pytest.mark.parametrize("text", ["{", "\xff", '{"act": "exclude"}', '{"act": "exclude", "rows": [1], "more": 1}'])
def test_a_damaged_file(edits, tmp_path, text):
    (tmp_path / "edits.jsonl").write_bytes(text.encode("latin-1"))
    with pytest.raises(DatasetError, match="is damaged; allowed are acts"):
        edits.acts()


def test_the_list(edits, table, tmp_path):
    edits.relabel([1], "happy")
    edits.exclude([2])
    write_list(edited(table, edits.acts()), tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv")
    assert written["label"].tolist() == ["happy", "happy", "sad"]
    assert written["given_label"].tolist() == ["happy", "sad", "sad"]
    assert written["excluded"].tolist() == [False, False, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".edits.jsonl.lock", "edits.jsonl", "out.csv"]


rows = st.lists(st.integers(0, 2), min_size=1, max_size=3)
acts = st.one_of(
    st.tuples(st.just("relabel"), rows, st.sampled_from(LABELS)),
    st.tuples(st.just("move"), rows, st.sampled_from(SPLITS)),
    st.tuples(st.sampled_from(["exclude", "include"]), rows, st.just("")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=6))
def test_undoing_everything_gives_the_beginning(tmp_path, table, done):
    (tmp_path / "edits.jsonl").unlink(missing_ok=True)
    edits = Edits(tmp_path / "edits.jsonl")
    states = [edited(table, edits.acts())]
    for kind, rows, to in done:
        getattr(edits, kind)(rows, *([to] if to else []))
        states.append(edited(table, edits.acts()))
    for state in reversed(states):
        pd.testing.assert_frame_equal(edited(table, edits.acts()), state)
        edits.undo()
