"""The map: faces that are alike for the network lie close, it is kept, and no set is too small for it."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.face_map import kept_map, laid_out, map_file, map_of
from emotion_core.datasets.importing import add_dataset


def test_faces_that_are_alike_lie_closer_than_others():
    random = np.random.default_rng(0)
    embeddings = np.concatenate([random.normal(place, 0.1, (40, 8)) for place in (0, 5)]).astype(np.float32)
    places = laid_out(embeddings)
    within = np.linalg.norm(places[:40] - places[:40].mean(axis=0), axis=1).max()
    assert np.linalg.norm(places[:40].mean(axis=0) - places[40:].mean(axis=0)) > within
    assert (laid_out(embeddings) == places).all()


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_few_faces_have_places_too(count):
    places = laid_out(np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32))
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_faces_that_are_all_the_same_lie_in_one_place():
    assert (laid_out(np.ones((9, 8), np.float32)) == 0).all()


def test_a_map_is_made_once_and_shared_with_what_is_derived(own_workspace, drawn):
    add_dataset(drawn, "faces", "drawn")
    derive("faces", "mine")
    asked = []

    def embed(images: np.ndarray) -> np.ndarray:
        asked.append(len(images))
        return images.reshape(len(images), -1)[:, :50].astype(np.float32)

    assert kept_map("mine", "m") is None
    places = map_of("mine", "m", embed)
    assert (map_of("faces", "m", embed) == places).all()
    assert (kept_map("faces", "m") == places).all()
    assert asked == [35]
    map_file("faces", "m").write_bytes(b"damaged")
    assert kept_map("mine", "m") is None
    np.save(map_file("faces", "m"), places[:3])
    assert kept_map("mine", "m") is None
    with pytest.raises(DatasetError):
        map_of("nothing", "m", embed)
