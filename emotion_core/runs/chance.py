"""What guessing reaches: the accuracy against which a run's is to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emotion_core.datasets.errors import DatasetError
from emotion_core.runs.config import RunConfig

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.runs.recipes import Recipe


def target_labels(recipe: Recipe, faces: Dataset) -> np.ndarray:
    """What a network trained with a recipe should predict, (N,) indices into `EMOTIONS` or `NO_LABEL`."""
    from emotion_core.datasets.votes import majority_labels
    from emotion_core.evaluation.labels import own_labels

    return majority_labels(faces.table) if recipe.labels == "votes" else own_labels(faces)


def most_frequent_share(recipe: Recipe, faces: Dataset) -> float | None:
    """The accuracy of always naming the most frequent emotion, by the labels trained on; None without faces."""
    import numpy as np

    from emotion_core.datasets.votes import NO_LABEL
    from emotion_core.emotions import EMOTIONS

    labels = target_labels(recipe, faces)
    counts = np.bincount(labels[labels != NO_LABEL], minlength=len(EMOTIONS))
    return float(counts.max() / counts.sum()) if counts.any() else None


def chance_accuracy(config: RunConfig) -> float | None:
    """What guessing reaches on the validation split of a run's data set; None if that is gone, or lost its votes."""
    from emotion_core.datasets.store import open_dataset
    from emotion_core.datasets.votes import has_votes

    try:
        validation = open_dataset(config.data).split("validation").of_emotions()
    except DatasetError:
        return None
    if config.recipe.labels == "votes" and not has_votes(validation.table):
        return None
    return most_frequent_share(config.recipe, validation)
