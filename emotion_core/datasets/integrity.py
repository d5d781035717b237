"""Whether a stored set is what was stored, and what can be kept where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.names import check_new
from emotion_core.datasets.store import import_name, open_dataset, open_import
from emotion_core.datasets.sums import damaged_rows
from emotion_core.datasets.usage import marked_used
from emotion_core.progress import Progress, no_progress


class DamagedDatasetError(DatasetError):
    """A stored set some of whose faces are not what was stored.

    Attributes:
        name: the import's.
        damaged: rows of the import whose pixels do not agree with their hash.
        faces: how many the import has.
    """

    def __init__(self, name: str, damaged: np.ndarray, faces: int):
        self.name, self.damaged, self.faces = name, damaged, faces
        rest = faces - len(damaged)
        rescue = f"; store the {rest:,} that do under another name: dataset rescue" if rest else ""
        super().__init__(
            f"the data set {name!r} is damaged: the pixels of {len(damaged):,} of its {faces:,} faces do not agree "
            f"with their hash, the first of them face {damaged[0]:,}; delete it and import it again{rescue}"
        )


def open_verified(name: str, progress: Progress = no_progress) -> Dataset:
    """A stored set as `open_dataset` gives it, after every face was compared with its hash.

    Raises:
        DamagedDatasetError: some faces are not what was stored; which, and how the others can be kept.
        DatasetError: there is none of that name, or it is damaged otherwise.
    """
    verify(name, progress)
    return open_dataset(name)


def verify(name: str, progress: Progress = no_progress) -> None:
    """Compare every face of a set with its hash; raises as `open_verified` does."""
    base, stored = import_name(name), open_import(name)
    damaged = damaged_rows(stored, progress)
    if len(damaged):
        raise DamagedDatasetError(base, damaged, len(stored))


def rescue(name: str, new: str) -> Description:
    """Store the faces of a damaged set that still agree with their hash as a new set.

    Raises:
        DatasetError: there is none of that name, its table is damaged, no face agrees, or the new name is taken.
    """
    base, stored = import_name(name), open_import(name)
    kept = np.setdiff1d(np.arange(len(stored)), damaged_rows(stored))
    if not len(kept):
        raise DatasetError(f"no face of {name!r} agrees with its hash, so nothing can be kept")
    check_new(new)
    return add_dataset(stored.rows(kept), new, f"what was whole of {base}")


@contextmanager
def in_use(name: str) -> Iterator[None]:
    """Keep a set, and the import that it comes from, from being deleted meanwhile; any number may use one at once.

    Raises:
        DatasetError: there is no such set.
    """
    with marked_used({name, import_name(name)}):
        import_name(name)  # it may have been deleted just before
        yield
