"""Random changes of faces."""

import numpy as np
import pytest

from emotion_core.runs.recipes import Augmentation
from emotion_core.training.augmentation import augment, mix, variants

FACES = np.random.default_rng(3).integers(0, 256, (8, 24, 24), dtype=np.uint8)


def random():
    return np.random.default_rng(5)


def test_no_strength_leaves_faces_as_they_are():
    np.testing.assert_array_equal(augment(FACES, Augmentation(flip=False), random()), FACES)


def test_flip_mirrors_some_faces_and_leaves_the_others():
    flipped = augment(FACES, Augmentation(flip=True), random())
    mirrored = [np.array_equal(after, before[:, ::-1]) for before, after in zip(FACES, flipped, strict=True)]
    unchanged = [np.array_equal(after, before) for before, after in zip(FACES, flipped, strict=True)]
    assert any(mirrored) and any(unchanged)
    assert all(a or b for a, b in zip(mirrored, unchanged, strict=True))


@pytest.mark.parametrize("name", ["rotation", "scale", "shift", "brightness", "contrast", "erasing"])
def test_each_strength_changes_faces(name):
    strength = 20.0 if name == "rotation" else 0.9
    changed = augment(FACES, Augmentation(flip=False, **{name: strength}), random())
    assert not np.array_equal(changed, FACES)
    assert changed.shape == FACES.shape and changed.dtype == np.uint8


def test_brightness_moves_grey_by_at_most_its_share():
    grey = np.full((50, 8, 8), 100, dtype=np.uint8)
    changed = augment(grey, Augmentation(flip=False, brightness=0.1), random()).astype(int)
    assert 0 < np.abs(changed - 100).max() <= 26


def test_erasing_covers_at_most_a_fifth_of_a_face():
    black = np.zeros((50, 40, 40), dtype=np.uint8)
    erased = augment(black, Augmentation(flip=False, erasing=1.0), random())
    shares = (erased > 0).mean(axis=(1, 2))
    assert 0 < shares.max() <= 0.21


def test_the_same_random_state_gives_the_same_faces_and_the_originals_stay():
    before = FACES.copy()
    settings = Augmentation(rotation=10, scale=0.1, shift=0.1, brightness=0.1, contrast=0.2, erasing=0.5)
    np.testing.assert_array_equal(augment(FACES, settings, random()), augment(FACES, settings, random()))
    np.testing.assert_array_equal(FACES, before)


def test_colour_faces_keep_their_shape():
    colour = np.random.default_rng(0).integers(0, 256, (3, 24, 20, 3), dtype=np.uint8)
    settings = Augmentation(rotation=10, brightness=0.1, erasing=1.0)
    assert augment(colour, settings, random()).shape == colour.shape


def test_a_preview_shows_so_many_variants_of_one_face():
    shown = variants(FACES[0], Augmentation(rotation=10, contrast=0.2), 6)
    assert shown.shape == (6, 24, 24) and len({face.tobytes() for face in shown}) > 3
    np.testing.assert_array_equal(shown, variants(FACES[0], Augmentation(rotation=10, contrast=0.2), 6))


def test_a_shift_moves_by_at_most_its_share_and_a_turn_keeps_the_middle():
    dot = np.zeros((200, 21, 21), np.uint8)
    dot[:, 10, 10] = 255
    shifted = augment(dot, Augmentation(flip=False, shift=0.2), random())
    places = np.array([np.unravel_index(face.argmax(), face.shape) for face in shifted])
    assert 3 <= np.abs(places - 10).max() <= 5
    turned = augment(dot, Augmentation(rotation=90, scale=0.3), random())
    assert all(face.argmax() == 10 * 21 + 10 for face in turned)


def test_mixup_blends_each_face_with_a_partner():
    faces = np.arange(8, dtype=np.float32).reshape(8, 1, 1, 1)
    mixed, partners, share = mix(faces, 0.4, random())
    assert 0 <= share <= 1 and sorted(partners) == list(range(8))
    np.testing.assert_allclose(mixed, share * faces + (1 - share) * faces[partners], rtol=1e-6)
