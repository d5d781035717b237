"""Duplicates by their pixels and near-duplicates by how they look, in small sets where they were put."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import (
    NONE,
    content_hash,
    content_hashes,
    identical_groups,
    joined_groups,
    near_duplicates,
    numbered_groups,
    seen_in_training,
)
from emotion_core.datasets.synthetic import synthetic_faces


def grey(*values: int, split: str = "train", **columns: list) -> Dataset:
    """Images of 4x4 pixels, each of one grey."""
    images = np.stack([np.full((4, 4), value, np.uint8) for value in values])
    return Dataset(images, pd.DataFrame({"label": ["sad"] * len(values), "split": split, **columns}))


@pytest.fixture(scope="module")
def faces():
    """Four drawn faces of different people; not to be changed."""
    return synthetic_faces(40, seed=9).images[[0, 11, 22, 33]]


class TestIdentical:
    def test_a_hash_says_what_the_pixels_and_their_shape_are(self):
        image = np.zeros((2, 8), np.uint8)
        assert content_hash(image) == content_hash(image.copy()) != content_hash(image.reshape(4, 4))

    def test_a_table_that_has_the_hashes_is_believed_and_no_picture_is_read(self):
        assert content_hashes(grey(1, 2, hash=["a", "b"])).tolist() == ["a", "b"]
        assert len(set(content_hashes(grey(1, 2, 1)))) == 2

    def test_every_face_is_named_by_the_first_that_is_the_same(self):
        assert identical_groups(grey(7, 9, 7, 8, 9)).tolist() == [0, 1, 0, 3, 1]


class TestGroups:
    def test_pairs_join_groups_through_one_another(self):
        joined = joined_groups(np.array([0, 1, 0, 3, 4]), np.array([[1, 3], [2, 3]]))
        assert len(set(joined[:4])) == 1
        assert joined[4] not in joined[:4]

    def test_groups_of_several_are_numbered_and_others_are_none(self):
        assert numbered_groups(np.array([5, 2, 5, 9, 2])).tolist() == [1, 0, 1, NONE, 0]


class TestSeenInTraining:
    def test_faces_are_known_by_their_pixels(self):
        assert seen_in_training(grey(5, 6, 7, split="test"), grey(6, 7)).tolist() == [False, True, True]

    def test_faces_of_other_splits_are_not_known(self):
        faces = grey(1, 2, split="validation")
        assert not seen_in_training(faces, faces).any()

    def test_what_a_training_face_is_labelled_does_not_matter(self):
        assert seen_in_training(grey(1, split="test"), grey(1, label=["contempt"])).all()

    def test_the_table_has_the_hashes_of_an_import_and_no_picture_is_read(self):
        class Unread:
            def __len__(self) -> int:
                return 2

        faces = Dataset(Unread(), grey(0, 0, hash=["a", "b"]).table)
        known = Dataset(Unread(), grey(0, 0, hash=["b", "c"]).table)
        assert seen_in_training(faces, known).tolist() == [False, True]


class TestNearDuplicates:
    def test_a_little_brighter_or_noisier_is_a_near_duplicate(self, faces):
        random = np.random.default_rng(0)
        brighter = np.clip(faces[0].astype(int) + 6, 0, 255).astype(np.uint8)
        noisy = np.clip(faces[1] + random.normal(0, 2, faces[1].shape), 0, 255).astype(np.uint8)
        images = np.array([*faces, brighter, noisy])
        assert sorted(near_duplicates(images, np.arange(6)).tolist()) == [[0, 4], [1, 5]]

    def test_only_the_rows_asked_for(self, faces):
        images = np.array([faces[0], faces[0], faces[1]])
        assert near_duplicates(images, np.array([0, 2])).tolist() == []
        assert near_duplicates(images, np.array([], dtype=int)).tolist() == []

    def test_many_different_faces_are_not(self):
        images = synthetic_faces(600, seed=4).images
        assert len(near_duplicates(images, np.arange(600))) < 20

    def test_colours(self, faces):
        colour = np.repeat(faces[..., np.newaxis], 3, axis=3)
        assert len(near_duplicates(colour, np.arange(4))) == 0
