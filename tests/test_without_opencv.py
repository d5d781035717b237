"""Training without OpenCV: the same pictures to within a few greys."""

import cv2
import numpy as np
import pytest

from emotion_core import without_opencv
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.runs.recipes import RECIPES
from emotion_core.training import augmentation

#: OpenCV rounds places to a thirty-second of a pixel.
WARPED, RESIZED = 10, 2


@pytest.fixture(scope="module")
def face():
    return synthetic_faces(1, seed=3).images[0]


def coloured(face):
    return np.stack([face, face // 2, 255 - face], axis=-1)


@pytest.mark.parametrize("paint", [np.asarray, coloured], ids=["grey", "colour"])
def test_faces_are_augmented_alike(face, paint, monkeypatch):
    settings = RECIPES["strong"].recipe.augmentation
    faces = np.repeat(paint(face)[None], 12, axis=0)
    known = augmentation.augment(faces, settings, np.random.default_rng(1))
    monkeypatch.setattr(augmentation, "cv2", without_opencv)
    found = augmentation.augment(faces, settings, np.random.default_rng(1))
    apart = np.abs(found.astype(int) - known.astype(int))
    assert found.dtype == np.uint8 and apart.mean() < 0.5 and apart.max() <= WARPED


@pytest.mark.parametrize("side", [20, 31, 64, 96])
@pytest.mark.parametrize("paint", [np.asarray, coloured], ids=["grey", "colour"])
def test_faces_are_resized_alike(face, paint, side):
    way = cv2.INTER_AREA if side < 48 else cv2.INTER_CUBIC
    picture = paint(face)
    known, found = (library.resize(picture, (side, side), interpolation=way) for library in (cv2, without_opencv))
    assert found.shape == known.shape and np.abs(found.astype(int) - known.astype(int)).max() <= RESIZED


def test_colours_are_made_grey_alike_and_back(face):
    picture = coloured(face)
    known, found = (library.cvtColor(picture, library.COLOR_RGB2GRAY) for library in (cv2, without_opencv))
    assert np.abs(found.astype(int) - known.astype(int)).max() <= 1
    assert np.array_equal(
        without_opencv.cvtColor(face, without_opencv.COLOR_GRAY2RGB), cv2.cvtColor(face, cv2.COLOR_GRAY2RGB)
    )


def test_what_is_named_alike_is_the_same_number():
    for name in ("INTER_LINEAR", "INTER_CUBIC", "INTER_AREA", "BORDER_REFLECT_101", "COLOR_RGB2GRAY", "COLOR_GRAY2RGB"):
        assert getattr(without_opencv, name) == getattr(cv2, name)
