"""Whether and how a recipe makes rare emotions count as much as frequent ones. Importing this loads no Keras."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from emotion_core.runs.recipes import Recipe

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets.dataset import Dataset

Balance = Literal["none", "weights", "logits"]

#: One emotion with more than so many times the faces of another is balanced unless the recipe says otherwise.
UNLIKE = 3.0


def balance_of(recipe: Recipe, faces: Iterable[int]) -> Balance:
    """How training is balanced.

    Args:
        recipe: how it is asked for; "auto" goes by the faces.
        faces: how many there are to train on of each emotion.
    """
    if recipe.class_weights:
        return "weights"
    if recipe.class_balance != "auto":
        return recipe.class_balance
    return "logits" if _ratio([count for count in faces if count]) > UNLIKE else "none"


def balance_in_words(recipe: Recipe, faces: Mapping[str, int]) -> str:
    """How training is balanced and why, in a sentence.

    Args:
        recipe: how it is asked for.
        faces: how many there are to train on by emotion.
    """
    how = {
        "none": "No balancing: every face counts alike",
        "weights": "Balanced by weights: the rarer an emotion, the more each of its faces counts",
        "logits": "Balanced by logit adjustment: the loss takes out how frequent each emotion is",
    }[balance_of(recipe, faces.values())]
    known = {name: count for name, count in faces.items() if count}
    if len(known) < 2:
        return f"{how}."
    most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    ratio = f"{_ratio(known.values()):.1f}"
    times = "all have about as many" if ratio == "1.0" else f"{most} has {ratio} times the faces of {least}"
    return f"{how}; {times} (auto balances above {UNLIKE:g})."


def learned_shares(recipe: Recipe, training: Dataset) -> np.ndarray:
    """The prior of what a recipe teaches: each emotion's share of the labels, or of the votes, (classes,) summing to 1.

    Args:
        training: faces that are all labelled with one of its classes; at least one.
    """
    import numpy as np

    from emotion_core.datasets.votes import vote_targets
    from emotion_core.evaluation.labels import own_labels
    from emotion_core.models.prior import shares_of

    if recipe.labels == "votes":
        shares, usable = vote_targets(training.table, training.classes, training.votes_as)
        return shares_of(shares[usable])
    return shares_of(np.eye(len(training.classes))[own_labels(training)])


def _ratio(counts: Iterable[int]) -> float:
    """How many times the largest is the smallest; 1 of nothing."""
    known = list(counts) or [1]
    return max(known) / min(known)
