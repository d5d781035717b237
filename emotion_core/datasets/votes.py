"""FER+'s votes: ten annotators a face, their majority, and what a network can learn from them.

The rule of the majority is FER+'s own (Barsoum et al. 2016, arXiv 1608.01041): votes of a single annotator are noise
and are removed; what more than half of the rest say is the label; without such a majority there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES

COLUMNS = tuple(f"votes_{name}" for name in FERPLUS_VOTES)
NO_LABEL = -1


def has_votes(table: pd.DataFrame) -> bool:
    """Whether the table carries the ten columns of votes."""
    return set(COLUMNS) <= set(table.columns)


def majority_labels(table: pd.DataFrame) -> np.ndarray:
    """The majority's emotion of each face as an index into `EMOTIONS`, (N,) int64.

    `NO_LABEL` where there is no majority, or where it says contempt, unknown or not a face.
    """
    votes = _without_single_votes(table)
    top = votes.argmax(axis=1)
    clear = votes.max(axis=1) * 2 > votes.sum(axis=1)
    return np.where(clear, _OUR_INDEX[top], NO_LABEL)


def majority_name(counts: Sequence[int]) -> str:
    """What the majority of a face's ten counts says: one of `FERPLUS_VOTES`, "unknown" where there is no majority."""
    votes = [count if count > 1 else 0 for count in counts]
    top = max(votes, default=0)
    return FERPLUS_VOTES[votes.index(top)] if top * 2 > sum(votes) else "unknown"


def vote_targets(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What a network can learn from the votes: shares over `EMOTIONS`, and which faces to learn from.

    Returns:
        targets: (N, 7) float32, each row summing to 1.
        usable: (N,) bool; False where the most frequent vote is contempt, unknown or not a face, or nobody voted twice
            for anything. The targets of such rows are uniform.
    """
    votes = _without_single_votes(table)
    ours = votes[:, [FERPLUS_VOTES.index(name) for name in EMOTIONS]].astype(np.float32)
    usable = (_OUR_INDEX[votes.argmax(axis=1)] != NO_LABEL) & (ours.sum(axis=1) > 0)
    ours[~usable] = 1.0
    return ours / ours.sum(axis=1, keepdims=True), usable


_OUR_INDEX = np.array([EMOTIONS.index(name) if name in EMOTIONS else NO_LABEL for name in FERPLUS_VOTES])


def _without_single_votes(table: pd.DataFrame) -> np.ndarray:
    votes = table[list(COLUMNS)].to_numpy(dtype=np.int64)
    return np.where(votes > 1, votes, 0)
