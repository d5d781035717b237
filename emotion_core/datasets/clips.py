"""Clips in a data set: recordings of one face each, whose frames are rows of its table like any other faces.

Two columns say which frames belong together and in which order: `CLIP`, the recording's name, and `SECONDS`, when in it
a frame is. All frames of a clip have its label and are in its split.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.people import ENOUGH_PEOPLE, person_in
from emotion_core.datasets.splits import assigned_split

CLIP, SECONDS = "clip", "seconds"


@dataclass(frozen=True, eq=False)
class Clip:
    """One recording.

    Attributes:
        name: of the recording.
        label, split: as in the table.
        rows: its frames' places in the table, (n,), in the order of their times.
        seconds: when they are, (n,) float64, from the first one on.
    """

    name: str
    label: str
    split: str
    rows: np.ndarray
    seconds: np.ndarray


def clips_in(table: pd.DataFrame) -> list[Clip]:
    """The clips of a table in their order there; none where its faces are no frames of clips."""
    return list(_clips(table)) if CLIP in table else []


def _clips(table: pd.DataFrame) -> Iterator[Clip]:
    seconds = table[SECONDS].to_numpy(dtype=np.float64)
    labels, splits = table["label"].to_numpy(dtype=object), table["split"].to_numpy(dtype=object)
    for name, rows in table.reset_index(drop=True).groupby(CLIP, sort=False).indices.items():
        if name:
            ordered = rows[np.argsort(seconds[rows], kind="stable")]
            first = ordered[0]
            times = seconds[ordered] - seconds[first]
            yield Clip(str(name), str(labels[first]), str(splits[first]), ordered, times)


def clip_count(table: pd.DataFrame) -> int:
    """How many clips there are in a table."""
    return int(table[CLIP].replace("", np.nan).nunique()) if CLIP in table else 0


def clip_links(table: pd.DataFrame) -> np.ndarray:
    """(pairs, 2) places of frames that belong to one clip: each with the first one of its clip."""
    links = [np.column_stack([clip.rows, np.full(len(clip.rows), clip.rows[0])]) for clip in clips_in(table)]
    return np.concatenate(links) if links else np.empty((0, 2), dtype=np.int64)


def between_clips(table: pd.DataFrame, pairs: np.ndarray) -> np.ndarray:
    """Of (pairs, 2) places those that are not frames of one clip, which are alike as a matter of course."""
    if CLIP not in table:
        return pairs
    first, second = table[CLIP].to_numpy(dtype=object)[pairs].T
    return pairs[(first != second) | (first == "")]


def clips_as_faces(dataset: Dataset) -> Dataset:
    """One face a clip, the frame in its middle, under the clip's name: for whatever counts or shows clips."""
    clips = clips_in(dataset.table)
    middles = np.array([clip.rows[len(clip.rows) // 2] for clip in clips], dtype=np.int64)
    table = dataset.table.iloc[middles].reset_index(drop=True)
    return replace(dataset, images=dataset.images[middles], table=table.assign(source=[clip.name for clip in clips]))


def clip_splits(clips: Sequence[str]) -> dict[str, str]:
    """The split that each clip is assigned to where none is given: by its name, and so that no person is in two.

    Args:
        clips: their names, such as S005/001, which may name persons; see `people.person_in`.
    """
    people = {clip: person_in(f"{clip}/frame") for clip in clips}
    by_person = len(set(people.values()) - {""}) >= ENOUGH_PEOPLE
    return {clip: assigned_split(_hash((by_person and people[clip]) or clip)) for clip in clips}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
