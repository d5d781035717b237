"""The labels that predictions are compared with."""

from __future__ import annotations

from dataclasses import replace

from emotion_core.datasets.votes import COLUMNS, NO_LABEL
from emotion_core.evaluation.labels import kinds_of_labels, labels_in, own_labels
from tests.evaluation.conftest import dataset


def test_a_data_sets_own_labels_are_indices_of_its_classes():
    faces = dataset("happy", "angry", "contempt")
    assert own_labels(faces).tolist() == labels_in(faces.table).tolist() == [3, 0, NO_LABEL]


def test_without_votes_there_are_the_own_labels_alone():
    faces = dataset("sad", "contempt")
    assert {kind: labels.tolist() for kind, labels in kinds_of_labels(faces).items()} == {"own": [5, NO_LABEL]}


def test_with_votes_there_is_their_majority_too():
    faces = dataset("sad", "contempt")
    voted = faces.table.assign(**{column: [0, 0] for column in COLUMNS}).assign(votes_happy=[9, 9])
    kinds = kinds_of_labels(replace(faces, table=voted), "fer2013")
    assert list(kinds) == ["fer2013", "ferplus-majority"]
    assert kinds["ferplus-majority"].tolist() == [3, 3]
