"""The faces of one split, ready for models; and what cannot be evaluated."""

from __future__ import annotations

import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.evaluation.evaluator import evaluate_model
from emotion_core.evaluation.sets import evaluation_set, splits_of
from tests.legible_faces import legible


def test_each_face_keeps_its_place_in_the_whole_data_set(faces):
    backwards = Dataset(faces.images[::-1], faces.table[::-1].reset_index(drop=True))
    found = evaluation_set(backwards, "d", "test")
    assert found.index.tolist() == [1, 2, 3, 4]
    assert (backwards.images[found.index] == found.images).all()


def test_the_data_sets_own_labels_are_called_as_asked(faces):
    assert list(evaluation_set(faces, "d", "test", own="fer2013").labels) == ["fer2013", "ferplus-majority"]


def test_the_training_split_itself_has_no_faces_known_from_training(faces, reader):
    chosen = evaluation_set(faces, "d", "train")
    assert chosen.in_training is None
    evaluation, _ = evaluate_model(reader, chosen)
    assert [one.without_training_duplicates for one in evaluation.scores] == [False, False]


def test_the_hash_of_an_import_is_taken_where_it_is_there(faces):
    told = Dataset(faces.images, faces.table.assign(hash=["a", "b", "c", "d", "c"]))
    assert evaluation_set(told, "d", "test").in_training.tolist() == [False, False, True, False]


def test_splits_in_their_order(faces):
    assert splits_of(faces.table) == {"train": 1, "test": 4}


class TestRefused:
    def test_a_split_that_is_not_there(self, faces):
        with pytest.raises(DatasetError, match=r"the data set d has no validation split; it has train \(1\) and test"):
            evaluation_set(faces, "d", "validation")

    def test_no_faces_at_all(self):
        nothing = legible(("happy", 90))
        empty = Dataset(nothing.images[:0], nothing.table[:0])
        with pytest.raises(DatasetError, match="no test split; it has no faces at all"):
            evaluation_set(empty, "d", "test")

    def test_labels_that_models_do_not_know(self):
        said = legible(("happy", 90))
        odd = Dataset(said.images, said.table.assign(label="contempt"))
        with pytest.raises(DatasetError, match=r"no face .* is labelled angry, .*, which are all .*; it has contempt"):
            evaluation_set(odd, "d", "test")

    def test_a_column_that_is_not_there(self, faces):
        with pytest.raises(DatasetError, match="has no column 'age' to group by; it has none"):
            evaluation_set(faces, "d", "test", "age")
