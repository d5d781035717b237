"""Where another shot begins, and where something only moves or lights up."""

from __future__ import annotations

import numpy as np

from emotion_core.video.cuts import CutDetector


def scene(seed: int, size: tuple[int, int] = (144, 256)) -> np.ndarray:
    """A picture of coarse patches that has nothing to do with another seed's."""
    patches = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), np.uint8)
    return patches.repeat(size[0] // 9, axis=0).repeat(size[1] // 16, axis=1)


def cuts(*pictures: np.ndarray) -> list[int]:
    detector = CutDetector()
    return [place for place, picture in enumerate(pictures) if detector.is_cut(picture)]


def test_another_scene_is_a_cut_and_the_first_picture_is_none():
    assert cuts(*[scene(1)] * 3, *[scene(2)] * 3, scene(3)) == [3, 6]


def test_a_scene_that_moves_is_none():
    assert cuts(*[np.roll(scene(1), 4 * step, axis=1) for step in range(20)]) == []


def test_a_scene_that_gets_brighter_or_darker_is_none():
    dim, bright = (scene(1) * 0.4).astype(np.uint8), (scene(1) * 0.6 + 100).astype(np.uint8)
    assert cuts(scene(1), dim, scene(1), bright, scene(1)) == []


def test_noise_in_the_dark_is_none():
    chance = np.random.default_rng(1)
    assert cuts(*[chance.normal(8, 4, (144, 256, 3)).clip(0, 255).astype(np.uint8) for _ in range(5)]) == []


def test_a_cut_amid_motion_is_found():
    moving = [np.roll(scene(1), 4 * step, axis=1) for step in range(10)]
    other = [np.roll(scene(2), 4 * step, axis=1) for step in range(10)]
    assert cuts(*moving, *other) == [10]


def test_pictures_of_one_pixel_are_compared():
    assert cuts(*[np.full((1, 1, 3), value, np.uint8) for value in (0, 255)]) == []
