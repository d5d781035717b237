"""The quality of a data set: duplicates, contradictory labels, empty images, label issues.

report = examine(open_dataset("FER-2013"))
print(report.summary.in_words())
report.table[report.table["in_training"]]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from emotion_core.datasets.clips import between_clips
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import NONE, identical_groups, joined_groups, near_duplicates, numbered_groups
from emotion_core.datasets.label_issues import find_label_issues
from emotion_core.datasets.votes import COLUMNS, NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import FERPLUS_VOTES
from emotion_core.progress import Progress, no_progress

#: The brightest and the darkest pixel of an empty image differ by less than this.
EMPTY_RANGE = 10
_ROWS_AT_ONCE = 512


class Summary(BaseModel):
    """The figures of a report.

    Attributes:
        faces: how many there are.
        empty: images of one grey all over.
        identical: images of which there is another one that is the same pixel for pixel.
        identical_groups: how many different ones they are.
        contradictory_groups: groups of identical images with different labels.
        in_training: by split, faces that are pixel for pixel among the training faces.
        near_pairs: pairs of near-duplicates, identical ones not counted.
        near_in_training: by split, faces with a duplicate or near-duplicate among the training faces.
        with_votes: faces that annotators voted on.
        with_majority: faces on which annotators have a clear majority for one of the classes.
        against_majority: of those, faces whose label is another one.
        mean_agreement: the mean share of a face's annotators who chose its label; None without votes.
        label_issues: labels that are likely wrong by a model's predictions; None where no model was asked.
    """

    faces: int
    empty: int
    identical: int
    identical_groups: int
    contradictory_groups: int
    in_training: dict[str, int]
    near_pairs: int
    near_in_training: dict[str, int]
    with_votes: int
    with_majority: int
    against_majority: int
    mean_agreement: float | None
    label_issues: int | None

    def in_words(self) -> list[str]:
        """A line for each finding."""
        lines = [
            f"faces: {self.faces:,}",
            f"empty images: {self.empty:,}",
            f"exact duplicates: {self.identical:,} faces ({self.identical_groups:,} different images)",
            f"images with contradictory labels: {self.contradictory_groups:,}",
            *(f"{split} images also in training: {count:,}" for split, count in self.in_training.items()),
            f"pairs of near-duplicates: {self.near_pairs:,}",
            *(f"{split} images with a near-duplicate in training: {n:,}" for split, n in self.near_in_training.items()),
        ]
        if self.with_votes:
            share = self.against_majority / max(1, self.with_majority)
            lines.append(
                f"labels against a clear majority of the annotators: {self.against_majority:,} of "
                f"{self.with_majority:,} ({100 * share:.1f} %)"
            )
        if self.label_issues is not None:
            lines.append(f"likely label issues, by the model's predictions: {self.label_issues:,}")
        return lines


@dataclass(frozen=True)
class ImageFindings:
    """What a look at every picture finds, whatever its label. It takes long; all else in a report is quick.

    Attributes:
        empty: (N,) bool, images of one grey or colour all over.
        near_duplicates: (pairs, 2) rows of near-duplicates, identical ones not counted, the smaller row first.
    """

    empty: np.ndarray
    near_duplicates: np.ndarray

    @classmethod
    def none(cls, faces: int) -> ImageFindings:
        """As if so many faces had been looked at and nothing found."""
        return cls(np.zeros(faces, dtype=bool), np.empty((0, 2), dtype=np.int64))


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        table: one row a face in the data set's order: `duplicates` and `near_duplicates` number groups of identical
            images and of those joined with near-duplicates (`NONE`: in no group), `in_training` and `near_in_training`
            say of faces of other splits whether such an image is in training, `contradictory` that the same image has
            another label too, `empty`; `agreement` is the share of annotators who chose the label and `majority` what
            most say (NaN and "" where unknown); `label_issue` is whether the label is likely wrong and
            `label_issue_score` how likely, 0 to 1 (False and NaN where no model was asked).
        summary: the figures.
    """

    table: pd.DataFrame
    summary: Summary


def examine(
    dataset: Dataset,
    probabilities: np.ndarray | None = None,
    progress: Progress = no_progress,
    image_findings: ImageFindings | None = None,
) -> Report:
    """Check everything that can be checked.

    Args:
        dataset: the faces. Where its table says `excluded`, those faces are in no group and no figure.
        probabilities: (N, len(dataset.classes)) of a model; honest only for faces that the model was not trained on.
        progress: is told how much is done, from 0 to 1.
        image_findings: what `examine_images` found in the same images, if it was asked before.

    Raises:
        DatasetError: the probabilities do not fit the faces.
    """
    image_findings = image_findings or examine_images(dataset, progress)
    table = dataset.table
    kept = ~table["excluded"].to_numpy() if "excluded" in table else np.ones(len(dataset), dtype=bool)
    identical = identical_groups(dataset)
    near = between_clips(table, image_findings.near_duplicates)
    found = pd.DataFrame(
        {
            **_duplicates(table, identical, near, kept),
            "empty": image_findings.empty & kept,
            **_votes(dataset),
            **_label_issues(np.where(kept, table["label"], ""), probabilities, dataset.classes),
        }
    )
    progress(1.0)
    still_there = np.isin(identical, identical[kept])
    pairs = int(still_there[near].all(axis=1).sum())
    return Report(found, _summary(table[kept], found[kept], pairs, probabilities is not None))


