"""Folders that are meant as data sets of clips and are none, or odd ones: a sentence each, or what can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotion_core.datasets.clips import clip_count
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import load_dataset


def clips(root: Path, clip: str, sizes: tuple[int, ...]) -> Path:
    """A folder of numbered frames of these sizes for each of two emotions."""
    random = np.random.default_rng(0)
    for label in ("happy", "sad"):
        folder = root / label / clip
        folder.mkdir(parents=True)
        for number, size in enumerate(sizes):
            Image.fromarray(random.integers(0, 255, (size, size), np.uint8)).save(folder / f"frame_{number:04}.png")
    return root


def test_folders_without_clips_and_pictures_called_videos_are_refused_in_a_sentence(tmp_path):
    for label in ("happy", "sad"):
        (tmp_path / "empty" / label).mkdir(parents=True)
    pictures = clips(tmp_path / "pictures", "c", (48,))
    for path in pictures.rglob("*.png"):
        path.rename(path.with_suffix(".mp4"))
    for folder in (tmp_path / "empty", pictures):
        with pytest.raises(DatasetError, match="holds no pictures"):
            load_dataset(folder)


def test_one_frame_is_no_clip_and_any_name_and_mix_of_sizes_is(tmp_path):
    assert clip_count(load_dataset(clips(tmp_path / "one", "c", (48,))).table) == 0
    for name, sizes in (("<b>x&", (48,) * 4), ("c", (20, 50, 80, 110))):
        read = load_dataset(clips(tmp_path / f"of {sizes[0]}", name, sizes))
        assert len(read) == 8 and clip_count(read.table) == 2
