"""FER+'s votes: ten annotators a face, their majority, and what a network can learn from them.

The rule of the majority is FER+'s own (Barsoum et al. 2016, arXiv 1608.01041): votes of a single annotator are noise
and are removed; what more than half of the rest say is the label; without such a majority there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES

COLUMNS = tuple(f"votes_{name}" for name in FERPLUS_VOTES)
NO_LABEL = -1
#: Every vote counts for the class of its own name.
NOTHING_ELSE: Mapping[str, str | None] = {}


def has_votes(table: pd.DataFrame) -> bool:
    """Whether the table carries the ten columns of votes."""
    return set(COLUMNS) <= set(table.columns)


def majority_labels(
    table: pd.DataFrame, classes: Sequence[str] = EMOTIONS, votes_as: Mapping[str, str | None] = NOTHING_ELSE
) -> np.ndarray:
    """The majority's class of each face as an index into `classes`, (N,) int64.

    `NO_LABEL` where there is no majority, or where it says what is none of the classes, such as not a face.

    Args:
        classes, votes_as: as a `Dataset` has them.
    """
    votes, index = _counted(table, classes, votes_as)
    top = votes.argmax(axis=1)
    clear = votes.max(axis=1) * 2 > votes.sum(axis=1)
    return np.where(clear, index[top], NO_LABEL)


def majority_name(counts: Sequence[int]) -> str:
    """What the majority of a face's ten counts says: one of `FERPLUS_VOTES`, "unknown" where there is no majority."""
    votes = [count if count > 1 else 0 for count in counts]
    top = max(votes, default=0)
    return FERPLUS_VOTES[votes.index(top)] if top * 2 > sum(votes) else "unknown"


def agreed(said: Sequence[str]) -> str | None:
    """What the majority of several raters says; None where there is none.

    The rule is that of FER+'s votes; but where there is one rater only, what that one says is no noise.
    """
    counts = Counter(said)
    counts = Counter({word: count for word, count in counts.items() if count > 1 or len(said) == 1})
    top = max(counts, key=counts.__getitem__, default=None)
    return top if top is not None and counts[top] * 2 > counts.total() else None


def counts_of(said: Sequence[str]) -> tuple[int, ...] | None:
    """How many say each of `FERPLUS_VOTES`; None where somebody says anything else."""
    return tuple(map(said.count, FERPLUS_VOTES)) if set(said) <= set(FERPLUS_VOTES) else None


def vote_targets(
    table: pd.DataFrame, classes: Sequence[str] = EMOTIONS, votes_as: Mapping[str, str | None] = NOTHING_ELSE
) -> tuple[np.ndarray, np.ndarray]:
    """What a network can learn from the votes: shares over the classes, and which faces to learn from.

    Args:
        classes, votes_as: as a `Dataset` has them.

    Returns:
        targets: (N, len(classes)) float32, each row summing to 1.
        usable: (N,) bool; False where the most frequent vote is for none of the classes, such as not a face, or nobody
            voted twice for anything. The targets of such rows are uniform.
    """
    votes, index = _counted(table, classes, votes_as)
    ours = np.zeros((len(votes), len(classes)), np.float32)
    ours[:, index[index != NO_LABEL]] = votes[:, index != NO_LABEL]
    usable = (index[votes.argmax(axis=1)] != NO_LABEL) & (ours.sum(axis=1) > 0)
    ours[~usable] = 1.0
    return ours / ours.sum(axis=1, keepdims=True), usable


def voted_for(table: pd.DataFrame) -> list[str]:
    """What a majority says of some face, by the names of `FERPLUS_VOTES`."""
    found = majority_labels(table, FERPLUS_VOTES)
    return [name for place, name in enumerate(FERPLUS_VOTES) if (found == place).any()]


def _counted(
    table: pd.DataFrame, classes: Sequence[str], votes_as: Mapping[str, str | None]
) -> tuple[np.ndarray, np.ndarray]:
    """Votes without single ones, a column for all that count as one, and the class of each column or `NO_LABEL`."""
    means = [votes_as.get(name, name) or "" for name in FERPLUS_VOTES]
    # What counts for no class stays apart: three that say unknown and three not a face are no majority of either.
    columns = [
        meaning if meaning in classes else f"none: {name}" for name, meaning in zip(FERPLUS_VOTES, means, strict=True)
    ]
    names = list(dict.fromkeys(columns))
    votes = np.zeros((len(table), len(names)), np.int64)
    for name, column in zip(columns, COLUMNS, strict=True):
        votes[:, names.index(name)] += table[column].to_numpy(dtype=np.int64)
    counts_for = {meaning for meaning in means if meaning in classes}
    index = [classes.index(name) if name in counts_for else NO_LABEL for name in names]
    return np.where(votes > 1, votes, 0), np.array(index)
