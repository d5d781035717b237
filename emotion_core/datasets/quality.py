"""What is suspicious in a data set: faces that occur twice, contradictory labels, empty images, doubtful labels.

report = examine(open_dataset("FER-2013"))
print(report.summary.in_words())
report.table[report.table["in_training"]]
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.reading import content_hash, in_grey
from emotion_core.datasets.votes import COLUMNS, NO_LABEL, has_votes, majority_labels
from emotion_core.emotions import EMOTIONS, FERPLUS_VOTES

#: Images whose perceptual hashes differ in at most so many of 64 bits are compared pixel by pixel...
NEAR_BITS = 8
#: ...and are nearly the same where their pixels correlate by at least this.
NEAR_CORRELATION = 0.95
#: The brightest and the darkest pixel of an empty image differ by less than this.
EMPTY_RANGE = 10
#: No group.
NONE = -1
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
        near_pairs: pairs that are nearly the same, the same not counted.
        near_in_training: by split, faces the same or nearly the same as a training face.
        with_votes: faces that annotators voted on.
        with_majority: faces on which annotators have a clear majority for one of the seven emotions.
        against_majority: of those, faces whose label is another one.
        mean_agreement: the mean share of a face's annotators who chose its label; None without votes.
        suspected: labels that a model's answers make doubtful; None where no model was asked.
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
    suspected: int | None

    def in_words(self) -> list[str]:
        """A line for each finding."""
        lines = [
            f"faces: {self.faces:,}",
            f"empty images: {self.empty:,}",
            f"images that occur more than once: {self.identical:,} ({self.identical_groups:,} different ones)",
            f"of these with contradictory labels: {self.contradictory_groups:,}",
            *(f"{split} images also in training: {count:,}" for split, count in self.in_training.items()),
            f"pairs of images that are nearly the same: {self.near_pairs:,}",
            *(f"{split} images the same or nearly in training: {n:,}" for split, n in self.near_in_training.items()),
        ]
        if self.with_votes:
            share = self.against_majority / max(1, self.with_majority)
            lines.append(
                f"labels against a clear majority of the annotators: {self.against_majority:,} of "
                f"{self.with_majority:,} ({share:.1%})"
            )
        if self.suspected is not None:
            lines.append(f"labels that the model's answers make doubtful: {self.suspected:,}")
        return lines


@dataclass(frozen=True)
class Likeness:
    """What a look at every picture finds, whatever its label. It takes long; all else in a report is quick.

    Attributes:
        empty: (N,) bool, images of one grey or colour all over.
        pairs: (pairs, 2) rows of images that are nearly the same, the same not counted, the smaller row first.
    """

    empty: np.ndarray
    pairs: np.ndarray


class Report:
    """What was found.

    Attributes:
        table: one row a face in the data set's order: `twins` and `near_twins` number groups of the same and of nearly
            the same images (`NONE`: in no group), `in_training` and `near_in_training` say of faces of other splits
            whether such an image is in training, `contradictory` that the same image has another label too, `empty`;
            `agreement` is the share of annotators who chose the label and `majority` what most say (NaN and "" where
            unknown); `suspicion` is 0 to 1 and `suspected` whether it is high (NaN and False where no model was asked).
        summary: the figures.
    """

    def __init__(self, table: pd.DataFrame, summary: Summary):
        self.table, self.summary = table, summary


def examine(
    dataset: Dataset,
    probabilities: np.ndarray | None = None,
    progress: Callable[[float], None] = lambda share: None,
    likeness: Likeness | None = None,
) -> Report:
    """Look for everything that is suspicious.

    Args:
        dataset: the faces. Where its table says `excluded`, those faces are in no group and no figure.
        probabilities: (N, 7) of a model, columns in the order of `EMOTIONS`; honest only for faces that the model was
            not trained on.
        progress: is told how much is done, from 0 to 1.
        likeness: what `find_likeness` said of the same images, if it was asked before.

    Raises:
        DatasetError: the probabilities do not fit the faces.
    """
    likeness = likeness or find_likeness(dataset, progress)
    split = dataset.table["split"].to_numpy(dtype=object)
    label = dataset.table["label"].to_numpy(dtype=object)
    kept = ~dataset.table["excluded"].to_numpy() if "excluded" in dataset.table else np.ones(len(dataset), dtype=bool)
    same = _groups_of(_contents(dataset))[1]
    group = _apart(same, kept)
    near = _apart(_joined(same, likeness.pairs), kept)
    still_there = np.isin(same, same[kept])
    pairs = int(still_there[likeness.pairs].all(axis=1).sum())
    votes = _votes(dataset.table)
    suspicion, suspected = suspected_labels(np.where(kept, label, ""), probabilities)
    table = pd.DataFrame(
        {
            "twins": _numbered(group),
            "near_twins": _numbered(near),
            "in_training": _in_training(group, split),
            "near_in_training": _in_training(near, split),
            "contradictory": _several(group, label),
            "empty": likeness.empty & kept,
            **votes,
            "suspicion": suspicion,
            "suspected": suspected,
        }
    )
    progress(1.0)
    figures = _summary(table[kept], split[kept], label[kept], pairs, probabilities is not None)
    return Report(table, figures)


def find_likeness(dataset: Dataset, progress: Callable[[float], None] = lambda share: None) -> Likeness:
    """Look at every picture for what is empty and what is nearly the same; progress is told from 0 to 1."""
    first, _ = _groups_of(_contents(dataset))
    empty = empty_images(dataset.images)
    return Likeness(empty, near_pairs(dataset.images, first[~empty[first]], progress))


def empty_images(images: np.ndarray) -> np.ndarray:
    """Which images are of one grey or colour all over, (N,) bool."""
    empty = np.empty(len(images), dtype=bool)
    for start in range(0, len(images), _ROWS_AT_ONCE):
        part = np.asarray(images[start : start + _ROWS_AT_ONCE])
        inner = tuple(range(1, 3))
        spread = part.max(axis=inner).astype(int) - part.min(axis=inner)
        empty[start : start + len(part)] = spread.reshape(len(part), -1).max(axis=1) < EMPTY_RANGE
    return empty


def near_pairs(
    images: np.ndarray, rows: np.ndarray, progress: Callable[[float], None] = lambda share: None
) -> np.ndarray:
    """Pairs of images that are nearly the same, among those of these rows: (pairs, 2) rows, the smaller first."""
    hashes = _perceptual_hashes(images, rows, lambda share: progress(0.7 * share))
    found = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        here = hashes[start : start + _ROWS_AT_ONCE]
        apart = np.bitwise_count(here[:, np.newaxis] ^ hashes[np.newaxis, start:])
        one, other = np.nonzero(apart <= NEAR_BITS)
        found.append(np.column_stack([one, other])[other > one] + start)
        progress(0.7 + 0.25 * start / len(rows))
    candidates = rows[np.concatenate(found)] if found else np.empty((0, 2), dtype=np.int64)
    parts = np.array_split(candidates, 1 + len(candidates) // _ROWS_AT_ONCE)
    alike = [_correlations(images, part) >= NEAR_CORRELATION for part in parts]
    return np.sort(candidates[np.concatenate(alike)], axis=1)


def suspected_labels(label: np.ndarray, probabilities: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """How suspicious each label is by a model's answers, (N,) from 0 to 1, and which ones cleanlab takes for wrong.

    Faces that are not labelled with one of the seven are NaN and False.

    Raises:
        DatasetError: the probabilities do not fit the faces.
    """
    suspicion, suspected = np.full(len(label), np.nan), np.zeros(len(label), dtype=bool)
    if probabilities is None:
        return suspicion, suspected
    if probabilities.shape != (len(label), len(EMOTIONS)):
        wanted = (len(label), len(EMOTIONS))
        raise DatasetError(f"probabilities of shape {probabilities.shape} do not fit; needed is {wanted}")
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    known = np.array([name in EMOTIONS for name in label], dtype=bool)
    if known.any():
        numbers = np.array([EMOTIONS.index(name) for name in label[known]])
        answers = probabilities[known].astype(np.float64)
        answers /= answers.sum(axis=1, keepdims=True)
        suspicion[known] = 1 - get_label_quality_scores(numbers, answers)
        with warnings.catch_warnings():  # it warns of emotions that do not occur
            warnings.simplefilter("ignore", UserWarning)
            suspected[known] = find_label_issues(numbers, answers, n_jobs=1)
    return suspicion, suspected


def _contents(dataset: Dataset) -> np.ndarray:
    if "hash" in dataset.table:
        return dataset.table["hash"].to_numpy(dtype=object)
    return np.array([content_hash(image) for image in dataset.images], dtype=object)


def _groups_of(content: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each different content, and for every row the first one of the same content."""
    codes, _ = pd.factorize(content)
    _, first = np.unique(codes, return_index=True)
    return first, first[codes]


