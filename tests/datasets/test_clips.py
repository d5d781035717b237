"""Frames that belong together: a clip has one label, is in one split, and never on two sides."""

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.clips import CLIP, SECONDS, between_clips, clip_splits, clips_as_faces, clips_in
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.edits import Act, edited
from emotion_core.datasets.held_out import hold_out
from emotion_core.datasets.importing import add_synthetic_clips
from emotion_core.datasets.splits import SPLITS
from emotion_core.datasets.store import describe, edits_of, open_dataset
from emotion_core.datasets.synthetic_clips import synthetic_clips


@pytest.fixture(scope="module")
def drawn():
    return synthetic_clips(14, seed=3)


def test_the_frames_of_a_clip_are_in_the_order_of_their_times():
    table = pd.DataFrame(
        {
            "source": ["b1", "a1", "a0", "no clip"],
            "label": ["sad", "happy", "happy", "sad"],
            "split": "train",
            CLIP: ["b", "a", "a", ""],
            SECONDS: [2.0, 1.5, 1.25, 0.0],
        }
    )
    first, second = clips_in(table)
    assert (first.name, first.label, first.rows.tolist(), first.seconds.tolist()) == ("b", "sad", [0], [0.0])
    assert (second.name, second.rows.tolist(), second.seconds.tolist()) == ("a", [2, 1], [0.0, 0.25])
    assert clips_in(table.drop(columns=CLIP)) == []


def test_a_clip_is_shown_by_its_middle_frame(drawn):
    faces, clips = clips_as_faces(drawn), clips_in(drawn.table)
    assert len(faces) == len(clips) == 14
    assert list(faces.table["source"]) == [clip.name for clip in clips]
    assert (faces.images[5] == drawn.images[clips[5].rows[len(clips[5].rows) // 2]]).all()


def test_the_same_seed_draws_the_same_clips_and_only_expressions_move(drawn):
    again = synthetic_clips(14, seed=3)
    assert (again.images == drawn.images).all() and again.table.equals(drawn.table)
    still, moving = [], []
    for clip in clips_in(drawn.table):
        frames = drawn.images[clip.rows].astype(float)
        moved = np.abs(frames[len(frames) // 2] - frames[0]).mean()
        (still if clip.label == "neutral" else moving).append(moved)
    assert np.mean(moving) > np.mean(still)


def test_held_out_clips_are_held_out_whole(drawn):
    table = drawn.table.assign(split="train")
    for none in (np.empty((0, 2), np.int64), np.array([[0, 1]])):
        found = hold_out(Dataset(drawn.images, table), none).table
        assert set(found["split"]) == {"train", "validation"}
        assert (found.groupby(CLIP)["split"].nunique() == 1).all()


def test_a_label_or_a_split_given_to_a_frame_is_its_whole_clips(drawn):
    first, second = clips_in(drawn.table)[:2]
    acts = [
        Act(act="relabel", rows=(int(first.rows[3]),), to="sad"),
        Act(act="move", rows=(int(second.rows[0]),), to="test"),
        Act(act="exclude", rows=(int(second.rows[1]),)),
    ]
    table = edited(drawn.table, acts)
    assert set(table["label"][first.rows]) == {"sad"} and set(table["split"][second.rows]) == {"test"}
    assert table["excluded"].sum() == 1
    others = np.setdiff1d(np.arange(len(table)), np.concatenate([first.rows, second.rows]))
    assert (table["label"][others] == drawn.table["label"][others]).all()


def test_frames_of_one_clip_are_no_near_duplicates_of_each_other(drawn):
    first, second = clips_in(drawn.table)[:2]
    pairs = np.array([[first.rows[0], first.rows[1]], [first.rows[0], second.rows[0]]])
    assert between_clips(drawn.table, pairs).tolist() == [pairs[1].tolist()]
    assert (between_clips(drawn.table.drop(columns=CLIP), pairs) == pairs).all()


def test_clips_without_splits_are_assigned_whole_and_people_with_them():
    clips = [f"S{person:03d}/{take:03d}" for person in range(40) for take in range(3)]
    assert set(clip_splits(clips).values()) == set(SPLITS)
    named = [f"subject_{person}/{take}" for person in range(40) for take in range(3)]
    splits = clip_splits(named)
    assert all(len({splits[f"subject_{person}/{take}"] for take in range(3)}) == 1 for person in range(40))


def test_a_stored_set_says_how_many_clips_it_has(own_workspace):
    assert add_synthetic_clips("moving", 7).clips == 7
    assert describe("moving").version == 4
    derive("moving", "corrected")
    edits_of("corrected").exclude(clips_in(open_dataset("moving").table)[0].rows.tolist())
    assert describe("corrected").clips == 6
