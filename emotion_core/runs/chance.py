"""What guessing reaches: the accuracy against which a run's is to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emotion_core.datasets.errors import DatasetError
from emotion_core.runs.class_balance import balance_of
from emotion_core.runs.config import RunConfig

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.runs.recipes import Recipe


def target_labels(recipe: Recipe, faces: Dataset) -> np.ndarray:
    """What a network trained with a recipe should predict, (N,) indices into their classes or `NO_LABEL`."""
    from emotion_core.evaluation.labels import majority_of, own_labels

    return majority_of(faces) if recipe.labels == "votes" else own_labels(faces)


def most_frequent_share(recipe: Recipe, faces: Dataset) -> float | None:
    """The accuracy of always naming the most frequent emotion, by the labels trained on; None without faces."""
    import numpy as np

    from emotion_core.datasets.votes import NO_LABEL

    labels = target_labels(recipe, faces)
    counts = np.bincount(labels[labels != NO_LABEL], minlength=len(faces.classes))
    return float(counts.max() / counts.sum()) if counts.any() else None


@dataclass(frozen=True)
class MostFrequent:
    """What always answering the emotion that is the most frequent in training reaches.

    Attributes:
        emotion: which one that is; empty if it is not known.
        training: the training accuracy so reached, as runs measure it, 0 to 1.
        even: what it would be if all emotions that are learned were alike in number.
    """

    emotion: str
    training: float
    even: float


def most_frequent(config: RunConfig) -> MostFrequent | None:
    """What always answering one emotion reaches on the training faces of a run; None where nobody can say any more."""
    import numpy as np

    from emotion_core.datasets.votes import NO_LABEL

    training = _faces(config, "train")
    if training is None:
        return None
    labels = target_labels(config.recipe, training)
    counts = np.bincount(labels[labels != NO_LABEL], minlength=len(training.classes))
    if not counts.any():
        return None
    even = 1 / int(np.count_nonzero(counts))
    share = float(counts.max() / counts.sum())
    # Where faces have weights, so has the accuracy: every emotion counts alike.
    weighted = balance_of(config.recipe, counts.tolist()) == "weights"
    return MostFrequent(training.classes[counts.argmax()], even if weighted else share, even)


def chance_accuracy(config: RunConfig) -> float | None:
    """What guessing reaches on the validation faces of a run; None if these are gone, or lost their votes.

    Where some training faces are held out to validate on, it is what guessing reaches on all of these: in both the
    emotions have the same shares.
    """
    faces = _faces(config, "train" if config.held_out else "validation")
    return None if faces is None else most_frequent_share(config.recipe, faces)


def _faces(config: RunConfig, split: str) -> Dataset | None:
    """The faces of a run's data set in one split; None if it is gone, or lost the votes that were trained on."""
    from emotion_core.datasets.store import open_dataset
    from emotion_core.datasets.votes import has_votes

    try:
        faces = open_dataset(config.data).split(split).of_classes()
    except DatasetError:
        return None
    return None if config.recipe.labels == "votes" and not has_votes(faces.table) else faces