def _perceptual_hashes(images: np.ndarray, rows: np.ndarray, progress: Callable[[float], None]) -> np.ndarray:
    import imagehash
    from PIL import Image

    hashes = np.empty(len(rows), dtype=np.uint64)
    for number, row in enumerate(rows):
        bits = imagehash.phash(Image.fromarray(in_grey(np.asarray(images[row])))).hash
        hashes[number] = np.packbits(bits).view(np.uint64)[0]
        if number % 256 == 0:
            progress(number / len(rows))
    return hashes


def _correlations(images: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    one, other = (_normed(images[column]) for column in pairs.T)
    return np.einsum("ij,ij->i", one, other)


def _normed(images: np.ndarray) -> np.ndarray:
    flat = images.reshape(len(images), int(np.prod(images.shape[1:]))).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def _apart(group: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The groups with each face that is not kept in a group of its own."""
    return np.where(kept, group, len(group) + np.arange(len(group)))


def _joined(group: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Groups of rows that are the same or linked by pairs, each named by a number of its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = np.concatenate([np.column_stack([np.arange(len(group)), group]), pairs])
    graph = coo_array((np.ones(len(links), dtype=bool), (links[:, 0], links[:, 1])), shape=(len(group),) * 2)
    return connected_components(graph, directed=False)[1]


def _numbered(group: np.ndarray) -> np.ndarray:
    """Groups of more than one numbered from 0; `NONE` for faces alone."""
    _, places, counts = np.unique(group, return_inverse=True, return_counts=True)
    several = counts > 1
    return np.where(several, np.cumsum(several) - 1, NONE)[places]


def _in_training(group: np.ndarray, split: np.ndarray) -> np.ndarray:
    training = split == "train"
    return ~training & np.isin(group, group[training])


def _several(group: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Which faces are in a group with more than one label."""
    labels = pd.Series(label).groupby(group).nunique()
    return np.isin(group, labels.index[labels > 1])


def _votes(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Agreement and majority, face by face."""
    agreement, majority = np.full(len(table), np.nan), np.full(len(table), "", dtype=object)
    if has_votes(table):
        votes = table[list(COLUMNS)].to_numpy(dtype=np.int64)
        total = votes.sum(axis=1)
        chosen = votes[np.arange(len(table)), [FERPLUS_VOTES.index(name) for name in table["label"]]]
        agreement = np.where(total > 0, chosen / np.maximum(total, 1), np.nan)
        numbers = majority_labels(table)
        majority = np.where(numbers == NO_LABEL, "", np.array(EMOTIONS, dtype=object)[numbers])
    return {"agreement": agreement, "majority": majority}


def _summary(
    table: pd.DataFrame,
    split: np.ndarray,
    label: np.ndarray,
    pairs: int,
    asked: bool,
) -> Summary:
    agreement, majority = table["agreement"].to_numpy(), table["majority"].to_numpy()
    voted = ~np.isnan(agreement)
    others = [name for name in ("validation", "test") if (split == name).any()]
    groups = table["twins"].to_numpy()
    return Summary(
        faces=len(table),
        empty=int(table["empty"].sum()),
        identical=int((groups != NONE).sum()),
        identical_groups=int(groups.max(initial=NONE)) + 1,
        contradictory_groups=int(table.loc[table["contradictory"], "twins"].nunique()),
        in_training={name: int(table["in_training"].to_numpy()[split == name].sum()) for name in others},
        near_pairs=pairs,
        near_in_training={name: int(table["near_in_training"].to_numpy()[split == name].sum()) for name in others},
        with_votes=int(voted.sum()),
        with_majority=int((majority != "").sum()),
        against_majority=int(((majority != "") & (majority != label)).sum()),
        mean_agreement=round(float(agreement[voted].mean()), 4) if voted.any() else None,
        suspected=int(table["suspected"].sum()) if asked else None,
    )