def examine_images(dataset: Dataset, progress: Progress = no_progress) -> ImageFindings:
    """Look at every picture for empty ones and near-duplicates; progress is told from 0 to 1."""
    different = np.unique(identical_groups(dataset))
    empty = empty_images(dataset.images)
    return ImageFindings(empty, near_duplicates(dataset.images, different[~empty[different]], progress))


def empty_images(images: np.ndarray) -> np.ndarray:
    """Which images are of one grey or colour all over, (N,) bool."""
    empty = np.empty(len(images), dtype=bool)
    for start in range(0, len(images), _ROWS_AT_ONCE):
        part = np.asarray(images[start : start + _ROWS_AT_ONCE])
        inner = tuple(range(1, 3))
        spread = part.max(axis=inner).astype(int) - part.min(axis=inner)
        empty[start : start + len(part)] = spread.reshape(len(part), -1).max(axis=1) < EMPTY_RANGE
    return empty


def _duplicates(table: pd.DataFrame, identical: np.ndarray, pairs: np.ndarray, kept: np.ndarray) -> dict:
    """The columns about duplicates; faces that are not kept are in no group."""
    alone = len(kept) + np.arange(len(kept))
    exact = np.where(kept, identical, alone)
    near = np.where(kept, joined_groups(identical, pairs), alone)
    training = (table["split"] == "train").to_numpy()
    return {
        "duplicates": numbered_groups(exact),
        "near_duplicates": numbered_groups(near),
        "in_training": ~training & np.isin(exact, exact[training]),
        "near_in_training": ~training & np.isin(near, near[training]),
        "contradictory": _with_several_labels(exact, table["label"]),
    }


def _with_several_labels(group: np.ndarray, label: pd.Series) -> np.ndarray:
    """Which faces are in a group with more than one label."""
    labels = label.reset_index(drop=True).groupby(group).nunique()
    return np.isin(group, labels.index[labels > 1])


def _votes(dataset: Dataset) -> dict[str, np.ndarray]:
    """Agreement and majority, face by face."""
    table = dataset.table
    agreement, majority = np.full(len(table), np.nan), np.full(len(table), "", dtype=object)
    if has_votes(table):
        votes = table[list(COLUMNS)].to_numpy(dtype=np.int64)
        total = votes.sum(axis=1)
        counts_for = np.array([dataset.votes_as.get(name, name) or "" for name in FERPLUS_VOTES], dtype=object)
        chosen = (votes * (counts_for == table["label"].to_numpy(dtype=object)[:, None])).sum(axis=1)
        agreement = np.where(total > 0, chosen / np.maximum(total, 1), np.nan)
        numbers = majority_labels(table, dataset.classes, dataset.votes_as)
        majority = np.where(numbers == NO_LABEL, "", np.array(dataset.classes, dtype=object)[numbers])
    return {"agreement": agreement, "majority": majority}


def _label_issues(label: np.ndarray, probabilities: np.ndarray | None, classes: Sequence[str]) -> dict[str, np.ndarray]:
    issue, score = np.zeros(len(label), dtype=bool), np.full(len(label), np.nan)
    if probabilities is not None:
        issue, score = find_label_issues(label, probabilities, classes)
    return {"label_issue_score": score, "label_issue": issue}


def _summary(table: pd.DataFrame, found: pd.DataFrame, pairs: int, asked: bool) -> Summary:
    """The figures, of the tables of the faces that are kept."""
    duplicates = found["duplicates"].to_numpy()
    return Summary(
        faces=len(table),
        empty=int(found["empty"].sum()),
        identical=int((duplicates != NONE).sum()),
        identical_groups=int(duplicates.max(initial=NONE)) + 1,
        contradictory_groups=int(found.loc[found["contradictory"], "duplicates"].nunique()),
        in_training=_count_by_split(table, found["in_training"]),
        near_pairs=pairs,
        near_in_training=_count_by_split(table, found["near_in_training"]),
        label_issues=int(found["label_issue"].sum()) if asked else None,
        **_vote_figures(table, found),
    )


def _count_by_split(table: pd.DataFrame, true: pd.Series) -> dict[str, int]:
    """In how many faces of validation and of test something is true, where these splits have faces."""
    splits = [split for split in ("validation", "test") if (table["split"] == split).any()]
    return {split: int(true[table["split"] == split].sum()) for split in splits}


def _vote_figures(table: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    majority, voted = found["majority"] != "", found["agreement"].notna()
    return {
        "with_votes": int(voted.sum()),
        "with_majority": int(majority.sum()),
        "against_majority": int((majority & (found["majority"] != table["label"])).sum()),
        "mean_agreement": round(float(found.loc[voted, "agreement"].mean()), 4) if voted.any() else None,
    }
