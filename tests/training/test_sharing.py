"""Sharing batches among processes: what each brings, and what the first decides. JAX itself does it in tests/jobs."""

import keras
import numpy as np
import pytest

from emotion_core.models.face_input import FaceInput
from emotion_core.runs.recipes import Recipe
from emotion_core.training.batches import Batches
from emotion_core.training.preparation import faces_of
from emotion_core.training.sharing import (
    Sharing,
    agreed,
    agreed_to_stop,
    brought_by_rows,
    rows_of_this_process,
)
from tests.patch_faces import joined, patch_faces

RECIPE = Recipe(batch_size=16, precision="float32")


@pytest.fixture
def shared(monkeypatch):
    """This process is the second of two that share batches."""
    sharing = Sharing(["cpu:0", "cpu:1"])
    sharing._num_processes, sharing._process_id = 2, 1
    monkeypatch.setattr(keras.distribution, "distribution", lambda: sharing)
    return sharing


@pytest.fixture(scope="module")
def batches():
    data = faces_of(joined(patch_faces(40), patch_faces(14, seed=1, split="validation")), RECIPE)
    return Batches(data.training, RECIPE, FaceInput(16, 1, 1 / 255, 0.0), seed=3, epoch=1)


def test_a_process_on_its_own_brings_all_and_decides_alone():
    with brought_by_rows(16):
        assert rows_of_this_process(16) == slice(0, 16)
    assert agreed_to_stop(True) and not agreed_to_stop(False)
    figures = np.array([0.1, np.nan])
    assert agreed(figures) is figures


def test_each_of_two_brings_its_half_of_the_very_batch(shared, batches):
    whole = batches[0]
    with brought_by_rows(16):
        half = batches[0]
    for mine, all_of_it in zip(half, whole, strict=True):
        np.testing.assert_array_equal(mine, all_of_it[8:])
    np.testing.assert_array_equal(batches[0][0], whole[0])


def test_all_bring_the_whole_of_a_batch_that_is_not_even(shared):
    with brought_by_rows(9):
        assert rows_of_this_process(9) == slice(0, 9)
        assert shared.get_data_layout((9, 4)).axes == (None, None)


def test_what_is_brought_by_rows_is_shared_and_what_is_whole_is_not(shared):
    assert shared.get_data_layout((8, 4)).axes == (None, None)  # validation
    with brought_by_rows(16):
        assert shared.get_data_layout((8, 4)).axes == ("batch", None)


def test_devices_of_one_process_share_what_is_even(shared):
    shared._num_processes = 1
    assert shared.get_data_layout((8, 4)).axes == ("batch", None)
    assert shared.get_data_layout((9, 4)).axes == (None, None)
