"""Drawn faces: the same for the same seed, all different, and their expressions can be told apart."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from emotion_core.datasets.splits import SPLITS
from emotion_core.datasets.synthetic import EXPRESSIONS, synthetic_faces
from emotion_core.emotions import EMOTIONS


def test_shape_and_table():
    faces = synthetic_faces(50, seed=1)
    assert faces.images.shape == (50, 48, 48)
    assert faces.images.dtype == np.uint8
    assert faces.table.columns.tolist() == ["source", "label", "split"]
    assert set(faces.table["split"]) <= set(SPLITS)
    assert faces.table["source"].is_unique


def test_all_seven_expressions_equally_often():
    assert set(EXPRESSIONS) == set(EMOTIONS)
    assert set(synthetic_faces(70).table["label"].value_counts()) == {10}


def test_the_same_seed_gives_the_same_faces():
    one, other = synthetic_faces(20, seed=5), synthetic_faces(20, seed=5)
    assert np.array_equal(one.images, other.images)
    assert one.table.equals(other.table)


def test_another_seed_gives_others():
    assert not np.array_equal(synthetic_faces(20, seed=5).images, synthetic_faces(20, seed=6).images)


def test_no_face_twice():
    faces = synthetic_faces(200, seed=2)
    assert len({image.tobytes() for image in faces.images}) == 200


@pytest.mark.parametrize("size", [24, 96])
def test_other_sizes(size):
    assert synthetic_faces(3, size=size).images.shape == (3, size, size)


def test_none_at_all():
    assert synthetic_faces(0).images.shape == (0, 48, 48)


def test_every_split_is_there():
    shares = synthetic_faces(700).table["split"].value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.7, abs=0.06)
    assert shares["validation"] == pytest.approx(0.15, abs=0.05)


def test_a_small_classifier_tells_the_expressions_apart():
    training, others = synthetic_faces(1050, seed=0), synthetic_faces(350, seed=1)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.001, max_iter=300))
    classifier.fit(half_size(training.images), training.table["label"])
    accuracy = classifier.score(half_size(others.images), others.table["label"])
    assert accuracy > 0.6  # chance is 0.14


def half_size(images: np.ndarray) -> np.ndarray:
    """Every two by two pixels as one, (N, 576) from 0 to 1."""
    return images.reshape(len(images), 24, 2, 24, 2).mean(axis=(2, 4)).reshape(len(images), -1) / 255
