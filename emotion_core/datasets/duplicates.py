"""Duplicates: faces whose pixels are identical, and near-duplicates, found by looking at every picture.

Identical pixels are found by a hash of the content, near-duplicates by a perceptual hash and then by correlation.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.pictures import in_grey
from emotion_core.progress import Progress, no_progress

#: Images whose perceptual hashes differ in at most so many of 64 bits are compared pixel by pixel...
NEAR_BITS = 8
#: ...and are near-duplicates where their pixels correlate by at least this.
NEAR_CORRELATION = 0.95
#: The number of no group.
NONE = -1
_ROWS_AT_ONCE = 512


def content_hash(image: np.ndarray) -> str:
    """The sha256 of an image's shape and pixels, in hexadecimal."""
    return hashlib.sha256(repr(image.shape).encode() + np.ascontiguousarray(image).tobytes()).hexdigest()


def content_hashes(dataset: Dataset) -> np.ndarray:
    """What each face's pixels are, (N,) of text: the `hash` of its table, or worked out where that has none."""
    if "hash" in dataset.table:
        return dataset.table["hash"].to_numpy(dtype=object)
    return np.array([content_hash(np.asarray(image)) for image in dataset.images], dtype=object)


def seen_in_training(faces: Dataset, dataset: Dataset) -> np.ndarray:
    """Which faces are pixel for pixel also in a data set's training split, whatever they are labelled there, (N,) bool.

    Pictures themselves are neither copied nor kept: those of a training split may fill the memory.
    """
    training = set(content_hashes(dataset)[(dataset.table["split"] == "train").to_numpy()])
    return np.array([content in training for content in content_hashes(faces)], dtype=bool)


def identical_groups(dataset: Dataset) -> np.ndarray:
    """For every face the first row whose pixels are identical, (N,) int: its own where there is none before it."""
    codes, _ = pd.factorize(content_hashes(dataset))
    _, first = np.unique(codes, return_index=True)
    return first[codes]


def near_duplicates(images: np.ndarray, rows: np.ndarray, progress: Progress = no_progress) -> np.ndarray:
    """Pairs of near-duplicates among the images of these rows: (pairs, 2) rows, the smaller first."""
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


def joined_groups(group: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Groups of rows that are in one group or linked by pairs, each named by a number of its own.

    Args:
        group: (N,) as `identical_groups` gives them.
        pairs: (pairs, 2) rows.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = np.concatenate([np.column_stack([np.arange(len(group)), group]), pairs])
    graph = coo_array((np.ones(len(links), dtype=bool), (links[:, 0], links[:, 1])), shape=(len(group),) * 2)
    return connected_components(graph, directed=False)[1]


def numbered_groups(group: np.ndarray) -> np.ndarray:
    """Groups of more than one numbered from 0; `NONE` for faces alone."""
    _, places, counts = np.unique(group, return_inverse=True, return_counts=True)
    several = counts > 1
    return np.where(several, np.cumsum(several) - 1, NONE)[places]


def _perceptual_hashes(images: np.ndarray, rows: np.ndarray, progress: Progress) -> np.ndarray:
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
