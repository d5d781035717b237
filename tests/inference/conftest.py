"""What the shipped models say of PublicTest, which is asked once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.models.prior import Prior
from emotion_core.models.registry import load_classifier
from tests.sharing import made_once


@pytest.fixture(scope="session")
def answers_to_public_test(
    public_test: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path, Prior], np.ndarray]:
    """Call it with a model's folder and a mix of expressions to have the probabilities (3589, 7) of all its faces."""

    def answers(folder: Path, prior: Prior) -> np.ndarray:
        def make(place: Path) -> None:
            np.save(place / "answers.npy", load_classifier(folder, prior).predict_proba(public_test.images))

        return np.load(made_once(tmp_path_factory, f"{folder.name} on PublicTest, {prior}", make) / "answers.npy")

    return answers
