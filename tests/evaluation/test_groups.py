"""Groups of faces: by a column, by annotators, by how they are pictured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from emotion_core.datasets.votes import COLUMNS
from emotion_core.evaluation.groups import FEWEST_FACES, MOST_GROUPS, group_columns, groups_in


def table(count: int = 3, **columns: list) -> pd.DataFrame:
    return pd.DataFrame({"source": "x", "label": "happy", "split": "test", "hash": "h"}, range(count)).assign(**columns)


def by_name(images: np.ndarray, rows: pd.DataFrame, column: str | None = None) -> dict[str, list[int]]:
    return {one.name: np.flatnonzero(one.faces).tolist() for one in groups_in(images, rows, column)}


def grey(*values: int) -> np.ndarray:
    return np.stack([np.full((6, 6), value, np.uint8) for value in values])


def test_columns_that_are_groups_come_with_the_one_called_so_first():
    rows = table(age=["old", "old", "young"], group=[1, 2, 1], width=[48, 48, 48])
    assert group_columns(rows) == ["group", "age"]


def test_faces_of_which_the_column_says_nothing_are_in_no_group():
    rows = table(group=["old", "", "old"])
    assert by_name(np.zeros((3, 48, 48), np.uint8), rows, "group") == {"old": [0, 2]}


def test_a_column_of_names_is_no_groups():
    assert group_columns(table(MOST_GROUPS + 1, person=[str(n) for n in range(MOST_GROUPS + 1)])) == []


def test_votes_are_no_groups():
    assert group_columns(table(**{column: [1, 2, 3] for column in COLUMNS})) == []


def test_by_a_column():
    assert by_name(grey(1, 2, 3), table(age=["old", "young", "old"]), "age") == {"old": [0, 2], "young": [1]}


def test_by_annotators_agreement():
    votes = {column: [0, 0, 0] for column in COLUMNS}
    rows = table(**{**votes, "votes_happy": [10, 8, 0], "votes_sad": [0, 2, 0], "votes_angry": [0, 1, 0]})
    assert by_name(grey(1, 2, 3), rows) == {
        "at least eight of ten agree": [0],
        "fewer than eight of ten agree": [1],
    }


def test_by_light_where_there_are_enough_faces():
    few = np.arange(FEWEST_FACES - 1)
    assert by_name(grey(*few), table(len(few))) == {}
    found = by_name(grey(*range(FEWEST_FACES)), table(FEWEST_FACES))
    fifth = FEWEST_FACES // 5
    assert found["darkest fifth"] == list(range(fifth))
    assert found["brightest fifth"] == list(range(FEWEST_FACES - fifth, FEWEST_FACES))


def test_by_contrast_and_sharpness():
    random = np.random.default_rng(0)
    sharp = random.integers(0, 2, (40, 12, 12)) * 200
    flat = random.integers(100, 110, (10, 12, 12))
    blurred = np.repeat(np.repeat(random.integers(0, 2, (10, 2, 2)) * 200, 6, axis=1), 6, axis=2)
    images = np.concatenate([sharp, flat, blurred]).astype(np.uint8)
    found = by_name(images, table(len(images)))
    assert set(range(40, 50)) <= set(found["fifth of least contrast"])
    # Of 60 faces, a fifth are 12: the ten with large patches are among them.
    assert set(range(50, 60)) <= set(found["most blurred fifth"])
