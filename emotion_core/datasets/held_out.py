"""Faces held out of training where a data set has no validation split: a tenth, and the same tenth every time.

dataset = with_validation(open_dataset("FER-2013"), "FER-2013")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from emotion_core.datasets.clips import clip_links
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import identical_groups, joined_groups
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.findings import image_findings_of
from emotion_core.datasets.learned import to_hold_out
from emotion_core.datasets.people import people_of

#: Not the run's own: runs with other seeds are compared on the same faces, and one may go on from another.
SEED = 0


def lacks_validation(dataset: Dataset) -> bool:
    """Whether the validation split has no face of a class that there is to train on."""
    table = dataset.table
    labels = table["label"][table["label"].isin(dataset.classes)]
    training, validation = (set(labels[table["split"] == split]) for split in ("train", "validation"))
    return bool(training) and not training & validation


def with_validation(dataset: Dataset, name: str) -> Dataset:
    """A stored data set as it is trained on: some training faces are held out if it has no validation split.

    Near-duplicates are looked for the first time, which takes seconds for ten thousands of faces.

    Args:
        dataset: as `open_dataset` gives it.
        name: what it is called in the workspace.

    Raises:
        DatasetError: it is damaged, or too few of its faces differ for some to be held out.
    """
    if not lacks_validation(dataset):
        return dataset
    pairs = image_findings_of(name).near_duplicates  # by row of the import
    if "row" in dataset.table:
        rows = dataset.table["row"].to_numpy()
        place = np.full(max(rows.max(initial=0), pairs.max(initial=0)) + 1, -1)
        place[rows] = np.arange(len(rows))
        pairs = place[pairs]
        pairs = pairs[(pairs >= 0).all(axis=1)]
    return hold_out(dataset, pairs)


def hold_out(dataset: Dataset, near_duplicates: np.ndarray) -> Dataset:
    """The data set with a tenth of the training faces of every emotion moved to the validation split.

    Identical faces, near-duplicates and the frames of a clip stay on one side, and so do all faces of one person where
    it is known who they are of, see `people`: of few people, the one with the fewest faces is held out, which may be
    more than a tenth. Only where all faces are of one person, people do not count.

    Args:
        near_duplicates: (pairs, 2) rows of the data set.

    Raises:
        DatasetError: too few faces differ.
    """
    table = dataset.table
    learned = ((table["split"] == "train") & table["label"].isin(dataset.classes)).to_numpy()
    labels = table["label"].to_numpy()[learned]
    for groups in _groupings(dataset, near_duplicates):
        chosen = np.zeros(len(table), dtype=bool)
        chosen[learned] = _chosen(groups[learned], labels)
        if chosen.any():
            return replace(dataset, table=table.assign(split=np.where(chosen, "validation", table["split"])))
    raise DatasetError(
        "there is no validation split, and too few of the training faces differ for some of them to be held out; "
        "add faces, or a validation split"
    )


def _groupings(dataset: Dataset, near_duplicates: np.ndarray) -> Iterator[np.ndarray]:
    """(N,) numbers of the groups that faces must stay together in: with people first, then without."""
    alike = joined_groups(identical_groups(dataset), np.concatenate([near_duplicates, clip_links(dataset.table)]))
    names = people_of(dataset.table)
    rows = np.flatnonzero(names != "")
    if len(rows):
        _, first, people = np.unique(names[rows].astype(str), return_index=True, return_inverse=True)
        yield joined_groups(_first_rows(alike), np.column_stack([rows, rows[first][people]]))
    yield alike


def _first_rows(groups: np.ndarray) -> np.ndarray:
    """For every row the first one of its group, as `joined_groups` takes them."""
    _, first, places = np.unique(groups, return_index=True, return_inverse=True)
    return first[places]


def _chosen(groups: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which faces are held out, (N,) bool: whole groups, in random order, while each brings the shares nearer."""
    _, classes = np.unique(labels, return_inverse=True)
    _, places = np.unique(groups, return_inverse=True)
    counts = np.zeros((places.max(initial=-1) + 1, classes.max(initial=-1) + 1))
    np.add.at(counts, (places, classes), 1)
    missing = to_hold_out(counts.sum(axis=0))
    taken = np.zeros(len(counts), dtype=bool)
    for group in np.random.default_rng(SEED).permutation(len(counts)):
        left = missing - counts[group]
        if np.abs(left).sum() < np.abs(missing).sum():
            missing, taken[group] = left, True
    if not taken.any() and len(spare := _spare(counts)):
        taken[spare[counts[spare].sum(axis=1).argmin()]] = True
    return taken[places]


def _spare(counts: np.ndarray) -> np.ndarray:
    """The groups without which every emotion still has faces to train on."""
    return np.flatnonzero(((counts < counts.sum(axis=0)) | (counts == 0)).all(axis=1))
