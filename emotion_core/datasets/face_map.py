"""A map of a data set: every face as a point, those that a network sees alike close together.

The network's embeddings are laid out in the plane by t-SNE (van der Maaten and Hinton 2008, Journal of Machine Learning
Research 9), with the approximation of Barnes and Hut (van der Maaten 2014, ibid. 15). The pictures of an import never
change, so its map is kept in its folder, and the sets derived from it share it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from emotion_core.datasets.findings import keep, kept_array
from emotion_core.datasets.store import import_folder, open_import

#: The embeddings are reduced to so many principal components first, which hold nearly all that tells faces apart.
COMPONENTS = 30
#: So many neighbours count for a face's place, roughly.
PERPLEXITY = 30
#: How coarsely distant faces are summed up, and how often all are moved: 32,000 faces take a minute of one core so.
ANGLE, STEPS = 0.8, 500


def map_file(name: str, mark: str) -> Path:
    """Where the map of a set by a model's embeddings is kept; `mark` says which model, as a file's name may."""
    return import_folder(name) / f"map-{mark}.npy"


def kept_map(name: str, mark: str) -> np.ndarray | None:
    """The places of all faces of the import, (N, 2) float32, if the map was made before."""
    places = kept_array(map_file(name, mark))
    if places is None:
        return None
    fits = places.shape == (len(open_import(name)), 2) and np.isfinite(places).all()
    return places if fits else None


def map_of(name: str, mark: str, embed: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The places of all faces of the import, (N, 2) float32, made the first time.

    Args:
        name: the set.
        mark: which model it is.
        embed: from faces, a memory map, to their embeddings, (N, D).

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    kept = kept_map(name, mark)
    if kept is not None:
        return kept
    places = laid_out(embed(open_import(name).images))
    keep(map_file(name, mark), lambda file: np.save(file, places))
    return places


def laid_out(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings, (N, D), as places in the plane, (N, 2) float32: the same ones for the same embeddings."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count = len(embeddings)
    if count < 4 or not np.ptp(embeddings, axis=0).any():  # too few to lay out, or all the same
        return np.zeros((count, 2), np.float32)
    components = min(COMPONENTS, *embeddings.shape)
    reduced = PCA(components, random_state=0).fit_transform(embeddings.astype(np.float32))
    perplexity = min(PERPLEXITY, (count - 1) / 3)
    method = TSNE(perplexity=perplexity, init=reduced[:, :2] / reduced[:, 0].std() * 1e-4, angle=ANGLE, max_iter=STEPS)
    return method.fit_transform(reduced).astype(np.float32)
