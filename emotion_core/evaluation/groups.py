"""Groups of faces on which a model may be weaker: by what the data set tells of them, and by how they are pictured."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from emotion_core.datasets.pictures import in_grey
from emotion_core.datasets.votes import COLUMNS, has_votes

#: The column of a data set's table that is taken for groups unless another one is named.
GROUP_COLUMN = "group"
#: A column with more different values than this tells faces apart, not groups.
MOST_GROUPS = 30
#: What a table has besides, which says nothing of what a face is like.
_NO_GROUPS = {
    "source", "label", "split", "hash", "row", "excluded", "given_label", "given_split", "width", "height", *COLUMNS
}  # fmt: skip
#: So many faces are needed for a fifth of them to tell something.
FEWEST_FACES = 50
#: As many annotators of ten, or more, agree on a clear face.
CLEAR_AGREEMENT = 0.8


#: What groups are told apart by whose names say it already.
TELLING = ("annotators", "light", "contrast", "sharpness")


@dataclass(frozen=True)
class Group:
    """Faces that have something in common.

    Attributes:
        by: what they are told apart by, such as "light".
        name: which of them, such as "darkest fifth".
        faces: (N,) bool.
    """

    by: str
    name: str
    faces: np.ndarray


def group_in_words(by: str, name: str) -> str:
    """A group's name where it tells enough, such as "darkest fifth"; else with its column, such as "age: old"."""
    return name if by in TELLING else f"{by}: {name}"


def group_columns(table: pd.DataFrame) -> list[str]:
    """The columns of a table by which faces can be grouped, the one called "group" first."""
    extra = [name for name in table.columns if name not in _NO_GROUPS]
    found = [name for name in extra if 1 <= table[name].astype(str).nunique() <= MOST_GROUPS]
    return sorted(found, key=lambda name: name != GROUP_COLUMN)


def groups_in(images: np.ndarray, table: pd.DataFrame, column: str | None = None) -> list[Group]:
    """The groups of a data set's faces.

    Args:
        images: (N, h, w) grey or (N, h, w, 3) RGB, uint8.
        table: one row a face, as `Dataset.table`.
        column: a column of the table whose values are groups.

    Returns:
        Those of the column, those by annotators' agreement where there are votes, and those by light, contrast and
        sharpness where there are at least `FEWEST_FACES` faces. Groups may be empty.
    """
    found = [] if column is None else _by_column(table, column)
    found += _by_agreement(table) if has_votes(table) else []
    return found + (_by_picture(images) if len(images) >= FEWEST_FACES else [])


def _by_column(table: pd.DataFrame, column: str) -> list[Group]:
    values = table[column].astype(str).to_numpy()
    return [Group(column, value, values == value) for value in sorted(set(values) - {""})]


def _by_agreement(table: pd.DataFrame) -> list[Group]:
    votes = table[list(COLUMNS)].to_numpy()
    total = votes.sum(axis=1)
    clear = (total > 0) & (votes.max(axis=1) >= CLEAR_AGREEMENT * total)
    return [
        Group("annotators", "at least eight of ten agree", clear),
        Group("annotators", "fewer than eight of ten agree", (total > 0) & ~clear),
    ]


def _by_picture(images: np.ndarray) -> list[Group]:
    """Fifths of the faces by their mean grey, their spread of greys, and their edges' strength (Pech-Pacheco 2000)."""
    measured = np.array([_light_contrast_sharpness(in_grey(np.asarray(image))) for image in images])
    ranks = measured.argsort(axis=0).argsort(axis=0)
    fifth = len(images) // 5
    lowest, highest = ranks < fifth, ranks >= len(images) - fifth
    return [
        Group("light", "darkest fifth", lowest[:, 0]),
        Group("light", "brightest fifth", highest[:, 0]),
        Group("contrast", "fifth of least contrast", lowest[:, 1]),
        Group("sharpness", "most blurred fifth", lowest[:, 2]),
    ]


def _light_contrast_sharpness(grey: np.ndarray) -> tuple[float, float, float]:
    contrast = float(grey.std())
    # Edges relative to contrast: a flat picture is not a blurred one.
    edges = float(cv2.Laplacian(grey, cv2.CV_32F).std())
    return float(grey.mean()), contrast, edges / max(contrast, 1.0)
