"""Faces so few that training takes a second."""

import pytest

from emotion_core.datasets.dataset import Dataset
from tests.patch_faces import joined, patch_faces


@pytest.fixture
def faces() -> Dataset:
    """210 faces to train on and 70 to validate on."""
    return joined(patch_faces(210, seed=0), patch_faces(70, seed=1, split="validation"))
